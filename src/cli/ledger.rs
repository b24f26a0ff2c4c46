//! The commands and options of `ledger`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::output::AnswerArgs;
use super::values::duration;

/// `tenjin-s2s ledger`
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// What to do with it
    #[command(subcommand)]
    pub command: LedgerCommand,
    /// The ledger; default: in your state directory
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<PathBuf>,
    /// How long to wait for a run that uses the ledger
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    pub wait_lock: Option<Duration>,
}

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Say what is remembered, and what is open
    Status {
        /// In what form to answer
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// List the rows that are not settled
    List(ListArgs),
    /// Say whether a row was sent, when, in which run, and with what amount
    #[command(group(clap::ArgGroup::new("wanted").required(true).args(["event_id", "row", "user"])))]
    Find(FindArgs),
    /// Decide about rows that are in doubt or released: all of a run, or single ones
    #[command(group(clap::ArgGroup::new("rows").required(true).multiple(true).args(["run", "row", "from"])))]
    Resolve(ResolveArgs),
    /// Forget what was accepted: by run, or before a time
    #[command(group(clap::ArgGroup::new("what").required(true).args(["run", "older_than"])))]
    Forget(ForgetArgs),
    /// Write everything as NDJSON
    Export,
    /// Read every page and every index, and say what is damaged
    Check {
        /// In what form to answer
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Go on with a ledger that has lost something: money that it does not know is held in doubt
    Recover {
        /// In what form to answer
        #[command(flatten)]
        answer: AnswerArgs,
    },
    /// Copy the ledger to a new file, also while it is in use
    Backup {
        /// The copy
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        to: PathBuf,
        /// In what form to answer
        #[command(flatten)]
        answer: AnswerArgs,
    },
}

/// `ledger list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only rows in doubt
    #[arg(long)]
    pub in_doubt: bool,
    /// Only rows of this run
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// `ledger find`
#[derive(Debug, Args)]
pub struct FindArgs {
    /// Rows with this `event_id`
    #[arg(long, value_name = "ID")]
    pub event_id: Option<String>,
    /// The row that stood on this line of an input
    #[arg(long, value_name = "FILE:LINE", value_parser = place)]
    pub row: Option<(String, u64)>,
    /// Rows of this `customer_user_id`
    #[arg(long, value_name = "ID")]
    pub user: Option<String>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// `ledger resolve`
#[derive(Debug, Args)]
pub struct ResolveArgs {
    /// The rows of this run; with --row, which run read the row
    #[arg(long, value_name = "ID", conflicts_with = "from")]
    pub run: Option<String>,
    /// The row that stood on this line of an input; several times for several rows
    #[arg(long, value_name = "FILE:LINE", value_parser = place, conflicts_with = "from")]
    pub row: Vec<(String, u64)>,
    /// A file from `in_doubt/` in which you have added a column `_answer` with accepted or resend;
    /// rows without an answer stay in doubt
    #[arg(long, value_name = "FILE", conflicts_with = "resolution", value_hint = ValueHint::FilePath)]
    pub from: Option<PathBuf>,
    /// Whether Tenjin has rows in doubt (accepted), or they shall be sent again (resend); or that
    /// released rows are given up (dropped)
    #[arg(long = "as", value_name = "WHAT", required_unless_present = "from")]
    pub resolution: Option<ResolutionArg>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// `ledger forget`
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// What this run had accepted; hashes stay, so that its rows are still recognised
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Events older than this: rows of that time will be filtered from now on
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub older_than: Option<Duration>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// A row by its place: the input's name, as reports have it, and the line.
fn place(text: &str) -> Result<(String, u64), String> {
    let parts = text.rsplit_once(':');
    let place = parts.and_then(|(file, line)| Some((file.to_owned(), line.parse().ok()?)));
    place
        .filter(|(file, _)| !file.is_empty())
        .ok_or_else(|| "write the input and the line: events.csv:41".into())
}

/// What a person has decided about open rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResolutionArg {
    /// Tenjin has them: never send them again
    Accepted,
    /// Tenjin does not have them: send them again
    Resend,
    /// Released rows are no longer waited for
    Dropped,
}
