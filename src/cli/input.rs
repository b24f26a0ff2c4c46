//! The options that say what to read, and how: those of `validate`, and of `upload` too.

use std::path::PathBuf;

use clap::Args;

use super::forms::{FormatArg, IdFormatArg, OutcomesArg, PickArg};
use super::global::OutputArg;
use super::values::{Delimiter, MaxAge, allowed_names, assignment, delimiter, kind_names, max_age};
use crate::config::Apps;
use crate::kind::Kind;
use crate::lookup::KeyField;

/// What to read, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input options")]
pub struct InputArgs {
    /// Files, patterns, directories, or `-` for standard input; .gz and .zst are opened as they are
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// The format of the inputs
    #[arg(long, default_value = "auto", env = "TENJIN_S2S_FORMAT")]
    pub format: FormatArg,
    /// What separates the cells of a CSV file: `auto`, a character, or `tab`
    #[arg(long, value_name = "CHAR", default_value = "auto", value_parser = delimiter, env = "TENJIN_S2S_DELIMITER")]
    pub delimiter: Delimiter,
    /// The export's preset (tenjin-s2s presets lists them); `auto` recognises it by its columns
    #[arg(
        long,
        value_name = "NAME",
        default_value = "auto",
        env = "TENJIN_S2S_PRESET"
    )]
    pub preset: String,
    /// A mapping file, such as `tenjin-s2s presets NAME` prints; takes the place of a recognised preset
    #[arg(long, value_name = "FILE", env = "TENJIN_S2S_MAPPING")]
    pub mapping: Option<PathBuf>,
    /// Take a field from this column: `--map event_time=created_at`, `--map price=a||b`
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = assignment, env = "TENJIN_S2S_MAP")]
    pub map: Vec<(String, String)>,
    /// Give a field this value in every row
    #[arg(long, value_name = "FIELD=VALUE", value_parser = assignment, env = "TENJIN_S2S_SET")]
    pub set: Vec<(String, String)>,
    /// What every row is; otherwise a column `kind` or the filled fields decide
    #[arg(long, value_name = "KIND", value_parser = kind_names(), env = "TENJIN_S2S_KIND")]
    pub kind: Option<Kind>,
    /// The app's bundle id, for inputs that have no column for it
    #[arg(long, value_name = "ID", env = "TENJIN_S2S_BUNDLE_ID")]
    pub bundle_id: Option<String>,
    /// The app's platform: ios, android, amazon or `android_other`
    #[arg(long, value_name = "NAME", env = "TENJIN_S2S_PLATFORM")]
    pub platform: Option<String>,
    /// Make the extra fields of these partners required
    #[arg(long, value_name = "GROUP", value_delimiter = ',', value_parser = ["google-ads", "meta-aem"], env = "TENJIN_S2S_REQUIRE")]
    pub require: Vec<String>,
    /// The time zone of times that carry none, such as UTC or Europe/Berlin
    #[arg(long, value_name = "ZONE", env = "TENJIN_S2S_TIMEZONE")]
    pub timezone: Option<String>,
    /// How ids are written in requests; default: plain, but dashed for `ad_impression`
    #[arg(long, value_name = "FORM", env = "TENJIN_S2S_ID_FORMAT")]
    pub id_format: Option<IdFormatArg>,
    /// Leave out rows that are older than this; default 7 days where a time is mapped
    #[arg(long, value_name = "DURATION|none", value_parser = max_age, env = "TENJIN_S2S_MAX_AGE")]
    pub max_age: Option<MaxAge>,
    /// Send a kind that is left out otherwise, since it can double revenue or is undocumented
    #[arg(long, value_name = "KIND", value_parser = allowed_names(), env = "TENJIN_S2S_ALLOW", value_delimiter = ',')]
    pub allow: Vec<Kind>,
    /// Accept rows with neither advertising id nor IP address: Tenjin then takes this machine's address
    #[arg(long, env = "TENJIN_S2S_ALLOW_MISSING_IP")]
    pub allow_missing_ip: bool,
    /// Add the undocumented `sent_at` to opens, events and purchases
    #[arg(long, env = "TENJIN_S2S_SEND_EVENT_TIME")]
    pub send_event_time: bool,
    /// The longest row that is read
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20, env = "TENJIN_S2S_MAX_ROW_BYTES", value_parser = clap::value_parser!(u32).range(1024..=1 << 28))]
    pub max_row_bytes: u32,
    /// Read only the first N rows
    #[arg(long, value_name = "N", env = "TENJIN_S2S_LIMIT")]
    pub limit: Option<u64>,
    /// Join ids that rows lack from this table: CSV or NDJSON, plain or compressed
    #[arg(long, value_name = "FILE", env = "TENJIN_S2S_LOOKUP")]
    pub lookup: Option<PathBuf>,
    /// Which field of a row finds it in the table
    #[arg(long, value_name = "FIELD", env = "TENJIN_S2S_LOOKUP_KEY")]
    pub lookup_key: Option<KeyField>,
    /// Of several different values take this one; default: none of them
    #[arg(long, value_name = "WHICH", env = "TENJIN_S2S_LOOKUP_PICK")]
    pub lookup_pick: Option<PickArg>,
    /// Only for apps without Tenjin's SDK: make `analytics_installation_id` from this field
    #[arg(long, value_name = "FIELD", env = "TENJIN_S2S_DERIVE_INSTALLATION_ID")]
    pub derive_installation_id: Option<KeyField>,
    /// What goes to stdout
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        env = "TENJIN_S2S_OUTPUT"
    )]
    pub output: OutputArg,
    /// Also name duplicate and filtered rows in outcomes.ndjson
    #[arg(
        long,
        value_name = "WHICH",
        default_value = "problems",
        env = "TENJIN_S2S_OUTCOMES"
    )]
    pub outcomes: OutcomesArg,
    /// From the configuration file only.
    #[arg(skip)]
    pub apps: Apps,
}

/// `tenjin-s2s validate`
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Write the report here; a folder of the run's name in it, if it is not empty
    #[arg(long, value_name = "DIR", env = "TENJIN_S2S_REPORT_DIR")]
    pub report_dir: Option<PathBuf>,
}
