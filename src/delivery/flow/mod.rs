//! The decisions of sending, in one place and without a clock: which row leaves when, what an
//! answer means for the rest, when the run stops. And what others may know of it.
//!
//! Time comes in as a value and nothing here waits or sends, so that hours of outages are a test
//! of milliseconds.

mod answers;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::apps::AppGate;
use super::breaker::{Breaker, Permit};
use super::pacer::{Pacer, Pause};
use super::queue::{Queue, Row};
use super::retry;
use crate::ledger::ClaimId;
use crate::model::{App, BEHIND_FAILED, ENDED_FIRST, Event, Installation, Moment, StopReason};

pub use super::step::{Ended, Job, Settings, Step, Waiting};

/// The state of sending.
#[derive(Debug)]
pub struct Flow {
    settings: Settings,
    queue: Queue,
    in_flight: HashMap<u64, Row>,
    pacer: Pacer,
    pause: Pause,
    breaker: Breaker,
    apps: Vec<(Arc<App>, AppGate)>,
    numbers: HashMap<Arc<App>, usize>,
    failed: HashSet<Installation>,
    random: fastrand::Rng,
    next_seq: u64,
    unsettled: usize,
    /// What went wrong with the last row that is tried again.
    trouble: Box<str>,
    answered_ever: bool,
    /// When an outage or a pause was over last: what rows waited before was not their own wait.
    back_since: Moment,
    sent_rows: u64,
    bad_rows: u64,
    complete: bool,
    stopped: Option<(StopReason, String)>,
    settled: Vec<Ended>,
}

impl Flow {
    /// Nothing claimed yet.
    pub fn new(settings: Settings) -> Self {
        Flow {
            pacer: Pacer::new(settings.rate),
            random: fastrand::Rng::with_seed(settings.seed),
            settings,
            queue: Queue::default(),
            in_flight: HashMap::new(),
            pause: Pause::default(),
            breaker: Breaker::default(),
            apps: Vec::new(),
            numbers: HashMap::new(),
            failed: HashSet::new(),
            next_seq: 0,
            unsettled: 0,
            trouble: Box::default(),
            answered_ever: false,
            back_since: Moment(0),
            sent_rows: 0,
            bad_rows: 0,
            complete: false,
            stopped: None,
            settled: Vec::new(),
        }
    }

    /// A claimed row: it will come out of [`Flow::take_settled`] exactly once.
    pub fn offer(&mut self, claim: Option<ClaimId>, event: Arc<Event>) {
        let app = self.number(&event.app);
        let seq = self.next_seq;
        self.next_seq += 1;
        self.unsettled += 1;
        let row = Row {
            seq,
            event,
            claim,
            app,
            history: retry::History::default(),
            canary: false,
        };
        if self.stopped.is_some() {
            self.leave_out(row, ENDED_FIRST);
        } else if let Some(reason) = self.apps[app].1.stopped() {
            self.leave_out(row, reason.name());
        } else if self.failed.contains(&row.event.installation) {
            self.leave_out(row, BEHIND_FAILED);
        } else {
            self.queue.push(row);
        }
    }

    /// No row will be offered any more.
    pub fn complete(&mut self) {
        self.complete = true;
        let last = self.apps.last().and_then(|(_, gate)| gate.stopped());
        if let Some(reason) = last {
            self.stop_without_apps(reason);
        }
    }

    /// What a free connection shall do now.
    pub fn step(&mut self, now: Moment) -> Step {
        self.queue.wake(now);
        let permit = self.breaker.permit(now, self.settings.max_wait);
        if permit == Permit::GivenUp && self.unsettled > 0 {
            self.give_up();
        }
        if self.is_done() {
            return Step::Done;
        }
        if self.stopped.is_some() || !self.queue.has_ready() {
            return Step::Wait(self.next_turn());
        }
        match permit {
            Permit::Wait(until) => Step::Wait(Some(until)),
            _ => self.take(now, permit == Permit::Probe),
        }
    }

    fn take(&mut self, now: Moment, probe: bool) -> Step {
        if let Some(until) = self.pause.until(now) {
            return Step::Wait(Some(until));
        }
        let Some(row) = self.pick(probe) else {
            return Step::Wait(self.next_turn());
        };
        if let Err(due) = self.pacer.take(now) {
            self.queue.put_back(row);
            return Step::Pace(due);
        }
        Step::Send(self.leave(row, now, probe))
    }

    /// When there is something to do without an answer: a retry, or giving up.
    fn next_turn(&self) -> Option<Moment> {
        let outage = self.breaker.outage(self.settings.max_wait);
        let end = outage.map(|(_, end)| end).filter(|_| self.unsettled > 0);
        [self.queue.next_due(), end].into_iter().flatten().min()
    }

    /// For a probe a row whose loss costs no money comes first.
    fn pick(&mut self, probe: bool) -> Option<Row> {
        let apps = &self.apps;
        let open = |row: &Row| apps[row.app].1.open(row.canary);
        let is_cheap = |event: &Event| {
            !event.kind.is_money() || event.kind.is_recognised_by_tenjin(event.app.platform)
        };
        let cheap = |row: &Row| open(row) && is_cheap(&row.event);
        let first = if probe { self.queue.take(cheap) } else { None };
        first.or_else(|| self.queue.take(open))
    }

    fn leave(&mut self, mut row: Row, now: Moment, probe: bool) -> Job {
        row.canary |= self.apps[row.app].1.leaves();
        if probe {
            self.breaker.probe_left();
        }
        let job = Job {
            seq: row.seq,
            event: row.event.clone(),
            claim: row.claim,
            retry: row.history.attempts > 0,
            doubtful: row.history.doubtful,
            left: now,
            probe,
        };
        self.in_flight.insert(row.seq, row);
        job
    }

    fn number(&mut self, app: &Arc<App>) -> usize {
        if let Some(number) = self.numbers.get(app) {
            return *number;
        }
        self.apps.push((app.clone(), AppGate::default()));
        self.numbers.insert(app.clone(), self.apps.len() - 1);
        self.apps.len() - 1
    }
}

impl Flow {
    /// Whether rows got their outcome since they were last taken.
    pub fn has_settled(&self) -> bool {
        !self.settled.is_empty()
    }

    /// The rows that got their outcome since the last call.
    pub fn take_settled(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.settled)
    }

    /// Rows claimed and not settled.
    #[cfg(test)]
    pub fn unsettled(&self) -> usize {
        self.unsettled
    }

    /// Whether every row has its outcome and no more will come.
    pub fn is_done(&self) -> bool {
        self.unsettled == 0 && (self.complete || self.stopped.is_some())
    }

    /// Why the run ends before its input does.
    pub fn stopped(&self) -> Option<(StopReason, &str)> {
        self.stopped
            .as_ref()
            .map(|(reason, text)| (*reason, text.as_str()))
    }

    /// Why it is as good as unreachable, if rows used up their retries and none was ever answered:
    /// too few of them for silence to be waited for.
    pub fn never_answered(&self) -> Option<String> {
        let nobody = !self.answered_ever && !self.failed.is_empty();
        nobody.then(|| format!("no answer from {}: {}", self.settings.server, self.trouble))
    }

    /// The apps that were stopped, and why.
    pub fn stopped_apps(&self) -> Vec<(Arc<App>, StopReason)> {
        let stopped = |(app, gate): &(Arc<App>, AppGate)| Some((app.clone(), gate.stopped()?));
        self.apps.iter().filter_map(stopped).collect()
    }

    /// Requests on their way.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Why nothing leaves right now, if that is so.
    pub fn waiting(&self, now: Moment) -> Option<Waiting> {
        let why = || self.trouble.clone();
        if let Some((since, until)) = self.breaker.outage(self.settings.max_wait) {
            let why = why();
            return Some(Waiting::Silence { since, until, why });
        }
        if let Some(until) = self.pause.until(now) {
            return Some(Waiting::Asked(until));
        }
        let until = self.queue.next_due().filter(|due| *due > now)?;
        let may_leave = |row: &Row| self.apps[row.app].1.open(row.canary);
        let at_rest = self.in_flight.is_empty() && !self.queue.any_ready(may_leave);
        at_rest.then(|| Waiting::Retry { until, why: why() })
    }

    /// Requests that left in the last second, and the most that did within one.
    pub fn pace(&self, now: Moment) -> (f64, f64) {
        (self.pacer.last_second(now), self.pacer.peak())
    }
}
