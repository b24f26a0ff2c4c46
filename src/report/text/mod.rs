//! The summary: the report's facts in about fifteen lines of eighty columns; of a dry run, what it
//! would do.
//!
//! It ends with the next command to type. Foreign text in it drives nothing.

mod details;

use std::fmt::Write;
use std::time::Duration;

use super::escape::harmless;
use super::figures::{counted, share, size, span, thousands};
use super::layout::{INDENT, Layout, Style, Tone, WIDTH, wrapped};
use super::run::{PlanFacts, PlannedRequest, RunFacts};
use super::view::{Next, View};
use crate::model::text::argument;
use crate::model::{Concern, Outcome, StopReason, shown};
use details::elsewhere;

/// Fewer requests than this have no pace worth naming: two in a millisecond are not 2,000 a second.
const PACED: u64 = 100;
/// How many warnings are shown.
const WARNINGS: usize = 5;
/// How many keys a plan shows.
const KEYS: usize = 5;

/// The summary of a run that has ended.
pub fn summary(view: &View<'_>, layout: Layout) -> String {
    if let Some(facts) = view.plan {
        return plan(view, facts, layout);
    }
    if layout.brief {
        return brief(view, layout);
    }
    let style = layout.style;
    let more = details::more_reasons(view, details::most_reasons(view));
    let mut out = headline(view, style);
    out += &recognised(view.run, style);
    out += &outcomes(view, layout);
    out += &style.titled("Why", &details::reasons(view, more, style).concat());
    out += &details::totals(view, style);
    out += &times(view, style);
    out += &sent(view, style);
    out += &details::duplicates(view, style);
    out += &details::changed(view, style);
    out += &details::not_used(view, style);
    out += &warnings(view, style);
    out += &report(view, layout);
    out + &view.next.text(layout)
}

/// What a run would do: the answer to `--dry-run`.
fn plan(view: &View<'_>, facts: &PlanFacts, layout: Layout) -> String {
    let (run, style) = (view.run, layout.style);
    let mut out = style.tone(Tone::Strong, "Dry run: nothing was sent.") + "\n";
    if let Some(because) = &view.headline.because {
        let reason = run.stop_reason.map_or("", StopReason::meaning);
        let text = format!("An upload would stop: {reason}.");
        out += &(style.tone(Tone::Bad, &text) + "\n");
        out += &style.labelled("Because", because);
    }
    out += &style.labelled("Would send", &pace(run, facts));
    out += &keys(run, facts, style);
    out += &outcomes(view, layout);
    let why = details::rejections(view, details::MOST_REASONS, style).into_iter();
    let why = why.map(|(_, text)| text);
    let why: String = why
        .chain(details::more_reasons(view, details::MOST_REASONS))
        .collect();
    out += &style.titled("Why", &why);
    out += &details::totals(view, style);
    out += &times(view, style);
    out += &details::changed(view, style);
    out += &details::not_used(view, style);
    out += &warnings(view, style);
    out += &first(&facts.first_requests, style);
    out + &view.next.text(layout)
}

/// What suffices to act, for the quiet: reasons are left to the report before it grows too long.
fn brief(view: &View<'_>, layout: Layout) -> String {
    let style = layout.style;
    let no_rows = view.run.no_rows();
    let no_rows = no_rows.map(|text| style.labelled("Warning", &harmless(&text)));
    let before = headline(view, style) + &outcomes(view, layout) + &no_rows.unwrap_or_default();
    let behind = report(view, layout) + &view.next.text(layout);
    let lines = |text: &str| text.lines().count();
    // Its title, and the line that says that there are more.
    let mut room = Layout::BRIEF.saturating_sub(lines(&before) + lines(&behind) + 3);
    let mut text = String::new();
    let mut is_cut = details::more_reasons(view, details::most_reasons(view)).is_some();
    for reason in &details::reasons(view, None, style) {
        match room.checked_sub(lines(reason)) {
            Some(left) => {
                room = left;
                text += reason;
            }
            None => is_cut = true,
        }
    }
    if is_cut {
        let _ = writeln!(text, "          more reasons {}", elsewhere(view));
    }
    before + &style.titled("Why", &text) + &behind
}

/// How the run ended; if it stopped, why.
fn headline(view: &View<'_>, style: Style) -> String {
    let headline = &view.headline;
    let lines = wrapped(&headline.sentence, WIDTH);
    let toned = |line: &String| style.tone(headline.tone, line) + "\n";
    let mut out: String = lines.iter().map(toned).collect();
    if view.run.sandbox {
        out += "(sandbox: nothing reached Tenjin)\n";
    }
    if let Some(because) = &headline.because {
        out += &style.labelled("Because", because);
    }
    out
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

/// What was read, and what became of it.
fn outcomes(view: &View<'_>, layout: Layout) -> String {
    let (style, read) = (layout.style, view.rows.read);
    let noun = if read == 1 { "row" } else { "rows" };
    let count = |tone, count: u64| style.tone(tone, &format!("{:>9}", thousands(count)));
    let mut out = format!(
        "{} {noun} read from {}\n",
        count(Tone::Strong, read),
        inputs(view.run)
    );
    for line in view.outcomes.iter().filter(|line| line.outcome.is_some()) {
        let is_filtered = line.outcome == Some(Outcome::Filtered);
        let matters = line.concern != Concern::Quiet || (is_filtered && view.too_old_unasked() > 0);
        if layout.brief && !matters {
            continue;
        }
        let rows = count(Tone::of(line.concern), line.count);
        let part = share(line.count, read);
        let _ = write!(out, "{rows} {:<22} {part:>7}", line.name);
        if is_filtered {
            let _ = write!(out, "  {}", filters(view));
        }
        out.push('\n');
    }
    out
}

fn filters(view: &View<'_>) -> String {
    let all = &view.filters.0;
    let named: Vec<_> = all.iter().take(2).map(|(name, _)| shown(name)).collect();
    let more = if all.len() > 2 { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
}

fn inputs(run: &RunFacts) -> String {
    let bytes: u64 = run.inputs.iter().map(|input| input.bytes).sum();
    let size = size(bytes);
    let first = shown(run.input_name(0));
    match run.inputs.len() {
        0 => "nothing".into(),
        1 => format!("{first} ({size})"),
        all => {
            let others = counted(all as u64 - 1, "other");
            format!("{first} and {others} ({size})")
        }
    }
}

/// When the rows happened, and what Tenjin makes of that.
fn times(view: &View<'_>, style: Style) -> String {
    match view.about_times().join(" ").as_str() {
        "" => String::new(),
        text => style.labelled("Happened", text),
    }
}

/// What went over the wire.
fn sent(view: &View<'_>, style: Style) -> String {
    let requests = &view.stats.requests;
    if requests.sent == 0 {
        return String::new();
    }
    let server = shown(view.run.server());
    let mut parts = vec![format!("{} to {server}", counted(requests.sent, "request"))];
    if let Some(pace) = requests.achieved().filter(|_| requests.sent >= PACED) {
        parts.push(format!("{}/s", super::figures::rate(pace)));
    }
    let half = Duration::from_micros(requests.within(0.5));
    parts.push(format!("half answered within {}", span(half)));
    if requests.retries > 0 {
        parts.push(counted(requests.retries, "retry"));
    }
    if !requests.waited.is_zero() {
        parts.push(format!("{} on hold", span(requests.waited)));
    }
    style.listed("Sent", &parts, ",")
}

/// Warnings that nobody has accepted; those first that must be seen.
fn warnings(view: &View<'_>, style: Style) -> String {
    let open = view.run.ranked_warnings();
    let mut out = String::new();
    for warning in open.iter().take(WARNINGS) {
        out += &style.labelled(warning.code.label(), &harmless(&warning.text));
    }
    let more = open.len().saturating_sub(WARNINGS) as u64;
    if more > 0 {
        let more = counted(more, "more warning");
        out += &style.labelled("", &format!("{more} {}", elsewhere(view)));
    }
    out
}

/// Whom to ask about ids, and where the report is.
fn report(view: &View<'_>, layout: Layout) -> String {
    let Some(folder) = &view.places.folder else {
        return String::new();
    };
    let (style, shown) = (layout.style, |name: &str| {
        argument(&folder.join(name).to_string_lossy())
    });
    let users = view.users.as_ref().map_or(String::new(), |users| {
        let how = if view.run.typed.has("--lookup") {
            "; then look the rejected rows up in it, or add its rows to your table:"
        } else {
            "; then look them up in it:"
        };
        let text = users.found.text(&shown(users.found.file)) + how;
        Next::new(text, Some(users.command.clone())).labelled("Users", layout)
    });
    users + &style.labelled("Report", &shown("report.html"))
}

fn pace(run: &RunFacts, facts: &PlanFacts) -> String {
    let server = shown(run.server());
    let requests = format!("{} to {server}", counted(facts.requests, "request"));
    match (run.rate, facts.time(run.rate)) {
        (Some(rate), Some(time)) => format!("{requests}: {} at {rate}/s", span(time)),
        _ => format!("{requests}, as fast as it answers"),
    }
}

/// Which key serves what, where that is not plain: never a key.
fn keys(run: &RunFacts, facts: &PlanFacts, style: Style) -> String {
    if facts.keys.len() < 2 && !run.is_account_key {
        return String::new();
    }
    let named = facts.keys.iter().take(KEYS).map(|key| {
        let app = key.app.as_deref().unwrap_or("every app");
        format!("{app}: {}", key.source)
    });
    let more = facts.keys.len().saturating_sub(KEYS) + facts.keys_more;
    let more = (more > 0).then(|| {
        let keys = counted(more as u64, "more key");
        format!("{keys} (tenjin-s2s config)")
    });
    let parts: Vec<String> = named.chain(more).collect();
    style.listed("Keys", &parts, ";")
}

/// The first request as it would go; of those behind it, where they go. `--output json` has them
/// whole.
fn first(requests: &[PlannedRequest], style: Style) -> String {
    let Some((first, others)) = requests.split_first() else {
        return String::new();
    };
    let mut out = style.labelled("First", &goes(first));
    out += &style.labelled("", "Authorization: Basic (SDK key, hidden)");
    let body = harmless(&first.body).replace('&', " &");
    for line in wrapped(&body, WIDTH - INDENT) {
        out += &style.labelled("", &line.replace(" &", "&"));
    }
    let others: Vec<_> = others.iter().map(goes).collect();
    out + &style.listed("Then", &others, ",")
}

fn goes(request: &PlannedRequest) -> String {
    format!(
        "POST {} ({})",
        harmless(&request.url),
        harmless(&request.row)
    )
}

#[cfg(test)]
mod tests;
