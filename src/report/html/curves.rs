//! The charts of a run: its pace with the pauses in it, and how long answers took.

use std::time::Duration;

use super::super::figures::{counted, span, thousands};
use super::Facts;
use super::chart::{self, Chart, Curve, Span};
use super::figure::rate;
use super::scale::Scale;
use crate::stats::timeline::Point;

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
        0.0 => "0".into(),
        v if v < 10.0 && v.fract() != 0.0 => format!("{v:.1}"),
        v => thousands(v.round()),
    }
}

/// Requests, accepted rows and trouble a second.
pub(super) fn pace(facts: Facts<'_>, points: &[Point], span: Span) -> Chart {
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
        format!(", {} a second on average", rate(pace))
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

/// How long answers took; nothing, if there were none.
pub(super) fn latency(facts: Facts<'_>, points: &[Point], span: Span) -> Option<Chart> {
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
pub(super) fn answer(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{:.1} ms", micros as f64 / 1_000.0),
        _ => span(Duration::from_micros(micros)),
    }
}

/// Milliseconds as people read them at an axis.
fn answer_time(ms: f64) -> String {
    match ms {
        0.0 => "0".into(),
        v if v >= 1_000.0 => format!("{} s", per_second(v / 1_000.0)),
        v if v >= 1.0 => format!("{} ms", per_second(v)),
        v => format!("{} µs", per_second(v * 1_000.0)),
    }
}

/// Rows read a second, where nothing is sent.
pub(super) fn reading(points: &[Point], span: Span) -> Chart {
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
