//! The reasons, for people: the most frequent ones, each with a row to look at and what to do.

use std::fmt::Write;

use super::books::Books;
use super::figures::{counted, thousands};
use super::ink::{Ink, Tone, WIDTH, wrapped};
use super::reasons::Reason;
use super::run::RunFacts;
use crate::outcome::Outcome;
use crate::row::shown;

const REASONS: usize = 3;

/// Why rows were rejected.
pub fn rejections(books: &Books, run: &RunFacts, ink: Ink) -> String {
    let ranked = books.rejections.ranked();
    let mut out = String::new();
    for reason in ranked.iter().take(REASONS) {
        out += &rejection(reason, run, ink);
    }
    let more = ranked.len().saturating_sub(REASONS) as u64;
    if more > 0 {
        let _ = writeln!(
            out,
            "{:>10} in the report",
            format!("{} more", counted(more, "reason"))
        );
    }
    out
}

fn rejection(reason: &Reason, run: &RunFacts, ink: Ink) -> String {
    let count = ink.tone(Tone::Bad, &format!("{:>9}", thousands(reason.count)));
    let mut out = format!("{count} {}", reason.code);
    if !reason.field.is_empty() {
        let _ = write!(out, " in {}", shown(&reason.field));
    }
    out.push('\n');
    let Some(example) = reason.examples.first() else {
        return out;
    };
    let file = shown(run.input_name(example.place.input));
    let mut text = format!("{file}:{}:", example.place.line);
    if !example.value.is_empty() {
        let _ = write!(text, " \"{}\":", example.value);
    }
    let hint = if example.hint.is_empty() {
        reason.code.meaning()
    } else {
        &example.hint
    };
    let _ = write!(text, " {hint}");
    for line in wrapped(&text, WIDTH - 10) {
        let _ = writeln!(out, "{:10}{line}", "");
    }
    out
}

/// How duplicates were recognised: by their ids, or by their content.
pub fn recognised(books: &Books, ink: Ink) -> String {
    let ranked = books.endings.ranked(Outcome::Duplicate);
    let tiers: Vec<String> = ranked
        .iter()
        .take(REASONS)
        .map(|said| {
            let how = said
                .reason
                .replace("matched_by_content", "content, one having an id");
            let by = if how.contains("by ") { "" } else { "by " };
            format!("{} {by}{}", thousands(said.count), shown(&how))
        })
        .collect();
    if tiers.is_empty() {
        return String::new();
    }
    ink.labelled("Recognised", &tiers.join(" · "))
}

/// What was said about the valid rows that ended so.
pub fn said(books: &Books, run: &RunFacts, outcome: Outcome, ink: Ink) -> String {
    let ranked = books.endings.ranked(outcome);
    let mut out = String::new();
    for said in ranked.iter().take(REASONS) {
        let tone = Tone::of(outcome);
        let count = ink.tone(tone, &format!("{:>9}", thousands(said.count)));
        let http = said
            .http
            .map_or(String::new(), |http| format!("HTTP {http} "));
        let outcome = outcome.name().replace('_', " ");
        let file = shown(run.input_name(said.first.input));
        let line = said.first.line;
        let text = format!("{outcome}: {http}{}, as {file}:{line}", shown(&said.reason));
        for (index, line) in wrapped(&text, WIDTH - 10).iter().enumerate() {
            if index == 0 {
                let _ = writeln!(out, "{count} {line}");
            } else {
                let _ = writeln!(out, "{:10}{line}", "");
            }
        }
    }
    out
}
