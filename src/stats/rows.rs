//! Rows by outcome: the counts that must add up.

use super::line::{Line, State, Units};
use crate::model::{Detail, FirstSeen, Outcome};

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
    pub fn of(units: &Units) -> Self {
        let lines = units.sorted().into_iter();
        lines.fold(Rows::default(), |sum, (_, line)| {
            sum.plus(&Rows::from(line))
        })
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

    fn plus(mut self, other: &Rows) -> Self {
        self.read += other.read;
        self.valid += other.valid;
        for (mine, theirs) in self.outcomes.iter_mut().zip(other.outcomes) {
            *mine += theirs;
        }
        self
    }
}

impl From<&Line> for Rows {
    fn from(line: &Line) -> Self {
        let rows = |state| line.count(state).rows;
        let of = |outcome, first| {
            let detail = Detail {
                first,
                ..Detail::default()
            };
            rows(State::of(outcome, &detail))
        };
        Rows {
            read: State::ALL.into_iter().map(rows).sum(),
            valid: line.valid.rows,
            outcomes: Outcome::ALL.map(|outcome| match outcome {
                Outcome::Duplicate => {
                    of(outcome, FirstSeen::EarlierRun) + of(outcome, FirstSeen::ThisRun)
                }
                _ => of(outcome, FirstSeen::EarlierRun),
            }),
        }
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
