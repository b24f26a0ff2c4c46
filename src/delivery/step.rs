//! The types that pass between the flow and the threads that carry its decisions out: how to send,
//! what to send now, what became of a row.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::retry::InDoubt;
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
    pub max_failures: RowLimit,
    /// How many apps have a key: the stop of the last one ends the run. `None` if that is not
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

/// `--max-failures N` or `N%`, over refused, failed and in-doubt rows of those sent;
/// `--max-rejected` likewise, over rejected rows of those read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowLimit {
    /// More than this many rows.
    Rows(u64),
    /// More than this part of the rows sent, from [`RowLimit::FROM`] rows on.
    Share(f64),
}

impl RowLimit {
    /// A share says nothing about fewer rows.
    pub const FROM: u64 = 200;

    /// Whether the run shall stop.
    pub fn reached(self, bad: u64, sent: u64) -> bool {
        match self {
            RowLimit::Rows(most) => bad > most,
            RowLimit::Share(_) => sent >= Self::FROM && self.exceeded(bad, sent),
        }
    }

    /// Whether it is too much, of all that there is.
    pub fn exceeded(self, bad: u64, all: u64) -> bool {
        match self {
            RowLimit::Rows(most) => bad > most,
            RowLimit::Share(most) => bad as f64 > all as f64 * most,
        }
    }
}

impl std::fmt::Display for RowLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RowLimit::Rows(rows) => write!(f, "{rows}"),
            RowLimit::Share(share) => write!(f, "{} %", share * 100.0),
        }
    }
}

/// What cannot be read as a stop rule.
#[derive(Debug, thiserror::Error)]
#[error("write a number of rows (100) or a share of them (10%)")]
pub struct InvalidRowLimit;

impl FromStr for RowLimit {
    type Err = InvalidRowLimit;

    fn from_str(text: &str) -> Result<Self, InvalidRowLimit> {
        match text.trim().strip_suffix('%') {
            None => text
                .trim()
                .parse()
                .map(RowLimit::Rows)
                .map_err(|_| InvalidRowLimit),
            Some(number) => {
                let percent: f64 = number.trim().parse().map_err(|_| InvalidRowLimit)?;
                let sane = (0.0..=100.0).contains(&percent);
                sane.then_some(RowLimit::Share(percent / 100.0))
                    .ok_or(InvalidRowLimit)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_from_two_hundred_rows_on() {
        let tenth: RowLimit = "10%".parse().expect("a share");
        assert!(!tenth.reached(199, 199));
        assert!(!tenth.reached(20, 200));
        assert!(tenth.reached(21, 200));
    }

    #[test]
    fn a_number_counts_at_once() {
        let most: RowLimit = "0".parse().expect("a number");
        assert!(!most.reached(0, 1000));
        assert!(most.reached(1, 1));
    }

    #[test]
    fn nonsense_is_no_rule() {
        for text in ["", "-1", "ten", "120%", "NaN%", "1,5%"] {
            assert!(text.parse::<RowLimit>().is_err(), "{text}");
        }
    }
}
