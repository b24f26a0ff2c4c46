//! The summary: the report's facts in about fifteen lines of eighty columns.
//!
//! It ends with the next command to type. Foreign text in it drives nothing.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use super::changed;
use super::control::{self, Against};
use super::escape::harmless;
use super::figures::{counted, span, thousands};
use super::files::Places;
use super::headline::headline;
use super::layout::Layout;
use super::layout::Style;
use super::next::next;
use super::run::{RunFacts, Status};
use super::table::outcomes;
use super::why;
use crate::model::{App, Outcome, StopReason, shown};
use crate::stats::Stats;

/// Fewer requests than this have no pace worth naming: two in a millisecond are not 2,000 a second.
const PACED: u64 = 100;
/// How many warnings are shown.
const WARNINGS: usize = 5;

/// The summary of a run that has ended.
pub fn summary(books: &Stats, run: &RunFacts, places: &Places, layout: Layout) -> String {
    if layout.brief {
        return brief(books, run, places, layout);
    }
    let style = layout.style;
    let against = if run.sends() {
        Against::Accepted
    } else {
        Against::Valid
    };
    let more = why::more(books, most(run), places);
    let mut out = headline(books, run, layout);
    out += &recognised(run, style);
    out += &outcomes(books, run, layout);
    out += &style.titled("Why", &reasons(books, run, more, style).concat());
    out += &control::totals(books, against, style);
    out += &control::times(books, run, style);
    out += &wire(books, run, style);
    out += &why::duplicates(books, style);
    out += &changed::lines(&books.changed, places.folder.is_some(), style);
    out += &control::aside(books, run, style);
    out += &warnings(run, places, style);
    out += &report(places, style);
    out + &next(books, run, places).text(layout)
}

/// What suffices to act, for the quiet: reasons are left to the report before it grows too long.
fn brief(books: &Stats, run: &RunFacts, places: &Places, layout: Layout) -> String {
    let style = layout.style;
    let no_rows = run
        .no_rows()
        .map(|text| style.labelled("Warning", &harmless(&text)));
    let before =
        headline(books, run, layout) + &outcomes(books, run, layout) + &no_rows.unwrap_or_default();
    let behind = report(places, style) + &next(books, run, places).text(layout);
    let lines = |text: &str| text.lines().count();
    // Its title, and the line that says that there are more.
    let mut room = Layout::BRIEF.saturating_sub(lines(&before) + lines(&behind) + 3);
    let mut text = String::new();
    let all = reasons(books, run, None, style);
    let mut left_out = why::more(books, most(run), places).is_some();
    for reason in &all {
        match room.checked_sub(lines(reason)) {
            Some(left) => {
                room = left;
                text += reason;
            }
            None => left_out = true,
        }
    }
    if left_out {
        text += "          more reasons ";
        text += why::elsewhere(places);
        text.push('\n');
    }
    before + &style.titled("Why", &text) + &behind
}

/// Whose export it was taken for: a wrong guess shall be seen.
fn recognised(run: &RunFacts, style: Style) -> String {
    let inputs = run.inputs.iter();
    let mut names: Vec<&str> = inputs.filter_map(|input| input.preset.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] | ["tenjin"] => String::new(),
        names => style.labelled("Preset", &names.join(", ")),
    }
}

/// Why rows did not get through, the most frequent first: one text for each reason, of a few
/// lines.
fn reasons(books: &Stats, run: &RunFacts, more: Option<String>, style: Style) -> Vec<String> {
    let mut texts = why::rejections(books, run, most(run), style);
    for outcome in [
        Outcome::Refused,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::NotSent,
    ] {
        texts.extend(why::said(books, run, outcome, style));
    }
    texts.sort_by_key(|(count, _)| Reverse(*count));
    let texts = texts.into_iter().map(|(_, text)| text);
    texts.chain(more).chain(walls(books, style)).collect()
}

/// How many ways to be rejected are shown: after a stop there is something else to see to first.
fn most(run: &RunFacts) -> usize {
    match run.status {
        Status::Running | Status::Complete => 3,
        Status::Stopped | Status::Interrupted => 1,
    }
}

/// Which apps were stopped, and why.
fn walls(books: &Stats, style: Style) -> Vec<String> {
    let walled = books.walls.iter().take(3);
    let text = |(app, reason): (&Arc<App>, &StopReason)| {
        let name = shown(&app.to_string());
        style.labelled("Stopped", &format!("{name}: {}", reason.meaning()))
    };
    walled.map(text).collect()
}

/// What went over the wire.
fn wire(books: &Stats, run: &RunFacts, style: Style) -> String {
    let requests = &books.requests;
    if requests.sent == 0 {
        return String::new();
    }
    let server = shown(run.server());
    let mut parts = vec![format!("{} to {server}", counted(requests.sent, "request"))];
    if let Some(pace) = requests.achieved().filter(|_| requests.sent >= PACED) {
        parts.push(match pace {
            100.0.. => format!("{}/s", thousands(pace.round())),
            pace => format!("{pace:.1}/s"),
        });
    }
    let half = Duration::from_micros(requests.within(0.5));
    parts.push(format!("half answered within {}", span(half)));
    if requests.retries > 0 {
        parts.push(counted(requests.retries, "retry").replace("retrys", "retries"));
    }
    if !requests.waited.is_zero() {
        parts.push(format!("{} on hold", span(requests.waited)));
    }
    style.listed("Sent", &parts, ",")
}

/// Warnings that nobody has accepted; those first that must be seen.
pub(super) fn warnings(run: &RunFacts, places: &Places, style: Style) -> String {
    let open = run.ranked_warnings();
    let mut out = String::new();
    for warning in open.iter().take(WARNINGS) {
        out += &style.labelled(warning.code.label(), &harmless(&warning.text));
    }
    let more = open.len().saturating_sub(WARNINGS) as u64;
    if more > 0 {
        let more = counted(more, "more warning");
        out += &style.labelled("", &format!("{more} {}", why::elsewhere(places)));
    }
    out
}

/// Where the report is.
fn report(places: &Places, style: Style) -> String {
    let Some(folder) = &places.folder else {
        return String::new();
    };
    let path = folder.join("report.html");
    style.labelled(
        "Report",
        &crate::model::shell::argument(&path.to_string_lossy()),
    )
}

#[cfg(test)]
mod tests;
