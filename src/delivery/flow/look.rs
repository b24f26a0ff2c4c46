//! What others may know of the flow: outcomes, walls, what it waits for, how fast it goes.

use std::sync::Arc;

use super::Flow;
use crate::delivery::apps::AppGate;
use crate::delivery::queue::Row;
use crate::delivery::step::{Ended, Waiting};
use crate::model::{App, Moment, StopReason};

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
