//! What an answer means: for its row, for its app, for the pace of all.

use std::time::Duration;

use super::Flow;
use crate::delivery::pause::Asked;
use crate::delivery::queue::Row;
use crate::delivery::retry::{self, Next};
use crate::delivery::step::{Job, Settings};
use crate::http::{Judgement, Verdict};
use crate::model::{BEHIND_FAILED, Moment, Outcome, StopReason};
use crate::report::figures::counted;

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
