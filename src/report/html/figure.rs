//! The four figures under the headline: what people ask first.

use std::time::Duration;

use super::super::figures::{amount, counted, share, span, sum, thousands};
use super::Facts;
use crate::model::{Currency, Outcome};
use crate::stats::{Line, State};

/// Currencies that stand in the figure of revenue.
const CURRENCIES: usize = 3;

/// One number, large, and what it means.
pub(super) struct Figure {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) notes: Vec<String>,
}

/// Rows, attention, revenue, time; those that there are.
pub(super) fn figures(facts: Facts<'_>, attention: u64) -> Vec<Figure> {
    let mut figures = vec![good(facts), look(facts, attention)];
    figures.extend(revenue(facts));
    figures.push(time(facts));
    figures
}

fn good(facts: Facts<'_>) -> Figure {
    let rows = facts.books.rows();
    let (label, count) = if facts.sends() {
        let label = format!("Accepted by {}", facts.server());
        (label, rows.count(Outcome::Accepted))
    } else {
        ("Valid rows".into(), rows.valid)
    };
    let part = share(count, rows.read);
    Figure {
        label,
        value: thousands(count),
        notes: vec![format!("{part} of {} read", counted(rows.read, "row"))],
    }
}

fn look(facts: Facts<'_>, attention: u64) -> Figure {
    let rows = facts.books.rows();
    let order = [
        Outcome::InDoubt,
        Outcome::Rejected,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::NotSent,
    ];
    let sends = facts.sends();
    let named = order
        .into_iter()
        .filter(|outcome| outcome.needs_attention(sends))
        .map(|outcome| (outcome, rows.count(outcome)))
        .filter(|(_, count)| *count > 0);
    let mut notes: Vec<_> = named
        .map(|(outcome, count)| format!("{} {}", thousands(count), outcome.words(sends)))
        .collect();
    if notes.is_empty() {
        notes.push("nothing to look at".into());
    }
    Figure {
        label: "Need attention".into(),
        value: thousands(attention),
        notes,
    }
}

fn revenue(facts: Facts<'_>) -> Option<Figure> {
    let books = facts.books;
    let mut amounts = books.totals.revenue().into_iter();
    let one = |currency: Currency, line: &Line| {
        let money = |state| sum(currency, &line.count(state).money);
        if !facts.sends() {
            return (money(State::NotSent), String::new());
        }
        let valid = amount(currency, &line.valid.money);
        (money(State::Accepted), format!("of {valid} valid"))
    };
    let (value, note) = amounts
        .next()
        .map(|(currency, valid)| one(currency, valid))?;
    let mut notes = vec![note];
    for (currency, valid) in amounts.by_ref().take(CURRENCIES - 1) {
        let (value, note) = one(currency, valid);
        notes.push(format!("{value} {note}"));
    }
    match amounts.count() as u64 {
        0 => {}
        1 => notes.push("and 1 more currency".into()),
        more => notes.push(format!("and {more} more currencies")),
    }
    notes.retain(|note| !note.is_empty());
    let label = if facts.sends() {
        "Revenue accepted"
    } else {
        "Revenue of valid rows"
    };
    Some(Figure {
        label: label.into(),
        value,
        notes,
    })
}

fn time(facts: Facts<'_>) -> Figure {
    let (run, requests) = (facts.run, &facts.books.requests);
    if let Some(plan) = facts.plan {
        let (value, note) = match (plan.time(run.rate), run.rate) {
            (Some(time), Some(rate)) => (span(time), format!("at {rate} a second")),
            _ => ("?".into(), "as fast as the server answers".into()),
        };
        let count = counted(plan.requests, "request");
        return Figure {
            label: "Sending would take".into(),
            value,
            notes: vec![format!("{count}, {note}")],
        };
    }
    let mut notes = Vec::new();
    if requests.sent > 0 {
        let pace = requests
            .achieved()
            .map_or(String::new(), |pace| format!(", {} a second", rate(pace)));
        notes.push(format!("{}{pace}", counted(requests.sent, "request")));
    }
    if requests.waited >= Duration::from_millis(1) {
        notes.push(format!("{} of it on hold", span(requests.waited)));
    }
    Figure {
        label: "Time taken".into(),
        value: span(run.elapsed.max(Duration::from_millis(1))),
        notes,
    }
}

/// A pace as people say it: decimals only where they tell something.
pub(super) fn rate(pace: f64) -> String {
    if pace < 100.0 {
        format!("{pace:.1}")
    } else {
        thousands(pace.round())
    }
}
