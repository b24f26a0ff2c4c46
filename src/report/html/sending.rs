//! How sending went: pace, waiting and answers over time, and the same in numbers.

use std::time::Duration;

use super::super::figures::{counted, span, thousands};
use super::super::plan::PlannedRequest;
use super::super::timeline::Point;
use super::Facts;
use super::chart::{self, Chart, Curve, Span};
use super::scale::Scale;
use crate::row::shown;

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
            title: if sends { "Sending" } else { "Reading" },
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

fn rates(points: &[Point], span: Span, count: impl Fn(&Point) -> u64) -> Vec<f64> {
    let rate = |(index, point): (usize, &Point)| count(point) as f64 / span.length(index);
    points.iter().enumerate().map(rate).collect()
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

fn holds(points: &[Point], span: Span) -> Vec<(String, String)> {
    let share = |(index, point): (usize, &Point)| {
        let share = point.waited.as_secs_f64() / span.length(index);
        // A blink is not a hold that could be seen.
        if share < 0.05 { 0.0 } else { share }
    };
    let shares: Vec<_> = points.iter().enumerate().map(share).collect();
    chart::holds(&shares, span)
}

fn per_second(value: f64) -> String {
    match value {
        v if v == 0.0 => "0".into(),
        v if v < 10.0 && v.fract() != 0.0 => format!("{v:.1}"),
        v => thousands(v.round()),
    }
}

fn pace(facts: Facts<'_>, points: &[Point], span: Span) -> Chart {
    let sent = rates(points, span, |point| point.sent);
    let accepted = rates(points, span, |point| point.accepted);
    let troubled = rates(points, span, |point| point.troubled);
    let busiest = most(&sent).max(most(&accepted)).max(most(&troubled));
    let limit = facts.run.rate.filter(|limit| *limit <= busiest * 4.0);
    let scale = Scale::up_to(busiest.max(limit.unwrap_or(0.0)));
    let some = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    let mut curves = vec![
        curve(
            "sent",
            "requests sent".into(),
            chart::area(&sent, span, scale),
        ),
        curve(
            "ok",
            "rows accepted".into(),
            chart::steps(&some(&accepted), span, scale),
        ),
    ];
    if most(&troubled) > 0.0 {
        let path = chart::steps(&some(&troubled), span, scale);
        curves.push(curve("trouble", "refused, failed or in doubt".into(), path));
    }
    if let Some(limit) = limit {
        let label = format!("limit, {} a second", per_second(limit));
        curves.push(curve("limit", label, chart::level(limit, scale)));
    }
    Chart {
        title: "Pace",
        unit: "a second",
        spoken: spoken_pace(facts),
        ticks: chart::ticks(scale, per_second),
        times: span.times(),
        curves,
        holds: holds(points, span),
    }
}

fn spoken_pace(facts: Facts<'_>) -> String {
    let requests = &facts.books.requests;
    let achieved = requests.achieved().map_or(String::new(), |pace| {
        format!(", {pace:.1} a second on average")
    });
    format!(
        "{}{achieved}, {} in the busiest second; on hold for {}",
        counted(requests.sent, "request"),
        thousands(requests.peak.most()),
        span(requests.waited)
    )
}

fn curve(class: &'static str, label: String, path: String) -> Curve {
    Curve { class, label, path }
}

fn latency(facts: Facts<'_>, points: &[Point], span: Span) -> Option<Chart> {
    let ms = |micros: u64| micros as f64 / 1_000.0;
    let answered = |point: &Point| point.sent > 0;
    let mean = |point: &Point| {
        answered(point).then(|| ms(point.latency_sum / point.sent.max(1)).max(0.001))
    };
    let slowest = |point: &Point| answered(point).then(|| ms(point.latency_max).max(0.001));
    let means: Vec<_> = points.iter().map(mean).collect();
    let maxima: Vec<_> = points.iter().map(slowest).collect();
    let all: Vec<f64> = means.iter().chain(&maxima).flatten().copied().collect();
    if all.is_empty() {
        return None;
    }
    let scale = Scale::over(&all);
    let requests = &facts.books.requests;
    let at = |share| answer(requests.within(share));
    let unit = match scale {
        Scale::Linear(_) => "",
        Scale::Powers(..) => "each line is ten times the one below",
    };
    Some(Chart {
        title: "Time to an answer",
        unit,
        spoken: format!(
            "half of the answers within {}, nine in ten within {}, the slowest {}",
            at(0.5),
            at(0.9),
            answer(requests.slowest)
        ),
        ticks: chart::ticks(scale, answer_time),
        times: span.times(),
        curves: vec![
            curve(
                "slowest",
                "slowest".into(),
                chart::steps(&maxima, span, scale),
            ),
            curve("mean", "mean".into(), chart::steps(&means, span, scale)),
        ],
        holds: holds(points, span),
    })
}

/// How long an answer took: below ten milliseconds with a decimal.
fn answer(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{:.1} ms", micros as f64 / 1_000.0),
        _ => span(Duration::from_micros(micros)),
    }
}

/// Milliseconds as people read them at an axis.
fn answer_time(ms: f64) -> String {
    match ms {
        v if v == 0.0 => "0".into(),
        v if v >= 1_000.0 => format!("{} s", per_second(v / 1_000.0)),
        v if v >= 1.0 => format!("{} ms", per_second(v)),
        v => format!("{} µs", per_second(v * 1_000.0)),
    }
}

fn reading(points: &[Point], span: Span) -> Chart {
    let read = rates(points, span, |point| point.read);
    let scale = Scale::up_to(most(&read));
    let rows: u64 = points.iter().map(|point| point.read).sum();
    Chart {
        title: "Pace",
        unit: "rows a second",
        spoken: format!("{} read", counted(rows, "row")),
        ticks: chart::ticks(scale, per_second),
        times: span.times(),
        curves: vec![curve(
            "sent",
            "rows read".into(),
            chart::area(&read, span, scale),
        )],
        holds: Vec::new(),
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
