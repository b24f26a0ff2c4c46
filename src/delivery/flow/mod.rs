//! The decisions of sending, in one place and without a clock: which row leaves when, what an
//! answer means for the rest, when the run stops. And what others may know of it.
//!
//! Time comes in as a value and nothing here waits or sends, so that hours of outages are a test
//! of milliseconds.
//!
//! The types that pass between the flow and the threads that carry its decisions out: how to send,
//! what to send now, what became of a row.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::apps::AppGate;
use super::pacer::{Pacer, Pause};
use super::queue::{Queue, Row};
use super::retry::{self, Breaker, InDoubt, Permit};
use crate::ledger::ClaimId;
use crate::model::{App, BEHIND_FAILED, ENDED_FIRST, Event, Installation, Moment, StopReason};
use crate::progress::{Reason, Waiting};
use crate::stats::Settled;

mod answers;

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
        let end = self.breaker.end(self.settings.max_wait);
        let end = end.filter(|_| self.unsettled > 0);
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
        let (server, trouble) = (&self.settings.server, &self.trouble);
        let waiting = |reason, until: Moment, why: String| Waiting {
            reason,
            time: until.since(now),
            why: why.into(),
        };
        if let Some(until) = self.breaker.end(self.settings.max_wait) {
            let why = format!("no answer from {server} ({trouble})");
            return Some(waiting(Reason::NoAnswer, until, why));
        }
        if let Some(until) = self.pause.until(now) {
            let why = format!("{server} asked for a pause");
            return Some(waiting(Reason::AskedToPause, until, why));
        }
        let until = self.queue.next_due().filter(|due| *due > now)?;
        let may_leave = |row: &Row| self.apps[row.app].1.open(row.canary);
        let at_rest = self.in_flight.is_empty() && !self.queue.any_ready(may_leave);
        at_rest.then(|| waiting(Reason::Retry, until, format!("trying again ({trouble})")))
    }

    /// Requests that left in the last second.
    pub fn pace(&self, now: Moment) -> f64 {
        self.pacer.last_second(now)
    }
}

/// What the user decided about sending.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Requests a second; `None` is unlimited.
    pub rate: Option<f64>,
    /// Retries that a row may use up.
    pub retries: u32,
    /// What happens to rows in doubt.
    pub in_doubt: InDoubt,
    /// The longest wait of any kind.
    pub max_wait: Duration,
    /// When too much has gone wrong.
    pub max_failures: RowLimit,
    /// How many apps have a key: the stop of the last one ends the run. `None` if that is not
    /// known, as without keys.
    pub apps_with_keys: Option<usize>,
    /// Whom messages name: `Tenjin`, or where else rows go.
    pub server: String,
    /// For jitter.
    pub seed: u64,
}

/// A row that leaves now; the row itself stays with the flow.
#[derive(Debug)]
pub struct Job {
    /// What the flow calls it.
    pub seq: u64,
    /// What is to be sent.
    pub event: Arc<Event>,
    /// What the ledger calls it, if it was claimed.
    pub claim: Option<ClaimId>,
    /// Whether a request for it left before.
    pub retry: bool,
    /// Whether one of those may have been recorded.
    pub doubtful: bool,
    /// When it left.
    pub left: Moment,
    /// Whether it is the one that finds out if the server is back.
    pub probe: bool,
}

/// What a sender shall do.
#[derive(Debug)]
pub enum Step {
    /// Send this.
    Send(Job),
    /// Ask again at this moment, or when a row came or an answer.
    Wait(Option<Moment>),
    /// There is a row, but it may not leave before this moment; nothing else changes that.
    Pace(Moment),
    /// Nothing will ever come again.
    Done,
}

/// A row with its outcome, for the report, and what the ledger calls it, if it was claimed.
pub type Ended = (Option<ClaimId>, Settled);

/// `--max-failures N` or `N%`, over refused, failed and in-doubt rows of those sent;
/// `--max-rejected` likewise, over rejected rows of those read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowLimit {
    /// More than this many rows.
    Rows(u64),
    /// More than this part of the rows sent, from [`RowLimit::FROM`] rows on.
    Share(f64),
}

impl RowLimit {
    /// A share says nothing about fewer rows.
    pub const FROM: u64 = 200;

    /// Whether the run shall stop.
    pub fn reached(self, bad: u64, sent: u64) -> bool {
        match self {
            RowLimit::Rows(most) => bad > most,
            RowLimit::Share(_) => sent >= Self::FROM && self.exceeded(bad, sent),
        }
    }

    /// Whether it is too much, of all that there is.
    pub fn exceeded(self, bad: u64, all: u64) -> bool {
        match self {
            RowLimit::Rows(most) => bad > most,
            RowLimit::Share(most) => bad as f64 > all as f64 * most,
        }
    }
}

impl std::fmt::Display for RowLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RowLimit::Rows(rows) => write!(f, "{rows}"),
            RowLimit::Share(share) => write!(f, "{} %", share * 100.0),
        }
    }
}

impl FromStr for RowLimit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let limit = match text.strip_suffix('%') {
            None => text.parse().ok().map(RowLimit::Rows),
            Some(number) => {
                let percent: Option<f64> = number.trim().parse().ok();
                let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
                percent.map(|percent| RowLimit::Share(percent / 100.0))
            }
        };
        limit.ok_or("write a number of rows (100) or a share of them (10%)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_from_two_hundred_rows_on() {
        let tenth: RowLimit = "10%".parse().expect("a share");
        assert!(!tenth.reached(199, 199));
        assert!(!tenth.reached(20, 200));
        assert!(tenth.reached(21, 200));
    }

    #[test]
    fn a_number_counts_at_once() {
        let most: RowLimit = "0".parse().expect("a number");
        assert!(!most.reached(0, 1000));
        assert!(most.reached(1, 1));
    }

    #[test]
    fn nonsense_is_no_rule() {
        for text in ["", "-1", "ten", "120%", "NaN%", "1,5%"] {
            assert!(text.parse::<RowLimit>().is_err(), "{text}");
        }
    }
}
