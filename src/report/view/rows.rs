//! The lists about rows: by kind and app, why they were not accepted, what was done to them, which
//! have changed since they were sent, and whose rows lack an id.

use serde::Serialize;

use super::{Ordered, amounts, next};
use crate::mapping::lookup;
use crate::model::{Code, Currency, Kind, Outcome, Place, Revenue, StopReason, shown};
use crate::report::figures::Time;
use crate::report::run::{Places, RunFacts};
use crate::report::users::Found;
use crate::stats::changed::ChangedRow;
use crate::stats::{Money, Rows, Stats, reasons};

pub(super) fn by_kind(stats: &Stats) -> Ordered<&str, Rows> {
    let named = |kind: Option<Kind>| kind.map_or("unknown", Kind::name);
    let kinds = stats.totals.by_kind();
    Ordered(kinds.map(|(kind, rows)| (named(kind), rows)).collect())
}

/// The rows of an app.
#[derive(Debug, Serialize)]
pub struct AppRows<'r> {
    bundle_id: Option<&'r str>,
    platform: Option<&'r str>,
    /// Why it stopped before the others.
    pub stop_reason: Option<StopReason>,
    /// Its rows by outcome.
    #[serde(flatten)]
    pub rows: Rows,
}

/// By name; `unknown` for rows that name no app, `more` for those of apps beyond the limit.
pub(super) fn by_app(stats: &Stats) -> Ordered<String, AppRows<'_>> {
    let apps = stats.totals.rows_by_app().into_iter().map(|(app, rows)| {
        let rows = AppRows {
            bundle_id: Some(&app.bundle_id),
            platform: Some(app.platform.name()),
            stop_reason: stats.stopped_apps.get(app).copied(),
            rows,
        };
        (app.to_string(), rows)
    });
    let others = [
        ("unknown", stats.totals.unknown_app()),
        ("more", stats.totals.more_apps()),
    ];
    let others = others.into_iter().filter(|(_, rows)| rows.read > 0);
    let others = others.map(|(name, rows)| {
        let rows = AppRows {
            bundle_id: None,
            platform: None,
            stop_reason: None,
            rows,
        };
        (name.to_owned(), rows)
    });
    Ordered(apps.chain(others).collect())
}

/// A row that shows a fault.
#[derive(Debug, Serialize)]
pub struct Example<'r> {
    /// Its input.
    pub file: &'r str,
    /// Where it starts.
    pub line: u64,
    /// The culprit, bounded and harmless.
    pub value: &'r str,
    /// What to do about it.
    pub hint: &'r str,
}

impl<'r> Example<'r> {
    fn new(example: &'r reasons::Example, run: &'r RunFacts) -> Self {
        Example {
            file: run.input_name(example.place.input),
            line: example.place.line,
            value: &example.value,
            hint: &example.hint,
        }
    }

    /// `events.csv:41`
    pub fn place(&self) -> String {
        format!("{}:{}", shown(self.file), self.line)
    }
}

/// A way to be rejected.
#[derive(Debug, Serialize)]
pub struct Reason<'r> {
    /// The stable word.
    pub code: Code,
    /// The field, empty where there is none.
    pub field: &'r str,
    /// Rows that have this fault.
    pub count: u64,
    /// The first few.
    pub examples: Vec<Example<'r>>,
}

pub(super) fn rejections<'r>(stats: &'r Stats, run: &'r RunFacts) -> Vec<Reason<'r>> {
    let ranked = stats.rejections.ranked().into_iter();
    let reason = |((code, field), reason): (&'r reasons::CodeAndField, &'r reasons::Reason)| {
        let examples = reason.examples.iter();
        Reason {
            code: *code,
            field,
            count: reason.count,
            examples: examples.map(|one| Example::new(one, run)).collect(),
        }
    };
    ranked.map(reason).collect()
}

/// Why valid rows were not accepted.
#[derive(Debug, Serialize)]
pub struct Ending<'r> {
    /// How they ended; refusals have a list of their own.
    #[serde(skip_serializing_if = "is_refused")]
    pub outcome: Outcome,
    /// The status of the last answer.
    pub http: Option<u16>,
    /// What was said.
    pub reason: &'r str,
    /// How many rows.
    pub count: u64,
    /// The first of them: `events.csv:41`.
    #[serde(skip)]
    pub first: String,
}

/// Outcomes of valid rows that are neither accepted nor refused.
pub(super) const NEITHER: [Outcome; 4] = [
    Outcome::Duplicate,
    Outcome::Failed,
    Outcome::InDoubt,
    Outcome::NotSent,
];

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_refused(outcome: &Outcome) -> bool {
    *outcome == Outcome::Refused
}

pub(super) fn endings<'r>(
    stats: &'r Stats,
    run: &RunFacts,
    outcomes: &[Outcome],
) -> Vec<Ending<'r>> {
    let place = |place: Place| format!("{}:{}", shown(run.input_name(place.input)), place.line);
    let said = outcomes
        .iter()
        .flat_map(|outcome| stats.endings.ranked(*outcome));
    said.map(|said| Ending {
        outcome: said.outcome,
        http: said.http,
        reason: &said.reason,
        count: said.count,
        first: place(said.first),
    })
    .collect()
}

/// Optional values that were left out of valid rows.
#[derive(Debug, Serialize)]
pub struct DroppedField<'r> {
    /// The field.
    pub field: &'r str,
    /// What was wrong.
    pub code: Code,
    /// How many rows.
    pub count: u64,
    /// The first of them.
    pub example: Option<Example<'r>>,
}

pub(super) fn dropped_fields<'r>(stats: &'r Stats, run: &'r RunFacts) -> Vec<DroppedField<'r>> {
    let ranked = stats.dropped_fields.ranked().into_iter();
    ranked
        .map(|(key, count)| DroppedField {
            field: &key.0,
            code: key.1,
            count,
            example: stats
                .dropped_examples
                .get(key)
                .map(|one| Example::new(one, run)),
        })
        .collect()
}

/// Rows that have changed since they were sent.
#[derive(Debug, Serialize)]
pub struct Changed<'r> {
    #[serde(rename = "changed")]
    rows: Vec<ChangedEntry<'r>>,
    #[serde(rename = "changed_more")]
    more: u64,
    #[serde(rename = "changed_rows")]
    count: u64,
    refunded_rows: u64,
    #[serde(rename = "changed_totals")]
    totals: ChangedTotals,
}

#[derive(Debug, Serialize)]
struct ChangedTotals {
    /// Changed rows whose amount or currency is another one now.
    repriced_rows: u64,
    sent: Ordered<Currency, Money>,
    now: Ordered<Currency, Money>,
    /// What was sent for the refunded rows.
    refunded: Ordered<Currency, Money>,
}

impl<'r> Changed<'r> {
    pub(super) fn new(stats: &'r Stats, run: &'r RunFacts) -> Self {
        let all = &stats.changed;
        let entry = |row: &'r ChangedRow| ChangedEntry::new(row, run.input_name(row.place.input));
        Changed {
            rows: all.first.iter().map(entry).collect(),
            more: all.more(),
            count: all.changed,
            refunded_rows: all.refunded,
            totals: ChangedTotals {
                repriced_rows: all.repriced.rows,
                sent: amounts(&all.repriced.sent),
                now: amounts(&all.repriced.now),
                refunded: amounts(&all.returned),
            },
        }
    }
}

/// A row that has changed since it was sent: an entry of `changed[]`, a line of `changed.csv`.
#[derive(Debug, Serialize)]
pub struct ChangedEntry<'r> {
    what: &'r str,
    file: &'r str,
    line: u64,
    kind: &'static str,
    bundle_id: &'r str,
    platform: &'static str,
    name: &'r str,
    event_id: &'r str,
    event_time: Option<Time>,
    differs: String,
    sent_amount: Option<String>,
    sent_currency: Option<&'r str>,
    now_amount: Option<String>,
    now_currency: Option<&'r str>,
    first: &'r str,
}

impl<'r> ChangedEntry<'r> {
    /// A row of this file.
    pub fn new(row: &'r ChangedRow, file: &'r str) -> Self {
        let amount = |money: Option<&Revenue>| money.map(|(amount, _)| amount.to_string());
        ChangedEntry {
            what: &row.what,
            file,
            line: row.place.line,
            kind: row.kind.name(),
            bundle_id: &row.app.bundle_id,
            platform: row.app.platform.name(),
            name: &row.label,
            event_id: &row.event_id,
            event_time: row.time.and_then(Time::of),
            differs: row.fields().join(" "),
            sent_amount: amount(row.sent.as_ref()),
            sent_currency: row.sent.as_ref().map(|(_, currency)| currency.code()),
            now_amount: amount(row.now.as_ref()),
            now_currency: row.now.as_ref().map(|(_, currency)| currency.code()),
            first: &row.first,
        }
    }
}

/// The list of users whose rows lack an id.
#[derive(Debug, Serialize)]
pub struct UsersEntry {
    /// What is in it.
    #[serde(flatten)]
    pub found: Found,
    /// The command that looks the ids up in it, once it is filled in.
    pub command: String,
}

impl UsersEntry {
    pub(super) fn new(stats: &Stats, run: &RunFacts, places: &Places) -> Option<Self> {
        let (found, folder) = (places.users.clone()?, places.folder.as_ref()?);
        let file = folder.join(found.file);
        let words = [
            "--lookup",
            &file.to_string_lossy(),
            "--lookup-key",
            found.lookup_key,
        ];
        let plan = run.dry_run.then_some("--dry-run");
        let typed = if stats.lookups == lookup::Counts::default() {
            run.typed.clone()
        } else {
            // The rejected rows alone: others have their ids from the table before.
            run.typed.on(next::input(&places.rejects))
        };
        let command = typed.line(run.command, words.into_iter().chain(plan));
        Some(UsersEntry { found, command })
    }
}
