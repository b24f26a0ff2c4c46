//! The commands: one file each, from its options to an exit code.
//!
//! An error here is for people, and means that nothing was sent: exit code 2, or what is the matter
//! with the ledger.

mod catalogue;
mod completions;
mod config;
mod dry_run;
mod fields;
mod ledger;
mod man;
mod reconcile;
mod sandbox;
mod test;
mod upload;
mod validate;

use std::path::Path;

use crate::cli::{Cli, Command};
use crate::delivery;
use crate::ledger::LedgerError;
use crate::model::{Exit, StopReason, shown};
use crate::run::ending::USAGE;
use crate::run::streams::Streams;

/// Runs what was typed.
pub fn run(cli: &Cli) -> anyhow::Result<Exit> {
    let streams = Streams::decide(&cli.general, cli.reader);
    if let Some(warning) = &cli.warning {
        streams.say(&format!("warning: {warning}"));
    }
    if matches!(cli.command, Command::Validate(_) | Command::Upload(_)) {
        delivery::start_workers()?;
    }
    let lookup = match &cli.command {
        Command::Validate(args) => args.input.lookup.as_deref(),
        Command::Upload(args) => args.input.lookup.as_deref(),
        _ => None,
    };
    if let Some(path) = lookup.filter(|path| is_pipe(path)) {
        let path = shown(&path.to_string_lossy());
        streams.say(&format!(
            "--lookup {path}: it is a pipe, so it is waited for until it ends"
        ));
    }
    match &cli.command {
        Command::Validate(args) => validate::run(args, streams),
        Command::Upload(args) => upload::run(args, cli.general.config.as_deref(), streams),
        Command::Sandbox(args) => sandbox::run(args, streams),
        Command::Fields(args) => fields::run(args, streams),
        Command::Presets(args) => catalogue::presets(args, streams),
        Command::Test(args) => test::run(args, streams),
        Command::Ledger(args) => ledger::run(args, streams),
        Command::Reconcile(args) => reconcile::run(args, streams),
        Command::Config(args) => config::run(args, &cli.in_force, streams),
        Command::Guide(args) => catalogue::guides(args, streams),
        Command::Completions { shell } => completions::run(*shell, streams),
        Command::Man { command } => man::run(command.as_deref(), streams),
    }
}

/// Says what kept a command from its work, and how the program ends.
pub fn failed(error: &anyhow::Error, streams: Streams) -> Exit {
    let known = error.downcast_ref::<LedgerError>();
    let text = known.map_or_else(|| format!("{error:#}"), ToString::to_string);
    streams.cannot_begin(&text);
    failure(error).0
}

/// The exit code that an error has, and the reason in a word.
fn failure(error: &anyhow::Error) -> (Exit, &'static str) {
    match error.downcast_ref() {
        Some(LedgerError::Locked { .. }) => (Exit::Locked, "ledger_in_use"),
        Some(LedgerError::Full) => (Exit::Stopped, StopReason::DiskFull.name()),
        Some(LedgerError::Busy) => (Exit::Stopped, StopReason::LedgerBusy.name()),
        _ => (Exit::Usage, USAGE),
    }
}

/// Whether something is read that may take any time: a table may come from a database.
fn is_pipe(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|about| !about.is_file() && !about.is_dir())
}
