//! The options of `upload`: where to send, how fast, and when to stop.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::input::InputArgs;
use super::values::duration;
use crate::pipeline::{InDoubt, MaxFailures};
use crate::rate::Rate;

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
