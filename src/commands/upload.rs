//! `tenjin-s2s upload`: from the options to the last outcome, in the order in which it happens.

use std::io::IsTerminal;
use std::path::Path;

use super::dry_run;
use crate::cli::UploadArgs;
use crate::ledger::Ledger;
use crate::model::Exit;
use crate::plan::{Reading, Sending, files as own_files};
use crate::progress::Note;
use crate::run::bookkeeper::Bookkeeper;
use crate::run::ending::{MetricsFile, write_metrics};
use crate::run::prepare::Prepared;
use crate::run::streams::Streams;
use crate::run::transfer::Transfer;
use crate::run::{self, ending, read};

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
    let (exit, failure) = match &ended {
        Ok(exit) => (*exit, None),
        Err(error) => {
            let (exit, reason) = super::failure(error);
            (exit, Some(reason))
        }
    };
    // The run that holds the ledger writes its own, and this one knows less than those before it.
    let is_idle = |file: &MetricsFile| exit == Exit::Locked && file.is_filled();
    let Some(file) = file.filter(|file| !args.send.dry_run && !is_idle(file)) else {
        return ended;
    };
    match write_metrics(&file, keeper.as_ref(), exit.code(), failure) {
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
    if args.send.dry_run {
        return dry_run::run(args.output, &reading, &sending, streams);
    }
    let mut prepared = Prepared::new(&reading, &sending)?;
    let (opened, facts) = (&prepared.opened, &mut prepared.facts);
    let mut ledger = run::ledger::open(&sending, opened, facts, streams)?;
    let begun = prepared.begin(&mut ledger, &reading, &sending, streams);
    let (mut ledger, begun) = finished_on_error(ledger, begun)?;
    let (opened, signals) = (begun.opened, begun.signals);
    let keeper = kept.insert(begun.keeper);
    keeper.write(None);
    if args.send.strict {
        let objection = read::no_row_rejected(keeper, &reading, &signals);
        let (whole, objection) = finished_on_error(ledger, objection)?;
        ledger = whole;
        if let Some(exit) = objection {
            ledger.finish()?;
            return Ok(exit.or(ending::print(keeper, None, args.output.into(), streams)));
        }
    }
    let transfer = Transfer::prepare(&sending, &opened, ledger, begun.clock)?;
    transfer.start(opened, &reading, &sending)?;
    let exit = transfer.watch(keeper, &reading, &signals);
    if let Some(text) = transfer.misuse() {
        keeper.console.say(&Note::error(text));
    }
    Ok(exit.or(ending::print(keeper, None, args.output.into(), streams)))
}

/// Or the next run would say that this one was killed.
fn finished_on_error<T>(ledger: Ledger, result: anyhow::Result<T>) -> anyhow::Result<(Ledger, T)> {
    match result {
        Ok(done) => Ok((ledger, done)),
        Err(error) => {
            ledger.finish()?;
            Err(error)
        }
    }
}
