//! Time as a value.
//!
//! Functions that decide take a [`Moment`]; only threads ask the clock. So tests of waits do not
//! wait.
//!
//! A rate of requests, as people type it.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Rows that are older are left out unless the user says otherwise: the replay window of Tenjin's
/// own SDK. The help of `--max-age` names it, too.
pub const DEFAULT_MAX_AGE_DAYS: u64 = 7;

/// A point of time within a run: µs since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub u64);

impl Moment {
    /// The time since `earlier`, zero if that is later.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;

    fn add(self, span: Duration) -> Moment {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Moment(self.0.saturating_add(micros))
    }
}

impl Sub<Duration> for Moment {
    type Output = Moment;

    fn sub(self, span: Duration) -> Moment {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Moment(self.0.saturating_sub(micros))
    }
}

/// The run's clock.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Starts now.
    #[expect(
        clippy::new_without_default,
        reason = "starting a clock is an act, not a default"
    )]
    pub fn new() -> Self {
        Clock {
            start: Instant::now(),
        }
    }

    /// The time since the start.
    pub fn now(&self) -> Moment {
        Moment::default() + self.start.elapsed()
    }
}

/// Requests over time: `100/s`, `600/m`, `unlimited`. At least one a minute, at most a million a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    per_second: Option<f64>,
}

impl Rate {
    /// Requests a second; `None` is unlimited.
    pub fn per_second(self) -> Option<f64> {
        self.per_second
    }
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let per_second = |text: &str| {
            let (number, unit) = text.split_once('/')?;
            let seconds = match unit.trim() {
                "s" => 1.0,
                "m" => 60.0,
                _ => return None,
            };
            let number: f64 = number.trim().parse().ok()?;
            Some(number / seconds).filter(|rate| (1.0 / 60.0..=1e6).contains(rate))
        };
        let rate = match text {
            "unlimited" => Some(None),
            text => per_second(text).map(Some),
        };
        let rate = rate.map(|per_second| Rate { per_second });
        rate.ok_or("write 100/s, 600/m or unlimited")
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.per_second {
            None => f.write_str("unlimited"),
            Some(rate) if rate < 1.0 => write!(f, "{}/m", rate * 60.0),
            Some(rate) => write!(f, "{rate}/s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read() {
        let per_second = |text: &str| text.parse::<Rate>().map(Rate::per_second).ok();
        assert_eq!(per_second("100/s"), Some(Some(100.0)));
        assert_eq!(per_second("90/m"), Some(Some(1.5)));
        assert_eq!(per_second("unlimited"), Some(None));
        for nonsense in ["", "100", "0/s", "-5/s", "5/h", "inf/s", "NaN/s", "1e9/s"] {
            assert_eq!(per_second(nonsense), None, "{nonsense}");
        }
    }
}
