//! The reasons, for people: the most frequent ones, each with a row to look at and what to do.

use std::cmp::Reverse;
use std::fmt::Write;

use super::super::figures::{counted, thousands};
use super::super::layout::{Style, Tone, WIDTH, wrapped};
use super::super::run::Status;
use super::super::view::{Ending, Reason, View};
use crate::model::{BEHIND_FAILED, ENDED_FIRST, Outcome, shown};

/// How many reasons of a sort are shown.
pub(super) const MOST: usize = 3;
/// How many characters of a value are shown.
const VALUE: usize = 40;
/// How far texts are indented.
const INDENT: usize = 10;

/// Where to find what is not shown.
pub(super) fn elsewhere(view: &View<'_>) -> &'static str {
    match view.places.folder {
        Some(_) => "in the report",
        None => "(`--report-dir DIR` writes all down)",
    }
}

/// How many ways to be rejected are shown: after a stop there is something else to see to first.
pub(super) fn most(view: &View<'_>) -> usize {
    match view.run.status {
        Status::Running | Status::Complete => MOST,
        Status::Stopped | Status::Interrupted => 1,
    }
}

/// Why rows did not get through, the most frequent first: one text for each reason, of a few
/// lines; then which apps were stopped.
pub(super) fn all(view: &View<'_>, more: Option<String>, style: Style) -> Vec<String> {
    let mut texts = rejections(view, most(view), style);
    for outcome in [
        Outcome::Refused,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::NotSent,
    ] {
        texts.extend(endings(view, outcome, style));
    }
    texts.sort_by_key(|(count, _)| Reverse(*count));
    let stopped = view.stats.walls.iter().take(3).map(|(app, reason)| {
        let app = shown(&app.to_string());
        style.labelled("Stopped", &format!("{app}: {}", reason.meaning()))
    });
    let texts = texts.into_iter().map(|(_, text)| text);
    texts.chain(more).chain(stopped).collect()
}

/// Why rows were rejected: the `most` most frequent reasons, each with its count and its text.
pub(super) fn rejections(view: &View<'_>, most: usize, style: Style) -> Vec<(u64, String)> {
    let first = view.rejections.iter().take(most);
    let text = |reason: &Reason<'_>| (reason.count, rejection(reason, style));
    first.map(text).collect()
}

/// A line that says how many more there are.
pub(super) fn more(view: &View<'_>, most: usize) -> Option<String> {
    let more = view.rejections.len().saturating_sub(most) as u64;
    let reasons = counted(more, "more reason");
    (more > 0).then(|| format!("{:INDENT$}{reasons} {}\n", "", elsewhere(view)))
}

fn rejection(reason: &Reason<'_>, style: Style) -> String {
    let count = style.tone(Tone::Bad, &format!("{:>9}", thousands(reason.count)));
    let mut out = format!("{count} {}", reason.code);
    if !reason.field.is_empty() {
        let _ = write!(out, " in {}", shown(reason.field));
    }
    out.push('\n');
    let Some(example) = reason.examples.first() else {
        return out;
    };
    let mut text = format!("{}:", example.place());
    if !example.value.is_empty() {
        let _ = write!(text, " \"{}\":", brief(example.value));
    }
    let hint = if example.hint.is_empty() {
        reason.code.meaning()
    } else {
        example.hint
    };
    let _ = write!(text, " {hint}");
    for line in wrapped(&text, WIDTH - INDENT) {
        let _ = writeln!(out, "{:INDENT$}{line}", "");
    }
    out
}

/// A value that shows what is meant; the report has more of it.
pub(super) fn brief(value: &str) -> String {
    match value.char_indices().nth(VALUE) {
        None => value.into(),
        Some((end, _)) => format!("{}…", value[..end].trim_end_matches('…')),
    }
}

/// Where the rows of before were that duplicates repeat, and what is the same in both.
pub(super) fn duplicates(view: &View<'_>, style: Style) -> String {
    let ranked = view.ended(Outcome::Duplicate);
    let parts: Vec<String> = ranked.take(MOST).map(duplicate).collect();
    if parts.is_empty() {
        return String::new();
    }
    style.labelled("Duplicates", &parts.join(" · "))
}

fn duplicate(ending: &Ending<'_>) -> String {
    let (before, how) = match ending.reason.strip_prefix("twice in this run, by ") {
        Some(how) => ("repeated in this run", how),
        None => ("accepted earlier", ending.reason),
    };
    let how = match how {
        "matched_by_content" => "content, one of them without an id",
        how => how,
    };
    let count = thousands(ending.count);
    format!("{count} {before} (same {})", shown(how))
}

/// What was said about the valid rows that ended so, a text for each reason. Rows that were left
/// when their app stopped count with the one whose answer stopped it; that rows were left when the
/// run ended is no reason: what ended it is.
fn endings(view: &View<'_>, outcome: Outcome, style: Style) -> Vec<(u64, String)> {
    let is_answered = |one: &Ending<'_>| outcome == Outcome::NotSent && one.http.is_some();
    let is_left = |one: &Ending<'_>| outcome == Outcome::NotSent && one.http.is_none();
    let by_wall = |one: &Ending<'_>| {
        let mut walls = view.stats.walls.values();
        is_left(one) && walls.any(|wall| wall.name() == one.reason)
    };
    let behind = view.ended(outcome).filter(|one| by_wall(one));
    let behind: u64 = behind.map(|one| one.count).sum();
    let tells = |one: &&Ending<'_>| !(is_left(one) && one.reason == ENDED_FIRST || by_wall(one));
    let told: Vec<_> = view.ended(outcome).filter(tells).collect();
    let stopped_all = told.iter().filter(|one| is_answered(one)).count() == 1;
    let text = |one: &Ending<'_>| {
        let counts_all = is_answered(one) && stopped_all;
        let rows = one.count + if counts_all { behind } else { 0 };
        (rows, ending(one, rows, style))
    };
    told.into_iter().take(MOST).map(text).collect()
}

fn ending(ending: &Ending<'_>, rows: u64, style: Style) -> String {
    let tone = Tone::of(ending.outcome.concern(true));
    let count = style.tone(tone, &format!("{:>9}", thousands(rows)));
    let http = ending.http.map(|http| format!("HTTP {http} "));
    let (http, first) = (http.unwrap_or_default(), &ending.first);
    let outcome = ending.outcome.words(true);
    let reason = match ending.reason {
        BEHIND_FAILED => "behind a failed row of its installation".into(),
        reason => shown(reason),
    };
    let text = if rows > ending.count {
        format!("{outcome}: {first} was answered {http}{reason}, which stopped its app")
    } else {
        format!("{outcome}: {http}{reason}, as {first}")
    };
    let lines = wrapped(&text, WIDTH - INDENT);
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let before = if index == 0 { &count } else { "         " };
        let _ = writeln!(out, "{before} {line}");
    }
    out
}
