//! The options of the commands that send no export: `fields`, `presets`, `guide`, `test`, `sandbox`
//! and `reconcile`.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum, ValueHint};

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
