//! How sending went: pace, pauses and answers over time, and the same in numbers.

use std::time::Duration;

use askama::Template;

use super::View;
use super::chart::{Chart, Curve, Span};
use super::parts::{Part, Section};
use crate::model::shown;
use crate::report::figures::{counted, rate, span, thousands};
use crate::report::run::PlannedRequest;
use crate::stats::requests::Point;

/// Fewer points than this make no chart.
const FEWEST: usize = 3;
/// Parameters of a request that are shown.
const PARAMETERS: usize = 100;

/// The first requests of a dry run.
#[derive(Template)]
#[template(path = "requests.html")]
struct Requests {
    requests: Vec<Request>,
}

struct Request {
    row: String,
    url: String,
    /// The body, a parameter in each.
    parameters: Vec<String>,
}

pub(super) fn section(view: &View<'_>) -> Section {
    let points = view.stats.timeline.points();
    let is_drawn = points.len() >= FEWEST;
    let mut parts = Vec::new();
    if is_drawn {
        let charts = charts(view, points);
        parts.extend(charts.iter().map(Part::drawn));
    }
    if view.sends() {
        parts.extend(numbers(view));
    }
    let requests: Vec<_> = view
        .plan
        .iter()
        .flat_map(|plan| &plan.first_requests)
        .collect();
    if !requests.is_empty() {
        let requests = requests.into_iter().map(request).collect();
        parts.push(Part::drawn(&Requests { requests }));
    }
    let title = match view.plan {
        _ if view.sends() => "Sending",
        Some(_) => "What would be sent",
        None => "Reading",
    };
    Section::new("sending", title, parts)
}

fn charts(view: &View<'_>, points: &[Point]) -> Vec<Chart> {
    let span_of_time = Span {
        interval: view.stats.timeline.interval() as f64,
        seconds: view.run.elapsed.as_secs_f64().max(0.001),
    };
    if !view.sends() {
        let read = rates(points, span_of_time, |point| point.read);
        let read = vec![Curve::new("sent", "rows read", read)];
        let said = format!("{} read", counted(view.rows.read, "row"));
        return vec![Chart::new(
            "Pace",
            "rows a second",
            said,
            span_of_time,
            read,
            per_second,
        )];
    }
    let shares = points.iter().enumerate().map(|(index, point)| {
        let share = point.waited.as_secs_f64() / span_of_time.length(index);
        // A blink is not a hold that could be seen.
        if share < 0.05 { 0.0 } else { share }
    });
    let shares: Vec<f64> = shares.collect();
    let mut charts = vec![
        pace(view, points, span_of_time),
        answers(view, points, span_of_time),
    ];
    for chart in &mut charts {
        chart.hold(&shares, span_of_time, span(view.stats.requests.waited));
    }
    charts
}

fn rates(points: &[Point], span: Span, count: fn(&Point) -> u64) -> Vec<Option<f64>> {
    let rate = |(index, point): (usize, &Point)| count(point) as f64 / span.length(index);
    points.iter().enumerate().map(rate).map(Some).collect()
}

/// Requests, accepted rows and trouble a second.
fn pace(view: &View<'_>, points: &[Point], span: Span) -> Chart {
    let curve = |class, label, count| Curve::new(class, label, rates(points, span, count));
    let mut curves = vec![
        curve("sent", "requests sent", |point| point.sent),
        curve("ok", "rows accepted", |point| point.accepted),
    ];
    if points.iter().any(|point| point.troubled > 0) {
        let label = "refused, failed or in doubt";
        curves.push(curve("trouble", label, |point| point.troubled));
    }
    Chart::new(
        "Pace",
        "a second",
        spoken_pace(view),
        span,
        curves,
        per_second,
    )
    .with_limit(view.run.rate)
}

/// How long answers took.
fn answers(view: &View<'_>, points: &[Point], span: Span) -> Chart {
    let mean = |point: &Point| {
        let answered = (point.sent > 0).then_some(point.sent)?;
        Some(point.latency_sum as f64 / answered as f64 / 1_000.0)
    };
    let means = vec![Curve::new(
        "sent",
        "mean",
        points.iter().map(mean).collect(),
    )];
    let requests = &view.stats.requests;
    let at = |share| answer(requests.within(share));
    let (half, most, slowest) = (at(0.5), at(0.9), answer(requests.slowest));
    let said = format!(
        "half of the answers within {half}, nine in ten within {most}, the slowest {slowest}"
    );
    Chart::new("Time to an answer", "mean", said, span, means, answer_time)
}

fn spoken_pace(view: &View<'_>) -> String {
    let requests = &view.stats.requests;
    let pace = requests.achieved();
    let pace = pace.map(|pace| format!(", {} a second on average", rate(pace)));
    format!(
        "{}{}, {} in the busiest second; on hold for {}",
        counted(requests.sent, "request"),
        pace.unwrap_or_default(),
        thousands(requests.peak.most()),
        span(requests.waited)
    )
}

/// A number at an axis.
fn per_second(value: f64) -> String {
    match value {
        0.0 => "0".into(),
        v if v < 10.0 && v.fract() != 0.0 => format!("{v:.1}"),
        v => thousands(v.round()),
    }
}

/// Milliseconds at an axis.
fn answer_time(ms: f64) -> String {
    match ms {
        0.0 => "0".into(),
        v if v >= 1_000.0 => format!("{} s", per_second(v / 1_000.0)),
        v if v >= 1.0 => format!("{} ms", per_second(v)),
        v => format!("{} µs", per_second(v * 1_000.0)),
    }
}

/// How long an answer took: below ten milliseconds with a decimal.
fn answer(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{:.1} ms", micros as f64 / 1_000.0),
        _ => span(Duration::from_micros(micros)),
    }
}

fn request(planned: &PlannedRequest) -> Request {
    let parameters = planned.body.split('&').take(PARAMETERS);
    Request {
        row: shown(&planned.row).into(),
        url: shown(&planned.url).into(),
        parameters: parameters.map(|text| shown(text).into()).collect(),
    }
}

fn numbers(view: &View<'_>) -> Option<Part> {
    let requests = &view.stats.requests;
    if requests.sent == 0 {
        return None;
    }
    let within = |share| answer(requests.within(share));
    let target = view.run.rate.map(|rate| format!("{rate}/s"));
    let achieved = requests.achieved().map(|pace| format!("{pace:.2}/s"));
    Some(Part::Pairs(vec![
        ("Requests", thousands(requests.sent)),
        ("Retries among them", thousands(requests.retries)),
        ("On hold", span(requests.waited)),
        ("Rate limit", target.unwrap_or("unlimited".into())),
        ("Rate achieved", achieved.unwrap_or("–".into())),
        ("Busiest second", thousands(requests.peak.most())),
        ("Half answered within", within(0.5)),
        ("90 % within", within(0.9)),
        ("99 % within", within(0.99)),
        ("Slowest answer", answer(requests.slowest)),
    ]))
}
