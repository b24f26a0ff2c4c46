//! What became of a row: exactly one of these for every row read.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Revenue, shown};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Tenjin said 200 and code 200.
    Accepted,
    /// Our validation said no; never sent.
    Rejected,
    /// A rule leaves it out.
    Filtered,
    /// Accepted before, or the same identity occurred before in this run.
    Duplicate,
    /// Tenjin answered no to this row.
    Refused,
    /// Retries used up, and no attempt can have been recorded.
    Failed,
    /// It left, and what came back does not say whether it was recorded; held.
    InDoubt,
    /// The run ended first, or a row before it of the same installation failed.
    NotSent,
}

impl Outcome {
    /// Every outcome, in the order of the report.
    pub const ALL: [Outcome; 8] = [
        Outcome::Accepted,
        Outcome::Rejected,
        Outcome::Filtered,
        Outcome::Duplicate,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::NotSent,
    ];

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Rejected => "rejected",
            Outcome::Filtered => "filtered",
            Outcome::Duplicate => "duplicate",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::InDoubt => "in_doubt",
            Outcome::NotSent => "not_sent",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a run, or one app of it, stopped before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The key is unknown, or not this app's.
    Unauthorized,
    /// No such bundle id on this platform.
    NoSuchApp,
    /// The app's key is disabled.
    AppDisabled,
    /// All of the first rows were refused.
    Canary,
    /// More rows went wrong than `--max-failures` allows.
    MaxFailures,
    /// No definite answer for `--max-wait`.
    Unreachable,
    /// Tenjin asked for a longer pause than `--max-wait`.
    AskedToWait,
    /// The disk has no room for the ledger or the report.
    DiskFull,
    /// Another program keeps the ledger's database locked.
    LedgerBusy,
    /// The ledger cannot be read or written, or is no longer the one that the run opened.
    LedgerFailed,
    /// An input is cut, corrupt, or became another one while it was read.
    InputError,
    /// The system failed to read an input.
    ReadError,
    /// `--strict`, and a row was rejected.
    Strict,
    /// More rows were rejected than `--max-rejected` allows.
    MaxRejected,
    /// Fewer rows came than `--min-rows` asks for.
    MinRows,
    /// Rows are not identified as they must be.
    NoIdentity,
    /// A signal.
    Interrupted,
}

impl StopReason {
    /// Every reason.
    pub const ALL: [StopReason; 17] = [
        StopReason::Unauthorized,
        StopReason::NoSuchApp,
        StopReason::AppDisabled,
        StopReason::Canary,
        StopReason::MaxFailures,
        StopReason::Unreachable,
        StopReason::AskedToWait,
        StopReason::DiskFull,
        StopReason::LedgerBusy,
        StopReason::LedgerFailed,
        StopReason::InputError,
        StopReason::ReadError,
        StopReason::Strict,
        StopReason::MaxRejected,
        StopReason::MinRows,
        StopReason::NoIdentity,
        StopReason::Interrupted,
    ];

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            StopReason::Unauthorized => "unauthorized",
            StopReason::NoSuchApp => "no_such_app",
            StopReason::AppDisabled => "app_disabled",
            StopReason::Canary => "canary",
            StopReason::MaxFailures => "max_failures",
            StopReason::Unreachable => "unreachable",
            StopReason::AskedToWait => "asked_to_wait",
            StopReason::DiskFull => "disk_full",
            StopReason::LedgerBusy => "ledger_busy",
            StopReason::LedgerFailed => "ledger_failed",
            StopReason::InputError => "input_error",
            StopReason::ReadError => "read_error",
            StopReason::Strict => "strict",
            StopReason::MaxRejected => "max_rejected",
            StopReason::MinRows => "min_rows",
            StopReason::NoIdentity => "no_identity",
            StopReason::Interrupted => "interrupted",
        }
    }

    /// What people read.
    pub fn meaning(self) -> &'static str {
        match self {
            StopReason::Unauthorized => "the SDK key is not this app's",
            StopReason::NoSuchApp => "there is no such app",
            StopReason::AppDisabled => "the app's SDK key is disabled",
            StopReason::Canary => "all of the first rows were refused",
            StopReason::MaxFailures => "too many rows went wrong",
            StopReason::Unreachable => "no answer from the server",
            StopReason::AskedToWait => "asked to wait longer than allowed",
            StopReason::DiskFull => "a file could not be written",
            StopReason::LedgerBusy => "another program keeps the ledger locked",
            StopReason::LedgerFailed => "the ledger cannot be used any more",
            StopReason::InputError | StopReason::ReadError => {
                "an input could not be read to its end"
            }
            StopReason::MaxRejected => "too many rows were rejected",
            StopReason::MinRows => "there were fewer rows than --min-rows asks for",
            StopReason::NoIdentity => "rows are not identified as they must be",
            StopReason::Strict => "rows were rejected, so nothing was sent",
            StopReason::Interrupted => "a signal ended it",
        }
    }
}

/// The reason of a row that was not sent because one before it of the same installation failed.
pub const BEHIND_FAILED: &str = "behind_failed";

/// The reason of a row that was not sent because the run ended before its turn.
pub const ENDED_FIRST: &str = "the run ended first";

/// Why a row has its outcome, beyond the word: for reports, bounded and made harmless.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// The HTTP status of the last answer, if there was one.
    pub http: Option<u16>,
    /// A short reason: `invalid device identifier`, `timed out after sending`, `behind_failed`.
    pub reason: Box<str>,
    /// How many requests left for this row.
    pub attempts: u32,
    /// Of a duplicate: when the same event came first.
    pub first: FirstSeen,
    /// Of a duplicate: the row that was sent, if its source says something else now.
    pub change: Option<Box<Change>>,
}

/// When the event of a duplicate came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstSeen {
    /// An earlier run sent it, and it was accepted.
    #[default]
    EarlierRun,
    /// It came earlier in this run, whatever became of it.
    ThisRun,
}

impl Detail {
    /// A reason and nothing else.
    pub fn because(reason: impl Into<Box<str>>) -> Self {
        Detail {
            reason: reason.into(),
            ..Detail::default()
        }
    }
}

/// A row that was sent, and of which its source says something else now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The run that read it.
    pub run: Arc<str>,
    /// Its input.
    pub file: Arc<str>,
    /// Its line there.
    pub line: u64,
    /// What was sent.
    pub sent: Option<Revenue>,
    /// In what it differs now.
    pub differs: Changes,
}

impl Change {
    /// `events.csv:12 of run 2026…`, bounded and harmless.
    pub fn place(&self) -> String {
        format!(
            "{}:{} of run {}",
            shown(&self.file),
            self.line,
            shown(&self.run)
        )
    }
}

/// In what a row differs from the one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// The amount.
    pub amount: bool,
    /// The currency.
    pub currency: bool,
    /// An id of the device or the person.
    pub ids: bool,
}

impl Changes {
    /// Whether there is any.
    pub fn any(self) -> bool {
        self != Changes::default()
    }
}
