//! What went over the wire: requests, pace, and what happened when; the limits that were near, and what
//! differs from the last run of the same inputs.

use serde::Serialize;

use super::{Ordered, View};
use crate::model::{Outcome, StopReason};
use crate::report::figures::{counted, thousands};
use crate::report::run::{Limit, RunFacts};
use crate::stats::requests::{self, Timeline};
use crate::stats::{Rows, Stats};

/// The key `requests`.
#[derive(Debug, Serialize)]
pub struct Requests {
    sent: u64,
    retries: u64,
    waited_ms: u128,
    /// How long answers took.
    latency_ms: Option<Ordered<&'static str, f64>>,
}

impl From<&requests::Requests> for Requests {
    fn from(requests: &requests::Requests) -> Self {
        Requests {
            sent: requests.sent,
            retries: requests.retries,
            waited_ms: requests.waited.as_millis(),
            latency_ms: (requests.sent > 0).then(|| {
                let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)];
                let within = shares.map(|(name, share)| (name, ms(requests.within(share))));
                let max = ("max", ms(requests.slowest));
                Ordered(within.into_iter().chain([max]).collect())
            }),
        }
    }
}

fn ms(micros: u64) -> f64 {
    (micros as f64 / 10.0).round() / 100.0
}

/// The key `rate`: requests a second.
#[derive(Debug, Serialize)]
pub struct Rate {
    target: Option<f64>,
    achieved: Option<f64>,
    peak_1s: u64,
}

impl Rate {
    pub(super) fn new(stats: &Stats, run: &RunFacts) -> Self {
        let rounded = |rate: f64| (rate * 100.0).round() / 100.0;
        Rate {
            target: run.rate,
            achieved: stats.requests.achieved().map(rounded),
            peak_1s: stats.requests.peak.most(),
        }
    }
}

/// What happened within an interval of the timeline.
#[derive(Debug, Clone, Serialize)]
pub struct Point {
    /// Where it begins, in seconds since the start.
    pub at_s: u64,
    /// Rows read.
    pub read: u64,
    /// Requests that left.
    pub sent: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows refused, failed or in doubt.
    pub troubled: u64,
    latency_mean_ms: Option<f64>,
    latency_max_ms: Option<f64>,
    waited_ms: u128,
}

pub(super) fn points(timeline: &Timeline) -> Vec<Point> {
    let starts = (0..).step_by(usize::try_from(timeline.interval()).unwrap_or(usize::MAX));
    let point = |(at_s, point): (u64, &requests::Point)| {
        let is_answered = point.sent > 0;
        Point {
            at_s,
            read: point.read,
            sent: point.sent,
            accepted: point.accepted,
            troubled: point.troubled,
            latency_mean_ms: is_answered.then(|| ms(point.latency_sum / point.sent.max(1))),
            latency_max_ms: is_answered.then(|| ms(point.latency_max)),
            waited_ms: point.waited.as_millis(),
        }
    };
    starts.zip(timeline.points()).map(point).collect()
}

/// A limit, and whether the run kept to it.
#[derive(Debug, Serialize)]
pub struct LimitLine<'r> {
    /// The option that sets it.
    pub option: &'r str,
    /// What it allows.
    pub value: &'r str,
    /// What there was.
    pub found: String,
    /// Whether that is within it.
    pub passed: bool,
}

pub(super) fn limits<'r>(stats: &Stats, run: &'r RunFacts) -> Vec<LimitLine<'r>> {
    let rows = stats.rows();
    let line = |limit: &'r Limit| LimitLine {
        option: limit.option,
        value: &limit.value,
        found: found(limit, rows, stats),
        passed: match limit.stops {
            Some(reason) => run.stop_reason != Some(reason),
            None if limit.option == "--max-age" => stats.too_old() == 0,
            None => true,
        },
    };
    run.limits.iter().map(line).collect()
}

fn found(limit: &Limit, rows: Rows, stats: &Stats) -> String {
    let count =
        |outcomes: &[Outcome]| -> u64 { outcomes.iter().map(|outcome| rows.count(*outcome)).sum() };
    match limit.stops {
        Some(StopReason::MaxFailures) => {
            let bad = count(&[Outcome::Refused, Outcome::Failed, Outcome::InDoubt]);
            format!("{} refused, failed or in doubt", thousands(bad))
        }
        Some(StopReason::MaxRejected) => {
            format!("{} rejected", thousands(count(&[Outcome::Rejected])))
        }
        None if limit.option == "--max-age" => format!("{} older", counted(stats.too_old(), "row")),
        _ => format!("{} read", counted(rows.read, "row")),
    }
}

/// A number then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What is counted.
    pub name: String,
    /// In the last run of the same inputs.
    pub before: String,
    /// In this one.
    pub now: String,
}

impl View<'_> {
    /// What differs from the last run of the same inputs: rows, reasons, accepted revenue.
    pub fn differences(&self) -> Vec<Difference> {
        let Some(past) = &self.run.before else {
            return Vec::new();
        };
        let difference = |name: &str, before: u64, now: u64| Difference {
            name: name.to_owned(),
            before: thousands(before),
            now: thousands(now),
        };
        let mut all = vec![difference("read", past.count("read"), self.rows.read)];
        all.extend(Outcome::ALL.map(|outcome| {
            let words = outcome.words(self.sends());
            difference(words, past.count(outcome.name()), self.count(outcome))
        }));
        let reason = |code: &str, field: &str| match field {
            "" => code.to_owned(),
            field => format!("{code} in {field}"),
        };
        let mut reasons = std::collections::BTreeMap::<_, (u64, u64)>::new();
        for one in &past.rejections {
            reasons.entry(reason(&one.code, &one.field)).or_default().0 = one.count;
        }
        for one in &self.rejections {
            let name = reason(one.code.name(), one.field);
            reasons.entry(name).or_default().1 = one.count;
        }
        all.extend(
            reasons
                .iter()
                .map(|(name, (before, now))| difference(name, *before, *now)),
        );
        let accepted = self.revenue.iter().filter(|_| self.sends());
        all.extend(accepted.map(|line| {
            let code = line.name.code();
            let before = past.totals.accepted.revenue.get(code);
            Difference {
                name: format!("{code} accepted"),
                before: before.cloned().unwrap_or("0".into()),
                now: line.accepted.to_string(),
            }
        }));
        all.retain(|one| one.before != one.now);
        all
    }
}
