//! Options that every command understands.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

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
