//! Sums of money by what became of the rows, by product and by day, and what was left: each a
//! table of rows and amounts.

use super::super::changed;
use super::super::figures::{counted, sum, thousands};
use super::super::left_out;
use super::super::totals::date;
use super::{Facts, LINES};
use crate::model::shown;
use crate::stats::{Cause, Count, Left, Line, State, Unit, Units};

/// How many currencies stand in one cell.
const CURRENCIES: usize = 6;

/// Rows and amounts, cut one way.
pub(super) struct SumTable {
    pub(super) caption: &'static str,
    pub(super) first: &'static str,
    pub(super) lines: Vec<SumLine>,
    /// What the page has no room for.
    pub(super) more: String,
}

/// One line of it.
pub(super) struct SumLine {
    pub(super) name: String,
    pub(super) rows: String,
    pub(super) amounts: String,
}

/// Every table that has lines.
pub(super) fn tables(facts: Facts<'_>) -> Vec<SumTable> {
    let all = [
        by_outcome(facts),
        by_product(facts),
        by_arrival(facts),
        left(facts),
        changed_rows(facts),
    ];
    all.into_iter()
        .filter(|table| !table.lines.is_empty())
        .collect()
}

/// What was read, and the outcomes that add up to it.
fn by_outcome(facts: Facts<'_>) -> SumTable {
    let all = facts.books.totals.all();
    let sends = facts.sends();
    let mut lines: Vec<_> = State::ALL
        .into_iter()
        .filter_map(|state| {
            line(said(state, sends).into(), all, |line| {
                line.count(state).clone()
            })
        })
        .collect();
    lines.splice(0..0, line("read".into(), all, Line::read));
    if all.sorted().iter().all(|(unit, _)| *unit == Unit::NoMoney) {
        lines.clear();
    }
    SumTable {
        caption: "Money by what became of its rows",
        first: "Rows",
        lines,
        more: String::new(),
    }
}

/// A state as people say it.
fn said(state: State, sends: bool) -> &'static str {
    match state {
        State::Earlier => "duplicate of an earlier run",
        State::Repeated => "duplicate within this run",
        State::InDoubt => "in doubt",
        State::NotSent if sends => "not sent",
        State::NotSent => "would go",
        state => state.name(),
    }
}

fn by_product(facts: Facts<'_>) -> SumTable {
    let (caption, state) = if facts.sends() {
        ("Accepted by product", State::Accepted)
    } else {
        ("What would go, by product", State::NotSent)
    };
    let products = &facts.books.totals.by_product;
    let lines = products
        .sorted()
        .into_iter()
        .filter_map(|(product, units)| {
            let name = if product.is_empty() {
                "no product".into()
            } else {
                shown(product).into()
            };
            line(name, units, |line| line.count(state).clone())
        });
    let lines: Vec<_> = lines.collect();
    let beyond = products.more().rows(|line| line.count(state).rows);
    cut(caption, "Product", lines, beyond)
}

fn by_arrival(facts: Facts<'_>) -> SumTable {
    let days = facts.books.totals.by_arrival.sorted().into_iter();
    let accepted = |line: &Line| line.count(State::Accepted).clone();
    let lines = days.filter_map(|(day, units)| line(date(*day), units, accepted));
    cut(
        "Accepted by day of arrival (UTC)",
        "Day",
        lines.collect(),
        0,
    )
}

fn left(facts: Facts<'_>) -> SumTable {
    let left_out = &facts.books.left_out;
    let lines = left_out.ranked().into_iter().map(|left| SumLine {
        name: format!("{} ({})", shown(left.column), why(&left)),
        rows: thousands(left.rows()),
        amounts: left_out::money(left.sums),
    });
    cut(
        "Money that was not sent",
        "Column",
        lines.collect(),
        left_out.more(),
    )
}

/// What was sent, and what the source says now.
fn changed_rows(facts: Facts<'_>) -> SumTable {
    let rows = &facts.books.changed;
    let line = |name: &str, rows: u64, sums| SumLine {
        name: name.into(),
        rows: thousands(rows),
        amounts: changed::money(sums),
    };
    let repriced = &rows.repriced;
    let mut lines = Vec::new();
    if repriced.rows > 0 {
        lines.push(line("sent earlier", repriced.rows, &repriced.sent));
        lines.push(line("the same rows now", repriced.rows, &repriced.now));
    }
    if rows.refunded > 0 {
        lines.push(line(
            "sent earlier, refunded now",
            rows.refunded,
            &rows.returned,
        ));
    }
    cut("Money that has changed since it was sent", "Rows", lines, 0)
}

fn why(left: &Left<'_>) -> String {
    match left.why {
        Cause::Goes(kind) => format!("rows go as {kind}"),
        Cause::Denied(rule) | Cause::Rule(rule) => shown(rule).into(),
    }
}

fn cut(caption: &'static str, first: &'static str, mut lines: Vec<SumLine>, rows: u64) -> SumTable {
    let beyond = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let mut parts = Vec::new();
    if beyond > 0 {
        parts.push(format!("{} more in report.json", thousands(beyond)));
    }
    if rows > 0 {
        parts.push(format!(
            "{} beyond the report’s limit",
            counted(rows, "row")
        ));
    }
    SumTable {
        caption,
        first,
        lines,
        more: parts.join(", "),
    }
}

/// A line, unless it has no rows.
fn line(name: String, units: &Units, of: impl Fn(&Line) -> Count) -> Option<SumLine> {
    let mut rows = 0;
    let mut amounts = Vec::new();
    for (unit, line) in units.sorted() {
        let count = of(line);
        rows += count.rows;
        match unit {
            Unit::Currency(currency) if count.rows > 0 => {
                amounts.push(sum(currency, &count.money));
            }
            Unit::Unreadable if count.rows > 0 => {
                amounts.push(format!("{} not readable", counted(count.rows, "row")));
            }
            _ => {}
        }
    }
    let beyond = amounts.len().saturating_sub(CURRENCIES);
    amounts.truncate(CURRENCIES);
    if beyond > 0 {
        amounts.push(format!("{beyond} more"));
    }
    (rows > 0).then(|| SumLine {
        name,
        rows: thousands(rows),
        amounts: amounts.join(" · "),
    })
}
