//! The family of commands: one file each, from its options to an exit code.
//!
//! An error here is for people, and means exit code 2: nothing was sent.

mod completions;
mod config;
mod dry_run;
mod fields;
mod guide;
mod identity_check;
mod ledger;
mod man;
mod man_guides;
mod metrics;
mod min_rows;
mod open_ledger;
mod presets;
mod road;
mod run_facts;
mod sandbox;
mod strict;
mod summary;
mod talk;
mod test;
mod upload;
mod validate;

use std::path::Path;

use crate::cli::{Cli, Command};
use crate::delivery::workers;
use crate::model::{Exit, shown};

pub use metrics::not_started;
pub use talk::Talk;

/// Runs what was typed.
pub fn run(cli: &Cli) -> anyhow::Result<Exit> {
    let talk = Talk::decide(&cli.talk, cli.is_for_programs);
    if let Some(warning) = &cli.warning {
        talk.say(&format!("warning: {warning}"));
    }
    if matches!(cli.command, Command::Validate(_) | Command::Upload(_)) {
        workers::start()?;
    }
    let lookup = match &cli.command {
        Command::Validate(args) => args.input.lookup.as_deref(),
        Command::Upload(args) => args.input.lookup.as_deref(),
        _ => None,
    };
    if let Some(path) = lookup.filter(|path| is_pipe(path)) {
        let path = shown(&path.to_string_lossy());
        talk.say(&format!(
            "--lookup {path}: it is a pipe, so it is waited for until it ends"
        ));
    }
    match &cli.command {
        Command::Validate(args) => validate::run(args, talk),
        Command::Upload(args) => metrics::upload(args, cli.talk.config.as_deref(), talk),
        Command::Sandbox(args) => sandbox::run(args, talk),
        Command::Fields(args) => fields::run(args, talk),
        Command::Presets(args) => presets::run(args, talk),
        Command::Test(args) => test::run(args, talk),
        Command::Ledger(args) => ledger::run(args, talk),
        Command::Config(args) => config::run(args, &cli.in_force, talk),
        Command::Guide(args) => guide::run(args, talk),
        Command::Completions { shell } => completions::run(*shell, talk),
        Command::Man { command } => man::run(command.as_deref(), talk),
    }
}

/// Whether something is read that may take any time: a table may come from a database.
fn is_pipe(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|about| !about.is_file() && !about.is_dir())
}
