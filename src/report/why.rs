//! The reasons, for people: the most frequent ones, each with a row to look at and what to do.

use std::fmt::Write;

use super::figures::{counted, thousands};
use super::files::Places;
use super::layout::{Style, Tone, WIDTH, wrapped};
use super::run::RunFacts;
use crate::model::{BEHIND_FAILED, ENDED_FIRST, Outcome, shown};
use crate::stats::Stats;
use crate::stats::reasons::{Reason, Said};

const REASONS: usize = 3;

/// How many characters of a value are shown.
const VALUE: usize = 40;

/// Where to find what is not shown.
pub fn elsewhere(places: &Places) -> &'static str {
    match places.folder {
        Some(_) => "in the report",
        None => "(`--report-dir DIR` writes all down)",
    }
}

/// Why rows were rejected: at most so many reasons, each with its count and its text.
pub fn rejections(books: &Stats, run: &RunFacts, most: usize, style: Style) -> Vec<(u64, String)> {
    let ranked = books.rejections.ranked();
    let first = ranked.iter().take(most);
    first
        .map(|reason| (reason.count, rejection(reason, run, style)))
        .collect()
}

/// A line that says how many more there are.
pub fn more(books: &Stats, most: usize, places: &Places) -> Option<String> {
    let more = books.rejections.ranked().len().saturating_sub(most) as u64;
    let reasons = counted(more, "more reason");
    (more > 0).then(|| format!("{:>9} {reasons} {}\n", "", elsewhere(places)))
}

fn rejection(reason: &Reason, run: &RunFacts, style: Style) -> String {
    let count = style.tone(Tone::Bad, &format!("{:>9}", thousands(reason.count)));
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
        let _ = write!(text, " \"{}\":", brief(&example.value));
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

/// A value that shows what is meant; the report has more of it.
pub(super) fn brief(value: &str) -> String {
    match value.char_indices().nth(VALUE) {
        None => value.into(),
        Some((end, _)) => format!("{}…", value[..end].trim_end_matches('…')),
    }
}

/// Where the rows of before were that duplicates repeat, and what is the same in both.
pub fn duplicates(books: &Stats, style: Style) -> String {
    let ranked = books.endings.ranked(Outcome::Duplicate);
    let parts: Vec<String> = ranked.into_iter().take(REASONS).map(duplicate).collect();
    if parts.is_empty() {
        return String::new();
    }
    style.labelled("Duplicates", &parts.join(" · "))
}

fn duplicate(said: &Said) -> String {
    let (before, how) = match said.reason.strip_prefix("twice in this run, by ") {
        Some(how) => ("repeated in this run", how),
        None => ("accepted earlier", &*said.reason),
    };
    let how = match how {
        "matched_by_content" => "content, one of them without an id",
        how => how,
    };
    let count = thousands(said.count);
    format!("{count} {before} (same {})", shown(how))
}

/// What was said about the valid rows that ended so, a text for each reason. Rows that were left
/// when their app stopped count with the one whose answer stopped it; that rows were left when the
/// run ended is no reason: what ended it is.
pub fn said(books: &Stats, run: &RunFacts, outcome: Outcome, style: Style) -> Vec<(u64, String)> {
    let ranked = books.endings.ranked(outcome);
    let is_left = |said: &&Said| outcome == Outcome::NotSent && said.http.is_none();
    let by_wall = |said: &&Said| {
        books
            .walls
            .values()
            .any(|wall| wall.name() == &*said.reason)
    };
    let tells = |said: &&Said| !(is_left(said) && (&*said.reason == ENDED_FIRST || by_wall(said)));
    let behind = ranked.iter().filter(|said| is_left(said) && by_wall(said));
    let behind: u64 = behind.map(|said| said.count).sum();
    let texts: Vec<&Said> = ranked.iter().copied().filter(tells).collect();
    let is_answered = |said: &Said| outcome == Outcome::NotSent && said.http.is_some();
    let stopped_all = texts.iter().filter(|said| is_answered(said)).count() == 1;
    let count = |said: &Said| {
        let counts_all = is_answered(said) && stopped_all;
        said.count + if counts_all { behind } else { 0 }
    };
    let texts = texts.into_iter().take(REASONS);
    texts
        .map(|said| (count(said), one(said, count(said), run, outcome, style)))
        .collect()
}

fn one(said: &Said, rows: u64, run: &RunFacts, outcome: Outcome, style: Style) -> String {
    let count = style.tone(Tone::of(outcome, true), &format!("{:>9}", thousands(rows)));
    let http = said
        .http
        .map_or(String::new(), |http| format!("HTTP {http} "));
    let outcome = outcome.words(true);
    let file = shown(run.input_name(said.first.input));
    let line = said.first.line;
    let reason = match &*said.reason {
        BEHIND_FAILED => "behind a failed row of its installation".into(),
        reason => shown(reason),
    };
    let text = if rows > said.count {
        format!("{outcome}: {file}:{line} was answered {http}{reason}, which stopped its app")
    } else {
        format!("{outcome}: {http}{reason}, as {file}:{line}")
    };
    let mut out = String::new();
    for (index, line) in wrapped(&text, WIDTH - 10).iter().enumerate() {
        let before = if index == 0 {
            count.as_str()
        } else {
            "         "
        };
        let _ = writeln!(out, "{before} {line}");
    }
    out
}
