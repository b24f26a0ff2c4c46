//! `tenjin-s2s upload`: the whole road.

use std::io::IsTerminal;
use std::sync::Arc;

use super::identity_check::Sample;
use super::road::Road;
use super::{Talk, dry_run, identity_check, min_rows, open_ledger, run_facts, strict, summary};
use crate::cli::UploadArgs;
use crate::delivery::feed::Opened;
use crate::ledger::{Ledger, Released};
use crate::model::{App, Clock, Exit};
use crate::plan::{Reading, Sending};
use crate::progress::Note;
use crate::report::files::Files;
use crate::report::folder::Folder;
use crate::report::run::{InputFacts, RunFacts};
use crate::run::bookkeeper::Bookkeeper;
use crate::run::signals::Signals;

/// Runs it; `kept` has the numbers afterwards, as far as there are any.
pub(super) fn run(
    args: &UploadArgs,
    talk: Talk,
    kept: &mut Option<Bookkeeper>,
) -> anyhow::Result<Exit> {
    let from_ledger = args.send.from_ledger;
    let mut reading = Reading::decide(&args.input, from_ledger, std::io::stdin().is_terminal())?;
    let sending = Sending::decide(&args.send, &mut reading)?;
    if sending.dry_run {
        return dry_run::run(&args.input, &reading, &sending, talk);
    }
    let opened = reading.open()?;
    min_rows::check(&reading)?;
    reading.must_identify(&opened, &sending.bookkeeping)?;
    let samples = identity_check::samples(&reading, &sending.bookkeeping)?;
    let signals = Signals::listen()?;
    let clock = Clock::new();
    let mut facts = run_facts::new("upload", &args.input.inputs, &reading, &opened);
    run_facts::sends_to(&mut facts, &reading, &sending);
    let mut ledger = match open_ledger::open(&sending, &opened, &mut facts, talk) {
        Ok(ledger) => ledger,
        Err(error) => {
            talk.fail(&error.to_string());
            return Ok(open_ledger::exit(&error));
        }
    };
    let app = samples
        .iter()
        .flatten()
        .next()
        .map(|row| Arc::clone(&row.app));
    let checked = identify(&mut ledger, &reading, &sending, &opened, &facts, samples);
    let ready =
        checked.and_then(|()| files(&mut ledger, &reading, &sending, app.as_deref(), &mut facts));
    let files = match ready {
        Ok(files) => files,
        Err(error) => {
            // Or the next run would say that this one was killed.
            ledger.finish()?;
            return Err(error);
        }
    };
    talk.explain(&facts, &opened);
    let console = talk.console();
    let keeper = kept.insert(Bookkeeper::new(facts, files, &opened, console, clock, true));
    keeper.write(None);
    if sending.strict {
        match strict::check(keeper, &reading, &signals) {
            Ok(None) => {}
            Ok(Some(exit)) => {
                ledger.finish()?;
                let warned = summary::print(keeper, None, args.input.output, talk)?;
                return Ok(exit.or(warned));
            }
            Err(error) => {
                ledger.finish()?;
                return Err(error);
            }
        }
    }
    let road = Road::lay(&sending, &opened, ledger, clock)?;
    road.open(opened, &reading, &sending)?;
    let exit = road.watch(keeper, &reading, &signals);
    if let Some(text) = road.misuse() {
        keeper.console.say(&Note::error(text));
    }
    let mut exit = exit;
    match summary::print(keeper, None, args.input.output, talk) {
        Ok(warned) => exit = exit.or(warned),
        Err(error) => {
            // Rows have gone: this is no longer exit code 2, which says that nothing was sent.
            talk.fail(&format!("{error:#}"));
            exit = exit.or(Exit::Incomplete);
        }
    }
    if keeper.failure().is_some() {
        exit = exit.or(Exit::Stopped);
    }
    Ok(exit)
}

/// Whether rows are identified as they were before, as far as can be told beforehand.
fn identify(
    ledger: &mut Ledger,
    reading: &Reading,
    sending: &Sending,
    opened: &[Opened],
    facts: &RunFacts,
    samples: Vec<Sample>,
) -> anyhow::Result<()> {
    if ledger.has_other_identities()? {
        let rehearsal = open_ledger::rehearse(sending, opened, facts)?;
        identity_check::check(rehearsal, reading, samples)?;
    }
    identity_check::check_growth(ledger, reading, &sending.bookkeeping)
}

/// The files of the report, once it is known what the inputs are.
fn files(
    ledger: &mut Ledger,
    reading: &Reading,
    sending: &Sending,
    app: Option<&App>,
    facts: &mut RunFacts,
) -> anyhow::Result<Files> {
    let folder = Folder::open(sending.report_dir.as_deref(), &facts.run_id)?;
    released(ledger, sending, app, facts)?;
    Ok(Files::new(folder, reading.all_outcomes)?)
}

/// What rows the ledger has to send itself: their inputs follow those of this run. One key for all
/// rows serves the app of the input's first row.
fn released(
    ledger: &mut Ledger,
    sending: &Sending,
    first: Option<&App>,
    facts: &mut RunFacts,
) -> anyhow::Result<()> {
    let policy = sending.manner.in_doubt;
    ledger.resend_recovered(|kind| policy.resends(kind))?;
    let which = if sending.from_ledger {
        Released::All
    } else {
        Released::Recovered
    };
    let is_meant = |app: &App| sending.from_ledger || sending.keys.serves(app, first);
    let inputs = ledger.released_inputs(which, is_meant)?;
    facts
        .inputs
        .extend(inputs.into_iter().map(|path| InputFacts {
            path,
            format: "ledger",
            ..InputFacts::default()
        }));
    Ok(())
}
