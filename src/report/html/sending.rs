//! How sending went: pace, waiting and answers over time, and the same in numbers.

use std::time::Duration;

use super::super::figures::{span, thousands};
use super::super::plan::PlannedRequest;
use super::Facts;
use super::chart::{Chart, Span};
use super::curves::{answer, latency, pace, reading};
use crate::model::shown;
use crate::stats::timeline::Point;

/// Fewer points than this make no chart.
const FEWEST: usize = 3;
/// Lines of the table that says the charts in numbers.
const LINES: usize = 30;

/// Charts and numbers.
pub(super) struct Sending {
    pub(super) title: &'static str,
    pub(super) charts: Vec<Chart>,
    pub(super) table: Vec<Line>,
    pub(super) numbers: Vec<(&'static str, String)>,
    pub(super) requests: Vec<Request>,
    pub(super) held: String,
}

/// A request as it would go.
pub(super) struct Request {
    pub(super) row: String,
    pub(super) url: String,
    /// The body, a parameter in each.
    pub(super) parameters: Vec<String>,
}

/// A stretch of time.
pub(super) struct Line {
    pub(super) from: String,
    pub(super) sent: String,
    pub(super) accepted: String,
    pub(super) troubled: String,
    pub(super) mean: String,
    pub(super) slowest: String,
    pub(super) waited: String,
}

impl Sending {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let sends = facts.sends();
        let points = facts.books.timeline.points();
        let waited = facts.books.requests.waited;
        let span_of_time = Span {
            interval: facts.books.timeline.interval() as f64,
            seconds: facts.run.elapsed.as_secs_f64().max(0.001),
        };
        let drawn = points.len() >= FEWEST;
        let mut charts = Vec::new();
        if drawn && sends {
            charts.push(pace(facts, points, span_of_time));
            charts.extend(latency(facts, points, span_of_time));
        } else if drawn {
            charts.push(reading(points, span_of_time));
        }
        let planned = facts.plan.iter().flat_map(|plan| &plan.first_requests);
        Sending {
            title: match facts.plan {
                _ if sends => "Sending",
                Some(_) => "What would be sent",
                None => "Reading",
            },
            table: if drawn && sends {
                table(facts, points)
            } else {
                Vec::new()
            },
            charts,
            numbers: if sends { numbers(facts) } else { Vec::new() },
            requests: planned.map(request).collect(),
            held: if waited.is_zero() {
                String::new()
            } else {
                span(waited)
            },
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.charts.is_empty() && self.numbers.is_empty() && self.requests.is_empty()
    }
}

fn request(planned: &PlannedRequest) -> Request {
    let parameters = planned.body.split('&').take(100);
    Request {
        row: shown(&planned.row).into(),
        url: shown(&planned.url).into(),
        parameters: parameters.map(|text| shown(text).into()).collect(),
    }
}

fn numbers(facts: Facts<'_>) -> Vec<(&'static str, String)> {
    let requests = &facts.books.requests;
    if requests.sent == 0 {
        return Vec::new();
    }
    let within = |share| answer(requests.within(share));
    let target = facts
        .run
        .rate
        .map_or("unlimited".into(), |rate| format!("{rate}/s"));
    let achieved = requests.achieved();
    vec![
        ("Requests", thousands(requests.sent)),
        ("Retries among them", thousands(requests.retries)),
        ("On hold", span(requests.waited)),
        ("Rate limit", target),
        (
            "Rate achieved",
            achieved.map_or("–".into(), |pace| format!("{pace:.2}/s")),
        ),
        ("Busiest second", thousands(requests.peak.most())),
        ("Half answered within", within(0.5)),
        ("90 % within", within(0.9)),
        ("99 % within", within(0.99)),
        ("Slowest answer", answer(requests.slowest)),
    ]
}

/// The charts in numbers, in at most thirty stretches.
fn table(facts: Facts<'_>, points: &[Point]) -> Vec<Line> {
    let each = points.len().div_ceil(LINES).max(1);
    let seconds = facts.books.timeline.interval() * each as u64;
    let stretches = points.chunks(each).zip(0_u64..);
    stretches
        .map(|(points, index)| stretch(points, index * seconds))
        .collect()
}

fn stretch(points: &[Point], from: u64) -> Line {
    let sum = |count: fn(&Point) -> u64| points.iter().map(count).sum::<u64>();
    let sent = sum(|point| point.sent);
    let latency = |micros: u64| match sent {
        0 => "–".into(),
        _ => answer(micros),
    };
    let waited: Duration = points.iter().map(|point| point.waited).sum();
    let slowest = points.iter().map(|point| point.latency_max).max();
    Line {
        from: span(Duration::from_secs(from)),
        sent: thousands(sent),
        accepted: thousands(sum(|point| point.accepted)),
        troubled: thousands(sum(|point| point.troubled)),
        mean: latency(sum(|point| point.latency_sum) / sent.max(1)),
        slowest: latency(slowest.unwrap_or_default()),
        waited: span(waited),
    }
}
