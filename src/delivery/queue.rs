//! The claimed rows that are not settled yet, in the order in which they may leave.
//!
//! Promise: of one installation never more than one row is ready, in flight or waiting for a
//! retry, and it is the oldest. One slow row blocks its own installation and nobody else's.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

use crate::ledger::ClaimId;
use crate::model::{Event, Installation, Moment};

use super::retry::History;

/// A row on its way.
#[derive(Debug)]
pub(super) struct Row {
    /// Its place among all rows of the run that were claimed.
    pub(super) seq: u64,
    /// The row itself.
    pub(super) event: Arc<Event>,
    /// What the ledger calls it, if it was claimed.
    pub(super) claim: Option<ClaimId>,
    /// Which app, by its number in this run.
    pub(super) app: usize,
    /// What it has gone through.
    pub(super) history: History,
    /// Whether its app waits for it before it sends another.
    pub(super) canary: bool,
}

/// Rows at rest: ready, behind another one, or waiting for a retry. Rows in flight are with
/// their sender; only their installation is remembered here.
#[derive(Debug, Default)]
pub(super) struct Queue {
    at_rest: HashMap<u64, Row>,
    ready: BTreeSet<u64>,
    waiting: BinaryHeap<Reverse<(Moment, u64)>>,
    behind: HashMap<Installation, VecDeque<u64>>,
}

impl Queue {
    /// Puts a row at the end of its installation's line.
    pub(super) fn push(&mut self, row: Row) {
        if let Some(line) = self.behind.get_mut(&row.event.installation) {
            line.push_back(row.seq);
        } else {
            self.behind.insert(row.event.installation, VecDeque::new());
            self.ready.insert(row.seq);
        }
        self.at_rest.insert(row.seq, row);
    }

    /// Takes the oldest ready row that `fits`.
    pub(super) fn take(&mut self, fits: impl Fn(&Row) -> bool) -> Option<Row> {
        let at_rest = &self.at_rest;
        let seq = *self
            .ready
            .iter()
            .find(|seq| at_rest.get(seq).is_some_and(&fits))?;
        self.ready.remove(&seq);
        self.at_rest.remove(&seq)
    }

    /// Whether a ready row `fits`.
    pub(super) fn any_ready(&self, fits: impl Fn(&Row) -> bool) -> bool {
        let rows = self.ready.iter().filter_map(|seq| self.at_rest.get(seq));
        rows.into_iter().any(fits)
    }

    /// Brings a row back that was taken but did not leave.
    pub(super) fn put_back(&mut self, row: Row) {
        self.ready.insert(row.seq);
        self.at_rest.insert(row.seq, row);
    }

    /// Brings a row back that is to leave again at `due`.
    pub(super) fn wait(&mut self, row: Row, due: Moment) {
        self.waiting.push(Reverse((due, row.seq)));
        self.at_rest.insert(row.seq, row);
    }

    /// Makes the rows ready whose wait is over.
    pub(super) fn wake(&mut self, now: Moment) {
        while self.next_due().is_some_and(|due| due <= now) {
            if let Some(Reverse((_, seq))) = self.waiting.pop()
                && self.at_rest.contains_key(&seq)
            {
                self.ready.insert(seq);
            }
        }
    }

    /// When the next waiting row becomes ready.
    pub(super) fn next_due(&self) -> Option<Moment> {
        self.waiting.peek().map(|Reverse((due, _))| *due)
    }

    /// A row of this installation is settled: the next one in its line becomes ready.
    pub(super) fn settled(&mut self, installation: Installation) {
        let Some(line) = self.behind.get_mut(&installation) else {
            return;
        };
        match line.pop_front() {
            Some(next) => {
                self.ready.insert(next);
            }
            None => {
                self.behind.remove(&installation);
            }
        }
    }

    /// Takes out every row that stands behind another one of this installation.
    pub(super) fn take_behind(&mut self, installation: Installation) -> Vec<Row> {
        let line = self
            .behind
            .get_mut(&installation)
            .map(std::mem::take)
            .unwrap_or_default();
        line.into_iter()
            .filter_map(|seq| self.at_rest.remove(&seq))
            .collect()
    }

    /// Takes out every row at rest that `fits`, oldest first; those in flight come back by
    /// themselves.
    pub(super) fn drain(&mut self, fits: impl Fn(&Row) -> bool) -> Vec<Row> {
        let mut gone: Vec<u64> = self
            .at_rest
            .values()
            .filter(|row| fits(row))
            .map(|row| row.seq)
            .collect();
        gone.sort_unstable();
        gone.into_iter()
            .filter_map(|seq| self.remove(seq))
            .collect()
    }

    fn remove(&mut self, seq: u64) -> Option<Row> {
        let row = self.at_rest.remove(&seq)?;
        let installation = row.event.installation;
        let is_first = self.ready.remove(&seq) || self.is_waiting(seq);
        if is_first {
            self.settled(installation);
        } else if let Some(line) = self.behind.get_mut(&installation) {
            line.retain(|other| *other != seq);
        }
        Some(row)
    }

    fn is_waiting(&self, seq: u64) -> bool {
        self.waiting.iter().any(|Reverse((_, other))| *other == seq)
    }

    /// Whether any row is ready.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}
