//! The options that say what to read, and how: those of `validate`, and of `upload` too.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum, ValueHint};
use encoding_rs::Encoding;

use super::output::OutputArg;
use super::values::{
    Delimiter, FieldPair, FormatArg, MaxAge, OutcomesArg, PresetName, allowed_names, delimiter,
    encoding, kind_names, max_age, own_text, platform_names, warning_codes,
};
use crate::cli::config::Apps;
use crate::delivery::RowLimit;
use crate::mapping::lookup::KeyField;
use crate::model::{DEFAULT_MAX_AGE_DAYS, Kind, Platform};
use crate::report::warning::WarningCode;
use crate::validate::IdFormat;

/// What to read, and how.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files, patterns, directories, or `-` for standard input; .gz and .zst are opened as they are
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    pub inputs: Vec<OsString>,
    /// The format of the inputs
    #[arg(long, help_heading = READING, hide_short_help = true, default_value = "auto")]
    pub format: FormatArg,
    /// What separates the cells of a CSV file: `auto`, a character, or `tab`
    #[arg(long, help_heading = READING, hide_short_help = true, value_name = "CHAR", default_value = "auto", value_parser = delimiter)]
    pub delimiter: Delimiter,
    /// The encoding of text inputs, such as windows-1252 or `shift_jis`; UTF-8 and UTF-16 with a
    /// byte order mark need none
    #[arg(long, help_heading = READING, hide_short_help = true, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<&'static Encoding>,
    /// Read only the first N rows
    #[arg(long, help_heading = READING, value_name = "N")]
    pub limit: Option<u64>,
    /// Fewer rows in all inputs together are a mistake: nothing is sent; 0 also lets an input
    /// without rows pass without a warning
    ///
    /// Rows from standard input have gone by the time they are counted: the run then stops with
    /// `min_rows`.
    #[arg(long, help_heading = READING, hide_short_help = true, value_name = "N")]
    pub min_rows: Option<u64>,
    /// The longest row that is read
    #[arg(long, help_heading = READING, hide_short_help = true, value_name = "BYTES", default_value_t = 1 << 20, value_parser = clap::value_parser!(u32).range(1024..=1 << 28))]
    pub max_row_bytes: u32,
    /// The export's preset (tenjin-s2s presets lists them); `auto` recognises it by its columns
    #[arg(long, help_heading = MAPPING, value_name = "NAME", default_value = "auto", value_parser = PresetName { auto: true }, hide_possible_values = true)]
    pub preset: String,
    /// A mapping file, such as `tenjin-s2s presets NAME` prints; takes the place of a recognised preset
    #[arg(long, help_heading = MAPPING, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub mapping: Option<PathBuf>,
    /// Take a field from this column: `--map event_time=created_at`, `--map price=a||b`
    ///
    /// The column is a name, a dotted path into an object or into a cell that holds JSON, or
    /// several: of `a||b` the first that is not empty counts, `date+time` joins two. Goes before a mapping file and a
    /// preset. tenjin-s2s fields lists the fields.
    #[arg(long, help_heading = MAPPING, value_name = "FIELD=COLUMN", value_parser = FieldPair, hide_possible_values = true, value_hint = ValueHint::Other)]
    pub map: Vec<(String, String)>,
    /// Give a field this value where a row has none: `--set currency=EUR`, `--set os_version:ios=17`
    ///
    /// With a platform behind the field's name, only in rows of that platform. A row that says
    /// something else keeps it; where that is about money (`currency`, `price`, `quantity`,
    /// `postcut`, ad revenue), it is rejected: see --override.
    #[arg(long, help_heading = MAPPING, value_name = "FIELD=VALUE", value_parser = FieldPair, hide_possible_values = true, value_hint = ValueHint::Other)]
    pub set: Vec<(String, String)>,
    /// Give a field this value in every row, whatever it says: `--override currency=EUR`
    ///
    /// Not for ids and times, which tell rows and users apart. What it replaced is counted.
    #[arg(long = "override", help_heading = MAPPING, hide_short_help = true, value_name = "FIELD=VALUE", value_parser = FieldPair, hide_possible_values = true, value_hint = ValueHint::Other)]
    pub overrides: Vec<(String, String)>,
    /// What every row is; otherwise a column `kind` or the filled fields decide
    #[arg(long, help_heading = MAPPING, value_name = "KIND", value_parser = kind_names())]
    pub kind: Option<Kind>,
    /// The app's bundle id, for rows that have none
    #[arg(long, help_heading = MAPPING, value_name = "ID", value_parser = own_text)]
    pub bundle_id: Option<String>,
    /// The app's platform, for rows that have none; `android_other` is Android
    /// without Google Play
    #[arg(long, help_heading = MAPPING, value_name = "NAME", value_parser = platform_names(), ignore_case = true)]
    pub platform: Option<Platform>,
    /// The time zone of times that carry none, such as UTC, Europe/Berlin or -05:00
    #[arg(long, allow_hyphen_values = true, help_heading = MAPPING, value_name = "ZONE", value_parser = own_text)]
    pub timezone: Option<String>,
    /// How times are written, if not as 2026-01-31 13:45:00: `%d/%m/%Y %H:%M`; several are tried in
    /// turn
    ///
    /// %Y year, %m month, %d day, %H hour, %M minute, %S second, %I and %p hour with AM or PM, %b
    /// month by name, %z offset. Times that fit none of them are read as they are otherwise.
    #[arg(long, help_heading = MAPPING, hide_short_help = true, value_name = "FORMAT")]
    pub time_format: Vec<String>,
    /// Read texts of amounts with a decimal comma: 4,99 or 1.234,50 EUR
    ///
    /// A mark before or behind the number has to be that of the row's currency.
    #[arg(long, help_heading = MAPPING)]
    pub decimal_comma: bool,
    /// Read texts of amounts with a decimal point, also where others have a comma: 1.000 is one,
    /// CHF 1'234.50 more than a thousand
    ///
    /// A mark before or behind the number has to be that of the row's currency.
    #[arg(long, help_heading = MAPPING, hide_short_help = true, conflicts_with = "decimal_comma")]
    pub decimal_point: bool,
    /// Leave out older rows.
    #[arg(
        long,
        help_heading = RULES,
        value_name = "DURATION|none",
        value_parser = max_age,
        help = about_max_age(),
        long_help = format!(
            "{}\n\nTenjin dates events when they arrive, so old ones would count as today's. \
             {DEFAULT_MAX_AGE_DAYS} days is the replay window of Tenjin's own SDK. Money whose time \
             is empty may be of any age, and is rejected unless this is `none`.",
            about_max_age()
        )
    )]
    pub max_age: Option<MaxAge>,
    /// Send a kind that is left out otherwise, since it can double revenue or is
    /// not documented for servers
    #[arg(long, help_heading = RULES, hide_short_help = true, value_name = "KIND", value_parser = allowed_names(), value_delimiter = ',')]
    pub allow: Vec<Kind>,
    /// Accept rows with neither advertising id nor IP address: Tenjin then takes this machine's address
    #[arg(long, help_heading = RULES, hide_short_help = true)]
    pub allow_missing_ip: bool,
    /// Make the extra fields of these partners required
    #[arg(long, help_heading = RULES, hide_short_help = true, value_name = "GROUP", value_delimiter = ',', value_parser = ["google-ads", "meta-aem"])]
    pub require: Vec<String>,
    /// How ids are written in requests; default: plain, but dashed for `ad_impression`
    #[arg(long, help_heading = RULES, hide_short_help = true, value_name = "FORM")]
    pub id_format: Option<IdFormat>,
    /// Add the undocumented `sent_at` to opens, events and purchases
    #[arg(long, help_heading = RULES, hide_short_help = true)]
    pub send_event_time: bool,
    /// Join ids that rows lack from this table: CSV or NDJSON, plain or compressed
    ///
    /// Tenjin's own raw data export, or your table of users. It fills
    /// `analytics_installation_id`, `advertising_id` and `developer_device_id`, which hardly any
    /// other vendor's export has all of, and the app and platform of rows that name none. Its
    /// columns are called as Tenjin's fields or as exports call them (`user_id`, `gaid`,
    /// `Plattform`); --encoding and --delimiter hold for it, too.
    #[arg(long, help_heading = IDS, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub lookup: Option<PathBuf>,
    /// Which field of a row finds it in the table
    #[arg(long, help_heading = IDS, value_name = "FIELD")]
    pub lookup_key: Option<KeyField>,
    /// Of several different values take this one; default: none of them
    #[arg(long, help_heading = IDS, hide_short_help = true, value_name = "WHICH", value_parser = [PossibleValue::new("last").help("The last one in the file")])]
    pub lookup_pick: Option<String>,
    /// Only for apps without Tenjin's SDK: make `analytics_installation_id` from this field
    #[arg(long, help_heading = IDS, value_name = "FIELD")]
    pub derive_installation_id: Option<KeyField>,
    /// Also name duplicate and filtered rows in outcomes.ndjson
    #[arg(long, help_heading = REPORT, hide_short_help = true, value_name = "WHICH", default_value = "problems")]
    pub outcomes: OutcomesArg,
    /// Stop when more rows than this are rejected; with --strict before anything is sent
    #[arg(long, help_heading = RULES, hide_short_help = true, value_name = "N|N%")]
    pub max_rejected: Option<RowLimit>,
    /// Take these warnings for known: they stand in the report and are not said
    #[arg(long, help_heading = REPORT, hide_short_help = true, value_name = "CODE", value_parser = warning_codes(), value_delimiter = ',')]
    pub accept_warnings: Vec<WarningCode>,
    /// End with exit code 1 if there is a warning that is not accepted
    #[arg(long, help_heading = REPORT, hide_short_help = true, value_name = "WHAT", value_parser = [PossibleValue::new("warnings").help("Warnings that are not accepted")])]
    pub fail_on: Option<String>,
    /// From the configuration file only.
    #[arg(skip)]
    pub apps: Apps,
}

const READING: &str = "Reading";
const MAPPING: &str = "Columns and fields";
const RULES: &str = "Rules for rows";
const IDS: &str = "Ids that rows lack";
/// What comes out.
pub(super) const REPORT: &str = "Report";

/// `tenjin-s2s validate`
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// What goes to stdout; github and junit put each rejected row at its file and line, and the
    /// summary on stderr
    #[arg(long, help_heading = REPORT, value_name = "FORM", default_value = "text")]
    pub output: ReportForm,
    /// Write reports here, each in a folder of its run's name; `latest` leads to the newest, and
    /// index.html lists them
    #[arg(long, help_heading = REPORT, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report_dir: Option<PathBuf>,
}

/// What `validate` and `upload` print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportForm {
    /// For people
    Text,
    /// The report
    Json,
    /// Annotations of GitHub's workflows
    Github,
    /// XML that CI servers read
    Junit,
}

impl From<OutputArg> for ReportForm {
    fn from(form: OutputArg) -> Self {
        match form {
            OutputArg::Text => ReportForm::Text,
            OutputArg::Json => ReportForm::Json,
        }
    }
}

fn about_max_age() -> String {
    format!(
        "Leave out rows that are older than this; default {DEFAULT_MAX_AGE_DAYS} days where a time is mapped"
    )
}
