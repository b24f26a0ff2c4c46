//! Control totals: what an analyst holds against the dashboard, valid beside accepted.

use super::super::figures::{amount, counted, share, thousands};
use super::sums::{SumTable, tables};
use super::{Facts, LINES};
use crate::model::{Currency, Outcome, shown};
use crate::stats::{Line as Sums, Money, Rows, State};

/// The tables.
pub(super) struct Control {
    pub(super) revenue: Vec<Line>,
    pub(super) events: Vec<Line>,
    /// Money by outcome, product and day, and what was left.
    pub(super) sums: Vec<SumTable>,
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
        let events = books.totals.names();
        let revenue = books.totals.revenue();
        let apps = apps(facts);
        Control {
            sums: tables(facts),
            more_revenue: more(revenue.len(), "more currencies", 0),
            revenue: revenue.iter().take(LINES).map(money_line).collect(),
            more_events: more(events.len(), "more names", books.totals.more_names()),
            events: events
                .iter()
                .take(LINES)
                .map(|(name, line)| {
                    let accepted = line.count(State::Accepted).rows;
                    counts(shown(name).into(), line.valid.rows, accepted)
                })
                .collect(),
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

fn money_line((currency, line): &(Currency, &Sums)) -> Line {
    let (valid, accepted) = (&line.valid.money, &line.count(State::Accepted).money);
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
        valid: amount(*currency, valid),
        accepted: amount(*currency, accepted),
        share,
        percent: format!("{:.1}", percent.clamp(0.0, 100.0)),
    }
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
    let named = |kind: Option<crate::model::Kind>| kind.map_or("unknown", |kind| kind.name());
    let kinds = facts.books.totals.by_kind();
    kinds
        .map(|(kind, rows)| row_line(facts, named(kind).into(), "", &rows))
        .collect()
}

fn apps(facts: Facts<'_>) -> Vec<RowLine> {
    let books = facts.books;
    let mut apps = books.totals.rows_by_app();
    apps.sort_by(|a, b| b.1.read.cmp(&a.1.read).then_with(|| a.0.cmp(b.0)));
    let mut lines: Vec<_> = apps
        .into_iter()
        .map(|(app, rows)| {
            let stopped = books.walls.get(app).map_or("", |reason| reason.meaning());
            row_line(facts, shown(&app.to_string()).into(), stopped, &rows)
        })
        .collect();
    let others = [
        ("no app that could be read", books.totals.unknown_app()),
        ("apps beyond the report’s limit", books.totals.more_apps()),
    ];
    for (name, rows) in others.into_iter().filter(|(_, rows)| rows.read > 0) {
        lines.push(row_line(facts, name.into(), "", &rows));
    }
    lines
}

fn row_line(facts: Facts<'_>, name: String, stopped: &'static str, rows: &Rows) -> RowLine {
    let accepted = rows.count(Outcome::Accepted);
    let aside = rows.count(Outcome::Filtered) + rows.count(Outcome::Duplicate);
    RowLine {
        name,
        stopped,
        read: thousands(rows.read),
        valid: thousands(rows.valid),
        accepted: thousands(accepted),
        aside: thousands(aside),
        attention: thousands(rows.attention(facts.sends())),
        share: match rows.valid {
            0 => String::new(),
            valid => share(accepted, valid),
        },
        percent: percent(accepted, rows.valid),
    }
}
