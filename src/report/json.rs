//! `report.json`: the books as one document for programs. Its keys are a contract.
//!
//! `version` grows when a key changes its meaning or goes; new keys may come at any time.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::LIST_LIMIT;
use super::books::{Books, Requests, Totals};
use super::counter::Counter;
use super::escape;
use super::plan::PlanFacts;
use super::reasons::Reason;
use super::rows::Rows;
use super::run::{InputFacts, RunFacts, Status};
use super::timeline::{Point, Timeline};
use crate::outcome::{Outcome, StopReason};
use crate::row::Code;

/// The version of the document.
pub const VERSION: u32 = 1;

/// The document as text. `plan` for a dry run.
#[expect(clippy::missing_panics_doc, reason = "every key is a string")]
pub fn document(books: &Books, run: &RunFacts, plan: Option<&PlanFacts>) -> String {
    let report = Report::new(books, run, plan);
    let text = serde_json::to_string_pretty(&report)
        .expect("the keys are strings and the values are plain");
    escape::json(&text).into_owned() + "\n"
}

/// RFC 3339, UTC, to the microsecond.
fn time(instant: Timestamp) -> String {
    let rounded = instant.round(jiff::Unit::Microsecond).unwrap_or(instant);
    rounded.to_string()
}

/// A map in the order it is given.
#[derive(Debug)]
struct Ordered<K, V>(Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Ordered<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
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
    filters: Ordered<&'r str, u64>,
    filters_more: u64,
    fixes: Ordered<&'r str, u64>,
    dropped_fields: Vec<DroppedField<'r>>,
    unmapped_columns: Vec<&'r str>,
    unmapped_columns_more: bool,
    event_time: EventTime,
    totals: BothTotals<'r>,
    requests: RequestCounts,
    rate: Rate,
    timeline_interval_s: u64,
    timeline: Vec<PointEntry>,
    warnings: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'r PlanFacts>,
}

impl<'r> Report<'r> {
    fn new(books: &'r Books, run: &'r RunFacts, plan: Option<&'r PlanFacts>) -> Self {
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
            rows: books.rows.all().into(),
            by_kind: by_kind(books),
            by_app: by_app(books),
            rejections: rejections(books, run),
            rejections_more: books.rejections.more(),
            refusals: refusals(books),
            refusals_more: books.endings.more(Outcome::Refused),
            endings: endings(books),
            filters: counts(&books.filters),
            filters_more: books.filters.more(),
            fixes: counts(&books.fixes),
            dropped_fields: dropped_fields(books),
            unmapped_columns: books.unmapped_columns.iter().map(String::as_str).collect(),
            unmapped_columns_more: books.more_unmapped(),
            event_time: EventTime::new(books),
            totals: BothTotals {
                valid: (&books.valid).into(),
                accepted: (&books.accepted).into(),
            },
            requests: (&books.requests).into(),
            rate: Rate::new(books, run),
            timeline_interval_s: books.timeline.interval(),
            timeline: points(&books.timeline),
            warnings: &run.warnings,
            plan,
        }
    }
}

/// Outcomes add up to `read`; `valid` says how many of them passed validation.
#[derive(Debug, Serialize)]
struct RowCounts {
    read: u64,
    accepted: u64,
    rejected: u64,
    filtered: u64,
    duplicate: u64,
    refused: u64,
    failed: u64,
    in_doubt: u64,
    not_sent: u64,
    /// Rows without an outcome yet, while the run goes on.
    #[serde(skip_serializing_if = "is_zero")]
    pending: u64,
    valid: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl From<&Rows> for RowCounts {
    fn from(rows: &Rows) -> Self {
        RowCounts {
            read: rows.read,
            accepted: rows.count(Outcome::Accepted),
            rejected: rows.count(Outcome::Rejected),
            filtered: rows.count(Outcome::Filtered),
            duplicate: rows.count(Outcome::Duplicate),
            refused: rows.count(Outcome::Refused),
            failed: rows.count(Outcome::Failed),
            in_doubt: rows.count(Outcome::InDoubt),
            not_sent: rows.count(Outcome::NotSent),
            pending: rows.pending(),
            valid: rows.valid,
        }
    }
}

#[derive(Debug, Serialize)]
struct AppCounts<'r> {
    bundle_id: Option<&'r str>,
    platform: Option<&'r str>,
    stop_reason: Option<StopReason>,
    #[serde(flatten)]
    rows: RowCounts,
}

fn by_kind(books: &Books) -> Ordered<&str, RowCounts> {
    let named = |kind: Option<crate::kind::Kind>| kind.map_or("unknown", |kind| kind.name());
    let kinds = books.rows.by_kind();
    Ordered(
        kinds
            .map(|(kind, rows)| (named(kind), rows.into()))
            .collect(),
    )
}

fn by_app(books: &Books) -> Ordered<String, AppCounts<'_>> {
    let mut all = Vec::new();
    for (app, rows) in books.rows.by_app() {
        let counts = AppCounts {
            bundle_id: Some(&app.bundle_id),
            platform: Some(app.platform.name()),
            stop_reason: books.walls.get(app).copied(),
            rows: rows.into(),
        };
        all.push((app.to_string(), counts));
    }
    let others = [
        ("unknown", books.rows.unknown_app()),
        ("more", books.rows.more_apps()),
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
struct RejectionEntry<'r> {
    code: &'r str,
    field: &'r str,
    count: u64,
    examples: Vec<ExampleEntry<'r>>,
}

#[derive(Debug, Serialize)]
struct ExampleEntry<'r> {
    file: &'r str,
    line: u64,
    value: &'r str,
    hint: &'r str,
}

fn rejections<'r>(books: &'r Books, run: &'r RunFacts) -> Vec<RejectionEntry<'r>> {
    let examples = |reason: &'r Reason| {
        let each = reason.examples.iter().map(|example| ExampleEntry {
            file: run.input_name(example.place.input),
            line: example.place.line,
            value: &example.value,
            hint: &example.hint,
        });
        each.collect()
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
struct Refusal<'r> {
    http: Option<u16>,
    reason: &'r str,
    count: u64,
}

fn refusals(books: &Books) -> Vec<Refusal<'_>> {
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
struct Ending<'r> {
    outcome: Outcome,
    http: Option<u16>,
    reason: &'r str,
    count: u64,
}

fn endings(books: &Books) -> Vec<Ending<'_>> {
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

fn counts<'c>(counter: &'c Counter<Cow<'static, str>>) -> Ordered<&'c str, u64> {
    let ranked = counter.ranked().into_iter();
    Ordered(ranked.map(|(name, count)| (&**name, count)).collect())
}

#[derive(Debug, Serialize)]
struct DroppedField<'r> {
    field: &'r str,
    code: Code,
    count: u64,
}

fn dropped_fields(books: &Books) -> Vec<DroppedField<'_>> {
    let ranked = books.dropped_fields.ranked().into_iter();
    ranked
        .map(|((field, code), count)| DroppedField {
            field,
            code: *code,
            count,
        })
        .collect()
}

#[derive(Debug, Serialize)]
struct EventTime {
    first: Option<String>,
    last: Option<String>,
    older_than_a_day: u64,
}

impl EventTime {
    fn new(books: &Books) -> Self {
        let at = |micros: i64| Timestamp::from_microsecond(micros).ok().map(time);
        let bounds = books.event_time.bounds;
        EventTime {
            first: bounds.and_then(|(first, _)| at(first)),
            last: bounds.and_then(|(_, last)| at(last)),
            older_than_a_day: books.event_time.older_than_a_day,
        }
    }
}

#[derive(Debug, Serialize)]
struct BothTotals<'r> {
    valid: TotalsEntry<'r>,
    accepted: TotalsEntry<'r>,
}

#[derive(Debug, Serialize)]
struct TotalsEntry<'r> {
    revenue: Ordered<&'r str, String>,
    events: Ordered<&'r str, u64>,
    events_more: u64,
}

impl<'r> From<&'r Totals> for TotalsEntry<'r> {
    fn from(totals: &'r Totals) -> Self {
        let revenue = totals.revenue.iter();
        let events = totals.events.ranked().into_iter();
        TotalsEntry {
            revenue: Ordered(
                revenue
                    .map(|(c, sum)| (c.code(), sum.to_string()))
                    .collect(),
            ),
            events: Ordered(events.map(|(name, count)| (&**name, count)).collect()),
            events_more: totals.events.more(),
        }
    }
}

#[derive(Debug, Serialize)]
struct RequestCounts {
    sent: u64,
    retries: u64,
    waited_ms: u64,
    latency_ms: Option<Latency>,
}

#[derive(Debug, Serialize)]
struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

impl From<&Requests> for RequestCounts {
    fn from(requests: &Requests) -> Self {
        let latency = &requests.latency;
        let at = |quantile| ms(latency.value_at_quantile(quantile));
        RequestCounts {
            sent: requests.sent,
            retries: requests.retries,
            waited_ms: millis(requests.waited),
            latency_ms: (!latency.is_empty()).then(|| Latency {
                p50: at(0.5),
                p90: at(0.9),
                p99: at(0.99),
                max: ms(latency.max()),
            }),
        }
    }
}

fn ms(micros: u64) -> f64 {
    (micros as f64 / 10.0).round() / 100.0
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[derive(Debug, Serialize)]
struct Rate {
    target: Option<f64>,
    achieved: Option<f64>,
    peak_1s: u64,
}

impl Rate {
    fn new(books: &Books, run: &RunFacts) -> Self {
        let rounded = |rate: f64| (rate * 100.0).round() / 100.0;
        Rate {
            target: run.rate,
            achieved: books.requests.achieved().map(rounded),
            peak_1s: books.requests.peak.most(),
        }
    }
}

#[derive(Debug, Serialize)]
struct PointEntry {
    at_s: u64,
    read: u64,
    sent: u64,
    accepted: u64,
    troubled: u64,
    latency_mean_ms: Option<f64>,
    latency_max_ms: Option<f64>,
    waited_ms: u64,
}

fn points(timeline: &Timeline) -> Vec<PointEntry> {
    let starts = (0..).step_by(usize::try_from(timeline.interval()).unwrap_or(usize::MAX));
    let points = starts.zip(timeline.points());
    points.map(|(start, point)| entry(start, point)).collect()
}

fn entry(start: u64, point: &Point) -> PointEntry {
    let answered = point.sent > 0;
    PointEntry {
        at_s: start,
        read: point.read,
        sent: point.sent,
        accepted: point.accepted,
        troubled: point.troubled,
        latency_mean_ms: answered.then(|| ms(point.latency_sum / point.sent.max(1))),
        latency_max_ms: answered.then(|| ms(point.latency_max)),
        waited_ms: millis(point.waited),
    }
}
