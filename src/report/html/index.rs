//! `index.html`: the runs in a folder of reports, the newest first.

use rust_decimal::Decimal;

use super::parts::{Cell, Part, Section, SimplePage, Table, rendered};
use crate::model::{Currency, Outcome, shown};
use crate::report::figures::{self, counted, thousands};
use crate::report::history::PastRun;

/// How many currencies and inputs are named of a run.
const NAMED: usize = 3;
/// What the page is of.
const WHAT: &str = "runs";

/// Whether a file is such a page.
pub(in crate::report) fn is_index(text: &str) -> bool {
    SimplePage::is_one(WHAT, text)
}

/// The page. A run whose report cannot be read is there, too; `more` are not.
pub(in crate::report) fn index(runs: &[(String, Option<PastRun>)], more: usize) -> String {
    let columns = [
        "Run",
        "How it ended",
        "#Read",
        "#Accepted",
        "#Need attention",
        "#Revenue accepted",
        "Inputs",
    ];
    let lines = runs.iter().map(|(name, run)| line(name, run.as_ref()));
    let mut table = Table::new("The newest first", &columns).all(lines);
    if more > 0 {
        table.more = format!("{} in this folder", counted(more as u64, "older run"));
    }
    let all = (runs.len() + more) as u64;
    rendered(&SimplePage {
        what: WHAT,
        title: "Runs in this folder".into(),
        summary: format!("{}, each with its report.", counted(all, "run")),
        sections: vec![Section::new("runs", "Runs", vec![Part::Table(table)])],
        beside: "Each run writes it anew at its end.",
        ..SimplePage::default()
    })
}

fn line(name: &str, run: Option<&PastRun>) -> Vec<Cell> {
    let mut first = Cell::from(name);
    first.link = format!("{name}/report.html");
    let Some(run) = run else {
        return vec![first, "its report cannot be read".into()];
    };
    let kind = match (run.command.as_str(), run.dry_run, run.sandbox) {
        (_, true, _) => "dry run",
        ("validate", ..) => "validation",
        (_, _, true) => "upload, sandbox",
        _ => "upload",
    };
    let sends = run.command == "upload" && !run.dry_run;
    let asks = Outcome::ALL
        .into_iter()
        .filter(|outcome| outcome.needs_attention(sends));
    let attention: u64 = asks.map(|outcome| run.count(outcome.name())).sum();
    let stopped = run
        .stop_reason
        .as_deref()
        .map(|reason| format!(": {}", shown(reason)));
    let status = format!("{}{}", shown(&run.status), stopped.unwrap_or_default());
    let revenue = &run.totals.accepted.revenue;
    let amounts = revenue.iter().map(|(code, text)| amount(code, text));
    let inputs = run.inputs.iter().map(|input| input.path.clone());
    vec![
        first.with_note(kind),
        status.into(),
        thousands(run.count("read")).into(),
        thousands(run.count("accepted")).into(),
        thousands(attention).into(),
        some(amounts, revenue.len()).into(),
        some(inputs, run.inputs.len()).into(),
    ]
}

/// An amount as the run's own page has it; as it stands if it is none.
fn amount(code: &str, text: &str) -> String {
    let is_code = code.bytes().all(|b| b.is_ascii_uppercase());
    let currency = code.as_bytes().try_into().ok().filter(|_| is_code);
    let written = match (currency.map(Currency), text.parse::<Decimal>()) {
        (Some(currency), Ok(amount)) => figures::sum(currency, &amount.into()),
        _ => format!("{code} {text}"),
    };
    written.replace(' ', "\u{a0}")
}

/// The first of them, and how many there are besides.
fn some(all: impl Iterator<Item = String>, count: usize) -> String {
    let mut named: Vec<String> = all.take(NAMED).map(|text| shown(&text).into()).collect();
    let more = count.saturating_sub(NAMED);
    named.extend((more > 0).then(|| format!("{} more", thousands(more))));
    named.join(" · ")
}
