//! The backlog: how many claimed rows are unsettled. The claimer waits while there are too many.
//!
//! A row counts until the ledger was told of its outcome: if the machine stopped before that, the
//! ledger could not tell the row from one in flight. Whoever makes it smaller wakes the claimer, once:
//! a claimer that is woken for every row does nothing but wake.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, PoisonError};

use super::facts::lock;
use super::flow::Flow;

/// Counts the rows that were offered and of whose outcome the ledger was not told.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    open: AtomicUsize,
    /// Below how many open rows the claimer goes on; 0 while it does not wait.
    below: AtomicUsize,
    /// The claimer waits here.
    news: Condvar,
}

impl Backlog {
    /// Adds rows that are about to be offered.
    pub(super) fn take(&self, rows: usize) {
        self.open.fetch_add(rows, SeqCst);
    }

    /// Takes off rows of whose outcome the ledger was told.
    pub(super) fn give_back(&self, rows: usize, flow: &Mutex<Flow>) {
        let open = self.open.fetch_sub(rows, SeqCst) - rows;
        if open < self.below.load(SeqCst) && self.below.swap(0, SeqCst) > 0 {
            // It looks and falls asleep under this lock, so by now it does sleep, or has seen.
            drop(lock(flow));
            self.news.notify_one();
        }
    }

    /// The run has stopped, which was decided under the flow's lock.
    pub(super) fn stopped(&self) {
        self.news.notify_one();
    }

    /// Waits until fewer than `below` rows are open; false if the run has stopped.
    pub(super) fn wait(&self, below: usize, flow: &Mutex<Flow>) -> bool {
        let mut flow = lock(flow);
        let is_there = loop {
            self.below.store(below, SeqCst);
            if flow.stopped().is_some() {
                break false;
            }
            if self.is_below(below) {
                break true;
            }
            flow = self.news.wait(flow).unwrap_or_else(PoisonError::into_inner);
        };
        self.below.store(0, SeqCst);
        is_there
    }

    /// Whether fewer than `below` rows are open.
    pub(super) fn is_below(&self, below: usize) -> bool {
        self.open.load(SeqCst) < below
    }
}
