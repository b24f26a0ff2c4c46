//! The lists and maps of `report.json` about rows: counts, reasons and examples.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::run::RunFacts;
use crate::model::{Code, Outcome, StopReason};
use crate::stats::Rows;
use crate::stats::Stats;
use crate::stats::counter::Counter;
use crate::stats::reasons::{Example, Reason};

/// A map in the order it is given.
#[derive(Debug)]
pub(super) struct Ordered<K, V>(pub(super) Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Ordered<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// Outcomes add up to `read`; `valid` says how many of them passed validation, and `pending` how
/// many have no outcome yet, while the run goes on.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct RowCounts(Ordered<&'static str, u64>);

impl From<Rows> for RowCounts {
    fn from(rows: Rows) -> Self {
        let mut counts = vec![("read", rows.read)];
        let all = Outcome::ALL.into_iter();
        counts.extend(all.map(|outcome| (outcome.name(), rows.count(outcome))));
        counts.extend(Some(("pending", rows.pending())).filter(|(_, rows)| *rows > 0));
        counts.push(("valid", rows.valid));
        RowCounts(Ordered(counts))
    }
}

#[derive(Debug, Serialize)]
pub(super) struct AppCounts<'r> {
    bundle_id: Option<&'r str>,
    platform: Option<&'r str>,
    stop_reason: Option<StopReason>,
    #[serde(flatten)]
    rows: RowCounts,
}

pub(super) fn by_kind(books: &Stats) -> Ordered<&str, RowCounts> {
    let named = |kind: Option<crate::model::Kind>| kind.map_or("unknown", |kind| kind.name());
    let kinds = books.totals.by_kind();
    Ordered(
        kinds
            .map(|(kind, rows)| (named(kind), rows.into()))
            .collect(),
    )
}

pub(super) fn by_app(books: &Stats) -> Ordered<String, AppCounts<'_>> {
    let mut all = Vec::new();
    for (app, rows) in books.totals.rows_by_app() {
        let counts = AppCounts {
            bundle_id: Some(&app.bundle_id),
            platform: Some(app.platform.name()),
            stop_reason: books.walls.get(app).copied(),
            rows: rows.into(),
        };
        all.push((app.to_string(), counts));
    }
    let others = [
        ("unknown", books.totals.unknown_app()),
        ("more", books.totals.more_apps()),
    ];
    for (name, rows) in others.into_iter().filter(|(_, rows)| rows.read > 0) {
        let counts = AppCounts {
            bundle_id: None,
            platform: None,
            stop_reason: None,
            rows: rows.into(),
        };
        all.push((name.into(), counts));
    }
    Ordered(all)
}

#[derive(Debug, Serialize)]
pub(super) struct RejectionEntry<'r> {
    code: &'r str,
    field: &'r str,
    count: u64,
    examples: Vec<ExampleEntry<'r>>,
}

#[derive(Debug, Serialize)]
pub(super) struct ExampleEntry<'r> {
    file: &'r str,
    line: u64,
    value: &'r str,
    hint: &'r str,
}

fn example<'r>(example: &'r Example, run: &'r RunFacts) -> ExampleEntry<'r> {
    ExampleEntry {
        file: run.input_name(example.place.input),
        line: example.place.line,
        value: &example.value,
        hint: &example.hint,
    }
}

pub(super) fn rejections<'r>(books: &'r Stats, run: &'r RunFacts) -> Vec<RejectionEntry<'r>> {
    let examples = |reason: &'r Reason| {
        let each = reason.examples.iter();
        each.map(|one| example(one, run)).collect()
    };
    let entry = |reason: &'r Reason| RejectionEntry {
        code: reason.code.name(),
        field: &reason.field,
        count: reason.count,
        examples: examples(reason),
    };
    books.rejections.ranked().into_iter().map(entry).collect()
}

#[derive(Debug, Serialize)]
pub(super) struct Refusal<'r> {
    http: Option<u16>,
    reason: &'r str,
    count: u64,
}

pub(super) fn refusals(books: &Stats) -> Vec<Refusal<'_>> {
    let said = books.endings.ranked(Outcome::Refused).into_iter();
    said.map(|said| Refusal {
        http: said.http,
        reason: &said.reason,
        count: said.count,
    })
    .collect()
}

/// Why valid rows ended neither accepted nor refused.
#[derive(Debug, Serialize)]
pub(super) struct Ending<'r> {
    outcome: Outcome,
    http: Option<u16>,
    reason: &'r str,
    count: u64,
}

pub(super) fn endings(books: &Stats) -> Vec<Ending<'_>> {
    let others = [
        Outcome::Duplicate,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::NotSent,
    ];
    let said = others
        .into_iter()
        .flat_map(|outcome| books.endings.ranked(outcome));
    said.map(|said| Ending {
        outcome: said.outcome,
        http: said.http,
        reason: &said.reason,
        count: said.count,
    })
    .collect()
}

pub(super) fn counts<'c>(counter: &'c Counter<Cow<'static, str>>) -> Ordered<&'c str, u64> {
    let ranked = counter.ranked().into_iter();
    Ordered(ranked.map(|(name, count)| (&**name, count)).collect())
}

#[derive(Debug, Serialize)]
pub(super) struct DroppedField<'r> {
    field: &'r str,
    code: Code,
    count: u64,
    example: Option<ExampleEntry<'r>>,
}

pub(super) fn dropped_fields<'r>(books: &'r Stats, run: &'r RunFacts) -> Vec<DroppedField<'r>> {
    let ranked = books.dropped_fields.ranked().into_iter();
    ranked
        .map(|(key, count)| DroppedField {
            field: &key.0,
            code: key.1,
            count,
            example: books.dropped_examples.get(key).map(|one| example(one, run)),
        })
        .collect()
}
