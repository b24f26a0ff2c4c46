//! How many in the last second, or whatever span: a ring of a hundred steps, fixed memory.
//!
//! The span slides by steps of a hundredth of itself, so that a count covers between 99 % and
//! 100 % of the span.

use std::str::FromStr;
use std::time::Duration;

/// A number of requests in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In any span this long.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a rate is written 100/s or 600/m, with a whole number above 0";
        let (count, unit) = text.trim().split_once('/').ok_or(FORM)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            _ => return Err(FORM),
        };
        let count = count.parse().ok().filter(|count| *count > 0);
        Ok(Rate {
            count: count.ok_or(FORM)?,
            per: Duration::from_secs(seconds),
        })
    }
}

const STEPS: usize = 100;

/// Counts what happened within the last span.
#[derive(Debug)]
pub(super) struct Window {
    step_micros: u64,
    counts: [u64; STEPS],
    /// The step that is being filled, counted from the start of time.
    step: u64,
    sum: u64,
}

impl Window {
    /// A window of this span.
    pub(super) fn new(span: Duration) -> Self {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Window {
            step_micros: (micros / STEPS as u64).max(1),
            counts: [0; STEPS],
            step: 0,
            sum: 0,
        }
    }

    /// How many within the span that ends `now`.
    pub(super) fn count(&mut self, now: Duration) -> u64 {
        let micros = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let step = (micros / self.step_micros).max(self.step);
        let passed = (step - self.step).min(STEPS as u64);
        for behind in 0..passed {
            let old = &mut self.counts[place(step - behind)];
            self.sum -= *old;
            *old = 0;
        }
        self.step = step;
        self.sum
    }

    /// One more, now; says how many that makes.
    pub(super) fn add(&mut self, now: Duration) -> u64 {
        self.count(now);
        self.counts[place(self.step)] += 1;
        self.sum += 1;
        self.sum
    }
}

fn place(step: u64) -> usize {
    usize::try_from(step % STEPS as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_last_second_slides() {
        let mut window = Window::new(at(1000));
        assert_eq!([0, 0, 5, 500].map(|ms| window.add(at(ms))), [1, 2, 3, 4]);
        assert_eq!(
            [999, 1000, 1499, 1500].map(|ms| window.count(at(ms))),
            [4, 1, 1, 0]
        );
        assert_eq!(window.add(at(90_000)), 1);
        // time that seems to run backwards counts as now
        assert_eq!(window.add(at(10)), 2);
    }

    #[test]
    fn rates_are_read() {
        let rate = |count, secs| {
            Ok(Rate {
                count,
                per: Duration::from_secs(secs),
            })
        };
        assert_eq!("100/s".parse(), rate(100, 1));
        assert_eq!(" 600/m".parse(), rate(600, 60));
        for text in ["", "100", "0/s", "-1/s", "1.5/s", "1/h"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
