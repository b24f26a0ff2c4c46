//! What an analyst holds against the dashboard: revenue, events, what was not sent, what has
//! changed, and what was not used, dropped or fixed; and the reasons of rows that did not get through.

use std::cmp::Reverse;
use std::fmt::Write;

use super::super::figures::{amount, counted, thousands};
use super::super::layout::{Style, Tone, WIDTH, wrapped};
use super::super::run::Status;
use super::super::view::{Compared, DroppedField, Ending, LeftEntry, Reason, View};
use crate::model::{BEHIND_FAILED, ENDED_FIRST, Outcome, shown};
use crate::report::figures;

/// How many names are shown.
const NAMES: usize = 5;
/// How many columns with money are shown.
const COLUMNS: usize = 4;

/// Revenue by currency, events by name, and money that is not sent.
pub(super) fn totals(view: &View<'_>, style: Style) -> String {
    let mut out = String::new();
    let revenue = compared(view, &view.revenue, "more currency", |line, money| {
        (line.name.code().into(), amount(line.name, money))
    });
    out += &style.listed("Revenue", &revenue, " ·");
    let events = compared(view, &view.events, "more name", |line, rows| {
        (shown(line.name).into(), thousands(rows))
    });
    out += &style.listed("Events", &events, " ·");
    out + &left_out(view, style)
}

/// `USD 3.98 of 15.92 (11.94 accepted earlier, 4.99 rejected)`; where nothing is sent, what would
/// go: `USD 15.92 (4.99 rejected)`.
fn compared<N, T>(
    view: &View<'_>,
    lines: &[Compared<N, T>],
    more: &str,
    written: impl Fn(&Compared<N, T>, &T) -> (String, String),
) -> Vec<String> {
    let part = |line: &Compared<N, T>| {
        let (name, whole) = written(line, &line.whole);
        let others = line.others(|part| written(line, part).1);
        let others = others.map_or(String::new(), |others| format!(" ({others})"));
        if !view.sends() {
            return format!("{name} {whole}{others}");
        }
        let (_, accepted) = written(line, &line.accepted);
        format!("{name} {accepted} of {whole}{others}")
    };
    let mut parts: Vec<String> = lines.iter().take(NAMES).map(part).collect();
    let left = lines.len().saturating_sub(NAMES) as u64;
    parts.extend((left > 0).then(|| counted(left, more)));
    if let Some(first) = parts.first_mut().filter(|_| view.sends()) {
        first.insert_str(0, "accepted: ");
    }
    parts
}

fn left_out(view: &View<'_>, style: Style) -> String {
    let all = &view.amounts_left_out;
    let part = |left: &LeftEntry<'_>| {
        let (money, rows) = (figures::readable(left.sums), counted(left.rows, "row"));
        let (cause, column) = (left.cause(), shown(left.column));
        format!("{money} in {rows} ({cause}, column {column})")
    };
    let parts: Vec<String> = all.iter().take(COLUMNS).map(part).collect();
    let mut out = style.listed("Not sent", &parts, " ·");
    let beyond = all.iter().skip(COLUMNS).map(|left| left.rows).sum::<u64>();
    let beyond = beyond + view.amounts_left_out_more;
    if beyond > 0 {
        let rows = counted(beyond, "row");
        let text = match view.places.folder {
            Some(_) => format!("{rows} more in report.json (`--output json` prints it)"),
            None => format!("{rows} more (`--output json` prints all)"),
        };
        out += &style.labelled("", &text);
    }
    out
}

/// Rows that have changed since they were sent. Nothing is wrong with the run, but perhaps with
/// the dashboard.
pub(super) fn changed(view: &View<'_>, style: Style) -> String {
    let rows = &view.stats.changed;
    let mut parts = Vec::new();
    if rows.repriced.rows > 0 {
        let count = counted(rows.repriced.rows, "duplicate");
        let both = figures::difference(&rows.repriced);
        parts.push(format!("{count} with another amount ({both})"));
    }
    let others = rows.changed - rows.repriced.rows;
    if others > 0 {
        let count = counted(others, "duplicate");
        parts.push(format!("{count} with other ids than were sent"));
    }
    if rows.refunded > 0 {
        let count = counted(rows.refunded, "refund");
        let money = figures::all(&rows.returned);
        parts.push(format!("{count} of rows that were sent ({money})"));
    }
    if parts.is_empty() {
        return String::new();
    }
    parts.push(match view.places.folder {
        Some(_) => "changed.csv lists them".to_owned(),
        None => "--report-dir lists them".to_owned(),
    });
    style.listed("Changed", &parts, ";")
}

/// Columns that were not used, optional values dropped, values fixed.
pub(super) fn not_used(view: &View<'_>, style: Style) -> String {
    let mut out = String::new();
    let columns = &view.unmapped_columns;
    if !columns.is_empty() {
        let names: Vec<_> = columns.iter().take(NAMES).map(|name| shown(name)).collect();
        let more = match columns.len().saturating_sub(NAMES) {
            0 => String::new(),
            more if view.unmapped_columns_more => format!(" and more than {}", thousands(more)),
            more => format!(" and {} more", thousands(more)),
        };
        out += &style.labelled("Not used", &format!("columns {}{more}", names.join(", ")));
    }
    if !view.dropped_fields.is_empty() {
        let parts = view.dropped_fields.iter().take(NAMES).map(dropped);
        let parts = parts.collect::<Vec<_>>().join(" · ");
        out += &style.labelled("Dropped", &format!("optional values: {parts}"));
    }
    if !view.fixes.0.is_empty() {
        let fixes = view.fixes.0.iter().take(NAMES);
        let fixes =
            fixes.map(|(name, count)| format!("{} ({})", View::fix(name), thousands(count)));
        out += &style.labelled("Fixed", &fixes.collect::<Vec<_>>().join(" · "));
    }
    out
}

fn dropped(one: &DroppedField<'_>) -> String {
    let example = one.example.as_ref().map(|example| {
        let value = brief(example.value);
        format!(", as {}: \"{value}\"", example.place())
    });
    let (field, meaning) = (shown(one.field), one.code.meaning());
    let (count, example) = (thousands(one.count), example.unwrap_or_default());
    format!("{field} {count} ({meaning}{example})")
}

/// How many reasons of a sort are shown.
pub(super) const MOST_REASONS: usize = 3;
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
pub(super) fn most_reasons(view: &View<'_>) -> usize {
    match view.run.status {
        Status::Running | Status::Complete => MOST_REASONS,
        Status::Stopped | Status::Interrupted => 1,
    }
}

/// Why rows did not get through, the most frequent first: one text for each reason, of a few
/// lines; then which apps were stopped.
pub(super) fn reasons(view: &View<'_>, more: Option<String>, style: Style) -> Vec<String> {
    let mut texts = rejections(view, most_reasons(view), style);
    for outcome in [
        Outcome::Refused,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::NotSent,
    ] {
        texts.extend(endings(view, outcome, style));
    }
    texts.sort_by_key(|(count, _)| Reverse(*count));
    let stopped = view.stats.stopped_apps.iter().take(3).map(|(app, reason)| {
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
pub(super) fn more_reasons(view: &View<'_>, most: usize) -> Option<String> {
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
    let parts: Vec<String> = ranked.take(MOST_REASONS).map(duplicate).collect();
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
    let count = thousands(ending.count);
    match how {
        "matched_by_content" => {
            format!("{count} {before} (same content, one of them without an id)")
        }
        "forgotten_run" => format!("{count} {before}, in a run that was forgotten since"),
        "looks_sent" => format!("{count} left out earlier by --skip-alike"),
        how => format!("{count} {before} (same {})", shown(how)),
    }
}

/// What was said about the valid rows that ended so, a text for each reason. Rows that were left
/// when their app stopped count with the one whose answer stopped it; that rows were left when the
/// run ended is no reason: what ended it is.
fn endings(view: &View<'_>, outcome: Outcome, style: Style) -> Vec<(u64, String)> {
    let is_answered = |one: &Ending<'_>| outcome == Outcome::NotSent && one.http.is_some();
    let is_left = |one: &Ending<'_>| outcome == Outcome::NotSent && one.http.is_none();
    let by_stopped_app = |one: &Ending<'_>| {
        let mut stopped_apps = view.stats.stopped_apps.values();
        is_left(one) && stopped_apps.any(|reason| reason.name() == one.reason)
    };
    let behind = view.ended(outcome).filter(|one| by_stopped_app(one));
    let behind: u64 = behind.map(|one| one.count).sum();
    let tells =
        |one: &&Ending<'_>| !(is_left(one) && one.reason == ENDED_FIRST || by_stopped_app(one));
    let told: Vec<_> = view.ended(outcome).filter(tells).collect();
    let stopped_all = told.iter().filter(|one| is_answered(one)).count() == 1;
    let text = |one: &Ending<'_>| {
        let counts_all = is_answered(one) && stopped_all;
        let rows = one.count + if counts_all { behind } else { 0 };
        (rows, ending(one, rows, style))
    };
    told.into_iter().take(MOST_REASONS).map(text).collect()
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
