//! The summary: the report's facts in about fifteen lines of eighty columns.
//!
//! It ends with the next command to type. Foreign text in it drives nothing.

use std::fmt::Write;

use super::books::Books;
use super::control::{self, Against};
use super::figures::{counted, share, span, thousands};
use super::files::Places;
use super::ink::{Ink, Tone};
use super::next::next;
use super::run::{RunFacts, Status};
use super::why;
use crate::outcome::Outcome;
use crate::row::shown;

/// The summary of a run that has ended.
pub fn summary(books: &Books, run: &RunFacts, places: &Places, ink: Ink) -> String {
    let against = if run.command == "upload" && !run.dry_run {
        Against::Accepted
    } else {
        Against::Valid
    };
    let mut out = headline(run, ink);
    out += &outcomes(books, run, ink);
    out += &reasons(books, run, ink);
    out += &wire(books, ink);
    out += &control::totals(books, against, ink);
    out += &control::times(books, run, ink);
    out += &control::aside(books, ink);
    out += &warnings(run, ink);
    out += &ending(books, run, places, ink);
    out
}

fn headline(run: &RunFacts, ink: Ink) -> String {
    let time = span(run.elapsed);
    let sandbox = if run.sandbox {
        " (sandbox: nothing reached Tenjin)"
    } else {
        ""
    };
    let (tone, text) = match run.status {
        _ if run.command == "validate" && run.status == Status::Complete => {
            (Tone::Good, format!("Validated in {time}, nothing sent."))
        }
        Status::Running | Status::Complete => {
            (Tone::Good, format!("Upload complete in {time}{sandbox}."))
        }
        Status::Interrupted => (Tone::Open, format!("Interrupted after {time}{sandbox}.")),
        Status::Stopped => (Tone::Bad, stopped(run, &time, sandbox)),
    };
    let mut out = String::new();
    for line in super::ink::wrapped(&text, super::ink::WIDTH) {
        let _ = writeln!(out, "{}", ink.tone(tone, &line));
    }
    out
}

fn stopped(run: &RunFacts, time: &str, sandbox: &str) -> String {
    let reason = run.stop_reason.map_or("unknown", |reason| reason.name());
    let detail = run.stop_detail.as_deref().unwrap_or_default();
    let colon = if detail.is_empty() { "" } else { ": " };
    format!(
        "Stopped after {time}{sandbox}: {reason}{colon}{}",
        shown(detail)
    )
}

/// What was read, and what became of it.
pub(super) fn outcomes(books: &Books, run: &RunFacts, ink: Ink) -> String {
    let rows = books.rows.all();
    let read = format!("{:>9}", thousands(rows.read));
    let noun = if rows.read == 1 { "row" } else { "rows" };
    let mut out = format!(
        "{} {noun} read from {}\n",
        ink.tone(Tone::Strong, &read),
        inputs(run)
    );
    let sends = run.command == "upload" && !run.dry_run;
    for outcome in Outcome::ALL {
        let count = rows.count(outcome);
        if count == 0 {
            continue;
        }
        let tone = Tone::of(outcome);
        let (tone, name) = match outcome {
            Outcome::NotSent if !sends => (Tone::Good, "valid"),
            _ => (tone, spoken(outcome)),
        };
        let count_text = ink.tone(tone, &format!("{:>9}", thousands(count)));
        let part = share(count, rows.read);
        let _ = write!(out, "{count_text} {name:<22} {part:>7}");
        if outcome == Outcome::Filtered {
            let _ = write!(out, "  {}", filters(books));
        }
        out.push('\n');
    }
    out
}

/// The outcome as people say it.
fn spoken(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Rejected => "rejected by validation",
        Outcome::Filtered => "filtered",
        Outcome::Duplicate => "duplicate",
        Outcome::Refused => "refused by Tenjin",
        Outcome::Failed => "failed",
        Outcome::InDoubt => "in doubt",
        Outcome::NotSent => "not sent",
    }
}

fn filters(books: &Books) -> String {
    let ranked = books.filters.ranked();
    let named: Vec<_> = ranked.iter().take(2).map(|(name, _)| shown(name)).collect();
    let more = if ranked.len() > 2 { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
}

fn inputs(run: &RunFacts) -> String {
    let bytes: u64 = run.inputs.iter().map(|input| input.bytes).sum();
    let size = super::figures::size(bytes);
    match run.inputs.as_slice() {
        [] => "nothing".into(),
        [_] => format!("{} ({size})", shown(run.input_name(0))),
        [_, rest @ ..] => {
            let name = shown(run.input_name(0));
            let others = counted(rest.len() as u64, "other");
            format!("{name} and {others} ({size})")
        }
    }
}

fn reasons(books: &Books, run: &RunFacts, ink: Ink) -> String {
    let mut text = why::rejections(books, run, ink);
    for outcome in [
        Outcome::Refused,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::NotSent,
    ] {
        text += &why::said(books, outcome, ink);
    }
    for (app, reason) in books.walls.iter().take(3) {
        let name = shown(&app.to_string());
        text += &ink.labelled("Stopped", &format!("{name}: {}", reason.name()));
    }
    if text.is_empty() {
        return text;
    }
    format!("{}\n{text}", ink.tone(Tone::Strong, "Why"))
}

/// What went over the wire.
fn wire(books: &Books, ink: Ink) -> String {
    let requests = &books.requests;
    if requests.sent == 0 {
        return String::new();
    }
    let mut parts = vec![counted(requests.sent, "request")];
    if let Some(pace) = requests.achieved() {
        parts.push(format!("{pace:.1}/s"));
    }
    let half = std::time::Duration::from_micros(requests.latency.value_at_quantile(0.5));
    parts.push(format!("half answered within {}", span(half)));
    if requests.retries > 0 {
        parts.push(counted(requests.retries, "retry").replace("retrys", "retries"));
    }
    if !requests.waited.is_zero() {
        parts.push(format!("{} on hold", span(requests.waited)));
    }
    ink.labelled("Sent", &parts.join(", "))
}

fn warnings(run: &RunFacts, ink: Ink) -> String {
    let mut out = String::new();
    for warning in run.warnings.iter().take(5) {
        out += &ink.labelled("Warning", &super::escape::harmless(warning));
    }
    if run.warnings.len() > 5 {
        let more = counted(run.warnings.len() as u64 - 5, "more warning");
        out += &ink.labelled("", &format!("{more} in the report"));
    }
    out
}

/// Where the report is, and the next command to type.
pub(super) fn ending(books: &Books, run: &RunFacts, places: &Places, ink: Ink) -> String {
    let mut out = String::new();
    if let Some(folder) = &places.folder {
        let path = folder.join("report.json");
        let path = super::escape::argument(&path.to_string_lossy());
        out += &ink.labelled("Report", &path);
    }
    let next = next(books, run, places);
    out += &ink.labelled("Next", next.advice);
    if let Some(command) = next.command {
        let _ = writeln!(out, "  {}", ink.tone(Tone::Strong, &command));
    }
    out
}
