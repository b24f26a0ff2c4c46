//! `--output` before the command means what it means behind it.

use anyhow::bail;
use clap::ArgMatches;
use clap::parser::ValueSource;

use super::{Cli, Command, LedgerCommand, OutputArg};
use crate::fields::FieldsForm;

impl Cli {
    /// Hands it down, unless the command itself was told otherwise.
    pub fn hand_down(mut self, matches: &ArgMatches) -> anyhow::Result<Self> {
        let (Some(form), false) = (self.output, is_told(matches)) else {
            return Ok(self);
        };
        match &mut self.command {
            Command::Validate(args) => args.input.output = form,
            Command::Upload(args) | Command::Config(args) => args.input.output = form,
            Command::Sandbox(args) => args.output = form,
            Command::Presets(args) => args.answer.output = form,
            Command::Fields(args) => {
                args.output = match form {
                    OutputArg::Text => FieldsForm::Text,
                    OutputArg::Json => FieldsForm::Json,
                }
            }
            Command::Ledger(args) => match &mut args.command {
                LedgerCommand::List { output, .. } => *output = form,
                LedgerCommand::Status { answer }
                | LedgerCommand::Resolve { answer, .. }
                | LedgerCommand::Forget { answer, .. } => answer.output = form,
                LedgerCommand::Export => bail!("--output: ledger export always writes NDJSON"),
            },
            Command::Completions { .. } | Command::Man => {
                bail!("--output: this command prints one file, which has one form")
            }
        }
        Ok(self)
    }
}

/// Whether it stands behind the command as well.
fn is_told(matches: &ArgMatches) -> bool {
    let Some((_, sub)) = matches.subcommand() else {
        return false;
    };
    let source = sub
        .try_contains_id("output")
        .is_ok()
        .then(|| sub.value_source("output"));
    source.flatten() == Some(ValueSource::CommandLine) || is_told(sub)
}
