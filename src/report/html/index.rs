//! `index.html`: the runs in a folder of reports, the newest first.

use askama::Template;

use super::STYLE;
use super::parts::{Cell, Table, rendered};
use crate::model::{Outcome, shown};
use crate::report::figures::{counted, thousands};
use crate::report::history::PastRun;

/// How many currencies and inputs are named of a run.
const NAMED: usize = 3;
/// How every such page begins, so that no other file is replaced.
const BEGINNING: &str = "<!doctype html>\n<!-- runs of tenjin-s2s -->\n";

#[derive(Template)]
#[template(path = "index.html")]
struct Page {
    beginning: &'static str,
    style: &'static str,
    version: &'static str,
    table: Table,
    more: String,
}

/// Whether a file is such a page.
pub(in crate::report) fn is_index(text: &str) -> bool {
    text.starts_with(BEGINNING)
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
    let mut table = Table::new("Runs, the newest first", &columns);
    table.lines = runs
        .iter()
        .map(|(name, run)| line(name, run.as_ref()))
        .collect();
    rendered(&Page {
        beginning: BEGINNING,
        style: STYLE,
        version: env!("CARGO_PKG_VERSION"),
        table,
        more: match more as u64 {
            0 => String::new(),
            more => format!("{} in this folder", counted(more, "older run")),
        },
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
    let amounts = revenue
        .iter()
        .map(|(currency, amount)| format!("{currency} {amount}"));
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

/// The first of them, and how many there are besides.
fn some(all: impl Iterator<Item = String>, count: usize) -> String {
    let mut named: Vec<String> = all.take(NAMED).map(|text| shown(&text).into()).collect();
    let more = count.saturating_sub(NAMED);
    named.extend((more > 0).then(|| format!("{} more", thousands(more))));
    named.join(" · ")
}
