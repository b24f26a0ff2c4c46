//! A chart over time, as the drawing and the words around it.
//!
//! Only the lines are drawn; the numbers at the axes are text of the page, so that they stay
//! legible on a phone, where the drawing is squeezed.

use std::fmt::Write;
use std::time::Duration;

use askama::Template;

use crate::report::figures::span;

/// The size of the drawing, in its own units.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 200.0;

/// Round stretches of time, in seconds, up to half a year.
const STEPS: [f64; 22] = [
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1_800.0,
    3_600.0,
    7_200.0,
    14_400.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    2_592_000.0,
];
/// Times at the axis, the start aside.
const MOST_TIMES: u32 = 6;

/// One chart.
#[derive(Template)]
#[template(path = "chart.html")]
pub(super) struct Chart {
    title: &'static str,
    /// What the vertical axis counts.
    unit: &'static str,
    /// The chart, for those who do not see it.
    spoken: String,
    /// The number at the top of the axis.
    top: f64,
    /// How a number at the axis is written.
    text: fn(f64) -> String,
    /// From the left to the right: the time, how far along it is in percent, and the class of
    /// those that would stand out of the page.
    times: Vec<(String, String, &'static str)>,
    curves: Vec<Curve>,
    /// Where sending was on hold: left and width.
    holds: Vec<(String, String)>,
    held: String,
}

/// One line of a chart: its values hold for an interval each. Intervals without a value are left
/// open.
pub(super) struct Curve {
    class: &'static str,
    label: String,
    values: Vec<Option<f64>>,
    path: String,
}

impl Curve {
    pub(super) fn new(class: &'static str, label: &str, values: Vec<Option<f64>>) -> Self {
        Curve {
            class,
            label: label.into(),
            values,
            path: String::new(),
        }
    }

    fn most(&self) -> f64 {
        self.values.iter().flatten().copied().fold(0.0, f64::max)
    }
}

impl Chart {
    /// Draws the curves from zero to a round number above all of them; the first one is filled.
    pub(super) fn new(
        title: &'static str,
        unit: &'static str,
        spoken: String,
        span: Span,
        curves: Vec<Curve>,
        text: fn(f64) -> String,
    ) -> Self {
        let mut chart = Chart {
            title,
            unit,
            spoken,
            top: 1.0,
            text,
            times: span.times(),
            curves,
            holds: Vec::new(),
            held: String::new(),
        };
        chart.draw(span, 0.0);
        chart
    }

    fn draw(&mut self, span: Span, least: f64) {
        self.top = round_up(self.curves.iter().map(Curve::most).fold(least, f64::max));
        for (index, curve) in self.curves.iter_mut().enumerate() {
            let line = steps(&curve.values, span, self.top);
            curve.path = match index {
                0 => area(&line),
                _ => line,
            };
        }
    }

    /// Shows a limit that is not far away.
    pub(super) fn with_limit(mut self, limit: Option<f64>) -> Self {
        let busiest = self.curves.iter().map(Curve::most).fold(0.0, f64::max);
        let near = limit.filter(|limit| *limit <= busiest * 4.0);
        if let Some(limit) = near {
            let label = format!("limit, {} {}", (self.text)(limit), self.unit);
            let mut curve = Curve::new("limit", &label, Vec::new());
            curve.path = format!("M0 {:.1}H{WIDTH}", down(limit, self.top));
            self.curves.push(curve);
        }
        self
    }

    /// Shows where sending was on hold, by the share of each interval.
    pub(super) fn hold(&mut self, shares: &[f64], span: Span, held: String) {
        self.holds = holds(shares, span);
        self.held = held;
    }

    /// The lines at round numbers, from the top down: the number, and where it is.
    fn ticks(&self) -> Vec<(String, String)> {
        let lines = [self.top, self.top / 2.0, 0.0].into_iter();
        let line = |value| ((self.text)(value), format!("{:.2}", down(value, self.top)));
        lines.map(line).collect()
    }
}

/// How far down a value is drawn.
fn down(value: f64, top: f64) -> f64 {
    (1.0 - (value / top).clamp(0.0, 1.0)) * HEIGHT
}

/// 1, 2, 4, 5, 6 or 8 times a power of ten: half of it is easy to read, too.
fn round_up(most: f64) -> f64 {
    if most.is_nan() || most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let mut steps = steps.into_iter();
    let fits = steps.find(|step| step * power >= most * 0.999_999);
    fits.unwrap_or(10.0) * power
}

/// The time that a chart spans: intervals of equal length, of which the last may be cut short.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) interval: f64,
    pub(super) seconds: f64,
}

impl Span {
    /// Where an interval begins and ends in the drawing.
    fn ends(self, index: usize) -> (f64, f64) {
        let at = |seconds: f64| (seconds / self.seconds).clamp(0.0, 1.0) * WIDTH;
        let start = index as f64 * self.interval;
        (at(start), at(start + self.interval))
    }

    /// How many seconds of an interval there were: never so few that a rate becomes wild.
    pub(super) fn length(self, index: usize) -> f64 {
        let left = self.seconds - index as f64 * self.interval;
        left.clamp(self.interval * 0.2, self.interval)
    }

    /// Round times, with their distance from the left in percent.
    fn times(self) -> Vec<(String, String, &'static str)> {
        let step = self.step();
        let text = |seconds: f64| match seconds {
            s if s < 0.05 => "0".into(),
            s => span(Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX)),
        };
        let times = (0..=MOST_TIMES).map(|index| f64::from(index) * step);
        let inside = times.filter(|seconds| *seconds <= self.seconds);
        let along = |seconds: f64| {
            let percent = seconds / self.seconds * 100.0;
            let class = if percent > 92.0 { "end" } else { "" };
            (text(seconds), format!("{percent:.2}"), class)
        };
        inside.map(along).collect()
    }

    fn step(self) -> f64 {
        let most = f64::from(MOST_TIMES);
        let fits = STEPS.iter().find(|step| *step * most >= self.seconds);
        fits.copied().unwrap_or(self.seconds / most)
    }
}

/// The values as steps: each holds for its interval.
fn steps(values: &[Option<f64>], span: Span, top: f64) -> String {
    let mut path = String::new();
    let mut open = false;
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else {
            open = false;
            continue;
        };
        let (from, to) = span.ends(index);
        let pen = if open { 'L' } else { 'M' };
        let _ = write!(path, "{pen}{from:.1} {:.1}H{to:.1}", down(*value, top));
        open = true;
    }
    path
}

/// The same, with each of its pieces closed down to the bottom, to be filled.
fn area(line: &str) -> String {
    let pieces = line.split('M').filter(|piece| !piece.is_empty());
    let closed = pieces.map(|piece| {
        let start = piece.split(' ').next().unwrap_or_default();
        format!("M{start} {HEIGHT}L{piece}V{HEIGHT}Z")
    });
    closed.collect()
}

/// Where sending was on hold, by the share of each interval. A hold that goes on in the next
/// interval lies at the end of its first one, so that neighbours become one.
fn holds(shares: &[f64], span: Span) -> Vec<(String, String)> {
    let held = |index: usize| shares.get(index).is_some_and(|share| *share > 0.0);
    let mut holds: Vec<(f64, f64)> = Vec::new();
    for (index, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let (from, to) = span.ends(index);
        let width = (to - from) * share.min(1.0);
        let begins = index == 0 || !held(index - 1);
        let from = if begins && held(index + 1) {
            to - width
        } else {
            from
        };
        match holds.last_mut() {
            Some(last) if from - last.1 < 0.05 => last.1 = from + width,
            _ => holds.push((from, from + width)),
        }
    }
    let text = |(from, to): (f64, f64)| (format!("{from:.1}"), format!("{:.1}", to - from));
    holds.into_iter().map(text).collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    const SPAN: Span = Span {
        interval: 1.0,
        seconds: 4.0,
    };

    #[test]
    fn steps_break_where_nothing_is_known() {
        let values = [Some(1.0), Some(0.0), None, Some(2.0)];
        let path = steps(&values, SPAN, 2.0);
        assert_eq!(path, "M0.0 100.0H250.0L250.0 200.0H500.0M750.0 0.0H1000.0");
    }

    #[test]
    fn an_area_stands_on_the_ground() {
        let path = area("M0.0 0.0H250.0L250.0 100.0H500.0M750.0 50.0H1000.0");
        let first = "M0.0 200L0.0 0.0H250.0L250.0 100.0H500.0V200Z";
        assert_eq!(path, format!("{first}M750.0 200L750.0 50.0H1000.0V200Z"));
    }

    #[test]
    fn tops_are_round_and_never_below() {
        let tops = [0.0, 0.7, 1.0, 97.3, 100.0, 101.0, 5_200.0].map(round_up);
        assert_eq!(tops, [1.0, 0.8, 1.0, 100.0, 100.0, 120.0, 6_000.0]);
    }

    #[test]
    fn holds_join() {
        let bands = |shares: &[f64]| holds(shares, SPAN);
        let one = [("250.0".into(), "375.0".into())];
        assert_eq!(bands(&[0.0, 1.0, 0.5, 0.0]), one);
        let late = [("125.0".into(), "375.0".into())];
        assert_eq!(bands(&[0.5, 1.0, 0.0, 0.0]), late);
    }

    #[test]
    fn the_last_interval_may_be_short() {
        let span = Span {
            interval: 2.0,
            seconds: 5.0,
        };
        assert_eq!([0, 1, 2].map(|i| span.length(i)), [2.0, 2.0, 1.0]);
        let times: Vec<_> = span.times().into_iter().map(|time| time.0).collect();
        assert_eq!(times, ["0", "1.0 s", "2.0 s", "3.0 s", "4.0 s", "5.0 s"]);
        assert_eq!(span.times()[1].1, "20.00");
    }
}
