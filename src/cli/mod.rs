//! What the user may type. Nothing is decided here: `plan` does that.
//!
//! There is no option that takes the SDK key itself: process arguments are readable by others.

pub mod config;
mod data_options;
mod examples;
mod fields;
mod forms;
mod global;
mod guide;
pub mod guides;
mod input;
mod ledger;
mod mistake;
mod output;
mod presets;
mod reconcile;
mod sandbox;
mod test;
mod upload;
mod values;
mod version;

use clap::{CommandFactory, Parser, Subcommand};

pub use data_options::DATA_OPTIONS;
pub use examples::FIRST_STEPS;
pub use fields::{FieldsArgs, FieldsForm};
pub use forms::{FailOnArg, FormatArg, IdFormatArg, OutcomesArg, PickArg};
pub use global::{AnswerArgs, ColorArg, GeneralArgs, OutputArg, ProgressArg};
pub use guide::GuideArgs;
pub use input::{InputArgs, ValidateArgs};
pub use ledger::{
    FindArgs, ForgetArgs, LedgerArgs, LedgerCommand, ListArgs, ResolutionArg, ResolveArgs, RowArg,
};
pub use mistake::Mistake;
pub use output::is_for_programs;
pub use presets::PresetsArgs;
pub use reconcile::ReconcileArgs;
pub use sandbox::SandboxArgs;
pub use test::{TestArgs, TestForm};
pub use upload::{KeyScopeArg, SendArgs, UploadArgs};
pub use values::{Delimiter, MaxAge};

use crate::cli::config::InForce;

/// Upload exports of app events to Tenjin's server-to-server API.
#[derive(Debug, Parser)]
#[command(
    name = "tenjin-s2s",
    version,
    long_version = version::long(),
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = examples::PROGRAM
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What goes to stdout; the same behind the command
    #[arg(long, value_name = "FORM")]
    pub output: Option<OutputArg>,
    /// Options that every command understands.
    #[command(flatten)]
    pub general: GeneralArgs,
    /// Whether a program reads the result.
    #[arg(skip)]
    pub is_for_programs: bool,
    /// For `config`: where every value comes from.
    #[arg(skip)]
    pub in_force: InForce,
    /// What is wrong around the command and does not keep it from running.
    #[arg(skip)]
    pub warning: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read, map, validate and normalise; needs no key, no network, no ledger
    #[command(after_help = examples::VALIDATE, after_long_help = examples::VALIDATE_LONG)]
    Validate(Box<ValidateArgs>),
    /// Validate, then send to Tenjin and write a report
    #[command(after_help = examples::UPLOAD, after_long_help = examples::UPLOAD_LONG)]
    Upload(Box<UploadArgs>),
    /// Run a local stand-in for Tenjin, with faults on demand
    #[command(after_help = examples::SANDBOX, after_long_help = examples::sandbox_long())]
    Sandbox(SandboxArgs),
    /// Show Tenjin's fields for each kind of row
    #[command(after_help = examples::FIELDS, after_long_help = examples::FIELDS_LONG)]
    Fields(FieldsArgs),
    /// List the presets, or print one as a mapping file to edit
    #[command(after_help = examples::PRESETS, after_long_help = examples::PRESETS_LONG)]
    Presets(PresetsArgs),
    /// Run the examples that stand in mapping files
    #[command(after_help = examples::TEST, after_long_help = examples::TEST_LONG)]
    Test(TestArgs),
    /// Show what is remembered as sent, and decide about rows in doubt
    #[command(after_help = examples::LEDGER, after_long_help = examples::LEDGER_LONG)]
    Ledger(LedgerArgs),
    /// Hold Tenjin's own export against what was accepted: what is missing, what is there twice
    #[command(after_help = examples::RECONCILE, after_long_help = examples::RECONCILE_LONG)]
    Reconcile(ReconcileArgs),
    /// Show which options, apps and keys are in force, and where each comes from
    #[command(after_help = examples::CONFIG, after_long_help = examples::config_long())]
    Config(Box<UploadArgs>),
    /// List the guides, or read one: moving from another vendor, every night, rows in doubt
    #[command(after_help = examples::GUIDE, after_long_help = examples::GUIDE_LONG)]
    Guide(GuideArgs),
    /// Print the completion script for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the man page, or that of one command
    #[command(after_help = examples::MAN)]
    Man {
        /// Which command; without it one page for all
        command: Option<String>,
    },
}

impl Cli {
    /// Whether the command only looks at rows, and its result is all that it does.
    pub fn asks_only(&self) -> bool {
        match &self.command {
            Command::Validate(_) => true,
            Command::Upload(args) => args.send.dry_run,
            _ => false,
        }
    }
}

/// The command line as people see it. Where else options can be set is said once for all of them,
/// not behind each.
pub fn command() -> clap::Command {
    plain(Cli::command())
}

fn plain(command: clap::Command) -> clap::Command {
    command
        .mut_args(|arg| arg.hide_env(true))
        .mut_subcommands(plain)
}
