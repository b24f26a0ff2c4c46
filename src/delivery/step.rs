//! The types that pass between the flow and the threads that carry its decisions out: how to send,
//! what to send now, what became of a row.

use std::sync::Arc;
use std::time::Duration;

use super::retry::InDoubt;
use super::stop::MaxFailures;
use crate::ledger::ClaimId;
use crate::model::{Event, Moment};
use crate::stats::Settled;

/// What the user decided about sending.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Requests a second; `None` is unlimited.
    pub rate: Option<f64>,
    /// Retries that a row may use up.
    pub retries: u32,
    /// What happens to rows in doubt.
    pub in_doubt: InDoubt,
    /// The longest wait of any kind.
    pub max_wait: Duration,
    /// When too much has gone wrong.
    pub max_failures: MaxFailures,
    /// How many apps have a key: the wall of the last one ends the run. `None` if that is not
    /// known, as without keys.
    pub apps_with_keys: Option<usize>,
    /// Whom messages name: `Tenjin`, or where else rows go.
    pub server: String,
    /// For jitter.
    pub seed: u64,
}

/// A row that leaves now; the row itself stays with the flow.
#[derive(Debug)]
pub struct Job {
    /// What the flow calls it.
    pub seq: u64,
    /// What is to be sent.
    pub event: Arc<Event>,
    /// What the ledger calls it, if it was claimed.
    pub claim: Option<ClaimId>,
    /// Whether a request for it left before.
    pub retry: bool,
    /// Whether one of those may have been recorded.
    pub doubtful: bool,
    /// When it left.
    pub left: Moment,
    /// Whether it is the one that finds out if the server is back.
    pub probe: bool,
}

/// What a sender shall do.
#[derive(Debug)]
pub enum Step {
    /// Send this.
    Send(Job),
    /// Ask again at this moment, or when a row came or an answer.
    Wait(Option<Moment>),
    /// There is a row, but it may not leave before this moment; nothing else changes that.
    Pace(Moment),
    /// Nothing will ever come again.
    Done,
}

/// A row with its outcome, for the report, and what the ledger calls it, if it was claimed.
pub type Ended = (Option<ClaimId>, Settled);

/// Why sending is at rest, for people who watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The server asked for a pause, which ends then.
    Asked(Moment),
    /// No definite answer for a while.
    Silence {
        /// Since when it holds.
        since: Moment,
        /// When the run gives up.
        until: Moment,
        /// What came instead of an answer last.
        why: Box<str>,
    },
    /// The rows that may leave are tried again a little later.
    Retry {
        /// When the first of them is.
        until: Moment,
        /// What went wrong with the last one.
        why: Box<str>,
    },
}
