//! How far a run has come, as the road knows it: plain values, nothing decided.

use std::borrow::Cow;
use std::time::Duration;

use crate::model::Outcome;
use crate::stats::Rows;

/// How far a run has come.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Since the start.
    pub elapsed: Duration,
    /// Bytes of the inputs that were read, as they lie on the disk.
    pub bytes: u64,
    /// All of them, where it is known.
    pub bytes_total: Option<u64>,
    /// The most rows that are read: `--limit`.
    pub limit: Option<u64>,
    /// Rows by outcome.
    pub rows: Rows,
    /// Whether rows are sent at all.
    pub sends: bool,
    /// Requests per second just now.
    pub rate: f64,
    /// Why nothing is sent right now, if that is so.
    pub waiting: Option<Waiting>,
    /// The time that the rest takes, where it can be said.
    pub left: Option<Duration>,
}

/// Nothing is sent right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Why, for programs.
    pub reason: Reason,
    /// How long still, or at most.
    pub time: Duration,
    /// Why, for people: `Tenjin asked for a pause`.
    pub why: Cow<'static, str>,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The server asked for a pause.
    AskedToPause,
    /// No definite answer for a while; one row at a time finds out.
    NoAnswer,
    /// The only rows that may leave are tried again a little later.
    Retry,
    /// A signal came, and what is on its way is waited for.
    Ending,
}

impl Reason {
    /// Whether it is a pause of the whole run, as reports count them.
    pub fn is_hold(self) -> bool {
        matches!(self, Reason::AskedToPause | Reason::NoAnswer)
    }
}

impl Snapshot {
    /// The part of the inputs that is done with; none where their size is not known.
    pub(super) fn part(&self) -> Option<f64> {
        let total = self.rows_total()?;
        let done = self.rows.read.saturating_sub(self.rows_open());
        (total > 0.0).then(|| (done as f64 / total).clamp(0.0, 1.0))
    }

    /// Rows read and without an outcome; where nothing is sent, reading is all there is.
    pub(super) fn rows_open(&self) -> u64 {
        if self.sends { self.rows.pending() } else { 0 }
    }

    /// About how many rows there are, by those read so far.
    pub(super) fn rows_total(&self) -> Option<f64> {
        let total = self.bytes_total.filter(|_| self.bytes > 0)?;
        let grown = (total as f64 / self.bytes as f64).max(1.0);
        let rows = self.rows.read as f64 * grown;
        Some(self.limit.map_or(rows, |limit| rows.min(limit as f64)))
    }

    /// Rows that were sent and have their outcome.
    pub(super) fn sent(&self) -> u64 {
        self.count(&[
            Outcome::Accepted,
            Outcome::Refused,
            Outcome::Failed,
            Outcome::InDoubt,
        ])
    }

    /// Rows that went wrong on the wire.
    pub(super) fn lost(&self) -> u64 {
        self.count(&[Outcome::Refused, Outcome::Failed, Outcome::InDoubt])
    }

    fn count(&self, outcomes: &[Outcome]) -> u64 {
        outcomes.iter().map(|one| self.rows.count(*one)).sum()
    }
}
