//! Rows by outcome, for people: what was read and what became of it.

use std::fmt::Write;

use super::books::Books;
use super::figures::{counted, share, size, thousands};
use super::ink::{Ink, Tone};
use super::run::RunFacts;
use crate::outcome::Outcome;
use crate::row::shown;

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
    let size = size(bytes);
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
