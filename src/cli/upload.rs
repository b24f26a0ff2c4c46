//! The options of `upload`: where to send, how fast, and when to stop.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use super::input::{InputArgs, REPORT};
use super::output::OutputArg;
use super::values::duration;
use crate::delivery::{InDoubt, RowLimit};
use crate::keys::{KeySource, Sharing};
use crate::model::Rate;

const SENDING: &str = "Sending";
const STOPPING: &str = "When to stop";
const LEDGER: &str = "Ledger";
const KEY: &str = "SDK key";

/// Which apps one key serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum KeyScopeArg {
    /// The app that the first rows name
    App,
    /// Every app of the input
    Account,
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
    /// What goes to stdout
    #[arg(long, help_heading = REPORT, value_name = "FORM", default_value = "text")]
    pub output: OutputArg,
}

/// How to send.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Do everything up to the wire, then show what would happen
    #[arg(long, help_heading = SENDING)]
    pub dry_run: bool,
    /// Send to a sandbox in this process, instead of Tenjin; needs no key
    #[arg(long, help_heading = SENDING, conflicts_with = "endpoint_url")]
    pub sandbox: bool,
    /// Requests a second (100/s) or a minute (600/m), or unlimited
    #[arg(long, help_heading = SENDING, value_name = "RATE", default_value = "100/s")]
    pub rate: Rate,
    /// Requests at the same time
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,
    /// Rows that are claimed together
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub batch_size: u32,
    /// Retries of one row
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "N", default_value_t = 8)]
    pub retries: u32,
    /// How long connecting may take
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub connect_timeout: Duration,
    /// How long a whole answer may take
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub timeout: Duration,
    /// Rows that left without a definite answer: auto resends opens, events and
    /// subscriptions on Android, and holds other money
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "POLICY", default_value = "auto")]
    pub in_doubt: InDoubt,
    /// Believe certificates that these authorities have signed, and no others (PEM)
    ///
    /// For a proxy that opens TLS, with the company's own authority. Default: `SSL_CERT_FILE`, else
    /// the authorities that Mozilla lists. Certificates are always checked.
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_file: Option<PathBuf>,
    /// Send to another server; http:// only on this machine
    #[arg(long, help_heading = SENDING, hide_short_help = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint_url: Option<String>,
    /// Validate everything first, and send nothing if a row is rejected (files only)
    #[arg(long, help_heading = STOPPING)]
    pub strict: bool,
    /// Stop when more rows than this are refused, failed or in doubt: N, or N% from row 200 on
    #[arg(long, help_heading = STOPPING, value_name = "N|N%", default_value = "10%")]
    pub max_failures: RowLimit,
    /// The longest wait of any kind, a retry's included: one that would end later stops the run
    #[arg(long, help_heading = STOPPING, hide_short_help = true, value_name = "DURATION", default_value = "15m", value_parser = duration)]
    pub max_wait: Duration,
    /// Remember and recognise what was sent in this file; default: in your state directory
    #[arg(long, help_heading = LEDGER, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<PathBuf>,
    /// Fail if there is no ledger yet, instead of starting one that remembers nothing
    #[arg(long, help_heading = LEDGER, hide_short_help = true)]
    pub require_ledger: bool,
    /// How long to wait for another run that uses the ledger
    #[arg(long, help_heading = LEDGER, hide_short_help = true, value_name = "DURATION", value_parser = duration)]
    pub wait_lock: Option<Duration>,
    /// Use a ledger on a network drive or in a shared folder: only if no other machine uses it
    #[arg(long, help_heading = LEDGER, hide_short_help = true)]
    pub allow_remote_ledger: bool,
    /// What tells rows apart that have neither `event_id` nor `event_time`: the same name for the
    /// same rows, each time they are uploaded
    #[arg(long, help_heading = LEDGER, hide_short_help = true, value_name = "NAME")]
    pub input_name: Option<String>,
    /// Send rows although rows of their source were sent before that had other ids, columns or zones
    #[arg(long, help_heading = LEDGER, hide_short_help = true)]
    pub new_identity: bool,
    /// With --new-identity, leave out money that looks like what was sent before: the same app, user,
    /// product and amount, at a time that may be the same (filtered as `looks_sent`)
    #[arg(long, help_heading = LEDGER, hide_short_help = true, requires = "new_identity")]
    pub skip_alike: bool,
    /// Send what `ledger resolve --as resend` or a killed run released, as it was read then
    #[arg(long, help_heading = LEDGER, hide_short_help = true, conflicts_with = "strict")]
    pub from_ledger: bool,
    /// Read the SDK key from this environment variable
    ///
    /// No option takes the key itself: other users of a machine can read the arguments of its
    /// processes. One key is one app; several apps and their keys are listed in tenjin-s2s.toml.
    #[arg(long, help_heading = KEY, value_name = "NAME", default_value = "TENJIN_SDK_KEY")]
    pub sdk_key_env: String,
    /// Read the SDK key from this file
    #[arg(long, help_heading = KEY, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sdk_key_file: Option<PathBuf>,
    /// The program that prints the key, and its arguments. From the configuration file only.
    #[arg(skip)]
    pub sdk_key_command: Option<Vec<String>>,
    /// Which apps the one key of a run serves: that of its rows, or every app of the account
    ///
    /// Most of Tenjin's keys belong to one app on one platform, so rows of several apps with one key
    /// are a mistake. Some serve an app on both platforms.
    #[arg(long, help_heading = KEY, hide_short_help = true, value_name = "SCOPE", default_value = "app")]
    pub key_scope: KeyScopeArg,
    /// Take a key file that others can read
    #[arg(long, help_heading = KEY, hide_short_help = true)]
    pub allow_shared_key_file: bool,
    /// Write reports here, each in a folder of its run's name; `latest` leads to the newest, and
    /// index.html lists them
    #[arg(long, help_heading = REPORT, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report_dir: Option<PathBuf>,
    /// Leave Prometheus metrics of the run in this file, however it ends; not for a dry run
    ///
    /// For the textfile collector of Prometheus' node exporter, which looks for files that end in
    /// .prom. The file is replaced whole if it is empty or begins as ours do, and everybody may read
    /// it (mode 0644): it holds counts and amounts, no ids. What a run does not know, such as rows in doubt
    /// after a mistake in the options, keeps its value from the file that was there. A run that finds
    /// the ledger in use leaves that file alone.
    #[arg(long, help_heading = REPORT, hide_short_help = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub metrics_file: Option<PathBuf>,
}

impl SendArgs {
    /// Whether a key file may be readable by others.
    pub fn sharing(&self) -> Sharing {
        if self.allow_shared_key_file {
            Sharing::Allowed
        } else {
            Sharing::Refused
        }
    }

    /// Where the one key of a run is.
    pub fn key_source(&self) -> KeySource {
        match (&self.sdk_key_command, &self.sdk_key_file) {
            (Some(words), _) => KeySource::Command(words.clone()),
            (None, Some(path)) => KeySource::File(path.clone()),
            (None, None) => KeySource::Env(self.sdk_key_env.clone()),
        }
    }
}
