//! `upload --dry-run`: everything up to the request, then what would happen.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Context;

use crate::cli::OutputArg;
use crate::delivery::OneApp;
use crate::delivery::claimed::Claimed;
use crate::delivery::claims::{ClaimError, Claims};
use crate::delivery::facts::Fact;
use crate::delivery::feed::{self, Candidate, Delivery, Meant, Work};
use crate::http::Endpoint;
use crate::model::{App, Event, Exit, Outcome, StopReason, shown};
use crate::plan::{Reading, Sending};
use crate::progress::Note;
use crate::report::run::{PlanFacts, PlannedKey, PlannedRequest, RunFacts, Status};
use crate::run::bookkeeper::Bookkeeper;
use crate::run::ending::{not_sent, rows_exit};
use crate::run::prepare::Prepared;
use crate::run::read::read_all;
use crate::run::streams::Streams;
use crate::run::{self, ending, read, warnings};
use crate::validate::Build;

/// How many requests are shown as they would go.
const SHOWN: usize = 3;
/// How many apps are named that have no key.
const APPS: usize = 1_000;

/// Plans an upload. The report is written only where one was asked for.
pub(super) fn run(
    output: OutputArg,
    reading: &Reading<'_>,
    sending: &Sending<'_>,
    streams: Streams,
) -> anyhow::Result<Exit> {
    let mut prepared = Prepared::new(reading, sending)?;
    let (opened, facts) = (&prepared.opened, &mut prepared.facts);
    let mut ledger = run::ledger::open_to_rehearse(sending, opened, facts, streams)?;
    let begun = prepared.begin(&mut ledger, reading, sending, streams)?;
    let (opened, mut keeper, signals) = (begun.opened, begun.keeper, begun.signals);
    let claims = Claims::new(ledger, &opened);
    let mut rehearsal = Rehearsal::new(claims, sending, &keeper.run);
    let deliveries =
        feed::start(opened, reading.checking(Build::Events)).context("cannot start")?;
    let take = |delivery: &mut Delivery| match delivery {
        Delivery::Rows(checked) => {
            let rows = std::mem::take(&mut checked.rows);
            rehearsal.take(rows, checked.again.take())
        }
        Delivery::Ended { .. } => Vec::new(),
    };
    let signal = read_all(&mut keeper, deliveries, reading, &signals, take);
    if sending.args.from_ledger {
        rehearsal.take_released(&mut keeper, sending.args.batch_size as usize)?;
    }
    rehearsal.look_for_keys(&mut keeper);
    let exit = not_sent(&mut keeper, signal).or(rows_exit(&keeper));
    let exit = exit.or(ledger_exit(&mut keeper, &rehearsal.claims));
    let exit = exit.or(would_end(&mut keeper, rehearsal.misuse, rehearsal.failed)?);
    let exit = exit.or(would_object(&mut keeper, reading, sending));
    if let (Status::Stopped, Some(text)) = (keeper.run.status, &keeper.run.stop_detail) {
        keeper.console.say(&Note::error(text.clone()));
    }
    keeper.stats.send_none();
    Ok(exit.or(ending::print(
        &mut keeper,
        Some(&rehearsal.plan),
        output.into(),
        streams,
    )))
}

/// How the upload would end because of rows of earlier runs, and what people should know of them.
fn ledger_exit(keeper: &mut Bookkeeper, claims: &Claims) -> Exit {
    let exit = warnings::ledger::left_over(keeper, claims);
    keeper.warn(claims.warnings());
    exit.or(warnings::ledger::forgotten(keeper, claims))
}

/// How the upload would end because of what its options or the ledger cannot do.
fn would_end(
    keeper: &mut Bookkeeper,
    misuse: Option<String>,
    failed: Option<ClaimError>,
) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    if let Some(text) = misuse {
        keeper.run.several_apps = true;
        keeper.console.say(&Note::error(text));
        exit = Exit::Usage;
    }
    match failed {
        Some(error @ (ClaimError::NoIdentity { .. } | ClaimError::OtherIdentity(_))) => {
            let text = error.to_string();
            Ok(exit.or(would_stop(keeper, StopReason::NoIdentity, &text)))
        }
        Some(error) => Err(error.into()),
        None => Ok(exit),
    }
}

/// How it would end with `--strict`.
fn would_object(keeper: &mut Bookkeeper, reading: &Reading<'_>, sending: &Sending<'_>) -> Exit {
    let rows = keeper.stats.rows();
    let rejected = rows.count(Outcome::Rejected);
    match read::objection(reading, rejected, rows.read) {
        Some((reason, text)) if sending.args.strict => would_stop(keeper, reason, text),
        _ => Exit::Done,
    }
}

/// The upload would end with this; the exit code that it would have.
fn would_stop(keeper: &mut Bookkeeper, reason: StopReason, text: &str) -> Exit {
    keeper.stopped(Status::Stopped, reason, text);
    reason.exit()
}

/// Does with rows what an upload does before they leave.
struct Rehearsal {
    claims: Claims,
    /// With one key for all rows.
    one_app: Option<OneApp>,
    /// Whether that key is there.
    has_key: bool,
    /// The apps of the rows that would go, as long as there is no key.
    apps: BTreeSet<Arc<App>>,
    endpoint: Endpoint,
    inputs: Vec<String>,
    plan: PlanFacts,
    /// Why the options cannot be right, if so.
    misuse: Option<String>,
    /// What the ledger could not do, or cannot go on with.
    failed: Option<ClaimError>,
}

impl Rehearsal {
    fn new(claims: Claims, sending: &Sending<'_>, facts: &RunFacts) -> Self {
        let inputs = facts.inputs.iter().map(|input| input.path.clone());
        Rehearsal {
            claims,
            one_app: (sending.one_app && sending.endpoint.is_some()).then(OneApp::default),
            has_key: sending.has_key,
            apps: BTreeSet::new(),
            endpoint: sending.endpoint.clone().unwrap_or_else(Endpoint::tenjin),
            inputs: inputs.collect(),
            plan: PlanFacts::new(facts),
            misuse: None,
            failed: None,
        }
    }

    fn take(&mut self, rows: Vec<Candidate>, again: Option<Work>) -> Vec<Fact> {
        let mut facts = Vec::new();
        let rows = self.of_one_app(rows, &mut facts);
        let claimed = self.claims.claim(rows);
        match claimed.and_then(|claimed| self.claims.check_ids().map(|()| claimed)) {
            Ok(claimed) => facts.extend(self.plan(claimed, again)),
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
        facts
    }

    /// What the ledger has released.
    fn take_released(&mut self, keeper: &mut Bookkeeper, most: usize) -> anyhow::Result<()> {
        loop {
            let claimed = self.claims.claim_released(most)?;
            if claimed.is_empty() {
                return Ok(());
            }
            let events: Vec<_> = claimed.iter().map(Claimed::event).cloned().collect();
            self.settle(events.iter());
            keeper.take(Fact::Released(events));
            let facts = self.plan(claimed, None);
            facts.into_iter().for_each(|fact| keeper.take(fact));
        }
    }

    /// Notes which apps the rows are of that would go with the one key of the run.
    fn settle<'e>(&mut self, first: impl Iterator<Item = &'e Arc<Event>>) {
        let Some(one_app) = &mut self.one_app else {
            return;
        };
        if self.has_key {
            if let Err(text) = one_app.settle(first.map(|event| &**event)) {
                self.misuse.get_or_insert(text);
            }
            return;
        }
        for event in first {
            if self.apps.len() < APPS && !self.apps.contains(&event.app) {
                self.apps.insert(Arc::clone(&event.app));
            }
        }
    }

    /// The rows that the one key may serve; the others are rejected, unless the upload would not
    /// begin.
    fn of_one_app(&mut self, rows: Vec<Candidate>, facts: &mut Vec<Fact>) -> Vec<Candidate> {
        let sent = rows.iter().filter(|row| row.meant == Meant::ToSend);
        self.settle(sent.map(|row| &row.event));
        let one_app = self.one_app.as_ref().filter(|_| self.misuse.is_none());
        let Some(one_app) = one_app else {
            return rows;
        };
        let mut ours = Vec::with_capacity(rows.len());
        for row in rows {
            match one_app.rejects(&row) {
                Some(rejection) => {
                    facts.push(Fact::NotSent(Claimed::Rejected(row.event, rejection)));
                }
                None => ours.push(row),
            }
        }
        ours
    }

    /// Says of each app that its key is missing, if there are several and no key at all. A plan
    /// needs none: it is no mistake yet.
    fn look_for_keys(&mut self, keeper: &mut Bookkeeper) {
        let Some(warning) = warnings::one_key(self.apps.iter().map(|app| &**app)) else {
            return;
        };
        keeper.warn(vec![warning]);
        keeper.run.several_apps = true;
        let key = |app: &Arc<App>| PlannedKey {
            app: Some(shown(&app.to_string()).into()),
            source: "no key is set".to_owned(),
        };
        self.plan.keys = self.apps.iter().map(key).collect();
    }

    /// Counts what would be sent; the ledger has an answer for everything else. The first requests
    /// are shown, for which their rows are checked again.
    fn plan(&mut self, claimed: Vec<Claimed>, again: Option<Work>) -> Vec<Fact> {
        let (mut facts, mut shown) = (Vec::new(), Vec::new());
        for row in claimed {
            match row {
                Claimed::Send(_, event) => {
                    self.plan.requests += 1;
                    if self.plan.first_requests.len() + shown.len() < SHOWN {
                        shown.push(event);
                    }
                }
                Claimed::LeftOut(_) => {}
                other => facts.push(Fact::NotSent(other)),
            }
        }
        if let Some(again) = again.filter(|_| !shown.is_empty()) {
            let lines: Vec<_> = shown.iter().map(|event| event.place.line).collect();
            shown = again.events(&lines);
        }
        let requests = shown
            .iter()
            .map(|event| planned(event, &self.endpoint, &self.inputs));
        self.plan.first_requests.extend(requests);
        facts
    }
}

fn planned(event: &Event, endpoint: &Endpoint, inputs: &[String]) -> PlannedRequest {
    let input = inputs
        .get(event.place.input as usize)
        .map_or("?", String::as_str);
    let input = if input == "-" { "stdin" } else { input };
    PlannedRequest {
        row: format!("{input}:{}", event.place.line),
        url: endpoint.url(event.kind),
        body: event.body.to_string(),
    }
}
