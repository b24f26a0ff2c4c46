//! What the user may type. Nothing is decided here: `plan` does that.
//!
//! There is no option that takes the SDK key itself: process arguments are readable by others.

mod examples;
mod fields;
mod forms;
mod global;
mod input;
mod ledger;
mod sandbox;
mod upload;
mod values;

use clap::{Parser, Subcommand};

pub use fields::FieldsArgs;
pub use forms::{FormatArg, IdFormatArg, OutcomesArg, PickArg};
pub use global::{ColorArg, OutputArg, ProgressArg, TalkArgs};
pub use input::{InputArgs, ValidateArgs};
pub use ledger::{LedgerArgs, LedgerCommand, ResolutionArg};
pub use sandbox::SandboxArgs;
pub use upload::{SendArgs, UploadArgs};
pub use values::{Delimiter, MaxAge};

use crate::config::InForce;

/// Upload exports of app events to Tenjin's server-to-server API.
#[derive(Debug, Parser)]
#[command(
    name = "tenjin-s2s",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "Start with: tenjin-s2s validate EXPORT.csv\n\
                  Rehearse:   tenjin-s2s upload EXPORT.csv --sandbox"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to talk about it.
    #[command(flatten)]
    pub talk: TalkArgs,
    /// For `config`: where every value comes from.
    #[arg(skip)]
    pub in_force: InForce,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read, map, validate and normalise; needs no key, no network, no ledger
    #[command(after_help = examples::VALIDATE)]
    Validate(Box<ValidateArgs>),
    /// Validate, then send to Tenjin and write a report
    #[command(after_help = examples::UPLOAD)]
    Upload(Box<UploadArgs>),
    /// Run a local stand-in for Tenjin, with faults on demand
    #[command(after_help = examples::SANDBOX)]
    Sandbox(SandboxArgs),
    /// Show Tenjin's fields for each kind of row
    #[command(after_help = examples::FIELDS)]
    Fields(FieldsArgs),
    /// List the presets, or print one as a mapping file to edit
    #[command(after_help = examples::PRESETS)]
    Presets {
        /// Which preset to print
        name: Option<String>,
    },
    /// Show what is remembered as sent, and decide about rows in doubt
    #[command(after_help = examples::LEDGER)]
    Ledger(LedgerArgs),
    /// Show which options, apps and keys are in force, and where each comes from
    #[command(after_help = examples::CONFIG)]
    Config(Box<UploadArgs>),
    /// Print the completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}
