//! When the valid rows happened.

/// A day in µs.
const DAY: i64 = 86_400_000_000;

/// The time between the first and the last event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The earliest, µs since 1970 UTC.
    pub first: Option<i64>,
    /// The latest.
    pub last: Option<i64>,
    /// How many are older than a day.
    pub older_than_a_day: u64,
}

impl Span {
    pub(in crate::normalise) fn add(&mut self, time: i64, now: i64) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        self.older_than_a_day += u64::from(time < now.saturating_sub(DAY));
    }

    pub(super) fn merge(&mut self, other: Span) {
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
        self.older_than_a_day += other.older_than_a_day;
    }
}
