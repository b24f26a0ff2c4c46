//! What an answer means: for its row, for its app, for the pace of all.
//!
//! What ends early: an app that is stopped, the run at its last one, rows that go no further.

use std::time::Duration;

use super::{Flow, Job, Settings};
use crate::delivery::pacer::Asked;
use crate::delivery::queue::Row;
use crate::delivery::retry::{self, Next};
use crate::http::{Judgement, Verdict};
use crate::model::{BEHIND_FAILED, Detail, ENDED_FIRST, Moment, Outcome, StopReason};
use crate::report::figures::counted;
use crate::stats::Settled;

impl Flow {
    /// What came back for a row that left.
    pub fn answered(&mut self, job: &Job, judgement: &Judgement, now: Moment) {
        let Some(mut row) = self.in_flight.remove(&job.seq) else {
            return;
        };
        self.notice(judgement, row.app, job, now);
        let retry = self.retry(&mut row, job, &judgement.verdict);
        match retry {
            Next::Settled(outcome) => self.end(row, outcome, judgement, now),
            Next::Again(tries) => {
                row.history.unanswered_since.get_or_insert(job.left);
                let due = now + retry::wait(tries, &mut self.random);
                self.back_off(row, due, judgement, now);
            }
            Next::AfterPause => {
                let due = self.pause.until(now).unwrap_or(now);
                self.again(row, due, judgement, now);
            }
        }
    }

    /// What becomes of the row. A probe that could not even leave uses up no retry: how long an
    /// outage may last is `--max-wait`'s to say.
    fn retry(&self, row: &mut Row, job: &Job, verdict: &Verdict) -> Next {
        if job.probe && *verdict == Verdict::NeverLeft {
            row.history.attempts += 1;
            return Next::Again(1);
        }
        let Settings {
            in_doubt, retries, ..
        } = self.settings;
        let what = (row.event.kind, row.event.app.platform);
        retry::decide(what, verdict, &mut row.history, in_doubt, retries)
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
            if self.breaker.definite() {
                self.back_since = now;
            }
            self.answered_ever = true;
        }
        match judgement.verdict {
            Verdict::StopApp(reason) => self.stop_app(app, reason),
            Verdict::Later {
                hold: true,
                retry_after,
            } => self.asked_to_pause(retry_after, job.left, now),
            Verdict::OddlyRefused => {
                let not_found = judgement.http == Some(404);
                let reason = if not_found {
                    StopReason::NoSuchApp
                } else {
                    StopReason::Unauthorized
                };
                self.apps[app].1.oddly_refused(reason);
                self.end_if_stopped(app);
            }
            Verdict::Later { hold: false, .. } => {
                self.pause.asked_since(now);
            }
            _ if judgement.retry_after.is_some() => {
                self.asked_to_pause(judgement.retry_after, job.left, now);
            }
            _ => {}
        }
    }

    /// Waits before the row is tried again, if that wait ends in time; an outage has an end of its
    /// own. A row that is asked to come later again and again ends alone, unless the server says
    /// that to all.
    fn back_off(&mut self, row: Row, due: Moment, judgement: &Judgement, now: Moment) {
        let max_wait = self.settings.max_wait;
        let since = row.history.unanswered_since.unwrap_or(now);
        let too_late = due > since.max(self.back_since) + max_wait;
        if let Verdict::Later { .. } = judgement.verdict {
            if due > self.pause.asked_since(now) + max_wait {
                let server = &self.settings.server;
                let text =
                    format!("{server} asked to come later for longer than --max-wait allows");
                self.stop(StopReason::AskedToWait, &text);
            }
            if too_late {
                let outcome = retry::gave_up(&row.history);
                return self.end(row, outcome, judgement, now);
            }
        } else if too_late && !self.breaker.is_open() {
            self.trouble = judgement.words();
            self.give_up_trying();
        }
        self.again(row, due, judgement, now);
    }

    fn asked_to_pause(&mut self, retry_after: Option<Duration>, left: Moment, now: Moment) {
        match self
            .pause
            .ask(retry_after, left, now, self.settings.max_wait)
        {
            Asked::Paused { news } => {
                if news {
                    self.pacer.cut(left, now);
                }
                if let Some(until) = self.pause.until(now) {
                    self.pacer.resume_at(until);
                }
            }
            Asked::TooLong(wait) => {
                let text = format!(
                    "{} asked for a pause of {}, longer than --max-wait allows",
                    self.settings.server,
                    humantime::format_duration(Duration::from_secs(wait.as_secs()))
                );
                self.stop(StopReason::AskedToWait, &text);
            }
        }
    }

    fn again(&mut self, row: Row, due: Moment, judgement: &Judgement, now: Moment) {
        if self.stopped.is_some() || self.apps[row.app].1.stopped().is_some() {
            let outcome = retry::ended_early(&row.history);
            self.end(row, outcome, judgement, now);
        } else {
            self.trouble = judgement.words();
            self.queue.wait(row, due);
        }
    }

    fn end(&mut self, row: Row, outcome: Outcome, judgement: &Judgement, now: Moment) {
        let installation = row.event.installation;
        let is_answered = matches!(outcome, Outcome::Accepted | Outcome::Refused);
        if is_answered && self.pause.settled() {
            self.back_since = now;
        }
        self.apps[row.app].1.settled(row.canary, outcome);
        let app = row.app;
        self.settle(row, outcome, judgement.http, judgement.reason.clone());
        self.end_if_stopped(app);
        if outcome == Outcome::Failed {
            self.failed.insert(installation);
            for row in self.queue.take_behind(installation) {
                self.leave_out(row, BEHIND_FAILED);
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
            .settings
            .max_failures
            .reached(self.bad_rows, self.sent_rows)
        {
            let text = format!(
                "{} of {} went wrong",
                self.bad_rows,
                counted(self.sent_rows, "row")
            );
            self.stop(StopReason::MaxFailures, &text);
        }
    }
}

impl Flow {
    pub(super) fn stop_app(&mut self, app: usize, reason: StopReason) {
        self.apps[app].1.stop(reason);
        self.end_if_stopped(app);
    }

    /// Takes the rows of a stopped app out, and ends the run if it was the last app.
    pub(super) fn end_if_stopped(&mut self, app: usize) {
        let Some(reason) = self.apps[app].1.stopped() else {
            return;
        };
        for row in self.queue.drain(|row| row.app == app) {
            self.leave_out(row, reason.name());
        }
        self.stop_without_apps(reason);
    }

    /// Apps that have a key but did not come yet may still send; once no row will come, they
    /// will not.
    pub(super) fn stop_without_apps(&mut self, reason: StopReason) {
        let stopped = self.stopped_apps().len();
        let all_stopped = stopped == self.apps.len();
        let none_to_come = |keys| self.complete || stopped >= keys;
        if all_stopped && self.settings.apps_with_keys.is_some_and(none_to_come) {
            let text = format!("no app is left that can send: {}", reason.name());
            self.stop(reason, &text);
        }
    }

    /// Silence has lasted too long.
    pub(super) fn give_up(&mut self) {
        let max_wait = humantime::format_duration(self.settings.max_wait);
        self.unreachable(&format!(" for {max_wait}"));
    }

    /// The next try would come too late.
    pub(super) fn give_up_trying(&mut self) {
        let max_wait = humantime::format_duration(self.settings.max_wait);
        self.unreachable(&format!(
            ", and trying again would take longer than --max-wait ({max_wait})"
        ));
    }

    fn unreachable(&mut self, how_long: &str) {
        let (server, trouble) = (&self.settings.server, &self.trouble);
        let text = format!("no definite answer from {server}{how_long}: {trouble}");
        self.stop(StopReason::Unreachable, &text);
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
    pub(super) fn leave_out(&mut self, row: Row, reason: &str) {
        let outcome = retry::ended_early(&row.history);
        self.settle(row, outcome, None, reason.into());
    }

    pub(super) fn settle(
        &mut self,
        row: Row,
        outcome: Outcome,
        http: Option<u16>,
        reason: Box<str>,
    ) {
        self.unsettled -= 1;
        let detail = Detail {
            http,
            reason,
            attempts: row.history.attempts,
            ..Detail::default()
        };
        let settled = Settled {
            event: row.event,
            outcome,
            detail,
        };
        self.settled.push((row.claim, settled));
    }
}
