//! What a report says, as plain data: built once from the account of a run. Every rendering is a
//! function of it, and counts nothing again.
//!
//! What is serialised of it is `report.json`, key by key: a contract. [`VERSION`] grows when a key
//! changes its meaning or goes; new keys may come at any time.

mod headline;
mod next;
mod proposals;
mod rows;
mod sending;
mod totals;

use std::borrow::Cow;

use serde::{Serialize, Serializer};

pub use headline::{Headline, Next};
pub use next::{HELD, OTHER_TIMES};
pub use rows::{AppRows, Changed, ChangedEntry, DroppedField, Ending, Example, Reason, UsersEntry};
pub use sending::{Difference, LimitLine, Point, Rate, Requests};
pub use totals::{Compared, Cut, LeftEntry, Sum, Sums, TotalsEntry, amounts};

use super::figures::Time;
use super::run::{InputFacts, LeftOver, Places, PlanFacts, RunFacts, Status};
use super::warning::Warning;
use crate::ledger::Witness;
use crate::model::{Concern, Currency, Outcome, StopReason, shown};
use crate::parse::Fix;
use crate::stats::{Counter, Coverage, LIST_LIMIT, Money, Rows, Stats};

/// The version of `report.json`.
pub const VERSION: u32 = 1;

/// Everything that a rendering may say.
#[derive(Debug, Serialize)]
pub struct View<'r> {
    #[serde(flatten)]
    about: About<'r>,
    /// Rows by outcome.
    pub rows: Rows,
    /// The same by kind.
    pub by_kind: Ordered<&'r str, Rows>,
    /// The same by app.
    pub by_app: Ordered<String, AppRows<'r>>,
    /// Why rows were rejected, the most frequent reason first.
    pub rejections: Vec<Reason<'r>>,
    /// Faults beyond those.
    pub rejections_more: u64,
    /// Why rows were refused, likewise.
    pub refusals: Vec<Ending<'r>>,
    refusals_more: u64,
    /// Why other valid rows were not accepted.
    pub endings: Vec<Ending<'r>>,
    #[serde(flatten)]
    changed: Changed<'r>,
    /// Rows left out, by the rule.
    pub filters: Ordered<&'r str, u64>,
    /// Rows of other rules.
    pub filters_more: u64,
    /// Values fixed, by the name of the fix.
    pub fixes: Ordered<&'r str, u64>,
    /// Optional values left out.
    pub dropped_fields: Vec<DroppedField<'r>>,
    /// Columns that were not used.
    pub unmapped_columns: Vec<&'r str>,
    /// Whether there are others.
    pub unmapped_columns_more: bool,
    /// When the rows happened.
    pub event_time: EventTime,
    /// Rows and money by what became of them.
    pub totals: totals::Totals<'r>,
    /// Which fields the valid rows have.
    pub coverage: Coverage,
    /// Money that is not sent.
    pub amounts_left_out: Vec<LeftEntry<'r>>,
    /// Rows with such money beyond those.
    pub amounts_left_out_more: u64,
    /// What went over the wire.
    pub requests: Requests,
    /// How fast.
    pub rate: Rate,
    timeline_interval_s: u64,
    /// What happened when.
    pub timeline: Vec<Point>,
    warnings: &'r [Warning],
    /// What it had to keep to.
    pub limits: Vec<LimitLine<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<&'r Witness>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_over: Option<&'r LeftOver>,
    /// Users whose rows lack an id.
    #[serde(rename = "users_without_ids", skip_serializing_if = "Option::is_none")]
    pub users: Option<UsersEntry>,
    /// Of a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<&'r PlanFacts>,
    /// The account that all of this is from.
    #[serde(skip)]
    pub stats: &'r Stats,
    /// The run.
    #[serde(skip)]
    pub run: &'r RunFacts,
    /// The files beside the report.
    #[serde(skip)]
    pub places: Places,
    /// What is said of each outcome that occurred, what is good first.
    #[serde(skip)]
    pub outcomes: Vec<OutcomeLine>,
    /// Revenue by currency, that of the most rows first.
    #[serde(skip)]
    pub revenue: Vec<Compared<Currency, &'r Money>>,
    /// Events by name, the most frequent first.
    #[serde(skip)]
    pub events: Vec<Compared<&'r str, u64>>,
    /// How it ended, in words.
    #[serde(skip)]
    pub headline: Headline,
    /// What to do next.
    #[serde(skip)]
    pub next: Next,
}

impl<'r> View<'r> {
    /// What there is to say now. `plan` for a dry run.
    pub fn new(
        stats: &'r Stats,
        run: &'r RunFacts,
        plan: Option<&'r PlanFacts>,
        places: Places,
    ) -> Self {
        let rows = stats.rows();
        let mut view = View {
            about: About::new(run),
            rows,
            by_kind: rows::by_kind(stats),
            by_app: rows::by_app(stats),
            rejections: rows::rejections(stats, run),
            rejections_more: stats.rejections.more(),
            refusals: rows::endings(stats, run, &[Outcome::Refused]),
            refusals_more: stats.endings.more(Outcome::Refused),
            endings: rows::endings(stats, run, &rows::NEITHER),
            changed: Changed::new(stats, run),
            filters: counts(&stats.filters),
            filters_more: stats.filters.more(),
            fixes: counts(&stats.fixes),
            dropped_fields: rows::dropped_fields(stats, run),
            unmapped_columns: stats.unmapped.names.iter().map(AsRef::as_ref).collect(),
            unmapped_columns_more: stats.unmapped.more,
            event_time: EventTime::new(stats),
            totals: totals::Totals::new(&stats.totals),
            coverage: stats.coverage,
            amounts_left_out: totals::left_out(stats),
            amounts_left_out_more: stats.left_out.more(),
            requests: (&stats.requests).into(),
            rate: Rate::new(stats, run),
            timeline_interval_s: stats.timeline.interval(),
            timeline: sending::points(&stats.timeline),
            warnings: &run.warnings,
            limits: sending::limits(stats, run),
            ledger: run.witness.as_ref(),
            left_over: run.left_over.as_ref().filter(|left| left.rows > 0),
            users: UsersEntry::new(stats, run, &places),
            plan,
            stats,
            run,
            places,
            outcomes: outcomes(rows, run),
            revenue: totals::revenue(stats, run.sends()),
            events: totals::events(stats, run.sends()),
            headline: Headline::default(),
            next: Next::default(),
        };
        view.headline = Headline::new(&view);
        view.next = next::next(&view);
        view
    }

    /// Whether rows go to a server.
    pub fn sends(&self) -> bool {
        self.run.sends()
    }

    /// Rows that ended so.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.rows.count(outcome)
    }

    /// Rows that somebody has to look at.
    pub fn attention(&self) -> u64 {
        self.rows.attention(self.sends())
    }

    /// Why rows ended so.
    pub fn ended(&self, outcome: Outcome) -> impl Iterator<Item = &Ending<'r>> {
        let all = self.refusals.iter().chain(&self.endings);
        all.filter(move |ending| ending.outcome == outcome)
    }

    /// Rows left out as too old.
    pub fn too_old(&self) -> u64 {
        self.stats.too_old()
    }

    /// Those among them that nobody has asked to leave out of an upload.
    pub fn too_old_unasked(&self) -> u64 {
        self.run.too_old_unasked(self.stats)
    }

    /// What there is to know about times, a sentence each.
    pub fn about_times(&self) -> Vec<String> {
        let time = &self.event_time;
        let mut said = Vec::new();
        if let (Some(first), Some(last)) = (time.first, time.last) {
            said.push(format!("{} to {} UTC.", first.minute(), last.minute()));
        }
        let rows = |count| super::figures::counted(count, "row");
        if time.older_than_a_day > 0 {
            said.push(format!("{} older than a day.", rows(time.older_than_a_day)));
        }
        if self.too_old() > 0 {
            let rows = rows(self.too_old());
            said.push(format!(
                "{rows} left out as too old: `--max-age none` sends them all the same."
            ));
        }
        if self.dates_differ() {
            // Tenjin documents no event time but the `sent_at` of ad impressions.
            said.push(if self.run.sends_event_time {
                "Tenjin dates events when they arrive; whether it heeds the undocumented `sent_at` \
                 of `--send-event-time` is not known."
                    .into()
            } else {
                "Tenjin dates events when they arrive, not when they happened; `--send-event-time` \
                 adds the undocumented `sent_at`."
                    .into()
            });
        }
        said
    }

    /// Whether rows count on another day than that on which they happened.
    pub fn dates_differ(&self) -> bool {
        self.event_time.older_than_a_day + self.too_old() > 0
    }

    /// What a fix does.
    pub fn fix(name: &str) -> String {
        Fix::named(name).map_or_else(|| shown(name).into(), |fix| fix.meaning().into())
    }
}

/// What a document says of the run first.
#[derive(Debug, Serialize)]
struct About<'r> {
    version: u32,
    run_id: &'r str,
    command: &'r str,
    dry_run: bool,
    sandbox: bool,
    status: Status,
    stop_reason: Option<StopReason>,
    stop_detail: Option<&'r str>,
    started_at: Time,
    finished_at: Option<Time>,
    inputs: &'r [InputFacts],
    inputs_more: usize,
    mapping: &'r serde_json::Value,
}

impl<'r> About<'r> {
    fn new(run: &'r RunFacts) -> Self {
        About {
            version: VERSION,
            run_id: &run.run_id,
            command: run.command,
            dry_run: run.dry_run,
            sandbox: run.sandbox,
            status: run.status,
            stop_reason: run.stop_reason,
            stop_detail: run.stop_detail.as_deref(),
            started_at: Time(run.started_at),
            finished_at: run.finished_at.map(Time),
            inputs: &run.inputs[..run.inputs.len().min(LIST_LIMIT)],
            inputs_more: run.inputs.len().saturating_sub(LIST_LIMIT),
            mapping: &run.mapping,
        }
    }
}

/// One outcome, as people read it.
#[derive(Debug, Clone)]
pub struct OutcomeLine {
    /// `None` for rows without an outcome so far.
    pub outcome: Option<Outcome>,
    /// `refused by Tenjin`.
    pub name: Cow<'static, str>,
    /// What it asks for.
    pub concern: Concern,
    /// How many rows.
    pub count: u64,
}

/// Where nothing is sent, what could be comes first.
fn outcomes(rows: Rows, run: &RunFacts) -> Vec<OutcomeLine> {
    let sends = run.sends();
    let mut all = Outcome::ALL.to_vec();
    if !sends {
        all.sort_by_key(|outcome| *outcome != Outcome::NotSent);
    }
    let name = |outcome: Outcome| match (outcome, outcome.words(sends)) {
        (Outcome::Refused, words) => format!("{words} by {}", run.server_briefly()).into(),
        (_, words) => words.into(),
    };
    let ended = all.into_iter().map(|outcome| OutcomeLine {
        outcome: Some(outcome),
        name: name(outcome),
        concern: outcome.concern(sends),
        count: rows.count(outcome),
    });
    let pending = OutcomeLine {
        outcome: None,
        name: "on its way".into(),
        concern: Concern::Quiet,
        count: rows.pending(),
    };
    let occurred = |line: &OutcomeLine| line.count > 0;
    ended.chain([pending]).filter(occurred).collect()
}

/// When the valid rows happened.
#[derive(Debug, Serialize)]
pub struct EventTime {
    /// The first of them.
    pub first: Option<Time>,
    /// The last.
    pub last: Option<Time>,
    /// Rows more than a day before the run.
    pub older_than_a_day: u64,
}

impl EventTime {
    fn new(stats: &Stats) -> Self {
        let bounds = stats.event_time.bounds;
        EventTime {
            first: bounds.and_then(|(first, _)| Time::of(first)),
            last: bounds.and_then(|(_, last)| Time::of(last)),
            older_than_a_day: stats.event_time.older_than_a_day,
        }
    }
}

/// A map in the order it is given.
#[derive(Debug)]
pub struct Ordered<K, V>(pub Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Ordered<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

fn counts<'c>(counter: &'c Counter<Cow<'static, str>>) -> Ordered<&'c str, u64> {
    let ranked = counter.ranked().into_iter();
    Ordered(ranked.map(|(name, count)| (&**name, count)).collect())
}
