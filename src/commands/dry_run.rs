//! `upload --dry-run`: everything up to the wire, then what would happen.

use anyhow::Context;

use crate::cli::InputArgs;
use crate::delivery::OneApp;
use crate::delivery::claim::ended;
use crate::delivery::claims::{ClaimError, Claimed, Claims};
use crate::delivery::facts::Fact;
use crate::delivery::feed::{self, Candidate, Delivery};
use crate::http::Endpoint;
use crate::model::{Clock, Event, Exit, Outcome, StopReason};
use crate::plan::{Reading, Sending};
use crate::progress::Note;
use crate::report::files::Files;
use crate::report::folder::Folder;
use crate::report::plan::{PlanFacts, PlannedRequest};
use crate::report::run::Status;
use crate::run::bookkeeper::Bookkeeper;
use crate::run::ending::not_sent;
use crate::run::read::read_all;
use crate::run::signals::Signals;
use crate::run::streams::Streams;
use crate::run::{self, identity, preconditions, summary};

/// How many requests are shown as they would go.
const SHOWN: usize = 3;

/// Plans an upload. The report is written only where one was asked for.
pub(super) fn run(
    input: &InputArgs,
    reading: &Reading,
    sending: &Sending,
    streams: Streams,
) -> anyhow::Result<Exit> {
    let opened = reading.open()?;
    preconditions::enough_rows(reading)?;
    sending.bookkeeping.must_identify(&opened)?;
    let samples = identity::samples(reading, &sending.bookkeeping)?;
    let signals = Signals::listen()?;
    let mut facts = run::facts::new("upload", &input.inputs, reading, &opened);
    facts.dry_run = true;
    facts.has_key = sending.has_key;
    run::facts::sends_to(&mut facts, reading, sending);
    let mut ledger = run::ledger::rehearse(sending, &opened, &facts)?;
    if ledger.has_other_identities()? {
        let known = run::ledger::rehearse(sending, &opened, &facts)?;
        identity::check(known, reading, samples)?;
    }
    identity::check_growth(&mut ledger, reading, &sending.bookkeeping)?;
    let files = match &sending.report_dir {
        None => Files::none(),
        Some(dir) => Files::new(
            Folder::open(Some(dir), &facts.run_id)?,
            reading.all_outcomes,
        )?,
    };
    streams.explain(&facts, &opened);
    let mut rehearsal = Rehearsal {
        claims: Claims::new(ledger, &opened, sending.bookkeeping.needs_identity),
        one_app: (sending.one_app && sending.endpoint.is_some()).then(OneApp::default),
        endpoint: sending.endpoint.clone().unwrap_or_else(Endpoint::tenjin),
        inputs: facts
            .inputs
            .iter()
            .map(|input| input.path.clone())
            .collect(),
        plan: PlanFacts::default(),
        misuse: None,
        failed: None,
    };
    let mut keeper = Bookkeeper::new(
        facts,
        files,
        &opened,
        streams.console(),
        Clock::new(),
        false,
    );
    let deliveries = feed::start(opened, reading.checking(true)).context("cannot start")?;
    let signal = read_all(
        &mut keeper,
        deliveries,
        reading,
        &signals,
        |delivery| match delivery {
            Delivery::Parcel(parcel) => rehearsal.take(std::mem::take(&mut parcel.rows)),
            Delivery::Ended { .. } => Vec::new(),
        },
    );
    let mut exit = not_sent(&mut keeper, signal);
    keeper.warn(rehearsal.claims.warnings());
    if let Some(text) = &rehearsal.misuse {
        keeper.run.several_apps = true;
        keeper.console.say(&Note::error(text.clone()));
        exit = exit.or(Exit::Usage);
    }
    match rehearsal.failed {
        Some(error @ (ClaimError::NoIdentity { .. } | ClaimError::OtherIdentity(_))) => {
            exit = exit.or(would_stop(
                &mut keeper,
                StopReason::NoIdentity,
                &error.to_string(),
            ));
        }
        Some(error) => return Err(error.into()),
        None => {}
    }
    let rows = keeper.books.rows();
    let rejected = rows.count(Outcome::Rejected);
    if sending.strict
        && let Some((reason, text)) = preconditions::objection(reading, rejected, rows.read)
    {
        exit = exit.or(would_stop(&mut keeper, reason, text));
    }
    if let (Status::Stopped, Some(text)) = (keeper.run.status, &keeper.run.stop_detail) {
        keeper.console.say(&Note::error(text.clone()));
    }
    keeper.books.send_none();
    let plan = &rehearsal.plan;
    Ok(exit.or(summary::print(
        &mut keeper,
        Some(plan),
        input.output,
        streams,
    )?))
}

/// The upload would end with this; the exit code that it would have.
fn would_stop(keeper: &mut Bookkeeper, reason: StopReason, text: &str) -> Exit {
    keeper.stopped(Status::Stopped, reason, text);
    reason.into()
}

/// Does with rows what an upload does before they leave.
struct Rehearsal {
    claims: Claims,
    /// With one key for all rows.
    one_app: Option<OneApp>,
    endpoint: Endpoint,
    inputs: Vec<String>,
    plan: PlanFacts,
    /// What the options cannot be right about.
    misuse: Option<String>,
    /// What the ledger could not do, or cannot go on with.
    failed: Option<ClaimError>,
}

impl Rehearsal {
    fn take(&mut self, rows: Vec<Candidate>) -> Vec<Fact> {
        let mut facts = Vec::new();
        let rows = self.of_one_app(rows, &mut facts);
        let claimed = self.claims.claim(rows);
        match claimed.and_then(|claimed| self.claims.check_ids().map(|()| claimed)) {
            Ok(claimed) => facts.extend(self.plan(claimed)),
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
        facts
    }

    /// The rows that the one key may serve; the others are rejected.
    fn of_one_app(&mut self, rows: Vec<Candidate>, facts: &mut Vec<Fact>) -> Vec<Candidate> {
        let Some(one_app) = &mut self.one_app else {
            return rows;
        };
        if let Err(text) = one_app.settle(rows.iter().map(|row| &*row.event)) {
            self.misuse.get_or_insert(text);
        }
        let mut ours = Vec::with_capacity(rows.len());
        for row in rows {
            match one_app.rejects(&row.event) {
                Some(rejection) => facts.push(Fact::Rejected(row.event, rejection)),
                None => ours.push(row),
            }
        }
        ours
    }

    /// Counts what would be sent; the ledger has an answer for everything else.
    fn plan(&mut self, claimed: Vec<Claimed>) -> Vec<Fact> {
        let mut facts = Vec::new();
        for row in claimed {
            match row {
                Claimed::Send(_, event) => {
                    self.plan.requests += 1;
                    if self.plan.first_requests.len() < SHOWN {
                        let request = planned(&event, &self.endpoint, &self.inputs);
                        self.plan.first_requests.push(request);
                    }
                }
                other => facts.extend(ended(other)),
            }
        }
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
