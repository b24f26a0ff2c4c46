//! What the user may type. Nothing is decided here: `plan` does that.
//!
//! There is no option that takes the SDK key itself: process arguments are readable by others.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{Apps, InForce};
use crate::kind::Kind;
use crate::lookup::KeyField;
use crate::pipeline::{InDoubt, MaxFailures};
use crate::rate::Rate;

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
    #[command(after_help = VALIDATE_EXAMPLES)]
    Validate(Box<ValidateArgs>),
    /// Validate, then send to Tenjin and write a report
    #[command(after_help = UPLOAD_EXAMPLES)]
    Upload(Box<UploadArgs>),
    /// Run a local stand-in for Tenjin, with faults on demand
    #[command(after_help = SANDBOX_EXAMPLES)]
    Sandbox(SandboxArgs),
    /// Show Tenjin's fields for each kind of row
    #[command(after_help = FIELDS_EXAMPLES)]
    Fields(FieldsArgs),
    /// List the presets, or print one as a mapping file to edit
    #[command(after_help = PRESETS_EXAMPLES)]
    Presets {
        /// Which preset to print
        name: Option<String>,
    },
    /// Show what is remembered as sent, and decide about rows in doubt
    #[command(after_help = LEDGER_EXAMPLES)]
    Ledger(LedgerArgs),
    /// Show which options, apps and keys are in force, and where each comes from
    #[command(after_help = CONFIG_EXAMPLES)]
    Config(Box<UploadArgs>),
    /// Print the completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

const VALIDATE_EXAMPLES: &str = "Examples:\n  \
    tenjin-s2s validate events.csv\n  \
    tenjin-s2s validate export/ --map event_time=created_at --timezone Europe/Berlin\n  \
    zcat events.ndjson.gz | tenjin-s2s validate -";
const UPLOAD_EXAMPLES: &str = "Examples:\n  \
    tenjin-s2s upload events.csv --dry-run\n  \
    tenjin-s2s upload events.csv --sandbox\n  \
    tenjin-s2s upload purchases.csv --kind purchase --rate 50/s --report-dir reports\n  \
    tail -F events.ndjson | tenjin-s2s upload -";
const SANDBOX_EXAMPLES: &str = "Examples:\n  \
    tenjin-s2s sandbox --listen 127.0.0.1:8080 --latency 50ms\n  \
    tenjin-s2s sandbox --fault http429=5%,lost=1% --record received.ndjson";
const LEDGER_EXAMPLES: &str = "Examples:\n  \
    tenjin-s2s ledger status\n  \
    tenjin-s2s ledger list --in-doubt\n  \
    tenjin-s2s ledger resolve --run 20261122T010203Z-1a2b3c4d --as accepted\n  \
    tenjin-s2s ledger forget --older-than 400d";
const CONFIG_EXAMPLES: &str = "Examples:\n  \
    tenjin-s2s config\n  \
    tenjin-s2s config --config /etc/tenjin-s2s.toml --output json";
const PRESETS_EXAMPLES: &str = "Examples:\n  \
    tenjin-s2s presets\n  \
    tenjin-s2s presets appsflyer > my.toml\n  \
    tenjin-s2s validate export.csv --mapping my.toml";
const FIELDS_EXAMPLES: &str = "Examples:\n  \
    tenjin-s2s fields purchase\n  \
    tenjin-s2s fields event --output csv-header > events.csv\n  \
    tenjin-s2s fields --report-schema > report.schema.json";

/// Options that every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "General options")]
pub struct TalkArgs {
    /// Say nothing unless something needs attention
    #[arg(short, long, global = true, env = "TENJIN_S2S_QUIET")]
    pub quiet: bool,
    /// Say more
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "quiet",
        env = "TENJIN_S2S_VERBOSE"
    )]
    pub verbose: bool,
    /// How progress is shown on stderr
    #[arg(
        long,
        global = true,
        value_name = "FORM",
        default_value = "auto",
        env = "TENJIN_S2S_PROGRESS"
    )]
    pub progress: ProgressArg,
    /// Colour the summary
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        env = "TENJIN_S2S_COLOR"
    )]
    pub color: ColorArg,
    /// Take options, apps and keys from this file; default: `tenjin-s2s.toml` here, else in your
    /// configuration directory
    #[arg(long, global = true, value_name = "FILE", env = "TENJIN_S2S_CONFIG")]
    pub config: Option<PathBuf>,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    /// A bar on a terminal, plain lines elsewhere
    Auto,
    /// A bar that redraws itself; plain lines where stderr is no terminal
    Bar,
    /// A line every ten seconds
    Plain,
    /// An event for programs on each line, as JSON, and nothing else
    Json,
    /// Nothing
    Off,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What goes to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputArg {
    /// For people
    Text,
    /// report.json
    Json,
}

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

/// Which of several values a look-up takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PickArg {
    /// The last one in the file
    Last,
}

/// Which rows outcomes.ndjson names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomesArg {
    /// Rows that need attention
    Problems,
    /// Duplicate and filtered rows too
    All,
}

/// The format of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// By content
    Auto,
    /// A header and records
    Csv,
    /// One JSON object a line
    Ndjson,
}

/// How ids are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IdFormatArg {
    /// 32 lower-case hex digits
    Plain,
    /// With dashes
    Dashed,
    /// As the input has them
    Keep,
}

/// What separates cells; `None` is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(pub Option<u8>);

/// The oldest row that is sent; `None` is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxAge(pub Option<Duration>);

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

/// `tenjin-s2s upload`
#[derive(Debug, Args)]
pub struct UploadArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// How to send.
    #[command(flatten)]
    pub send: SendArgs,
}

/// How to send.
#[derive(Debug, Args)]
#[command(next_help_heading = "Upload options")]
pub struct SendArgs {
    /// Do everything up to the wire, then show what would happen
    #[arg(long, env = "TENJIN_S2S_DRY_RUN")]
    pub dry_run: bool,
    /// Send to a sandbox in this process, instead of Tenjin; needs no key
    #[arg(long, conflicts_with = "endpoint_url", env = "TENJIN_S2S_SANDBOX")]
    pub sandbox: bool,
    /// Requests a second (100/s) or a minute (600/m), or unlimited
    #[arg(
        long,
        value_name = "RATE",
        default_value = "100/s",
        env = "TENJIN_S2S_RATE"
    )]
    pub rate: Rate,
    /// Requests at the same time
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024), env = "TENJIN_S2S_CONCURRENCY")]
    pub concurrency: u16,
    /// Rows that are claimed together
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000), env = "TENJIN_S2S_BATCH_SIZE")]
    pub batch_size: u32,
    /// Retries of one row
    #[arg(
        long,
        value_name = "N",
        default_value_t = 8,
        env = "TENJIN_S2S_RETRIES"
    )]
    pub retries: u32,
    /// How long connecting may take
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration, env = "TENJIN_S2S_CONNECT_TIMEOUT")]
    pub connect_timeout: Duration,
    /// How long a whole answer may take
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration, env = "TENJIN_S2S_TIMEOUT")]
    pub timeout: Duration,
    /// Rows that left without a definite answer: auto resends opens and events and holds money
    #[arg(
        long,
        value_name = "POLICY",
        default_value = "auto",
        env = "TENJIN_S2S_IN_DOUBT"
    )]
    pub in_doubt: InDoubt,
    /// Validate everything first, and send nothing if a row is rejected (files only)
    #[arg(long, env = "TENJIN_S2S_STRICT")]
    pub strict: bool,
    /// Stop when more rows than this are refused, failed or in doubt: N, or N% from row 200 on
    #[arg(
        long,
        value_name = "N|N%",
        default_value = "10%",
        env = "TENJIN_S2S_MAX_FAILURES"
    )]
    pub max_failures: MaxFailures,
    /// The longest pause of any kind, before the run stops
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration, env = "TENJIN_S2S_MAX_WAIT")]
    pub max_wait: Duration,
    /// Remember and recognise what was sent in this file; default: in your state directory
    #[arg(long, value_name = "FILE", env = "TENJIN_S2S_LEDGER")]
    pub ledger: Option<PathBuf>,
    /// Fail if there is no ledger yet, instead of starting one that remembers nothing
    #[arg(long, env = "TENJIN_S2S_REQUIRE_LEDGER")]
    pub require_ledger: bool,
    /// How long to wait for another run that uses the ledger
    #[arg(long, value_name = "DURATION", value_parser = duration, env = "TENJIN_S2S_WAIT_LOCK")]
    pub wait_lock: Option<Duration>,
    /// What tells rows apart that have neither `event_id` nor `event_time`: the same name for the
    /// same rows, each time they are uploaded
    #[arg(long, value_name = "NAME", env = "TENJIN_S2S_INPUT_NAME")]
    pub input_name: Option<String>,
    /// Send an input again although its rows now have other ids or times than when it was uploaded
    #[arg(long, env = "TENJIN_S2S_NEW_IDENTITY")]
    pub new_identity: bool,
    /// Send what `ledger resolve --as resend` released, without its input
    #[arg(long, conflicts_with_all = ["dry_run", "strict", "sandbox"], env = "TENJIN_S2S_FROM_LEDGER")]
    pub from_ledger: bool,
    /// Send to another server; http:// only on this machine
    #[arg(long, value_name = "URL", env = "TENJIN_S2S_ENDPOINT_URL")]
    pub endpoint_url: Option<String>,
    /// Write the report here; a folder of the run's name in it, if it is not empty
    #[arg(long, value_name = "DIR", env = "TENJIN_S2S_REPORT_DIR")]
    pub report_dir: Option<PathBuf>,
    /// Leave Prometheus metrics of the run in this file, however it ends; not for a dry run
    #[arg(long, value_name = "FILE", env = "TENJIN_S2S_METRICS_FILE")]
    pub metrics_file: Option<PathBuf>,
    /// Read the SDK key from this file
    #[arg(long, value_name = "FILE", env = "TENJIN_S2S_SDK_KEY_FILE")]
    pub sdk_key_file: Option<PathBuf>,
    /// Read the SDK key from this environment variable
    #[arg(
        long,
        value_name = "NAME",
        default_value = "TENJIN_SDK_KEY",
        env = "TENJIN_S2S_SDK_KEY_ENV"
    )]
    pub sdk_key_env: String,
    /// Take a key file that others can read
    #[arg(long, env = "TENJIN_S2S_ALLOW_SHARED_KEY_FILE")]
    pub allow_shared_key_file: bool,
}

/// `tenjin-s2s sandbox`
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// Where to listen; this machine only
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8787",
        env = "TENJIN_S2S_LISTEN"
    )]
    pub listen: SocketAddr,
    /// How long every answer takes
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    pub latency: Duration,
    /// What goes wrong, and how often: http429=5%,lost=1%
    #[arg(long, value_name = "NAME=P%,…", default_value = "")]
    pub fault: crate::sandbox::Faults,
    /// Answer 429 above this rate
    #[arg(long, value_name = "RATE")]
    pub rate_limit: Option<crate::sandbox::Rate>,
    /// The key that clients must use; any, if not given
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Makes the faults repeatable
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Write every recorded event to this file
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

/// `tenjin-s2s ledger`
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// What to do with it
    #[command(subcommand)]
    pub command: LedgerCommand,
    /// The ledger; default: in your state directory
    #[arg(long, global = true, value_name = "FILE", env = "TENJIN_S2S_LEDGER")]
    pub ledger: Option<PathBuf>,
    /// How long to wait for a run that uses the ledger
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration, env = "TENJIN_S2S_WAIT_LOCK")]
    pub wait_lock: Option<Duration>,
}

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Say what is remembered, and what is open
    Status {
        /// The form of the answer
        #[arg(long, value_name = "FORM", default_value = "text")]
        output: OutputArg,
    },
    /// List the rows that are not settled
    List {
        /// Only rows in doubt
        #[arg(long)]
        in_doubt: bool,
        /// Only rows of this run
        #[arg(long, value_name = "ID")]
        run: Option<String>,
        /// The form of the answer; json: one object a line
        #[arg(long, value_name = "FORM", default_value = "text")]
        output: OutputArg,
    },
    /// Decide about the rows of a run that are in doubt
    Resolve {
        /// Which run
        #[arg(long, value_name = "ID")]
        run: String,
        /// Whether Tenjin has them (accepted), or they shall be sent again (resend)
        #[arg(long = "as", value_name = "WHAT")]
        resolution: ResolutionArg,
    },
    /// Forget what was accepted: by run, or before a time
    #[command(group(clap::ArgGroup::new("what").required(true).args(["run", "older_than"])))]
    Forget {
        /// What this run had accepted: its rows may be sent again
        #[arg(long, value_name = "ID")]
        run: Option<String>,
        /// Events older than this: rows of that time will be filtered from now on
        #[arg(long, value_name = "DURATION", value_parser = duration)]
        older_than: Option<Duration>,
    },
    /// Write everything as NDJSON
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

/// `tenjin-s2s fields`
#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// Only this kind
    #[arg(value_parser = kind_names())]
    pub kind: Option<Kind>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: crate::fields::FieldsForm,
    /// Print the JSON Schema of report.json instead
    #[arg(long, conflicts_with_all = ["kind", "output"])]
    pub report_schema: bool,
}

fn kind_names() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|name| name.parse::<Kind>())
}

fn allowed_names() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Kind::NEED_PERMISSION.map(Kind::name))
        .try_map(|name| name.parse::<Kind>())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    let field = field.trim();
    if field.is_empty() {
        return Err("the name before = is empty".into());
    }
    Ok((field.to_owned(), value.to_owned()))
}

fn delimiter(text: &str) -> Result<Delimiter, String> {
    match text {
        "auto" => Ok(Delimiter(None)),
        "tab" | "\\t" | "\t" => Ok(Delimiter(Some(b'\t'))),
        _ => match text.as_bytes() {
            [one] if one.is_ascii_punctuation() && *one != b'"' => Ok(Delimiter(Some(*one))),
            _ => Err("write auto, tab, or one character such as ; or |".into()),
        },
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|e| format!("{e}; write 30s, 15m or 7d"))
}

fn max_age(text: &str) -> Result<MaxAge, String> {
    match text {
        "none" => Ok(MaxAge(None)),
        _ => duration(text).map(|age| MaxAge(Some(age))),
    }
}
