//! Options that every command understands; and `--output` before the command, which means what it
//! means behind it.

use std::ffi::OsStr;
use std::path::PathBuf;

use anyhow::ensure;
use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, ValueEnum, ValueHint};

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

/// Options that every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "General options")]
pub struct GeneralArgs {
    /// Say nothing unless something needs attention
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// How progress is shown on stderr
    #[arg(long, global = true, value_name = "FORM", default_value = "auto")]
    pub progress: ProgressArg,
    /// Colour the summary
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorArg,
    /// Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what
    /// describes the data) and in your configuration directory
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    /// A bar on a terminal, plain lines elsewhere
    Auto,
    /// A bar that redraws itself; plain lines where stderr is no terminal
    Bar,
    /// A line every ten seconds
    Plain,
    /// An event for programs on each line, as JSON, and nothing else
    Json,
    /// Nothing
    Off,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// In what form a command answers.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The form of the answer
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        env = "TENJIN_S2S_OUTPUT"
    )]
    pub output: OutputArg,
}

/// What goes to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputArg {
    /// For people
    Text,
    /// For programs
    Json,
}
