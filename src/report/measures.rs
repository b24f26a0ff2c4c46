//! The measures of `report.json`: control totals, event times, requests, pace, timeline.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::Currency;

use super::entries::Ordered;
use super::run::RunFacts;
use crate::stats::requests::Requests;
use crate::stats::timeline::{Point, Timeline};
use crate::stats::{Count, Line, Stats, Totals};

/// RFC 3339, UTC, to the microsecond.
pub(super) fn time(instant: Timestamp) -> String {
    let rounded = instant.round(jiff::Unit::Microsecond).unwrap_or(instant);
    rounded.to_string()
}

#[derive(Debug, Serialize)]
pub(super) struct EventTime {
    first: Option<String>,
    last: Option<String>,
    older_than_a_day: u64,
}

impl EventTime {
    pub(super) fn new(books: &Stats) -> Self {
        let at = |micros: i64| Timestamp::from_microsecond(micros).ok().map(time);
        let bounds = books.event_time.bounds;
        EventTime {
            first: bounds.and_then(|(first, _)| at(first)),
            last: bounds.and_then(|(_, last)| at(last)),
            older_than_a_day: books.event_time.older_than_a_day,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct TotalsEntry<'r> {
    revenue: Ordered<Currency, String>,
    events: Ordered<&'r str, u64>,
    events_more: u64,
}

impl<'r> TotalsEntry<'r> {
    /// Of every line, the part that is meant.
    pub(super) fn new(totals: &'r Totals, of: impl Fn(&Line) -> &Count) -> Self {
        let revenue = totals.revenue().into_iter();
        let revenue = revenue.map(|(currency, line)| (currency, of(line)));
        let revenue = revenue.filter(|(_, count)| count.rows > 0);
        let events = totals.names().into_iter();
        let mut events: Vec<_> = events
            .map(|(name, line)| (&**name, of(line).rows))
            .filter(|(_, rows)| *rows > 0)
            .collect();
        events.sort_by_key(|(name, rows)| (Reverse(*rows), *name));
        TotalsEntry {
            revenue: Ordered(
                revenue
                    .map(|(currency, count)| (currency, count.money.to_string()))
                    .collect(),
            ),
            events: Ordered(events),
            events_more: totals.by_name.more().rows(|line| of(line).rows),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct RequestCounts {
    sent: u64,
    retries: u64,
    waited_ms: u64,
    latency_ms: Option<Latency>,
}

#[derive(Debug, Serialize)]
pub(super) struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

impl From<&Requests> for RequestCounts {
    fn from(requests: &Requests) -> Self {
        let at = |share| ms(requests.within(share));
        RequestCounts {
            sent: requests.sent,
            retries: requests.retries,
            waited_ms: millis(requests.waited),
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

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[derive(Debug, Serialize)]
pub(super) struct Rate {
    target: Option<f64>,
    achieved: Option<f64>,
    peak_1s: u64,
}

impl Rate {
    pub(super) fn new(books: &Stats, run: &RunFacts) -> Self {
        let rounded = |rate: f64| (rate * 100.0).round() / 100.0;
        Rate {
            target: run.rate,
            achieved: books.requests.achieved().map(rounded),
            peak_1s: books.requests.peak.most(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct PointEntry {
    at_s: u64,
    read: u64,
    sent: u64,
    accepted: u64,
    troubled: u64,
    latency_mean_ms: Option<f64>,
    latency_max_ms: Option<f64>,
    waited_ms: u64,
}

pub(super) fn points(timeline: &Timeline) -> Vec<PointEntry> {
    let starts = (0..).step_by(usize::try_from(timeline.interval()).unwrap_or(usize::MAX));
    let points = starts.zip(timeline.points());
    points.map(|(start, point)| entry(start, point)).collect()
}

fn entry(start: u64, point: &Point) -> PointEntry {
    let answered = point.sent > 0;
    PointEntry {
        at_s: start,
        read: point.read,
        sent: point.sent,
        accepted: point.accepted,
        troubled: point.troubled,
        latency_mean_ms: answered.then(|| ms(point.latency_sum / point.sent.max(1))),
        latency_max_ms: answered.then(|| ms(point.latency_max)),
        waited_ms: millis(point.waited),
    }
}
