//! What an analyst holds against the dashboard: revenue, events, times, and what was left aside.
//!
//! The summary and the plan both say it, in the same words.

use std::sync::Arc;

use jiff::Timestamp;

use super::figures::{amount, counted, thousands};
use super::layout::Style;
use super::run::RunFacts;
use super::why::brief;
use crate::model::{Currency, shown};
use crate::parse::Fix;
use crate::stats::{Count, Line, State, Stats};

const NAMES: usize = 5;

/// Whether accepted amounts stand beside the valid ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Nothing was sent: what would go, alone.
    Valid,
    /// Accepted of valid.
    Accepted,
}

impl Against {
    /// What is shown: of a run that sends nothing, what would go, and so no duplicates.
    fn count(self, line: &Line) -> &Count {
        match self {
            Against::Valid => line.count(State::NotSent),
            Against::Accepted => &line.valid,
        }
    }
}

/// Revenue by currency, events by name.
pub fn totals(books: &Stats, against: Against, style: Style) -> String {
    let mut out = String::new();
    out += &style.listed("Revenue", &revenue(books, against), " ·");
    out += &style.listed("Events", &events(books, against), " ·");
    out + &super::left_out::lines(&books.left_out, style)
}

fn revenue(books: &Stats, against: Against) -> Vec<String> {
    let mut revenue = books.totals.revenue();
    revenue.retain(|(_, line)| against.count(line).rows > 0);
    let part = |(currency, line): &(Currency, &Line)| {
        let code = currency.code();
        let valid = amount(*currency, &against.count(line).money);
        match against {
            Against::Valid => format!("{code} {valid}"),
            Against::Accepted => {
                let accepted = amount(*currency, &line.count(State::Accepted).money);
                format!("{code} {accepted} of {valid}")
            }
        }
    };
    let parts = revenue.iter().take(NAMES).map(part).collect();
    let more = revenue.len().saturating_sub(NAMES);
    joined(parts, more, "currency", against)
}

fn events(books: &Stats, against: Against) -> Vec<String> {
    let mut names = books.totals.names();
    names.retain(|(_, line)| against.count(line).rows > 0);
    let part = |(name, line): &(&Arc<str>, &Line)| {
        let (name, valid) = (shown(name), thousands(against.count(line).rows));
        match against {
            Against::Valid => format!("{name} {valid}"),
            Against::Accepted => {
                let accepted = thousands(line.count(State::Accepted).rows);
                format!("{name} {accepted} of {valid}")
            }
        }
    };
    let parts = names.iter().take(NAMES).map(part).collect();
    let more = names.len().saturating_sub(NAMES);
    joined(parts, more, "name", against)
}

fn joined(mut parts: Vec<String>, more: usize, noun: &str, against: Against) -> Vec<String> {
    if more > 0 {
        let plural = match (noun, more) {
            (noun, 1) => noun.into(),
            ("currency", _) => "currencies".into(),
            (noun, _) => format!("{noun}s"),
        };
        parts.push(format!("{} more {plural}", thousands(more)));
    }
    if let (Some(first), Against::Accepted) = (parts.first_mut(), against) {
        first.insert_str(0, "accepted: ");
    }
    parts
}

/// Rows that an upload left out as too old, although nobody has asked for that.
pub fn left_out(books: &Stats, run: &RunFacts) -> u64 {
    if run.sends() && run.default_max_age {
        books.filters.count(&"too_old".into())
    } else {
        0
    }
}

/// When the rows happened, and what Tenjin makes of that.
pub fn times(books: &Stats, run: &RunFacts, style: Style) -> String {
    let mut sentences = Vec::new();
    if let Some((first, last)) = books.event_time.bounds {
        let (first, last) = (day(first), day(last));
        sentences.push(format!("{first} to {last} UTC."));
    }
    let old = books.event_time.older_than_a_day;
    let too_old = books.filters.count(&"too_old".into());
    if old > 0 {
        sentences.push(format!("{} older than a day.", counted(old, "row")));
    }
    if too_old > 0 {
        let rows = counted(too_old, "row");
        sentences.push(format!(
            "{rows} left out as too old: `--max-age none` sends them all the same."
        ));
    }
    if old > 0 || too_old > 0 {
        sentences.push(dating(run).into());
    }
    if sentences.is_empty() {
        return String::new();
    }
    style.labelled("Happened", &sentences.join(" "))
}

/// Tenjin documents no event time but the `sent_at` of ad impressions.
fn dating(run: &RunFacts) -> &'static str {
    if run.sends_event_time {
        "Tenjin dates events when they arrive; whether it heeds the undocumented `sent_at` of \
         `--send-event-time` is not known."
    } else {
        "Tenjin dates events when they arrive, not when they happened; `--send-event-time` adds \
         the undocumented `sent_at`."
    }
}

fn day(micros: i64) -> String {
    match Timestamp::from_microsecond(micros) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => "?".into(),
    }
}

/// Columns that were not used, values fixed, optional values dropped.
pub fn aside(books: &Stats, run: &RunFacts, style: Style) -> String {
    let mut out = String::new();
    let columns = &books.unmapped.names;
    if !columns.is_empty() {
        let names: Vec<_> = columns.iter().take(NAMES).map(|name| shown(name)).collect();
        let more = match columns.len().saturating_sub(NAMES) {
            0 => String::new(),
            more if books.unmapped.more => format!(" and more than {}", thousands(more)),
            more => format!(" and {} more", thousands(more)),
        };
        out += &style.labelled("Not used", &format!("columns {}{more}", names.join(", ")));
    }
    if !books.dropped_fields.is_empty() {
        out += &style.labelled("Dropped", &dropped(books, run));
    }
    if !books.fixes.is_empty() {
        let fixes = books.fixes.ranked().into_iter().take(NAMES);
        let fixes: Vec<_> = fixes
            .map(|(name, count)| {
                let meaning =
                    Fix::named(name).map_or_else(|| shown(name), |fix| fix.meaning().into());
                format!("{} {meaning}", thousands(count))
            })
            .collect();
        out += &style.labelled("Fixed", &fixes.join(" · "));
    }
    out
}

fn dropped(books: &Stats, run: &RunFacts) -> String {
    let ranked = books.dropped_fields.ranked();
    let example = |key| match books.dropped_examples.get(key) {
        None => String::new(),
        Some(one) => {
            let file = shown(run.input_name(one.place.input));
            format!(", as {file}:{}: \"{}\"", one.place.line, brief(&one.value))
        }
    };
    let parts: Vec<_> = ranked
        .iter()
        .take(NAMES)
        .map(|(key, count)| {
            let (field, meaning) = (shown(&key.0), key.1.meaning());
            format!("{field} {} ({meaning}{})", thousands(count), example(key))
        })
        .collect();
    format!("optional values: {}", parts.join(" · "))
}
