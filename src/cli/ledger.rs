//! The commands and options of `ledger`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::examples;
use super::global::{AnswerArgs, OutputArg};
use super::values::duration;

/// `tenjin-s2s ledger`
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// What to do with it
    #[command(subcommand)]
    pub command: LedgerCommand,
    /// The ledger; default: in your state directory
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, env = "TENJIN_S2S_LEDGER")]
    pub ledger: Option<PathBuf>,
    /// How long to wait for a run that uses the ledger
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration, value_hint = ValueHint::Other, env = "TENJIN_S2S_WAIT_LOCK")]
    pub wait_lock: Option<Duration>,
}

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Say what is remembered, and what is open
    #[command(after_help = examples::STATUS)]
    Status {
        /// In what form to answer
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// List the rows that are not settled
    #[command(after_help = examples::LIST)]
    List {
        /// Only rows in doubt
        #[arg(long)]
        in_doubt: bool,
        /// Only rows of this run
        #[arg(long, value_name = "ID", value_hint = ValueHint::Other)]
        run: Option<String>,
        /// The form of the answer; json: one object a line
        #[arg(
            long,
            value_name = "FORM",
            default_value = "text",
            env = "TENJIN_S2S_OUTPUT"
        )]
        output: OutputArg,
    },
    /// Decide about the rows of a run that are in doubt
    #[command(after_help = examples::RESOLVE)]
    Resolve {
        /// Which run
        #[arg(long, value_name = "ID", value_hint = ValueHint::Other)]
        run: String,
        /// Whether Tenjin has them (accepted), or they shall be sent again (resend)
        #[arg(long = "as", value_name = "WHAT")]
        resolution: ResolutionArg,
        /// In what form to answer
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Forget what was accepted: by run, or before a time
    #[command(group(clap::ArgGroup::new("what").required(true).args(["run", "older_than"])))]
    #[command(after_help = examples::FORGET)]
    Forget {
        /// What this run had accepted: rows dated no later than its last one will be filtered from
        /// now on
        #[arg(long, value_name = "ID", value_hint = ValueHint::Other)]
        run: Option<String>,
        /// Events older than this: rows of that time will be filtered from now on
        #[arg(long, value_name = "DURATION", value_parser = duration, value_hint = ValueHint::Other)]
        older_than: Option<Duration>,
        /// In what form to answer
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Write everything as NDJSON
    #[command(after_help = examples::EXPORT)]
    Export,
}

/// What a person found out about rows in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResolutionArg {
    /// Tenjin has them: never send them again
    Accepted,
    /// Tenjin does not have them: send them again
    Resend,
}
