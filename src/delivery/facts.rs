//! What the threads tell the one that owns the report.
//!
//! A bounded pile, not a channel: tellers hand over without waking anybody, the owner comes by
//! often. Whoever brings new rows in faster than the owner reads waits.
//!
//! The backlog: how many claimed rows are unsettled. The claimer waits while there are too many.
//!
//! A row counts until the ledger was told of its outcome: if the machine stopped before that, the
//! ledger could not tell the row from one in flight. Whoever makes it smaller wakes the claimer, once:
//! a claimer that is woken for every row does nothing but wake.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::claimed::Claimed;
use super::feed::Delivery;
use super::flow::Flow;
use crate::model::{Event, Moment};
use crate::stats::Settled;

/// One thing that happened.
#[derive(Debug)]
pub enum Fact {
    /// Rows were read and validated, whose outcomes follow one by one; or an input has ended.
    Fed(Delivery),
    /// Rows of earlier runs that the ledger had released.
    Released(Vec<Arc<Event>>),
    /// A row has its outcome.
    Settled(Settled),
    /// What the ledger said to a row that is not sent.
    NotSent(Claimed),
    /// A request was answered, or not.
    Request {
        /// When it left.
        left: Moment,
        /// From leaving to the answer.
        latency: Duration,
        /// Whether the row had left before.
        retry: bool,
    },
}

/// How much may wait for the owner before new rows have to wait, in facts of the usual size.
const LIMIT: usize = 50_000;
/// A rejected row holds its text and all that is wrong with it.
const REJECTED: usize = 8;

/// What the owner of the report has not yet read.
#[derive(Debug, Default)]
pub struct Facts {
    pile: Mutex<Pile>,
    cleared: Condvar,
}

#[derive(Debug, Default)]
struct Pile {
    facts: Vec<Fact>,
    /// Of all of them.
    weight: usize,
    /// Whether the report was written since rows were read.
    is_written: bool,
}

impl Fact {
    /// How many facts of the usual size it is worth in memory.
    fn weight(&self) -> usize {
        match self {
            Fact::Fed(Delivery::Rows(checked)) => {
                1 + REJECTED * (checked.rejections.len() + checked.filtered.len())
            }
            _ => 1,
        }
    }
}

impl Facts {
    /// Adds facts, in their order. Never waits: what is in flight is bounded.
    pub fn tell(&self, facts: impl IntoIterator<Item = Fact>) {
        let mut pile = lock(&self.pile);
        for fact in facts {
            pile.weight += fact.weight();
            pile.facts.push(fact);
        }
    }

    /// Waits until the owner has caught up. For whoever brings new rows in; never for the owner.
    pub fn wait_until_read(&self) {
        self.wait_while(|pile| pile.weight >= LIMIT);
    }

    /// Waits until the report says that rows were read, before the first of them leaves: whatever
    /// ends the run then, it is not taken for one that has done nothing.
    pub fn wait_until_written(&self) {
        self.wait_while(|pile| !pile.is_written);
    }

    fn wait_while(&self, must_wait: impl Fn(&Pile) -> bool) {
        let pile = lock(&self.pile);
        let waited = self.cleared.wait_while(pile, |pile| must_wait(pile));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// The report was written, or cannot be.
    pub fn written(&self) {
        lock(&self.pile).is_written = true;
        self.cleared.notify_all();
    }

    /// Takes everything told so far.
    pub fn take(&self) -> Vec<Fact> {
        let mut pile = lock(&self.pile);
        pile.weight = 0;
        let taken = std::mem::take(&mut pile.facts);
        self.cleared.notify_all();
        taken
    }
}

/// Locks, also after another thread has panicked: the run then ends in an orderly way.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

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
