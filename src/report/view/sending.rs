//! What went over the wire: requests, pace, and what happened when.

use serde::Serialize;

use crate::report::run::RunFacts;
use crate::stats::Stats;
use crate::stats::requests::{self, Timeline};

/// The key `requests`.
#[derive(Debug, Serialize)]
pub struct Requests {
    sent: u64,
    retries: u64,
    waited_ms: u128,
    latency_ms: Option<Latency>,
}

/// How long answers took.
#[derive(Debug, Serialize)]
pub struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

impl From<&requests::Requests> for Requests {
    fn from(requests: &requests::Requests) -> Self {
        let at = |share| ms(requests.within(share));
        Requests {
            sent: requests.sent,
            retries: requests.retries,
            waited_ms: requests.waited.as_millis(),
            latency_ms: (requests.sent > 0).then(|| Latency {
                p50: at(0.5),
                p90: at(0.9),
                p99: at(0.99),
                max: ms(requests.slowest),
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
