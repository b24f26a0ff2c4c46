//! `upload --dry-run`: everything up to the wire, then what would happen.

use anyhow::Context;

use super::validate::{conclude, read_all};
use super::{Talk, identity_check, min_rows, open_ledger, run_facts, summary};
use crate::bookkeeper::Bookkeeper;
use crate::cli::InputArgs;
use crate::clock::Clock;
use crate::event::Event;
use crate::exit::Exit;
use crate::pipeline::claim::ended;
use crate::pipeline::claims::{Claimed, Claims};
use crate::pipeline::facts::Fact;
use crate::pipeline::feed::{self, Delivery};
use crate::plan::{Reading, Sending};
use crate::report::files::Files;
use crate::report::folder::Folder;
use crate::report::plan::{PlanFacts, PlannedRequest};
use crate::signals::Signals;
use crate::transport::Endpoint;

/// How many requests are shown as they would go.
const SHOWN: usize = 3;

/// Plans an upload. The report is written only where one was asked for.
pub(super) fn run(
    input: &InputArgs,
    reading: &Reading,
    sending: &Sending,
    talk: Talk,
) -> anyhow::Result<Exit> {
    let opened = reading.open()?;
    min_rows::check(reading)?;
    reading.must_identify(&opened, &sending.bookkeeping)?;
    let samples = identity_check::samples(reading, &sending.bookkeeping)?;
    let signals = Signals::listen()?;
    let mut facts = run_facts::new("upload", &input.inputs, reading, &opened);
    facts.dry_run = true;
    facts.has_key = sending.has_key;
    run_facts::sends_to(&mut facts, sending);
    let files = match &sending.report_dir {
        None => Files::none(),
        Some(dir) => Files::new(
            Folder::open(Some(dir), &facts.run_id)?,
            reading.all_outcomes,
        )?,
    };
    talk.explain(&facts, &opened);
    let mut ledger = open_ledger::rehearse(sending, &opened, &facts)?;
    if ledger.has_other_identities()? {
        let rehearsal = open_ledger::rehearse(sending, &opened, &facts)?;
        identity_check::check(rehearsal, reading, samples)?;
    }
    identity_check::check_growth(&mut ledger, reading, &sending.bookkeeping)?;
    let claims = Claims::new(ledger, &opened, sending.bookkeeping.needs_identity);
    let mut keeper = Bookkeeper::new(facts, files, &opened, talk.console(), Clock::new(), false);
    let deliveries = feed::start(opened, reading.checking(true)).context("cannot start")?;
    let mut plan = PlanFacts::default();
    let mut failed = None;
    let endpoint = sending.endpoint.clone().unwrap_or_else(Endpoint::tenjin);
    let inputs: Vec<String> = keeper
        .run
        .inputs
        .iter()
        .map(|input| input.path.clone())
        .collect();
    let signal = read_all(&mut keeper, deliveries, &signals, |delivery| {
        let Delivery::Parcel(parcel) = delivery else {
            return Vec::new();
        };
        let rows = std::mem::take(&mut parcel.rows);
        let claimed = claims.claim(rows);
        match claimed.and_then(|claimed| claims.check_ids().map(|()| claimed)) {
            Ok(claimed) => take(claimed, &mut plan, &endpoint, &inputs),
            Err(error) => {
                failed.get_or_insert(error);
                Vec::new()
            }
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    let exit = conclude(&mut keeper, signal);
    keeper.books.send_none();
    summary::print(&mut keeper, Some(&plan), input.output, talk)?;
    Ok(exit)
}

/// Counts what would be sent; the ledger has an answer for everything else.
fn take(
    claimed: Vec<Claimed>,
    plan: &mut PlanFacts,
    endpoint: &Endpoint,
    inputs: &[String],
) -> Vec<Fact> {
    let mut facts = Vec::new();
    for row in claimed {
        match row {
            Claimed::Send(_, event) => {
                plan.requests += 1;
                if plan.first_requests.len() < SHOWN {
                    plan.first_requests.push(planned(&event, endpoint, inputs));
                }
            }
            other => facts.extend(ended(other)),
        }
    }
    facts
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
