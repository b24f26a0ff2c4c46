//! What became of a row: exactly one of these for every row read.
//!
//! Exit codes, and which one wins if several fit.

use std::process::ExitCode;
use std::sync::Arc;

use super::words::words;
use super::{Revenue, shown};

/// What an outcome asks of the person who reads the report. It decides the colour, whether rows need
/// attention, and so the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// Nothing: the row is done.
    Good,
    /// Nothing: it was not to be sent.
    Quiet,
    /// To put the row right.
    Fix,
    /// To run again, or to settle it.
    Open,
}

words! {
    /// What became of a row: how people call it, what it asks of them, and the folder of the files
    /// with such rows.
    pub enum Outcome: (&'static str, Concern, Option<&'static str>) {
        /// Tenjin said 200 and code 200.
        Accepted = "accepted": ("accepted", Concern::Good, None),
        /// Our validation said no; never sent.
        Rejected = "rejected": ("rejected by validation", Concern::Fix, Some("rejects")),
        /// A rule leaves it out.
        Filtered = "filtered": ("filtered", Concern::Quiet, None),
        /// Accepted before, or the same identity occurred before in this run.
        Duplicate = "duplicate": ("duplicate", Concern::Quiet, None),
        /// Tenjin answered no to this row.
        Refused = "refused": ("refused", Concern::Fix, Some("refused")),
        /// Retries used up, and no attempt can have been recorded.
        Failed = "failed": ("failed", Concern::Open, None),
        /// It left, and what came back does not say whether it was recorded; held.
        InDoubt = "in_doubt": ("in doubt", Concern::Open, Some("in_doubt")),
        /// The run ended first, or a row before it of the same installation failed.
        NotSent = "not_sent": ("not sent", Concern::Open, Some("not_sent")),
    }
}

impl Outcome {
    /// What people read. A run that sends nothing calls the rows that it would send valid.
    pub fn words(self, sends: bool) -> &'static str {
        match self {
            Outcome::NotSent if !sends => "valid",
            _ => self.more().0,
        }
    }

    /// What it asks of a person; `sends` as in [`Outcome::words`].
    pub fn concern(self, sends: bool) -> Concern {
        match self {
            Outcome::NotSent if !sends => Concern::Good,
            _ => self.more().1,
        }
    }

    /// Whether somebody has to look at such rows; then the run is not complete.
    pub fn needs_attention(self, sends: bool) -> bool {
        matches!(self.concern(sends), Concern::Fix | Concern::Open)
    }

    /// Where files with such rows are.
    pub fn folder(self) -> Option<&'static str> {
        self.more().2
    }
}

words! {
    /// Why a run, or one app of it, stopped before the end.
    pub enum StopReason: (&'static str, Exit) {
        /// The key is unknown, or not this app's.
        Unauthorized = "unauthorized": ("the SDK key is not this app's", Exit::NeedsAction),
        /// No such bundle id on this platform.
        NoSuchApp = "no_such_app": ("there is no such app", Exit::NeedsAction),
        /// The app's key is disabled.
        AppDisabled = "app_disabled": ("the app's SDK key is disabled", Exit::NeedsAction),
        /// All of the first rows were refused.
        Canary = "canary": ("all of the first rows were refused", Exit::NeedsAction),
        /// More rows went wrong than `--max-failures` allows.
        MaxFailures = "max_failures": ("too many rows went wrong", Exit::NeedsAction),
        /// No definite answer for `--max-wait`.
        Unreachable = "unreachable": ("no answer from the server", Exit::Stopped),
        /// Tenjin asked for a longer pause than `--max-wait`.
        AskedToWait = "asked_to_wait": ("asked to wait longer than allowed", Exit::Stopped),
        /// The disk has no room for the ledger or the report.
        DiskFull = "disk_full": ("the disk is full", Exit::Stopped),
        /// The report cannot be written, though there is room.
        ReportFailed = "report_failed": ("the report cannot be written any more", Exit::NeedsAction),
        /// Another program keeps the ledger's database locked.
        LedgerBusy = "ledger_busy": ("another program keeps the ledger locked", Exit::Stopped),
        /// The ledger cannot be read or written, or is no longer the one that the run opened.
        LedgerFailed = "ledger_failed": ("the ledger cannot be used any more", Exit::NeedsAction),
        /// An input is cut, corrupt, or became another one while it was read.
        InputError = "input_error": ("an input could not be read to its end", Exit::NeedsAction),
        /// The system failed to read an input.
        ReadError = "read_error": ("an input could not be read to its end", Exit::Stopped),
        /// `--strict`, and a row was rejected.
        Strict = "strict": ("rows were rejected, so nothing was sent", Exit::NeedsAction),
        /// More rows were rejected than `--max-rejected` allows.
        MaxRejected = "max_rejected": ("too many rows were rejected", Exit::NeedsAction),
        /// Fewer rows came than `--min-rows` asks for.
        MinRows = "min_rows": ("there were fewer rows than --min-rows asks for", Exit::NeedsAction),
        /// Rows are not identified as they must be.
        NoIdentity = "no_identity": ("rows are not identified as they must be", Exit::NeedsAction),
        /// A signal.
        Interrupted = "interrupted": ("a signal ended it", Exit::Stopped),
    }
}

impl StopReason {
    /// What people read.
    pub fn meaning(self) -> &'static str {
        self.more().0
    }

    /// How the program ends: whether a scheduler may simply run it again.
    pub fn exit(self) -> Exit {
        self.more().1
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

/// The status and the reason of an answer, for people.
pub fn answered_with(http: Option<u16>, reason: &str) -> Box<str> {
    match http {
        Some(http) => format!("HTTP {http} {reason}").into(),
        None => reason.into(),
    }
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
    /// Its line there; none if the run was forgotten.
    pub line: Option<u64>,
    /// What was sent, as far as that is known.
    pub sent: Option<Revenue>,
    /// In what it differs now.
    pub differs: Changes,
}

impl Change {
    /// `events.csv:12 of run 2026…`, bounded and harmless.
    pub fn place(&self) -> String {
        format!(
            "{} of run {}",
            spot(&self.file, self.line),
            shown(&self.run)
        )
    }
}

/// `events.csv:12`, or that the line was forgotten.
pub fn spot(file: &str, line: Option<u64>) -> String {
    let file = shown(file);
    match line {
        Some(line) => format!("{file}:{line}"),
        None => format!("a forgotten row of {file}"),
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
    /// An earlier run has told that its amount or currency is this one now.
    pub told: bool,
}

impl Changes {
    /// Whether there is any.
    pub fn any(self) -> bool {
        self.ids || self.money()
    }

    /// Whether it is worth something else.
    pub fn money(self) -> bool {
        self.amount || self.currency
    }
}

/// How the program ends. Later variants win over earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Every row accepted, filtered or duplicate; for `validate`: none rejected.
    Done,
    /// The run ended, but some rows did not get through.
    Incomplete,
    /// Stopped before the end: running again goes on.
    Stopped,
    /// Stopped before the end, and running again helps only after a person has acted.
    NeedsAction,
    /// Usage, configuration or unreadable input; nothing was sent.
    Usage,
    /// Another run holds the ledger.
    Locked,
    /// A signal ended it, after settling what was in flight.
    Signal(u8),
}

impl Exit {
    /// Which of two wins.
    #[must_use]
    pub fn or(self, other: Exit) -> Exit {
        self.max(other)
    }

    /// The number that scripts see.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Incomplete => 1,
            Exit::Usage => 2,
            Exit::Stopped => 3,
            Exit::NeedsAction => 5,
            Exit::Locked => 4,
            Exit::Signal(number) => 128 + number,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StopReason;

    #[test]
    fn a_signal_wins_over_a_lock_over_usage_over_stops_over_bad_rows() {
        let order = [
            Exit::Done,
            Exit::Incomplete,
            Exit::Stopped,
            Exit::NeedsAction,
            Exit::Usage,
            Exit::Locked,
            Exit::Signal(2),
        ];
        for pair in order.windows(2) {
            assert_eq!(pair[0].or(pair[1]), pair[1]);
            assert_eq!(pair[1].or(pair[0]), pair[1]);
        }
        assert_eq!(order.map(Exit::code), [0, 1, 3, 5, 2, 4, 130]);
    }
    #[test]
    fn what_running_again_does_not_help_has_a_code_of_its_own() {
        let again = [
            StopReason::Unreachable,
            StopReason::AskedToWait,
            StopReason::DiskFull,
            StopReason::LedgerBusy,
            StopReason::ReadError,
            StopReason::Interrupted,
        ];
        for reason in StopReason::ALL {
            let code = if again.contains(&reason) { 3 } else { 5 };
            assert_eq!(reason.exit().code(), code, "{}", reason.name());
        }
    }
}
