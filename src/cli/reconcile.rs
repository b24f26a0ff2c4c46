//! The options of `reconcile`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::global::OutputArg;
use super::values::{end_of_time, start_of_time};
use crate::delivery::MaxFailures;
use crate::reconcile::AppFilter;

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
    pub tolerance: MaxFailures,
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
    /// Write reconcile.html, reconcile.json and differences.csv here, in a folder of their own
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report_dir: Option<PathBuf>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: OutputArg,
}
