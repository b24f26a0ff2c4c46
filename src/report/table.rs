//! Rows by outcome, for people: what was read and what became of it.

use std::borrow::Cow;
use std::fmt::Write;

use super::control::left_out;
use super::figures::{counted, share, size, thousands};
use super::layout::Layout;
use super::layout::Tone;
use super::run::RunFacts;
use crate::model::{Outcome, shown};
use crate::stats::Stats;

/// What was read, and what became of it.
pub(super) fn outcomes(books: &Stats, run: &RunFacts, layout: Layout) -> String {
    let style = layout.style;
    let rows = books.rows();
    let read = format!("{:>9}", thousands(rows.read));
    let noun = if rows.read == 1 { "row" } else { "rows" };
    let mut out = format!(
        "{} {noun} read from {}\n",
        style.tone(Tone::Strong, &read),
        inputs(run)
    );
    let sends = run.sends();
    for outcome in ordered(sends) {
        let count = rows.count(outcome);
        let tone = Tone::of(outcome, sends);
        let matters =
            tone != Tone::Quiet || (outcome == Outcome::Filtered && left_out(books, run) > 0);
        if count == 0 || (layout.brief && !matters) {
            continue;
        }
        let name = spoken(outcome, run);
        let count_text = style.tone(tone, &format!("{:>9}", thousands(count)));
        let part = share(count, rows.read);
        let _ = write!(out, "{count_text} {name:<22} {part:>7}");
        if outcome == Outcome::Filtered {
            let _ = write!(out, "  {}", filters(books));
        }
        out.push('\n');
    }
    out
}

/// What is good comes first: where nothing is sent, what could be.
fn ordered(sends: bool) -> Vec<Outcome> {
    let mut all = Outcome::ALL.to_vec();
    if !sends {
        all.sort_by_key(|outcome| *outcome != Outcome::NotSent);
    }
    all
}

/// The outcome as people say it.
fn spoken(outcome: Outcome, run: &RunFacts) -> Cow<'static, str> {
    let words = outcome.words(run.sends());
    match outcome {
        Outcome::Refused => format!("{words} by {}", run.server_briefly()).into(),
        _ => words.into(),
    }
}

fn filters(books: &Stats) -> String {
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
