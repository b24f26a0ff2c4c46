//! The options of `sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use super::global::OutputArg;
use super::values::duration;

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
