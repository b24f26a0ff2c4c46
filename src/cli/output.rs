//! `--output` before the command means what it means behind it.

use std::ffi::OsStr;

use anyhow::ensure;
use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, ValueEnum};

use super::OutputArg;

/// Makes the form that was typed before the command the default of its `--output`.
pub(super) fn handed_down(command: Command, typed: &ArgMatches) -> anyhow::Result<Command> {
    let Some(form) = typed.get_one::<OutputArg>("output") else {
        return Ok(command);
    };
    let mut innermost = typed;
    while let Some((_, sub)) = innermost.subcommand() {
        innermost = sub;
    }
    ensure!(
        innermost.try_contains_id("output").is_ok(),
        "--output: this command prints one file, which has one form"
    );
    Ok(command.mut_subcommands(|sub| defaulted(sub, *form)))
}

/// What was typed beats the environment, so the variable counts no longer.
fn defaulted(command: Command, form: OutputArg) -> Command {
    let has_output = command.get_arguments().any(|arg| arg.get_id() == "output");
    let form_name = form.to_possible_value();
    let form_name = form_name.map_or_else(String::new, |name| name.get_name().to_owned());
    let command = if has_output {
        command.mut_arg("output", |arg| {
            arg.default_value(form_name).env(Resettable::Reset)
        })
    } else {
        command
    };
    command.mut_subcommands(|sub| defaulted(sub, form))
}

/// Who reads what a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reader {
    /// Somebody.
    #[default]
    People,
    /// GitHub's runner, for annotations. People read its log.
    Github,
    /// A CI server, for the XML of `JUnit`. People read its log.
    Junit,
    /// A program, so that errors are for one, too.
    Program,
}

impl Reader {
    fn of(form: &OsStr) -> Self {
        match form.to_str() {
            Some("text") => Reader::People,
            Some("github") => Reader::Github,
            Some("junit") => Reader::Junit,
            _ => Reader::Program,
        }
    }

    /// Who reads the result. What was typed last in the line wins, else what the innermost command
    /// was given otherwise.
    pub fn of_command(matches: &ArgMatches) -> Self {
        let mut reader = Reader::People;
        let mut is_typed = false;
        let mut level = Some(matches);
        while let Some(matches) = level {
            if let Ok(Some(mut values)) = matches.try_get_raw("output") {
                let typed = matches.value_source("output") == Some(ValueSource::CommandLine);
                if typed || !is_typed {
                    reader = values.next_back().map_or(Reader::People, Reader::of);
                }
                is_typed |= typed;
            }
            level = matches.subcommand().map(|(_, sub)| sub);
        }
        reader
    }
}
