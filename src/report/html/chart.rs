//! A chart over time, as the drawing and the words around it.
//!
//! Only the lines are drawn; the numbers at the axes are text of the page, so that they stay
//! legible on a phone, where the drawing is squeezed.

use std::fmt::Write;
use std::time::Duration;

use super::super::figures::span;
use super::scale::Scale;

/// The size of the drawing, in its own units.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 200.0;

/// One chart.
pub(super) struct Chart {
    pub(super) title: &'static str,
    /// What the vertical axis counts.
    pub(super) unit: &'static str,
    /// The chart, for those who do not see it.
    pub(super) spoken: String,
    /// From the top to the bottom: the number, and how far down its line is.
    pub(super) ticks: Vec<(String, String)>,
    /// From the left to the right.
    pub(super) times: Vec<String>,
    pub(super) curves: Vec<Curve>,
    /// Where sending was on hold: left and width.
    pub(super) holds: Vec<(String, String)>,
}

/// One line of a chart.
pub(super) struct Curve {
    pub(super) class: &'static str,
    pub(super) label: String,
    pub(super) path: String,
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

    /// Five times, evenly spaced.
    pub(super) fn times(self) -> Vec<String> {
        let quarter = |part: u32| self.seconds * f64::from(part) / 4.0;
        let text = |seconds: f64| match seconds {
            s if s < 0.05 => "0 s".into(),
            s => span(Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX)),
        };
        (0..=4).map(|part| text(quarter(part))).collect()
    }
}

/// The lines at round numbers, from the top down, with their distance from it in percent.
pub(super) fn ticks(scale: Scale, text: impl Fn(f64) -> String) -> Vec<(String, String)> {
    let lines = scale.lines().into_iter().rev();
    let down = |value: f64| format!("{:.2}", (1.0 - scale.place(value)) * HEIGHT);
    lines.map(|value| (text(value), down(value))).collect()
}

/// The values as steps: each holds for its interval. Intervals without a value are left open.
pub(super) fn steps(values: &[Option<f64>], span: Span, scale: Scale) -> String {
    let mut path = String::new();
    let mut open = false;
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else {
            open = false;
            continue;
        };
        let (from, to) = span.ends(index);
        let y = (1.0 - scale.place(*value)) * HEIGHT;
        let pen = if open { 'L' } else { 'M' };
        let _ = write!(path, "{pen}{from:.1} {y:.1}H{to:.1}");
        open = true;
    }
    path
}

/// The same, closed down to the bottom, to be filled.
pub(super) fn area(values: &[f64], span: Span, scale: Scale) -> String {
    let values: Vec<_> = values.iter().copied().map(Some).collect();
    let (_, end) = span.ends(values.len().saturating_sub(1));
    let line = steps(&values, span, scale);
    let line = line.replacen('M', "L", 1);
    format!("M0 {HEIGHT}{line}L{end:.1} {HEIGHT}Z")
}

/// One line across the whole chart.
pub(super) fn level(value: f64, scale: Scale) -> String {
    format!("M0 {:.1}H{WIDTH}", (1.0 - scale.place(value)) * HEIGHT)
}

/// Where sending was on hold, by the share of each interval. Neighbours that were on hold
/// altogether become one.
pub(super) fn holds(shares: &[f64], span: Span) -> Vec<(String, String)> {
    let mut holds: Vec<(f64, f64)> = Vec::new();
    for (index, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let (from, to) = span.ends(index);
        let to = from + (to - from) * share.min(1.0);
        match holds.last_mut() {
            Some(last) if from - last.1 < 0.05 => last.1 = to,
            _ => holds.push((from, to)),
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
        let path = steps(&values, SPAN, Scale::Linear(2.0));
        assert_eq!(path, "M0.0 100.0H250.0L250.0 200.0H500.0M750.0 0.0H1000.0");
    }

    #[test]
    fn an_area_stands_on_the_ground() {
        let path = area(&[2.0, 1.0], SPAN, Scale::Linear(2.0));
        assert_eq!(path, "M0 200L0.0 0.0H250.0L250.0 100.0H500.0L500.0 200Z");
    }

    #[test]
    fn holds_join() {
        let bands = holds(&[0.0, 1.0, 0.5, 0.0], SPAN);
        assert_eq!(bands, [("250.0".into(), "375.0".into())]);
    }

    #[test]
    fn the_last_interval_may_be_short() {
        let span = Span {
            interval: 2.0,
            seconds: 5.0,
        };
        assert_eq!([0, 1, 2].map(|i| span.length(i)), [2.0, 2.0, 1.0]);
        assert_eq!(span.times(), ["0 s", "1.2 s", "2.5 s", "3.7 s", "5.0 s"]);
    }
}
