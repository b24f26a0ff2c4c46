//! The four figures under the headline: what people ask first.

use std::time::Duration;

use crate::model::{Currency, Outcome};
use crate::report::figures::{amount, counted, rate, share, span, sum, thousands};
use crate::report::run::RunFacts;
use crate::report::view::{Compared, View};
use crate::stats::Money;

/// Currencies that stand in the figure of revenue.
const CURRENCIES: usize = 3;

/// One number, large, and what it means.
pub(super) struct Figure {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) notes: Vec<String>,
}

/// Rows, attention, revenue, time; those that there are.
pub(super) fn figures(view: &View<'_>) -> Vec<Figure> {
    let mut figures = vec![good(view), attention(view)];
    figures.extend(revenue(view));
    figures.push(time(view));
    figures
}

/// How long the run took: never nothing.
pub(super) fn took(run: &RunFacts) -> String {
    span(run.elapsed.max(Duration::from_millis(1)))
}

fn good(view: &View<'_>) -> Figure {
    let rows = view.rows;
    let (label, count) = if view.sends() {
        let label = format!("Accepted by {}", view.run.server());
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

fn attention(view: &View<'_>) -> Figure {
    let sends = view.sends();
    let asks = |outcome: &Outcome| outcome.needs_attention(sends) && view.count(*outcome) > 0;
    let asking = Outcome::ALL.into_iter().filter(asks);
    let said = |outcome: Outcome| {
        let count = thousands(view.count(outcome));
        format!("{count} {}", outcome.words(sends))
    };
    let mut notes: Vec<_> = asking.map(said).collect();
    if notes.is_empty() {
        notes.push("nothing to look at".into());
    }
    Figure {
        label: "Need attention".into(),
        value: thousands(view.attention()),
        notes,
    }
}

fn revenue(view: &View<'_>) -> Option<Figure> {
    let one = |line: &Compared<Currency, &Money>| {
        let others = line.others(|money| amount(line.name, money));
        if !view.sends() {
            return (sum(line.name, line.whole), others.unwrap_or_default());
        }
        let whole = amount(line.name, line.whole);
        let others = others.map_or(String::new(), |others| format!(", {others}"));
        (
            sum(line.name, line.accepted),
            format!("of {whole} valid{others}"),
        )
    };
    let (first, others) = view.revenue.split_first()?;
    let (value, note) = one(first);
    let mut notes = vec![note];
    notes.extend(others.iter().take(CURRENCIES - 1).map(|line| {
        let (value, note) = one(line);
        format!("{value} {note}")
    }));
    let more = others.len().saturating_sub(CURRENCIES - 1) as u64;
    if more > 0 {
        notes.push(format!("and {}", counted(more, "more currency")));
    }
    notes.retain(|note| !note.is_empty());
    let label = if view.sends() {
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

fn time(view: &View<'_>) -> Figure {
    let (run, requests) = (view.run, &view.stats.requests);
    if let Some(plan) = view.plan {
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
            .map(|pace| format!(", {} a second", rate(pace)));
        let count = counted(requests.sent, "request");
        notes.push(format!("{count}{}", pace.unwrap_or_default()));
    }
    if requests.waited >= Duration::from_millis(1) {
        notes.push(format!("{} of it on hold", span(requests.waited)));
    }
    Figure {
        label: "Time taken".into(),
        value: took(run),
        notes,
    }
}
