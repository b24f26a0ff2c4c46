//! What the threads of a run share: the state of sending, who waits for it, and to whom outcomes
//! are told.
//!
//! Promise: an outcome that was taken out of the state is told once, to the ledger and the report.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};

use crate::http::{Authorization, Transport};
use crate::ledger::{ClaimId, LedgerError};
use crate::model::{App, Clock, Event, Moment, Outcome, StopReason, answered_with};

use super::claims::{ClaimError, Claims};
use super::facts::{Backlog, Fact, Facts, lock};
use super::flow::{Ended, Flow, Step};

pub use connection::start;

mod connection;

/// What the threads of a run share.
pub struct Shared {
    /// Every decision.
    flow: Mutex<Flow>,
    /// Threads that have taken outcomes out of the flow and not yet told them. Raised only under
    /// the flow's lock: a run that looks done has lost rows until this is 0.
    untold: AtomicUsize,
    /// Whoever stands in the turnstile waits here.
    news: Condvar,
    /// Whether anybody does. Changed and looked at under the flow's lock only: waking nobody is a
    /// system call too.
    awaited: AtomicBool,
    /// Whoever claims waits for it.
    backlog: Backlog,
    turnstile: Mutex<()>,
    /// What is told to the report.
    pub facts: Facts,
    /// The ledger.
    pub claims: Claims,
    /// The wire.
    pub transport: Box<dyn Transport>,
    /// The key of each app.
    pub keys: Keys,
    /// The run's clock.
    pub clock: Clock,
    /// What the user must put right before anything can be sent.
    misuse: OnceLock<String>,
}

/// What was taken out of the flow, and who waits for it. To be told, once.
struct Taken {
    settled: Vec<Ended>,
    /// Somebody stands in the turnstile and waits for news.
    awaited: bool,
    /// The run has stopped, so the claimer need not wait.
    stopped: bool,
    /// The request whose answer it came of.
    request: Option<Fact>,
}

impl Taken {
    /// The claim and the outcome, if it is that of one row.
    fn lone(&self) -> Option<(ClaimId, Outcome)> {
        match &*self.settled {
            [(claim, row)] if row.outcome != Outcome::InDoubt => Some(((*claim)?, row.outcome)),
            _ => None,
        }
    }
}

/// The keys of a run.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Whether there is the key of one app only, and rows of another must not go with it.
    pub one_app: bool,
    /// The key that serves every row without a key of its own; none if each app has its own.
    pub only: Option<Authorization>,
    /// The key of each app.
    pub apps: HashMap<App, Authorization>,
}

impl Keys {
    fn of(&self, app: &App) -> Option<&Authorization> {
        self.apps.get(app).or(self.only.as_ref())
    }
}

impl Shared {
    /// Nothing sent yet.
    pub fn new(
        flow: Flow,
        claims: Claims,
        transport: Box<dyn Transport>,
        keys: Keys,
        clock: Clock,
    ) -> Self {
        Shared {
            flow: Mutex::new(flow),
            untold: AtomicUsize::new(0),
            news: Condvar::new(),
            awaited: AtomicBool::new(false),
            backlog: Backlog::default(),
            turnstile: Mutex::new(()),
            facts: Facts::default(),
            claims,
            transport,
            keys,
            clock,
            misuse: OnceLock::new(),
        }
    }

    /// The options do not fit the input: ends the run.
    pub fn misused(&self, text: String) {
        self.stop(StopReason::InputError, &text);
        let _ = self.misuse.set(text);
    }

    /// What the user must put right, if that ended the run.
    pub fn misuse(&self) -> Option<&str> {
        self.misuse.get().map(String::as_str)
    }

    /// Looks at the state of sending.
    pub fn look<T>(&self, at: impl FnOnce(&Flow) -> T) -> T {
        at(&lock(&self.flow))
    }

    /// Changes the state of sending, and passes on which rows got their outcome by that.
    pub fn change<T>(&self, how: impl FnOnce(&mut Flow) -> T) -> T {
        let mut flow = lock(&self.flow);
        let result = how(&mut flow);
        let taken = self.taken(&mut flow);
        drop(flow);
        self.pass_on(taken);
        result
    }

    /// Whether every row has its outcome, no more will come, and all of it was told.
    pub fn is_done(&self) -> bool {
        self.look(|flow| flow.is_done() && self.untold.load(Ordering::Acquire) == 0)
    }

    /// Takes the new outcomes, which are [`Shared::pass_on`]'s to tell.
    fn taken(&self, flow: &mut Flow) -> Taken {
        self.untold.fetch_add(1, Ordering::Relaxed);
        Taken {
            settled: flow.take_settled(),
            awaited: self.awaited.load(Ordering::Relaxed),
            stopped: flow.stopped().is_some(),
            request: None,
        }
    }

    /// Claimed rows go on their way.
    pub fn offer(&self, rows: Vec<(Option<ClaimId>, Arc<Event>)>) {
        self.backlog.take(rows.len());
        self.change(|flow| {
            for (claim, event) in rows {
                flow.offer(claim, event);
            }
        });
    }

    /// Waits until `rows` more fit under `most` unsettled ones; false if the run has stopped.
    pub fn wait_for_backlog(&self, rows: usize, most: usize) -> bool {
        let below = most.saturating_sub(rows) + 1;
        self.backlog.wait(below, &self.flow)
    }

    /// Ends the run early.
    pub fn stop(&self, reason: StopReason, text: &str) {
        self.change(|flow| flow.stop(reason, text));
    }

    /// A failing ledger ends the run: without a ledger nothing may leave.
    pub fn ledger_failed(&self, error: &ClaimError) {
        let text = error.to_string();
        let reason = match error {
            ClaimError::NoIdentity { .. } | ClaimError::OtherIdentity(_) => StopReason::NoIdentity,
            ClaimError::Ledger(LedgerError::Full) => StopReason::DiskFull,
            ClaimError::Ledger(LedgerError::Busy) => StopReason::LedgerBusy,
            ClaimError::Ledger(_) => StopReason::LedgerFailed,
        };
        self.stop(reason, &text);
    }

    /// What to do now, what that settled being passed on.
    fn step(&self) -> (MutexGuard<'_, Flow>, Step, Moment) {
        loop {
            let mut flow = lock(&self.flow);
            let now = self.clock.now();
            let step = flow.step(now);
            if !flow.has_settled() {
                return (flow, step, now);
            }
            let taken = self.taken(&mut flow);
            drop(flow);
            self.pass_on(taken);
            if matches!(step, Step::Send(_)) {
                return (lock(&self.flow), step, now);
            }
        }
    }

    /// Passes on what is not told yet, if anything.
    fn let_go(&self, untold: Option<Taken>) {
        if let Some(untold) = untold {
            self.pass_on(untold);
        }
    }

    /// Settles what was taken in the ledger, and tells of it; once for each [`Shared::taken`].
    fn pass_on(&self, taken: Taken) {
        if taken.awaited {
            self.news.notify_one();
        }
        for (claim, row) in &taken.settled {
            match (claim, row.outcome) {
                (None, _) => {}
                (Some(claim), Outcome::InDoubt) => {
                    self.claims
                        .journal
                        .doubt(*claim, &answered_with(row.detail.http, &row.detail.reason));
                }
                (Some(claim), outcome) => self.claims.journal.settle(*claim, outcome),
            }
        }
        self.tell(taken);
    }

    /// Tells of what the ledger knows.
    fn tell(&self, taken: Taken) {
        let Taken {
            settled,
            stopped,
            request,
            ..
        } = taken;
        self.backlog.give_back(settled.len(), &self.flow);
        if stopped {
            self.backlog.stopped();
        }
        if request.is_some() || !settled.is_empty() {
            let outcomes = settled.into_iter().map(|(_, row)| Fact::Settled(row));
            self.facts.tell(request.into_iter().chain(outcomes));
        }
        self.untold.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests;
