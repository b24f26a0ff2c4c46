//! The connections: each thread takes a row that may leave, sends it, and tells what came back.
//!
//! One thread at a time stands in the turnstile and waits for a row, for the pace or for the end
//! of a pause; the others queue behind it. So a pause wakes one thread, not all of them.

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Shared, Taken};
use crate::delivery::facts::{Fact, lock};
use crate::delivery::flow::{Flow, Job, Step};
use crate::http::{Judgement, Request, Verdict, judge};
use crate::ledger::LedgerError;
use crate::model::StopReason;

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
    let mut untold = None;
    while let Some(job) = shared.next_job(&mut untold) {
        let judgement = shared.send(&job, untold.take());
        untold = shared.answered(&job, &judgement);
    }
}

impl Shared {
    /// The next row to send. What is not told yet is passed on before anybody waits.
    pub(super) fn next_job(&self, untold: &mut Option<Taken>) -> Option<Job> {
        // Whoever need not wait does not queue for it.
        if let (_, Step::Send(job), _) = self.step() {
            return Some(job);
        }
        self.let_go(untold.take());
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

    /// Sends the row. Before that the ledger notes that it leaves, and `untold` is passed on.
    fn send(&self, job: &Job, untold: Option<Taken>) -> Judgement {
        // Rows that the ledger kept may be of an app whose key is gone.
        let Some(key) = self.keys.of(&job.event.app) else {
            self.let_go(untold);
            return unsent(
                Verdict::StopApp(StopReason::Unauthorized),
                "there is no SDK key for this app",
            );
        };
        if let Err(error) = self.leave(job, untold) {
            self.ledger_failed(&error.into());
            return unsent(Verdict::NeverLeft, "the ledger could not be written");
        }
        let request = Request {
            kind: job.event.kind,
            body: &job.event.body,
            key,
        };
        judge(&self.transport.send(&request))
    }

    /// Notes that the row leaves, and the outcome that is not told yet: in one write if it can be.
    fn leave(&self, job: &Job, untold: Option<Taken>) -> Result<(), LedgerError> {
        let Some(claim) = job.claim else {
            self.let_go(untold);
            return Ok(());
        };
        let Some(untold) = untold else {
            return self.claims.journal.leaving(claim);
        };
        if let Some(settled) = untold.lone().filter(|_| !job.retry) {
            let left = self.claims.journal.leaving_after(claim, settled);
            self.tell(untold);
            left
        } else {
            self.pass_on(untold);
            self.claims.journal.leaving(claim)
        }
    }

    /// Notes what came back. The outcome of one row alone is given back: it is passed on with the
    /// row that leaves next, or before the connection waits.
    pub(super) fn answered(&self, job: &Job, judgement: &Judgement) -> Option<Taken> {
        let now = self.clock.now();
        if let Some(claim) = job.claim
            && !job.doubtful
            && matches!(
                judgement.verdict,
                Verdict::Later { .. } | Verdict::NeverLeft
            )
            && let Err(error) = self.claims.journal.returned(claim)
        {
            self.ledger_failed(&error.into());
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
