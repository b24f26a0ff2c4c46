//! The facts that the road tells the report: what a chunk of rows added, and how one row ended.
//!
//! Plain values. Nothing here counts the same thing twice, so no two numbers can disagree.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::event::{Currency, Event, Worth};
use crate::kind::{App, Kind};
use crate::outcome::{Detail, Outcome};
use crate::report::money::Money;
use crate::row::Code;

/// What a chunk of rows added, before anything was sent.
#[derive(Debug, Clone, Default)]
pub struct ChunkFacts {
    /// Every row of the chunk, by what is known about it. Their sum is the rows read.
    pub groups: BTreeMap<Group, Verdicts>,
    /// Filtered rows by [`crate::row::Filter::name`].
    pub filters: BTreeMap<Cow<'static, str>, u64>,
    /// Values that were mended, by the name of the fix.
    pub fixes: BTreeMap<Cow<'static, str>, u64>,
    /// Optional fields that were left out of a row for a bad value.
    pub dropped_fields: BTreeMap<(Cow<'static, str>, Code), u64>,
    /// The control totals of the valid rows.
    pub revenue: BTreeMap<Currency, Money>,
    /// Valid rows by event name.
    pub events: BTreeMap<Arc<str>, u64>,
    /// Valid rows whose event name was beyond the bound of whoever counted.
    pub more_events: u64,
    /// When the valid rows happened.
    pub event_time: Span,
    /// Columns that no field took.
    pub unmapped_columns: BTreeSet<String>,
}

/// What is known about a row whatever becomes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Group {
    /// Its kind, where it was known.
    pub kind: Option<Kind>,
    /// Its app, where it was known.
    pub app: Option<Arc<App>>,
}

/// What validation said about rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Became events.
    pub valid: u64,
    /// Have at least one fault.
    pub rejected: u64,
    /// Left out by a rule.
    pub filtered: u64,
}

impl ChunkFacts {
    /// Adds a valid row's worth and time.
    pub fn worth(&mut self, worth: &Worth) {
        if let Some((amount, currency)) = worth.revenue {
            self.revenue.entry(currency).or_default().add(amount);
        }
        match self.events.get_mut(&worth.name) {
            Some(count) => *count += 1,
            None => {
                self.events.insert(worth.name.clone(), 1);
            }
        }
    }

    /// The rows read.
    pub fn read(&self) -> u64 {
        let all = |v: &Verdicts| v.valid + v.rejected + v.filtered;
        self.groups.values().map(all).sum()
    }
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
        const DAY: i64 = 86_400_000_000;
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

/// How one valid row ended.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The row.
    pub event: Arc<Event>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why. For `filtered` the reason is the filter's name.
    pub detail: Detail,
}
