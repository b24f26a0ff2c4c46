//! The connections: each thread takes a row that may leave, sends it, and tells what came back.
//!
//! One thread at a time stands in the turnstile and waits for a row, for the pace or for the end
//! of a pause; the others queue behind it. So a pause wakes one thread, not all of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Moment};
use crate::event::Event;
use crate::kind::App;
use crate::outcome::{Outcome, StopReason};
use crate::transport::{Authorization, Request, Transport};
use crate::verdict::{self, Judgement};
use crate::wire::Verdict;

use super::claims::{ClaimError, ClaimId, Claims};
use super::facts::{Fact, Facts, lock};
use super::flow::{Flow, Job, Settled, Step};
use super::room::Room;

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
    room: Room,
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
    settled: Vec<Settled>,
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
            [row] => Some((row.claim?, row.outcome)),
            _ => None,
        }
    }
}

/// The keys of a run.
#[derive(Debug)]
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
            room: Room::default(),
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
        self.room.take(rows.len());
        self.change(|flow| {
            for (claim, event) in rows {
                flow.offer(claim, event);
            }
        });
    }

    /// Waits until `rows` more fit under `most` unsettled ones; false if the run has stopped.
    pub fn wait_for_room(&self, rows: usize, most: usize) -> bool {
        let below = most.saturating_sub(rows) + 1;
        self.room.wait(below, &self.flow)
    }

    /// Ends the run early.
    pub fn stop(&self, reason: StopReason, text: &str) {
        self.change(|flow| flow.stop(reason, text));
    }

    /// A failing ledger ends the run: without books nothing may leave.
    pub fn ledger_failed(&self, error: &ClaimError) {
        let text = error.to_string();
        let reason = match error {
            ClaimError::NoIdentity { .. } => StopReason::InputError,
            ClaimError::Ledger(_) => StopReason::DiskFull,
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

    /// The next row to send. What is held back is passed on before anybody waits.
    fn next_job(&self, held: &mut Option<Taken>) -> Option<Job> {
        // Whoever need not wait does not queue for it.
        if let (_, Step::Send(job), _) = self.step() {
            return Some(job);
        }
        self.let_go(held.take());
        let _turn = lock(&self.turnstile);
        loop {
            let (flow, step, now) = self.step();
            let until = match step {
                Step::Send(job) => return Some(job),
                Step::Done => return None,
                Step::Wait(until) => until,
                Step::Pace(until) => Some(until),
            };
            self.await_news(flow, until.map(|until| until.since(now)));
        }
    }

    fn await_news(&self, flow: MutexGuard<'_, Flow>, span: Option<Duration>) {
        self.awaited.store(true, Ordering::Relaxed);
        let _flow = match span {
            None => self.news.wait(flow).unwrap_or_else(PoisonError::into_inner),
            Some(span) => {
                let waited = self.news.wait_timeout(flow, span);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        self.awaited.store(false, Ordering::Relaxed);
    }

    /// Sends the row; before that it leaves in the books, and `held` is passed on with it.
    fn send(&self, job: &Job, held: Option<Taken>) -> Judgement {
        // Rows that the ledger kept may be of an app whose key is gone.
        let Some(key) = self.keys.of(&job.event.app) else {
            self.let_go(held);
            return unsent(
                Verdict::Wall(StopReason::Unauthorized),
                "there is no SDK key for this app",
            );
        };
        if let Err(error) = self.leave(job, held) {
            self.ledger_failed(&error);
            return unsent(Verdict::NeverLeft, "the ledger could not be written");
        }
        let request = Request {
            kind: job.event.kind,
            body: &job.event.body,
            key,
        };
        verdict::judge(&self.transport.send(&request))
    }

    /// Notes that the row leaves, and the outcome that is held back: in one write if it can be.
    fn leave(&self, job: &Job, held: Option<Taken>) -> Result<(), ClaimError> {
        let Some(claim) = job.claim else {
            self.let_go(held);
            return Ok(());
        };
        let Some(held) = held else {
            return self.claims.leaving(claim);
        };
        if let Some(settled) = held.lone().filter(|_| !job.retry) {
            let left = self.claims.leaving_after(claim, settled);
            self.tell(held);
            left
        } else {
            self.pass_on(held);
            self.claims.leaving(claim)
        }
    }

    /// Notes what came back. The outcome of one row alone is given back: it is passed on with the
    /// row that leaves next, or before the connection waits.
    fn answered(&self, job: &Job, judgement: &Judgement) -> Option<Taken> {
        let now = self.clock.now();
        if let Some(claim) = job.claim
            && !job.doubtful
            && matches!(
                judgement.verdict,
                Verdict::Later { .. } | Verdict::NeverLeft
            )
            && let Err(error) = self.claims.returned(claim)
        {
            self.ledger_failed(&error);
        }
        let mut flow = lock(&self.flow);
        flow.answered(job, judgement, now);
        let mut taken = self.taken(&mut flow);
        drop(flow);
        taken.request = Some(Fact::Request {
            left: job.left,
            latency: now.since(job.left),
            retry: job.retry,
        });
        if std::mem::take(&mut taken.awaited) {
            self.news.notify_one();
        }
        if taken.lone().is_some() {
            return Some(taken);
        }
        self.pass_on(taken);
        None
    }

    /// Passes on what was held back, if anything was.
    fn let_go(&self, held: Option<Taken>) {
        if let Some(held) = held {
            self.pass_on(held);
        }
    }

    /// Settles what was taken in the ledger, and tells of it; once for each [`Shared::taken`].
    fn pass_on(&self, taken: Taken) {
        if taken.awaited {
            self.news.notify_one();
        }
        for row in &taken.settled {
            if let Some(claim) = row.claim {
                self.claims.settle(claim, row.outcome);
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
        self.room.give_back(settled.len(), &self.flow);
        if stopped {
            self.room.stopped();
        }
        if request.is_some() || !settled.is_empty() {
            let outcomes = settled.into_iter().map(Fact::Settled);
            self.facts.tell(request.into_iter().chain(outcomes));
        }
        self.untold.fetch_sub(1, Ordering::Release);
    }
}

/// The verdict on a row that did not even try to leave.
fn unsent(verdict: Verdict, reason: &str) -> Judgement {
    Judgement {
        verdict,
        http: None,
        reason: reason.into(),
        retry_after: None,
    }
}

/// Starts the connections. They end by themselves once nothing will ever come again; the run
/// does not join them, since one may hang in a request that the run no longer waits for.
pub fn start(shared: &Arc<Shared>, connections: usize) -> std::io::Result<()> {
    for number in 0..connections {
        let shared = shared.clone();
        std::thread::Builder::new()
            .name(format!("send-{number}"))
            .stack_size(256 << 10)
            .spawn(move || connection(&shared))?;
    }
    Ok(())
}

fn connection(shared: &Shared) {
    let mut held = None;
    while let Some(job) = shared.next_job(&mut held) {
        let judgement = shared.send(&job, held.take());
        held = shared.answered(&job, &judgement);
    }
}

#[cfg(test)]
mod tests;
