//! `tenjin-s2s upload`: from the options to the last outcome, in the order in which it happens.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use super::dry_run;
use crate::cli::UploadArgs;
use crate::delivery::feed::Opened;
use crate::ledger::{Ledger, Released};
use crate::model::{App, Clock, Exit};
use crate::plan::{Reading, Sending, files as own_files};
use crate::progress::Note;
use crate::report::files::Files;
use crate::report::folder::Folder;
use crate::report::metrics_file::MetricsFile;
use crate::report::run::{InputFacts, RunFacts};
use crate::run::bookkeeper::Bookkeeper;
use crate::run::identity::Sample;
use crate::run::signals::Signals;
use crate::run::streams::Streams;
use crate::run::transfer::Transfer;
use crate::run::{self, identity, metrics, preconditions, summary};

/// Runs an upload and leaves its metrics, also when it fails before its first row. `config` is the
/// file of `--config`.
pub(super) fn run(
    args: &UploadArgs,
    config: Option<&Path>,
    streams: Streams,
) -> anyhow::Result<Exit> {
    own_files::must_differ(args, config)?;
    let path = args.send.metrics_file.as_deref();
    let file = path.map(MetricsFile::new).transpose()?;
    // The bookkeeper outlives the run, so that its numbers are there after an error, too.
    let mut keeper = None;
    let ended = upload(args, streams, &mut keeper);
    let Some(file) = file.filter(|_| !args.send.dry_run) else {
        return ended;
    };
    let exit_code = ended
        .as_ref()
        .map_or(Exit::Usage.code(), |exit| exit.code());
    match metrics::write(&file, keeper.as_ref(), exit_code) {
        Ok(()) => ended,
        Err(error) => {
            streams.fail(&format!("{error:#}"));
            // Whoever watches the file would go on believing the run before this one.
            ended.map(|exit| exit.or(Exit::Incomplete))
        }
    }
}

/// Runs it; `kept` has the numbers afterwards, as far as there are any.
fn upload(
    args: &UploadArgs,
    streams: Streams,
    kept: &mut Option<Bookkeeper>,
) -> anyhow::Result<Exit> {
    let from_ledger = args.send.from_ledger;
    let mut reading = Reading::decide(&args.input, from_ledger, std::io::stdin().is_terminal())?;
    let sending = Sending::decide(&args.send, &mut reading)?;
    if sending.dry_run {
        return dry_run::run(&args.input, &reading, &sending, streams);
    }
    let opened = reading.open()?;
    preconditions::enough_rows(&reading)?;
    sending.bookkeeping.must_identify(&opened)?;
    let samples = identity::samples(&reading, &sending.bookkeeping)?;
    let signals = Signals::listen()?;
    let clock = Clock::new();
    let mut facts = run::facts::new("upload", &args.input.inputs, &reading, &opened);
    run::facts::sends_to(&mut facts, &reading, &sending);
    let mut ledger = match run::ledger::open(&sending, &opened, &mut facts, streams) {
        Ok(ledger) => ledger,
        Err(error) => {
            streams.fail(&error.to_string());
            return Ok(run::ledger::exit(&error));
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
    streams.explain(&facts, &opened);
    let console = streams.console();
    let keeper = kept.insert(Bookkeeper::new(facts, files, &opened, console, clock, true));
    keeper.write(None);
    if sending.strict {
        match preconditions::no_row_rejected(keeper, &reading, &signals) {
            Ok(None) => {}
            Ok(Some(exit)) => {
                ledger.finish()?;
                let warned = summary::print(keeper, None, args.input.output, streams)?;
                return Ok(exit.or(warned));
            }
            Err(error) => {
                ledger.finish()?;
                return Err(error);
            }
        }
    }
    let transfer = Transfer::prepare(&sending, &opened, ledger, clock)?;
    transfer.start(opened, &reading, &sending)?;
    let exit = transfer.watch(keeper, &reading, &signals);
    if let Some(text) = transfer.misuse() {
        keeper.console.say(&Note::error(text));
    }
    let mut exit = exit;
    match summary::print(keeper, None, args.input.output, streams) {
        Ok(warned) => exit = exit.or(warned),
        Err(error) => {
            // Rows have gone: this is no longer exit code 2, which says that nothing was sent.
            streams.fail(&format!("{error:#}"));
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
        let rehearsal = run::ledger::rehearse(sending, opened, facts)?;
        identity::check(rehearsal, reading, samples)?;
    }
    identity::check_growth(ledger, reading, &sending.bookkeeping)
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
