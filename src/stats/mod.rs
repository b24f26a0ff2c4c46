//! The account of a run: every number, once.
//!
//! Pure, in bounded memory, without I/O. Rows are counted where they are validated, chunk by chunk
//! ([`ChunkStats`]), and moved when they end; whatever is left between the two is pending, so at the
//! end the outcomes add up to the rows read, and the money of each to the money read.
//!
//! ```text
//! validation -> chunk -> stats (totals, reasons, requests, timeline) -> report
//! ```

pub mod bounded;
pub mod changed;
pub mod chunk;
pub mod left_out;
pub mod money;
pub mod reasons;
pub mod requests;
pub mod sums;
pub mod totals;

pub use bounded::{Counter, Names};
pub use chunk::{ChunkStats, Counted, Coverage, IdSeen, Sighting, Span};
pub use left_out::{Cause, Left, LeftOut, LeftRow, NO_CURRENCY, RowIdentity};
pub use money::Money;
pub use reasons::{Remark, Remarks, Surplus};
pub use sums::{Amount, Count, Line, Lines, State, Sums, Unit, Units};
pub use totals::{Rows, Totals};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use chunk::day;
use reasons::{Endings, Example, Rejections};
use requests::{Requests, Timeline};

use crate::mapping::lookup;
use crate::model::{App, Code, Detail, Event, Filter, Moment, Outcome, Rejection, StopReason};

/// How many entries a list of the report holds; the rest is counted.
pub const LIST_LIMIT: usize = 1_000;

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

/// All numbers of a run. What is public is for the renderings to read.
#[derive(Debug, Default)]
pub struct Stats {
    /// Rows and money by outcome, and by what people sum by.
    pub totals: Totals,
    /// Rejections by code and field.
    pub rejections: Rejections,
    /// What was said about rows that were valid and not accepted.
    pub endings: Endings,
    /// Rows that were sent before, and of which their source says something else now.
    pub changed: changed::ChangedRows,
    /// Filtered rows by the filter's name.
    pub filters: Counter<Cow<'static, str>>,
    /// Values mended, by the name of the fix.
    pub fixes: Counter<Cow<'static, str>>,
    /// Optional fields left out of a row.
    pub dropped_fields: Counter<(Cow<'static, str>, Code)>,
    /// The first of each: as many as there are fields and codes.
    pub dropped_examples: BTreeMap<(Cow<'static, str>, Code), Example>,
    /// How often rows were looked up in a table.
    pub lookups: lookup::Counts,
    /// What people should know of valid rows.
    pub remarks: Remarks,
    /// Columns that no field took.
    pub unmapped: Names,
    /// When the valid rows happened.
    pub event_time: Span,
    /// When the newest accepted row happened, µs since 1970 UTC.
    pub newest_accepted: Option<i64>,
    /// Which fields the valid rows have.
    pub coverage: Coverage,
    /// Money that was seen and left.
    pub left_out: LeftOut,
    /// What went over the wire.
    pub requests: Requests,
    /// What happened when.
    pub timeline: Timeline,
    /// Apps whose rows are no longer sent while the run goes on, and why.
    pub stopped_apps: BTreeMap<Arc<App>, StopReason>,
    /// When the run started: a moment is counted from then.
    started_at: Timestamp,
}

impl Stats {
    /// Nothing counted, of a run that started then.
    pub fn new(started_at: Timestamp) -> Self {
        Stats {
            started_at,
            ..Stats::default()
        }
    }

    /// Adds what a chunk of rows added.
    pub fn chunk(&mut self, now: Moment, chunk: &ChunkStats) {
        self.timeline.at(now).read += chunk.read;
        self.totals.chunk(chunk);
        for (name, count) in &chunk.filters {
            self.filters.add(name, *count);
        }
        for (name, count) in chunk.fixes() {
            self.fixes.add(&name.into(), count);
        }
        for (key, (count, example)) in &chunk.dropped_fields {
            self.dropped_fields.add(key, *count);
            if !self.dropped_examples.contains_key(key) {
                self.dropped_examples.insert(key.clone(), example.clone());
            }
        }
        self.lookups.add(chunk.lookups);
        self.remarks.merge(&chunk.remarks);
        self.event_time.merge(&chunk.event_time);
        self.coverage.merge(chunk.coverage);
        self.left_out.merge(&chunk.left_out);
        self.unmapped.merge(&chunk.unmapped);
    }

    /// Lists why a row was rejected. The row itself is counted by [`Stats::chunk`], or, if only
    /// the ledger saw the conflict, by [`Stats::settled`].
    pub fn rejected(&mut self, rejection: &Rejection) {
        self.rejections.add(rejection);
    }

    /// A row that was counted as too old has another outcome, because the ledger knows it.
    /// `counted`: its money was, and not that of an equal row of another file.
    pub fn known_although_old(&mut self, now: Moment, settled: &Settled, counted: bool) {
        let rule = Filter::TooOld.name();
        self.filters.take_back(&rule);
        if counted {
            let amount = settled.event.contribution.revenue.into();
            self.left_out.take_back(&rule, amount);
        }
        self.ended(now, settled, State::Filtered);
    }

    /// One valid row has ended.
    pub fn settled(&mut self, now: Moment, settled: &Settled) {
        self.ended(now, settled, State::Pending);
    }

    fn ended(&mut self, now: Moment, settled: &Settled, before: State) {
        let state = State::of(settled.outcome, &settled.detail);
        let today = day(self.wall_clock(now));
        self.totals.ended(&settled.event, before, state, today);
        match settled.outcome {
            Outcome::Accepted => {
                self.timeline.at(now).accepted += 1;
                self.newest_accepted = self.newest_accepted.max(settled.event.time);
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

    /// A moment as µs since 1970 UTC.
    pub fn wall_clock(&self, now: Moment) -> i64 {
        let since = i64::try_from(now.0).unwrap_or(i64::MAX);
        self.started_at.as_microsecond().saturating_add(since)
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
    pub fn stop_app(&mut self, app: &Arc<App>, reason: StopReason) {
        if self.stopped_apps.len() < LIST_LIMIT {
            self.stopped_apps.insert(app.clone(), reason);
        }
    }

    /// Rows by outcome.
    pub fn rows(&self) -> Rows {
        self.totals.rows()
    }

    /// Rows left out as too old.
    pub fn too_old(&self) -> u64 {
        self.filters.count(&Filter::TooOld.name())
    }

    /// Counts every pending row as `not_sent`: `validate` and `--dry-run` send nothing.
    pub fn send_none(&mut self) {
        self.totals.close();
    }

    /// Columns that no field takes.
    pub fn unmapped(&mut self, columns: &[String]) {
        columns.iter().for_each(|column| self.unmapped.add(column));
    }
}

#[cfg(test)]
mod tests;
