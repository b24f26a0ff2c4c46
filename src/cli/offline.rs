//! The options of the commands that send no export: `fields`, `presets`, `guide`, `test`, `sandbox`
//! and `reconcile`.
//!
//! The commands and options of `ledger`.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::guides;
use super::output::{AnswerArgs, OutputArg};
use super::values::{PresetName, duration, end_of_time, kind_names, start_of_time};
use crate::delivery::RowLimit;
use crate::model::Kind;
use crate::reconcile::AppFilter;

/// `tenjin-s2s fields`
#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// Only this kind
    #[arg(value_parser = kind_names())]
    pub kind: Option<Kind>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: FieldsForm,
    /// Print the JSON Schema of report.json instead
    #[arg(long, conflicts_with_all = ["kind", "output"])]
    pub report_schema: bool,
}

/// What `fields` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FieldsForm {
    /// A table for people.
    Text,
    /// The tables as JSON.
    Json,
    /// The first line of a CSV file.
    CsvHeader,
    /// That line and a row that is right.
    CsvExample,
    /// A JSON Schema of NDJSON rows.
    JsonSchema,
}

/// `tenjin-s2s presets`
#[derive(Debug, Args)]
pub struct PresetsArgs {
    /// Which preset to print
    #[arg(value_parser = PresetName { auto: false })]
    pub name: Option<String>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// `tenjin-s2s guide`
#[derive(Debug, Args)]
pub struct GuideArgs {
    /// Which guide to print
    #[arg(value_parser = PossibleValuesParser::new(guides::ALL.iter().map(|guide| guide.name)))]
    pub name: Option<String>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// `tenjin-s2s test`
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Mapping files, or names of presets
    #[arg(value_name = "MAPPING", required = true)]
    pub mappings: Vec<String>,
    /// In what form to answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: TestForm,
}

/// The forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestForm {
    /// For people
    Text,
    /// A list with an object for each example
    Json,
    /// XML that CI servers read
    Junit,
}

/// `tenjin-s2s sandbox`
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// Where to listen; this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    pub listen: SocketAddr,
    /// How long every answer takes
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    pub latency: Duration,
    /// What goes wrong, and how often: http429=5%,lost=1%
    #[arg(long, value_name = "NAME=P%,...", default_value = "")]
    pub fault: crate::sandbox::Faults,
    /// Answer 429 above this rate
    #[arg(long, value_name = "RATE")]
    pub rate_limit: Option<crate::sandbox::Rate>,
    /// A key that clients may use, and the app that it is for: KEY=com.example.game/ios; can be
    /// given several times. A key without an app serves every app. Without this option any key is
    /// taken, each for the first app that it is used for
    #[arg(long, value_name = "KEY[=BUNDLE_ID/PLATFORM]", value_delimiter = ',')]
    pub key: Vec<crate::sandbox::SdkKey>,
    /// Makes the faults repeatable
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Write every recorded event to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub record: Option<PathBuf>,
    /// What goes to stdout
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: OutputArg,
}

/// `tenjin-s2s reconcile`
#[derive(Debug, Args)]
pub struct ReconcileArgs {
    /// Tenjin's own raw export: files, patterns, directories, or - for standard input
    #[arg(value_name = "EXPORT", value_hint = ValueHint::AnyPath, required_unless_present = "print_mapping")]
    pub exports: Vec<OsString>,
    /// Compare only arrivals from this day or time on (UTC); default: the day of the first one in
    /// the export
    #[arg(long, value_name = "TIME", value_parser = start_of_time)]
    pub from: Option<i64>,
    /// Compare only arrivals up to the end of this day, or before this time; default: the day of
    /// the last one in the export
    #[arg(long, value_name = "TIME", value_parser = end_of_time)]
    pub to: Option<i64>,
    /// Compare only this app; can be given several times
    #[arg(long, value_name = "BUNDLE_ID[/PLATFORM]", value_delimiter = ',')]
    pub app: Vec<AppFilter>,
    /// How many rows may be missing, or have other money: N or N%
    #[arg(long, value_name = "N|N%", default_value = "0")]
    pub tolerance: RowLimit,
    /// What the export's columns are, if they are not those that we know
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub export_mapping: Option<PathBuf>,
    /// Print that mapping as a file to edit, and do nothing else
    #[arg(long, conflicts_with = "exports")]
    pub print_mapping: bool,
    /// The ledger; default: in your state directory
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<PathBuf>,
    /// Compare what was sent to this server instead of Tenjin
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint_url: Option<String>,
    /// Write reconcile.html, reconcile.json, differences.csv and `in_doubt.csv` here, in a folder of
    /// their own
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report_dir: Option<PathBuf>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: OutputArg,
}

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
