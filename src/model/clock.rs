//! Time as a value.
//!
//! Functions that decide take a [`Moment`]; only threads ask the clock. So tests of waits do not
//! wait.

use std::ops::{Add, Sub};
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
