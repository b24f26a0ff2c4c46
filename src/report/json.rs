//! `report.json`: the books as one document for programs. Its keys are a contract.
//!
//! `version` grows when a key changes its meaning or goes; new keys may come at any time.

use serde::Serialize;

use super::LIST_LIMIT;
use super::changed::{ChangedEntry, ChangedTotals};
use super::entries::{
    AppCounts, DroppedField, Ending, Ordered, Refusal, RejectionEntry, RowCounts, by_app, by_kind,
    counts, dropped_fields, endings, refusals, rejections,
};
use super::escape;
use super::measures::{EventTime, PointEntry, Rate, RequestCounts, points, time};
use super::plan::PlanFacts;
use super::run::{InputFacts, LedgerWitness, LeftOver, RunFacts, Status};
use super::totals::{AllTotals, CoverageEntry, LeftEntry, left_out};
use super::warning::Warning;
use crate::model::{Outcome, StopReason};
use crate::stats::Stats;

/// The version of the document.
pub const VERSION: u32 = 1;

/// The document as text. `plan` for a dry run.
#[expect(clippy::missing_panics_doc, reason = "every key is a string")]
pub fn document(books: &Stats, run: &RunFacts, plan: Option<&PlanFacts>) -> String {
    let report = Report::new(books, run, plan);
    let text = serde_json::to_string_pretty(&report)
        .expect("the keys are strings and the values are plain");
    escape::json(&text).into_owned() + "\n"
}

#[derive(Debug, Serialize)]
struct Report<'r> {
    version: u32,
    run_id: &'r str,
    command: &'r str,
    dry_run: bool,
    sandbox: bool,
    status: Status,
    stop_reason: Option<StopReason>,
    stop_detail: Option<&'r str>,
    started_at: String,
    finished_at: Option<String>,
    inputs: &'r [InputFacts],
    inputs_more: usize,
    mapping: &'r serde_json::Value,
    rows: RowCounts,
    by_kind: Ordered<&'r str, RowCounts>,
    by_app: Ordered<String, AppCounts<'r>>,
    rejections: Vec<RejectionEntry<'r>>,
    rejections_more: u64,
    refusals: Vec<Refusal<'r>>,
    refusals_more: u64,
    endings: Vec<Ending<'r>>,
    changed: Vec<ChangedEntry<'r>>,
    changed_more: u64,
    changed_rows: u64,
    refunded_rows: u64,
    changed_totals: ChangedTotals,
    filters: Ordered<&'r str, u64>,
    filters_more: u64,
    fixes: Ordered<&'r str, u64>,
    dropped_fields: Vec<DroppedField<'r>>,
    unmapped_columns: Vec<&'r str>,
    unmapped_columns_more: bool,
    event_time: EventTime,
    totals: AllTotals<'r>,
    coverage: CoverageEntry,
    amounts_left_out: Vec<LeftEntry<'r>>,
    amounts_left_out_more: u64,
    requests: RequestCounts,
    rate: Rate,
    timeline_interval_s: u64,
    timeline: Vec<PointEntry>,
    warnings: &'r [Warning],
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<&'r LedgerWitness>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_over: Option<&'r LeftOver>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'r PlanFacts>,
}

impl<'r> Report<'r> {
    fn new(books: &'r Stats, run: &'r RunFacts, plan: Option<&'r PlanFacts>) -> Self {
        Report {
            version: VERSION,
            run_id: &run.run_id,
            command: run.command,
            dry_run: run.dry_run,
            sandbox: run.sandbox,
            status: run.status,
            stop_reason: run.stop_reason,
            stop_detail: run.stop_detail.as_deref(),
            started_at: time(run.started_at),
            finished_at: run.finished_at.map(time),
            inputs: &run.inputs[..run.inputs.len().min(LIST_LIMIT)],
            inputs_more: run.inputs.len().saturating_sub(LIST_LIMIT),
            mapping: &run.mapping,
            rows: books.rows().into(),
            by_kind: by_kind(books),
            by_app: by_app(books),
            rejections: rejections(books, run),
            rejections_more: books.rejections.more(),
            refusals: refusals(books),
            refusals_more: books.endings.more(Outcome::Refused),
            endings: endings(books),
            changed: changed(books, run),
            changed_more: books.changed.more(),
            changed_rows: books.changed.changed,
            refunded_rows: books.changed.refunded,
            changed_totals: (&books.changed).into(),
            filters: counts(&books.filters),
            filters_more: books.filters.more(),
            fixes: counts(&books.fixes),
            dropped_fields: dropped_fields(books, run),
            unmapped_columns: books.unmapped.names.iter().map(AsRef::as_ref).collect(),
            unmapped_columns_more: books.unmapped.more,
            event_time: EventTime::new(books),
            totals: AllTotals::new(&books.totals),
            coverage: books.coverage.into(),
            amounts_left_out: left_out(books),
            amounts_left_out_more: books.left_out.more(),
            requests: (&books.requests).into(),
            rate: Rate::new(books, run),
            timeline_interval_s: books.timeline.interval(),
            timeline: points(&books.timeline),
            warnings: &run.warnings,
            ledger: run.witness.as_ref(),
            left_over: run.left_over.as_ref(),
            plan,
        }
    }
}

fn changed<'r>(books: &'r Stats, run: &'r RunFacts) -> Vec<ChangedEntry<'r>> {
    let rows = books.changed.first.iter();
    rows.map(|row| ChangedEntry::new(row, run.input_name(row.place.input)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn has_every_key_of_the_contract() {
        let text = document(&sample::books(), &sample::run("upload"), None);
        if std::env::var_os("BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/example.json");
            assert!(std::fs::write(path, &text).is_ok());
        }
        assert_eq!(text, include_str!("example.json"));
    }

    #[test]
    fn an_empty_run_has_a_report_too() {
        let run = RunFacts::default();
        let text = document(&Stats::default(), &run, None);
        let report: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(report["status"], "running");
        assert_eq!(report["rows"]["read"], 0);
        assert_eq!(report["requests"]["latency_ms"], serde_json::Value::Null);
    }

    #[test]
    fn money_keeps_its_digits() {
        let text = document(&sample::books(), &sample::run("upload"), None);
        let report: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(report["totals"]["valid"]["revenue"]["USD"], "15.92");
    }
}
