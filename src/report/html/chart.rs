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
pub(super) struct Chart {
    pub(super) title: &'static str,
    /// What the vertical axis counts.
    pub(super) unit: &'static str,
    /// The chart, for those who do not see it.
    pub(super) spoken: String,
    /// From the top to the bottom: the number, and how far down its line is.
    pub(super) ticks: Vec<(String, String)>,
    /// From the left to the right: the time, how far along it is in percent, and the class of
    /// those that would stand out of the page.
    pub(super) times: Vec<(String, String, &'static str)>,
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

    /// Round times, with their distance from the left in percent.
    pub(super) fn times(self) -> Vec<(String, String, &'static str)> {
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

/// Where sending was on hold, by the share of each interval. A hold that goes on in the next
/// interval lies at the end of its first one, so that neighbours become one.
pub(super) fn holds(shares: &[f64], span: Span) -> Vec<(String, String)> {
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
