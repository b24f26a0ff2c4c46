//! What the user may type. Nothing is decided here: `plan` does that.
//!
//! There is no option that takes the SDK key itself: process arguments are readable by others.

pub mod config;
pub mod guides;
mod help;
mod input;
mod offline;
mod output;
mod upload;
mod values;

use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};

pub use config::DATA_OPTIONS;
pub use help::{as_option as help_as_option, first_steps};
pub use input::{InputArgs, ReportForm, ValidateArgs};
pub use offline::{
    FieldsArgs, FieldsForm, GuideArgs, PresetsArgs, ReconcileArgs, SandboxArgs, TestArgs, TestForm,
};
pub use offline::{
    FindArgs, ForgetArgs, LedgerArgs, LedgerCommand, ListArgs, ResolutionArg, ResolveArgs,
};
pub use output::{AnswerArgs, ColorArg, GeneralArgs, OutputArg, ProgressArg, Reader};
pub use upload::{KeyScopeArg, SendArgs, UploadArgs};
pub use values::{Delimiter, FormatArg, MaxAge, OutcomesArg};

use crate::cli::config::InForce;

/// Upload exports of app events to Tenjin's server-to-server API.
#[derive(Debug, Parser)]
#[command(
    name = "tenjin-s2s",
    version,
    long_version = self::version(),
    max_term_width = 100,
    disable_help_subcommand = true
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
    /// Who reads the result.
    #[arg(skip)]
    pub reader: Reader,
    /// For `config`: where every value comes from.
    #[arg(skip)]
    pub in_force: InForce,
    /// What people should know of the configuration before the command runs.
    #[arg(skip)]
    pub warning: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read, map, validate and normalise; needs no key, no network, no ledger
    Validate(Box<ValidateArgs>),
    /// Validate, then send to Tenjin and write a report
    Upload(Box<UploadArgs>),
    /// Run a local stand-in for Tenjin, with faults on demand
    Sandbox(SandboxArgs),
    /// Show Tenjin's fields for each kind of row
    Fields(FieldsArgs),
    /// List the presets, or print one as a mapping file to edit
    Presets(PresetsArgs),
    /// Run the examples that stand in mapping files
    Test(TestArgs),
    /// Show what is remembered as sent, and decide about rows in doubt
    Ledger(LedgerArgs),
    /// Hold Tenjin's own export against what was accepted: what is missing, what is there twice
    Reconcile(ReconcileArgs),
    /// Show which options, apps and keys are in force, and where each comes from
    Config(Box<UploadArgs>),
    /// List the guides, or read one: moving from another vendor, every night, rows in doubt
    Guide(GuideArgs),
    /// Print the completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the man page, or that of one command
    Man {
        /// Which command; without it one page for all
        command: Option<String>,
    },
}

impl Cli {
    /// What clap has made of a command line.
    fn of(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Cli {
            reader: Reader::of_command(matches),
            ..Cli::from_arg_matches(matches)?
        })
    }

    /// Whether the command only looks at rows, and its result is all that it does.
    pub fn asks_only(&self) -> bool {
        match &self.command {
            Command::Validate(_) => true,
            Command::Upload(args) => args.send.dry_run,
            _ => false,
        }
    }
}

/// The commands whose options can all be set in the environment.
const IN_ENVIRONMENT: [&str; 5] = ["validate", "upload", "sandbox", "reconcile", "config"];

/// The command line, with what is the same for all options. Where else they can be set is said once
/// for all of them, not behind each.
pub fn command() -> clap::Command {
    let everywhere = |arg: Arg| {
        if arg.is_global_set() {
            with_variable(arg)
        } else {
            arg
        }
    };
    let command = help::with_sections(Cli::command(), "tenjin-s2s").mut_args(everywhere);
    plain(command.mut_subcommands(|sub| match sub.get_name() {
        "ledger" => sub.mut_args(everywhere),
        name if IN_ENVIRONMENT.contains(&name) => sub.mut_args(with_variable),
        _ => sub,
    }))
}

/// The first command that has this option.
pub fn command_with(long: &str) -> Option<String> {
    let command = Cli::command();
    let has = |sub: &&clap::Command| sub.get_arguments().any(|arg| arg.get_long() == Some(long));
    let owner = command.get_subcommands().find(has)?;
    Some(owner.get_name().to_owned())
}

/// `--max-age` is `TENJIN_S2S_MAX_AGE`, too.
fn with_variable(arg: Arg) -> Arg {
    match arg.get_long() {
        Some(long) => {
            let name = long.replace('-', "_").to_uppercase();
            arg.env(format!("TENJIN_S2S_{name}"))
        }
        None => arg,
    }
}

/// An option whose value is neither a file nor one of some words is not completed with names of
/// files.
fn plain(command: clap::Command) -> clap::Command {
    let is_bare = |arg: &Arg| {
        arg.get_long().is_some()
            && arg.get_action().takes_values()
            && arg.get_value_hint() == ValueHint::Unknown
            && arg.get_possible_values().is_empty()
    };
    command
        .mut_args(|arg| {
            if is_bare(&arg) {
                arg.value_hint(ValueHint::Other)
            } else {
                arg
            }
        })
        .mut_args(|arg| arg.hide_env(true))
        .mut_subcommands(plain)
}

/// What `--version` says: all that tells one build from another. Its first line is all that `-V`
/// says: the number.
fn version() -> String {
    format!(
        "{}\ncommit    {}\ntarget    {}\nfeatures  gzip, zstd, SQLite {}, TLS by rustls",
        env!("CARGO_PKG_VERSION"),
        env!("BUILT_FROM"),
        env!("BUILT_FOR"),
        crate::ledger::sqlite_version(),
    )
}
