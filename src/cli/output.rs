//! `--output` before the command means what it means behind it.

use anyhow::bail;
use clap::ArgMatches;
use clap::parser::ValueSource;

use super::reference::FieldsForm;
use super::{Cli, Command, LedgerCommand, OutputArg, TestForm};

impl Cli {
    /// Hands it down, unless the command itself was told otherwise.
    pub fn hand_down(mut self, matches: &ArgMatches) -> anyhow::Result<Self> {
        self.is_for_programs = is_for_programs(matches);
        let (Some(form), false) = (self.output, is_told(matches)) else {
            return Ok(self);
        };
        match &mut self.command {
            Command::Validate(args) => args.input.output = form,
            Command::Upload(args) | Command::Config(args) => args.input.output = form,
            Command::Sandbox(args) => args.output = form,
            Command::Reconcile(args) => args.output = form,
            Command::Presets(args) => args.answer.output = form,
            Command::Guide(args) => args.answer.output = form,
            Command::Fields(args) => {
                args.output = match form {
                    OutputArg::Text => FieldsForm::Text,
                    OutputArg::Json => FieldsForm::Json,
                }
            }
            Command::Test(args) => {
                args.output = match form {
                    OutputArg::Text => TestForm::Text,
                    OutputArg::Json => TestForm::Json,
                }
            }
            Command::Ledger(args) => match &mut args.command {
                LedgerCommand::List(args) => args.output = form,
                LedgerCommand::Status { answer }
                | LedgerCommand::Check { answer }
                | LedgerCommand::Recover { answer }
                | LedgerCommand::Backup { answer, .. } => answer.output = form,
                LedgerCommand::Find(args) => args.answer.output = form,
                LedgerCommand::Resolve(args) => args.answer.output = form,
                LedgerCommand::Forget(args) => args.answer.output = form,
                LedgerCommand::Export => bail!("--output: ledger export always writes NDJSON"),
            },
            Command::Completions { .. } | Command::Man { .. } => {
                bail!("--output: this command prints one file, which has one form")
            }
        }
        Ok(self)
    }
}

/// Whether the result goes to a program, so that errors do, too. What was typed last in the line
/// wins, else what the innermost command was given otherwise.
pub fn is_for_programs(matches: &ArgMatches) -> bool {
    let mut answer = false;
    let mut is_typed = false;
    let mut level = Some(matches);
    while let Some(matches) = level {
        if let Ok(Some(mut values)) = matches.try_get_raw("output") {
            let typed = matches.value_source("output") == Some(ValueSource::CommandLine);
            if typed || !is_typed {
                answer = values.next_back().is_some_and(|form| form != "text");
            }
            is_typed |= typed;
        }
        level = matches.subcommand().map(|(_, sub)| sub);
    }
    answer
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
