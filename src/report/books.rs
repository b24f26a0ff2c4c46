//! The books: every number of a run.
//!
//! Pure, in bounded memory, without I/O. Rows are counted once when they are read and once when
//! they end; whatever is left between the two is pending, so at the end the eight outcomes add up
//! to the rows read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::LIST_LIMIT;
use super::counter::Counter;
use super::facts::{ChunkFacts, Settled, Span};
use super::money::Money;
use super::reasons::{Endings, Rejections};
use super::requests::Requests;
use super::rows::RowBooks;
use super::timeline::Timeline;
use crate::clock::Moment;
use crate::event::{Currency, Event, Worth};
use crate::kind::App;
use crate::outcome::{Outcome, StopReason};
use crate::row::{Code, Filter, Rejection};

/// Revenue by currency and rows by event name: what is held against Tenjin's dashboard.
#[derive(Debug, Default)]
pub struct Totals {
    /// Exact sums.
    pub revenue: BTreeMap<Currency, Money>,
    /// Rows by event name.
    pub events: Counter<Arc<str>>,
}

impl Totals {
    fn add(&mut self, worth: &Worth) {
        if let Some((amount, currency)) = worth.revenue {
            self.revenue.entry(currency).or_default().add(amount);
        }
        self.events.add(&worth.name, 1);
    }
}

/// All numbers of a run. What is public is for the renderings to read.
#[derive(Debug, Default)]
pub struct Books {
    /// Rows by outcome, kind and app.
    pub rows: RowBooks,
    /// Rejections by code and field.
    pub rejections: Rejections,
    /// What was said about rows that were valid and not accepted.
    pub endings: Endings,
    /// Filtered rows by the filter's name.
    pub filters: Counter<Cow<'static, str>>,
    /// Values mended, by the name of the fix.
    pub fixes: Counter<Cow<'static, str>>,
    /// Optional fields left out of a row.
    pub dropped_fields: Counter<(Cow<'static, str>, Code)>,
    /// Columns that no field took, and how many more there are at least.
    pub unmapped_columns: BTreeSet<String>,
    /// Control totals of the valid rows.
    pub valid: Totals,
    /// Control totals of the accepted rows.
    pub accepted: Totals,
    /// When the valid rows happened.
    pub event_time: Span,
    /// What went over the wire.
    pub requests: Requests,
    /// What happened when.
    pub timeline: Timeline,
    /// Apps that stopped before the others, and why.
    pub walls: BTreeMap<Arc<App>, StopReason>,
    unmapped_beyond: bool,
}

impl Books {
    /// Empty books.
    pub fn new() -> Self {
        Books::default()
    }

    /// Adds what a chunk of rows added.
    pub fn chunk(&mut self, now: Moment, facts: ChunkFacts) {
        self.timeline.at(now).read += facts.read();
        for (group, verdicts) in &facts.groups {
            self.rows.validated(group, verdicts);
        }
        add_all(&mut self.filters, &facts.filters);
        add_all(&mut self.fixes, &facts.fixes);
        add_all(&mut self.dropped_fields, &facts.dropped_fields);
        add_all(&mut self.valid.events, &facts.events);
        self.valid.events.add_unnamed(facts.more_events);
        for (currency, money) in &facts.revenue {
            self.valid
                .revenue
                .entry(*currency)
                .or_default()
                .merge(money);
        }
        self.event_time.merge(&facts.event_time);
        self.unmapped(facts.unmapped_columns);
    }

    /// Lists why a row was rejected. The row itself is counted by [`Books::chunk`], or, if only
    /// the ledger saw the conflict, by [`Books::settled`].
    pub fn rejected(&mut self, rejection: &Rejection) {
        self.rejections.add(rejection);
    }

    /// A row that was counted as filtered has another outcome, which is told next.
    pub fn not_filtered(&mut self, event: &Event, filter: &Filter) {
        self.rows.not_filtered(event.kind, &event.app);
        self.filters.take_back(&filter.name());
    }

    /// One valid row has ended.
    pub fn settled(&mut self, now: Moment, settled: &Settled) {
        let event = &settled.event;
        self.rows.settle(event.kind, &event.app, settled.outcome);
        match settled.outcome {
            Outcome::Accepted => {
                self.accepted.add(&event.worth);
                self.timeline.at(now).accepted += 1;
            }
            Outcome::Filtered => self
                .filters
                .add(&Cow::Owned(settled.detail.reason.to_string()), 1),
            Outcome::Refused | Outcome::Failed | Outcome::InDoubt => {
                self.endings.add(settled);
                self.timeline.at(now).troubled += 1;
            }
            Outcome::Rejected => {}
            Outcome::Duplicate | Outcome::NotSent => self.endings.add(settled),
        }
    }

    /// One request that left at `left` has been answered, or given up, after `latency`.
    pub fn request(&mut self, left: Moment, latency: Duration, retry: bool) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.requests.add(left, micros, retry);
        let point = self.timeline.at(left);
        point.sent += 1;
        point.latency_sum = point.latency_sum.saturating_add(micros);
        point.latency_max = point.latency_max.max(micros);
    }

    /// All of sending was on hold for this long, until `now`.
    pub fn waited(&mut self, now: Moment, span: Duration) {
        self.requests.waited += span;
        self.timeline.at(now).waited += span;
    }

    /// An app stopped before the others.
    pub fn wall(&mut self, app: &Arc<App>, reason: StopReason) {
        if self.walls.len() < LIST_LIMIT {
            self.walls.insert(app.clone(), reason);
        }
    }

    /// Valid rows that have not ended yet. Zero at the end of an upload.
    pub fn pending(&self) -> u64 {
        self.rows.all().pending()
    }

    /// Counts every pending row as `not_sent`: `validate` and `--dry-run` send nothing.
    pub fn send_none(&mut self) {
        self.rows.close();
    }

    /// Whether columns beyond the limit went unmapped too.
    pub fn more_unmapped(&self) -> bool {
        self.unmapped_beyond
    }

    /// Columns that no field takes.
    pub fn unmapped(&mut self, columns: BTreeSet<String>) {
        for column in columns {
            if self.unmapped_columns.len() < LIST_LIMIT {
                self.unmapped_columns.insert(column);
            } else if !self.unmapped_columns.contains(&column) {
                self.unmapped_beyond = true;
            }
        }
    }
}

fn add_all<K: Clone + Eq + std::hash::Hash + Ord>(into: &mut Counter<K>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        into.add(key, *count);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample;
    use super::*;

    proptest! {
        /// Conservation: whatever happens in whatever order, rows only move between counts.
        #[test]
        fn outcomes_and_pending_add_up_to_the_rows_read(
            chunks in prop::collection::vec((0_u64..9, 0_u64..9, 0_u64..9), 1..9),
            ends in prop::collection::vec(0_usize..8, 0..64),
        ) {
            let mut books = Books::new();
            for (valid, rejected, filtered) in &chunks {
                books.chunk(Moment::default(), sample::chunk(*valid, *rejected, *filtered));
            }
            let valid: u64 = chunks.iter().map(|chunk| chunk.0).sum();
            let read: u64 = chunks.iter().map(|chunk| chunk.0 + chunk.1 + chunk.2).sum();
            let ends = ends.iter().take(usize::try_from(valid).unwrap_or(0));
            let mut pending = valid;
            for end in ends {
                let settled = sample::settled(1, Outcome::ALL[*end], 0, "");
                books.settled(Moment::default(), &settled);
                pending -= 1;
                prop_assert_eq!(books.pending(), pending);
            }
            books.send_none();
            prop_assert_eq!(books.pending(), 0);
            let sum = |rows: &super::super::rows::Rows| -> u64 {
                Outcome::ALL.iter().map(|outcome| rows.count(*outcome)).sum()
            };
            prop_assert_eq!(books.rows.all().read, read);
            prop_assert_eq!(sum(books.rows.all()), read);
            let kinds: u64 = books.rows.by_kind().map(|(_, rows)| sum(rows)).sum();
            let apps: u64 = books.rows.by_app().iter().map(|(_, rows)| sum(rows)).sum();
            prop_assert_eq!((kinds, apps), (read, read));
        }
    }

    #[test]
    fn many_apps_are_counted_together() {
        let mut books = Books::new();
        for number in 0..LIST_LIMIT + 5 {
            let app = Arc::new(App {
                bundle_id: format!("app{number}").into(),
                platform: crate::kind::Platform::Ios,
            });
            let mut facts = ChunkFacts::default();
            let group = super::super::facts::Group {
                kind: None,
                app: Some(app.clone()),
            };
            facts.groups.entry(group).or_default().valid = 1;
            books.chunk(Moment::default(), facts);
            let mut settled = sample::settled(1, Outcome::Accepted, 0, "");
            Arc::make_mut(&mut settled.event).app = app;
            books.settled(Moment::default(), &settled);
        }
        assert_eq!(books.rows.by_app().len(), LIST_LIMIT);
        assert_eq!(books.rows.more_apps().count(Outcome::Accepted), 5);
        assert_eq!(books.rows.unknown_app().count(Outcome::Accepted), 0);
    }

    #[test]
    fn accepted_and_valid_money_are_told_apart() {
        let books = sample::books();
        let usd = Currency(*b"USD");
        assert_eq!(books.valid.revenue[&usd].to_string(), "15.92");
        assert_eq!(books.accepted.revenue[&usd].to_string(), "3.98");
        assert_eq!(books.accepted.events.total(), 2);
    }
}
