//! When the rows happened, and what Tenjin makes of that: it dates events when they arrive.

use jiff::Timestamp;

use super::super::figures::counted;
use super::Facts;
use super::headline::moment;

/// First, last, and the warning.
pub(super) struct Times {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) span: String,
    pub(super) old: String,
    pub(super) too_old: String,
    /// Whether days differ: then the warning stands out.
    pub(super) matters: bool,
    pub(super) sends_event_time: bool,
}

impl Times {
    /// Nothing, if no row has a time.
    pub(super) fn new(facts: Facts<'_>) -> Option<Self> {
        let time = &facts.books.event_time;
        let too_old = facts.books.filters.count(&"too_old".into());
        let bounds = time.bounds;
        if bounds.is_none() && too_old == 0 {
            return None;
        }
        let at = |micros: i64| Timestamp::from_microsecond(micros).map_or("?".into(), moment);
        let rows = |count: u64| match count {
            0 => String::new(),
            count => counted(count, "row"),
        };
        Some(Times {
            first: bounds.map(|(first, _)| at(first)).unwrap_or_default(),
            last: bounds.map(|(_, last)| at(last)).unwrap_or_default(),
            span: bounds
                .map(|(first, last)| wide(first, last))
                .unwrap_or_default(),
            old: rows(time.older_than_a_day),
            too_old: rows(too_old),
            matters: time.older_than_a_day + too_old > 0,
            sends_event_time: facts.run.sends_event_time,
        })
    }
}

fn wide(first: i64, last: i64) -> String {
    let micros = u64::try_from(last.saturating_sub(first)).unwrap_or_default();
    super::super::figures::span(std::time::Duration::from_micros(micros))
}
