//! How sending went: pace, pauses and answers over time, and the same in numbers.

use std::time::Duration;

use askama::Template;

use super::View;
use super::chart::{Chart, Curve, Span};
use super::parts::{Part, Section};
use crate::model::shown;
use crate::report::figures::{counted, rate, span, thousands};
use crate::report::plan::PlannedRequest;
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
    Section {
        id: "sending",
        title: title.into(),
        parts,
    }
}

fn charts(view: &View<'_>, points: &[Point]) -> Vec<Chart> {
    let span_of_time = Span {
        interval: view.stats.timeline.interval() as f64,
        seconds: view.run.elapsed.as_secs_f64().max(0.001),
    };
    let rates = |count: fn(&Point) -> u64| -> Vec<Option<f64>> {
        let each = points.iter().enumerate();
        each.map(|(index, point)| Some(count(point) as f64 / span_of_time.length(index)))
            .collect()
    };
    if !view.sends() {
        let read = vec![Curve::new("sent", "rows read", rates(|point| point.read))];
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
    let mut pace = vec![
        Curve::new("sent", "requests sent", rates(|point| point.sent)),
        Curve::new("ok", "rows accepted", rates(|point| point.accepted)),
    ];
    if points.iter().any(|point| point.troubled > 0) {
        let values = rates(|point| point.troubled);
        pace.push(Curve::new("trouble", "refused, failed or in doubt", values));
    }
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
    let answers = format!(
        "half of the answers within {half}, nine in ten within {most}, the slowest {slowest}"
    );
    let mut charts = vec![
        Chart::new(
            "Pace",
            "a second",
            spoken_pace(view),
            span_of_time,
            pace,
            per_second,
        )
        .with_limit(view.run.rate),
        Chart::new(
            "Time to an answer",
            "mean",
            answers,
            span_of_time,
            means,
            answer_time,
        ),
    ];
    for chart in &mut charts {
        chart.hold(&shares, span_of_time, span(requests.waited));
    }
    charts
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
