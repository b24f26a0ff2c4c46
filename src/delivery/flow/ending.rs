//! What ends early: an app that is stopped, the run at its last one, rows that go no further.

use super::Flow;
use crate::delivery::queue::Row;
use crate::delivery::retry;
use crate::model::{Detail, ENDED_FIRST, Outcome, StopReason};
use crate::stats::Settled;

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
