//! The decisions of sending, in one place and without a clock: which row leaves when, what an
//! answer means for the rest, when the run stops.
//!
//! Time comes in as a value and nothing here waits or sends, so that hours of outages are a test
//! of milliseconds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Moment;
use crate::event::{Event, Installation};
use crate::kind::App;
use crate::outcome::{Detail, ENDED_FIRST, Outcome, StopReason};
use crate::verdict::Judgement;
use crate::wire::Verdict;

use super::apps::AppGate;
use super::breaker::{Breaker, Passage};
use super::claims::ClaimId;
use super::fate::{self, Fate};
use super::hold::{Asked, Hold};
use super::pacer::Pacer;
use super::queue::{Queue, Row};
pub use super::step::{Job, Manner, Settled, Step, Waiting};

/// The state of sending.
#[derive(Debug)]
pub struct Flow {
    manner: Manner,
    queue: Queue,
    in_flight: HashMap<u64, Row>,
    pacer: Pacer,
    hold: Hold,
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
    sent_rows: u64,
    bad_rows: u64,
    complete: bool,
    stopped: Option<(StopReason, String)>,
    settled: Vec<Settled>,
}

impl Flow {
    /// Nothing claimed yet.
    pub fn new(manner: Manner) -> Self {
        Flow {
            pacer: Pacer::new(manner.rate),
            random: fastrand::Rng::with_seed(manner.seed),
            manner,
            queue: Queue::default(),
            in_flight: HashMap::new(),
            hold: Hold::default(),
            breaker: Breaker::default(),
            apps: Vec::new(),
            numbers: HashMap::new(),
            failed: HashSet::new(),
            next_seq: 0,
            unsettled: 0,
            trouble: Box::default(),
            answered_ever: false,
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
            history: fate::History::default(),
            canary: false,
        };
        if self.stopped.is_some() {
            self.leave_out(row, ENDED_FIRST);
        } else if let Some(reason) = self.apps[app].1.walled() {
            self.leave_out(row, reason.name());
        } else if self.failed.contains(&row.event.installation) {
            self.leave_out(row, "behind_failed");
        } else {
            self.queue.push(row);
        }
    }

    /// No row will be offered any more.
    pub fn complete(&mut self) {
        self.complete = true;
        let last = self.apps.last().and_then(|(_, gate)| gate.walled());
        if let Some(reason) = last {
            self.stop_without_apps(reason);
        }
    }

    /// What a free connection shall do now.
    pub fn step(&mut self, now: Moment) -> Step {
        self.queue.wake(now);
        let passage = self.breaker.passage(now, self.manner.max_wait);
        if passage == Passage::GivenUp && self.unsettled > 0 {
            self.give_up();
        }
        if self.is_done() {
            return Step::Done;
        }
        if self.stopped.is_some() || !self.queue.has_ready() {
            return Step::Wait(self.next_turn());
        }
        match passage {
            Passage::Wait(until) => Step::Wait(Some(until)),
            _ => self.take(now, passage == Passage::Probe),
        }
    }

    fn take(&mut self, now: Moment, probe: bool) -> Step {
        if let Some(until) = self.hold.until(now) {
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
        let held = self.breaker.held(self.manner.max_wait);
        let end = held.map(|(_, end)| end).filter(|_| self.unsettled > 0);
        [self.queue.next_due(), end].into_iter().flatten().min()
    }

    fn give_up(&mut self) {
        let text = format!(
            "no definite answer from {} for {}: {}",
            self.manner.server,
            humantime::format_duration(self.manner.max_wait),
            self.trouble
        );
        self.stop(StopReason::Unreachable, &text);
    }

    /// For a probe a row whose loss costs no money comes first.
    fn pick(&mut self, probe: bool) -> Option<Row> {
        let apps = &self.apps;
        let open = |row: &Row| apps[row.app].1.open(row.canary);
        let cheap = |row: &Row| open(row) && !row.event.kind.is_money();
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
            left: now,
            probe,
        };
        self.in_flight.insert(row.seq, row);
        job
    }

    /// What came back for a row that left. A probe that could not even leave uses up no retry:
    /// how long an outage may last is `--max-wait`'s to say.
    pub fn answered(&mut self, job: &Job, judgement: &Judgement, now: Moment) {
        let Some(mut row) = self.in_flight.remove(&job.seq) else {
            return;
        };
        self.notice(judgement, row.app, job, now);
        let fate = if job.probe && judgement.verdict == Verdict::NeverLeft {
            row.history.attempts += 1;
            Fate::Again(1)
        } else {
            let Manner {
                in_doubt, retries, ..
            } = self.manner;
            let kind = row.event.kind;
            fate::decide(
                kind,
                &judgement.verdict,
                &mut row.history,
                in_doubt,
                retries,
            )
        };
        let fate = match judgement.verdict {
            Verdict::Later { .. } => {
                fate::patient(&mut row.history, fate, now, self.manner.max_wait)
            }
            _ => fate,
        };
        match fate {
            Fate::Settled(outcome) => self.end(row, outcome, judgement),
            Fate::Again(tries) => {
                let due = now + super::backoff::wait(tries, &mut self.random);
                self.again(row, due, judgement);
            }
            Fate::AfterHold => {
                let due = self.hold.until(now).unwrap_or(now);
                self.again(row, due, judgement);
            }
        }
    }

    /// What an answer says about the server and the app, whatever it says about the row.
    fn notice(&mut self, judgement: &Judgement, app: usize, job: &Job, now: Moment) {
        if matches!(
            judgement.verdict,
            Verdict::InDoubt { .. } | Verdict::NeverLeft
        ) {
            self.breaker.silent(job.probe, now, &mut self.random);
            self.trouble = judgement.reason.clone();
        } else {
            self.breaker.definite();
            self.answered_ever = true;
        }
        match judgement.verdict {
            Verdict::Wall(reason) => self.wall(app, reason),
            Verdict::Later {
                hold: true,
                retry_after,
            } => self.pause(retry_after, job.left, now),
            Verdict::OddlyRefused => {
                let not_found = judgement.http == Some(404);
                let reason = if not_found {
                    StopReason::NoSuchApp
                } else {
                    StopReason::Unauthorized
                };
                self.apps[app].1.oddly_refused(reason);
                self.walled(app);
            }
            Verdict::Later { hold: false, .. } => self.be_patient(now),
            _ if judgement.retry_after.is_some() => {
                self.pause(judgement.retry_after, job.left, now);
            }
            _ => {}
        }
    }

    /// Nothing but "later" for too long is no answer.
    fn be_patient(&mut self, now: Moment) {
        if self.hold.asked_since(now) > self.manner.max_wait {
            let server = &self.manner.server;
            let text = format!("{server} asked to come later for longer than --max-wait allows");
            self.stop(StopReason::AskedToWait, &text);
        }
    }

    fn pause(&mut self, retry_after: Option<Duration>, left: Moment, now: Moment) {
        match self.hold.ask(retry_after, left, now, self.manner.max_wait) {
            Asked::Held { news } => {
                if news {
                    self.pacer.cut(left, now);
                }
                if let Some(until) = self.hold.until(now) {
                    self.pacer.resume_at(until);
                }
            }
            Asked::TooLong(wait) => {
                let text = format!(
                    "{} asked for a pause of {}, longer than --max-wait allows",
                    self.manner.server,
                    humantime::format_duration(Duration::from_secs(wait.as_secs()))
                );
                self.stop(StopReason::AskedToWait, &text);
            }
        }
    }

    fn again(&mut self, row: Row, due: Moment, judgement: &Judgement) {
        if self.stopped.is_some() || self.apps[row.app].1.walled().is_some() {
            let outcome = fate::ended_early(&row.history);
            self.end(row, outcome, judgement);
        } else {
            self.trouble = judgement.words();
            self.queue.wait(row, due);
        }
    }

    fn end(&mut self, row: Row, outcome: Outcome, judgement: &Judgement) {
        let installation = row.event.installation;
        if matches!(outcome, Outcome::Accepted | Outcome::Refused) {
            self.hold.settled();
        }
        self.apps[row.app].1.settled(row.canary, outcome);
        let app = row.app;
        self.settle(row, outcome, judgement.http, judgement.reason.clone());
        self.walled(app);
        if outcome == Outcome::Failed {
            self.failed.insert(installation);
            for row in self.queue.take_behind(installation) {
                self.leave_out(row, "behind_failed");
            }
        }
        self.queue.settled(installation);
        self.count(outcome);
    }

    fn count(&mut self, outcome: Outcome) {
        self.sent_rows += u64::from(outcome != Outcome::NotSent);
        self.bad_rows += u64::from(matches!(
            outcome,
            Outcome::Refused | Outcome::Failed | Outcome::InDoubt
        ));
        if self
            .manner
            .max_failures
            .reached(self.bad_rows, self.sent_rows)
        {
            let text = format!("{} of {} rows went wrong", self.bad_rows, self.sent_rows);
            self.stop(StopReason::MaxFailures, &text);
        }
    }

    fn wall(&mut self, app: usize, reason: StopReason) {
        self.apps[app].1.wall(reason);
        self.walled(app);
    }

    /// Takes the rows of a walled app out, and ends the run if it was the last app.
    fn walled(&mut self, app: usize) {
        let Some(reason) = self.apps[app].1.walled() else {
            return;
        };
        for row in self.queue.drain(|row| row.app == app) {
            self.leave_out(row, reason.name());
        }
        self.stop_without_apps(reason);
    }

    /// Apps that have a key but did not come yet may still send; once no row will come, they
    /// will not.
    fn stop_without_apps(&mut self, reason: StopReason) {
        let walled = self.walls().len();
        let all_walled = walled == self.apps.len();
        let none_to_come = |keys| self.complete || walled >= keys;
        if all_walled && self.manner.apps_with_keys.is_some_and(none_to_come) {
            let text = format!("no app is left that can send: {}", reason.name());
            self.stop(reason, &text);
        }
    }

    /// Ends the run: what is in flight finishes, everything else stays where it is.
    pub fn stop(&mut self, reason: StopReason, text: &str) {
        if self.stopped.is_some() {
            return;
        }
        self.stopped = Some((reason, text.to_owned()));
        for row in self.queue.drain(|_| true) {
            self.leave_out(row, ENDED_FIRST);
        }
    }

    /// Waits no longer for what is in flight: it may have been recorded.
    pub fn abandon(&mut self) {
        let mut rows: Vec<Row> = self.in_flight.drain().map(|(_, row)| row).collect();
        rows.sort_unstable_by_key(|row| row.seq);
        for row in rows {
            self.settle(
                row,
                Outcome::InDoubt,
                None,
                "no answer before the run ended".into(),
            );
        }
    }

    /// A row that goes no further, without an answer of its own.
    fn leave_out(&mut self, row: Row, reason: &str) {
        let outcome = fate::ended_early(&row.history);
        self.settle(row, outcome, None, reason.into());
    }

    fn settle(&mut self, row: Row, outcome: Outcome, http: Option<u16>, reason: Box<str>) {
        self.unsettled -= 1;
        let detail = Detail {
            http,
            reason,
            attempts: row.history.attempts,
        };
        self.settled.push(Settled {
            event: row.event,
            claim: row.claim,
            outcome,
            detail,
        });
    }

    /// Whether rows got their outcome since they were last taken.
    pub fn has_settled(&self) -> bool {
        !self.settled.is_empty()
    }

    /// The rows that got their outcome since the last call.
    pub fn take_settled(&mut self) -> Vec<Settled> {
        std::mem::take(&mut self.settled)
    }

    /// Rows claimed and not settled.
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
        nobody.then(|| format!("no answer from {}: {}", self.manner.server, self.trouble))
    }

    /// The apps that were stopped, and why.
    pub fn walls(&self) -> Vec<(Arc<App>, StopReason)> {
        let walled = |(app, gate): &(Arc<App>, AppGate)| Some((app.clone(), gate.walled()?));
        self.apps.iter().filter_map(walled).collect()
    }

    /// Requests on their way.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Why nothing leaves right now, if that is so.
    pub fn waiting(&self, now: Moment) -> Option<Waiting> {
        let why = || self.trouble.clone();
        if let Some((since, until)) = self.breaker.held(self.manner.max_wait) {
            let why = why();
            return Some(Waiting::Silence { since, until, why });
        }
        if let Some(until) = self.hold.until(now) {
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

    fn number(&mut self, app: &Arc<App>) -> usize {
        if let Some(number) = self.numbers.get(app) {
            return *number;
        }
        self.apps.push((app.clone(), AppGate::default()));
        self.numbers.insert(app.clone(), self.apps.len() - 1);
        self.apps.len() - 1
    }
}
