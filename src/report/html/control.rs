//! Control totals: what an analyst holds against the dashboard, valid beside accepted.

use super::super::books::Books;
use super::super::figures::{counted, share, thousands};
use super::super::money::Money;
use super::super::rows::Rows;
use super::Facts;
use super::headline::because;
use crate::outcome::Outcome;
use crate::row::shown;

/// Lines that a table of the page has at most.
const LINES: usize = 50;

/// The tables.
pub(super) struct Control {
    pub(super) revenue: Vec<Line>,
    pub(super) events: Vec<Line>,
    /// By app, by kind.
    pub(super) rows: Vec<RowTable>,
    pub(super) more_revenue: String,
    pub(super) more_events: String,
    pub(super) more_apps: String,
}

/// A total of valid rows, and what of it was accepted.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) valid: String,
    pub(super) accepted: String,
    pub(super) share: String,
    /// 0 to 100, for the small bar.
    pub(super) percent: String,
}

/// Rows, cut one way.
pub(super) struct RowTable {
    pub(super) caption: &'static str,
    pub(super) first: &'static str,
    pub(super) lines: Vec<RowLine>,
}

/// Rows of a kind or an app.
pub(super) struct RowLine {
    pub(super) name: String,
    /// Why this app stopped before the others.
    pub(super) stopped: &'static str,
    pub(super) read: String,
    pub(super) valid: String,
    pub(super) accepted: String,
    pub(super) aside: String,
    pub(super) attention: String,
    /// Of the valid ones; empty if there are none.
    pub(super) share: String,
    pub(super) percent: String,
}

impl Control {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let books = facts.books;
        let events = books.valid.events.ranked();
        let apps = apps(facts);
        let (more_names, more_rows) = (events.len(), books.valid.events.more());
        Control {
            revenue: revenue(books),
            more_revenue: more(books.valid.revenue.len(), "more currencies", 0),
            events: events
                .iter()
                .take(LINES)
                .map(|(name, valid)| {
                    let accepted = books.accepted.events.count(name);
                    counts(shown(name).into(), *valid, accepted)
                })
                .collect(),
            more_events: more(more_names, "more names", more_rows),
            more_apps: more(apps.len(), "more apps", 0),
            rows: row_tables(apps, kinds(facts)),
        }
    }
}

fn row_tables(apps: Vec<RowLine>, kinds: Vec<RowLine>) -> Vec<RowTable> {
    let apps = RowTable {
        caption: "Rows by app",
        first: "App",
        lines: apps.into_iter().take(LINES).collect(),
    };
    let kinds = RowTable {
        caption: "Rows by kind",
        first: "Kind",
        lines: kinds,
    };
    vec![apps, kinds]
}

/// What a table leaves out: entries beyond the page, rows beyond the report.
fn more(entries: usize, noun: &str, rows: u64) -> String {
    let beyond = match rows {
        0 => String::new(),
        rows => format!(
            ", and {} of names beyond the report’s limit",
            counted(rows, "row")
        ),
    };
    match entries.saturating_sub(LINES) {
        0 if rows == 0 => String::new(),
        0 => beyond.trim_start_matches(", and ").to_owned(),
        left => format!("{} {noun} in report.json{beyond}", thousands(left)),
    }
}

fn revenue(books: &Books) -> Vec<Line> {
    let line = |(currency, valid): (&crate::event::Currency, &Money)| {
        let none = Money::default();
        let accepted = books.accepted.revenue.get(currency).unwrap_or(&none);
        let (part, whole) = (near(accepted), near(valid));
        let percent = if whole > 0.0 {
            part * 100.0 / whole
        } else {
            0.0
        };
        let share = match percent {
            _ if accepted == valid => "100 %".into(),
            p if p <= 0.0 => "0 %".into(),
            p => format!("{:.1} %", p.clamp(0.1, 99.9)),
        };
        Line {
            name: currency.code().into(),
            valid: valid.spaced(),
            accepted: accepted.spaced(),
            share,
            percent: format!("{:.1}", percent.clamp(0.0, 100.0)),
        }
    };
    books.valid.revenue.iter().take(LINES).map(line).collect()
}

/// Near enough for a bar; sums themselves stay exact.
fn near(money: &Money) -> f64 {
    money.to_string().parse().unwrap_or(0.0)
}

fn counts(name: String, valid: u64, accepted: u64) -> Line {
    Line {
        name,
        valid: thousands(valid),
        accepted: thousands(accepted),
        share: share(accepted, valid),
        percent: percent(accepted, valid),
    }
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.1}", part as f64 * 100.0 / whole.max(1) as f64)
}

fn kinds(facts: Facts<'_>) -> Vec<RowLine> {
    let named = |kind: Option<crate::kind::Kind>| kind.map_or("unknown", |kind| kind.name());
    let kinds = facts.books.rows.by_kind();
    kinds
        .map(|(kind, rows)| row_line(facts, named(kind).into(), "", rows))
        .collect()
}

fn apps(facts: Facts<'_>) -> Vec<RowLine> {
    let books = facts.books;
    let mut apps = books.rows.by_app();
    apps.sort_by(|a, b| b.1.read.cmp(&a.1.read).then_with(|| a.0.cmp(b.0)));
    let mut lines: Vec<_> = apps
        .into_iter()
        .map(|(app, rows)| {
            let stopped = books.walls.get(app).map_or("", |reason| because(*reason));
            row_line(facts, shown(&app.to_string()).into(), stopped, rows)
        })
        .collect();
    let others = [
        ("app not known", books.rows.unknown_app()),
        ("apps beyond the report’s limit", books.rows.more_apps()),
    ];
    for (name, rows) in others.into_iter().filter(|(_, rows)| rows.read > 0) {
        lines.push(row_line(facts, name.into(), "", rows));
    }
    lines
}

fn row_line(facts: Facts<'_>, name: String, stopped: &'static str, rows: &Rows) -> RowLine {
    let accepted = rows.count(Outcome::Accepted);
    let aside = rows.count(Outcome::Filtered) + rows.count(Outcome::Duplicate);
    let not_sent = if facts.sends() {
        0
    } else {
        rows.count(Outcome::NotSent)
    };
    let attention = rows.read - accepted - aside - not_sent - rows.pending();
    RowLine {
        name,
        stopped,
        read: thousands(rows.read),
        valid: thousands(rows.valid),
        accepted: thousands(accepted),
        aside: thousands(aside),
        attention: thousands(attention),
        share: match rows.valid {
            0 => String::new(),
            valid => share(accepted, valid),
        },
        percent: percent(accepted, rows.valid),
    }
}
