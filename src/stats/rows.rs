//! Rows by what became of them: the counts that must add up.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::sums::{Line, State, Units};
use crate::model::Outcome;

/// Rows read, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows read.
    pub read: u64,
    /// Rows that passed validation.
    pub valid: u64,
    outcomes: [u64; Outcome::ALL.len()],
}

impl Rows {
    /// The rows of these lines.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Self {
        let mut rows = Rows::default();
        for line in lines {
            rows.valid += line.valid.rows;
            for state in State::ALL {
                let count = line.count(state).rows;
                rows.read += count;
                if let Some(outcome) = state.outcome() {
                    rows.outcomes[outcome as usize] += count;
                }
            }
        }
        rows
    }

    /// How many ended so.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// Rows that somebody has to look at.
    pub fn attention(&self, sends: bool) -> u64 {
        let all = Outcome::ALL.into_iter();
        let bad = all.filter(|outcome| outcome.needs_attention(sends));
        bad.map(|outcome| self.count(outcome)).sum()
    }

    /// Rows that have no outcome yet.
    pub fn pending(&self) -> u64 {
        self.read.saturating_sub(self.outcomes.iter().sum())
    }
}

impl From<&Units> for Rows {
    fn from(units: &Units) -> Self {
        Rows::of(units.lines())
    }
}

/// As in `report.json`: the outcomes add up to `read`, with `pending` while the run goes on;
/// `valid` says how many of them passed validation.
impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("read", &self.read)?;
        for outcome in Outcome::ALL {
            map.serialize_entry(outcome.name(), &self.count(outcome))?;
        }
        if self.pending() > 0 {
            map.serialize_entry("pending", &self.pending())?;
        }
        map.serialize_entry("valid", &self.valid)?;
        map.end()
    }
}

#[cfg(test)]
impl Rows {
    /// Valid rows, some of them accepted, the others pending.
    pub(crate) fn sample(read: u64, accepted: u64) -> Self {
        let mut rows = Rows {
            read,
            valid: read,
            ..Rows::default()
        };
        rows.outcomes[Outcome::Accepted as usize] = accepted;
        rows
    }
}
