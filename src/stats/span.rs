//! When the valid rows happened.

/// A day in µs.
const DAY: i64 = 86_400_000_000;

/// The UTC day of a time, counted from 1970.
pub fn day(micros: i64) -> i32 {
    // A year of four digits is far within.
    i32::try_from(micros.div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// First and last event time in µs since 1970 UTC, and how many rows are older than a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// First and last, where any row has a time.
    pub bounds: Option<(i64, i64)>,
    /// Rows that happened more than a day before the run.
    pub older_than_a_day: u64,
}

impl Span {
    /// Adds one row's time. `now` in the same unit.
    pub fn add(&mut self, time: i64, now: i64) {
        self.widen(time, time);
        self.older_than_a_day += u64::from(time < now.saturating_sub(DAY));
    }

    /// Adds another span.
    pub fn merge(&mut self, other: &Span) {
        if let Some((first, last)) = other.bounds {
            self.widen(first, last);
        }
        self.older_than_a_day += other.older_than_a_day;
    }

    fn widen(&mut self, first: i64, last: i64) {
        let (low, high) = self.bounds.unwrap_or((first, last));
        self.bounds = Some((low.min(first), high.max(last)));
    }
}
