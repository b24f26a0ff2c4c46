//! Tables of rows and their amounts: what was accepted, or would go, by app, product and day.

use super::parts::{Cell, Table};
use crate::model::{Currency, shown};
use crate::report::figures::{self, counted, thousands};
use crate::report::view::{Cut, Sum, Sums, View};
use crate::stats::State;

/// How many currencies stand in one cell.
const CURRENCIES: usize = 6;

/// What was accepted, or would go, of the rows that have something in common.
fn accepted_by<'v>(
    view: &View<'_>,
    by: &str,
    cuts: impl IntoIterator<Item = &'v Cut>,
    more: Option<&Sums>,
    name: impl Fn(&Cut) -> Box<str>,
) -> Table {
    let (caption, state) = if view.sends() {
        (format!("Accepted by {by}"), State::Accepted)
    } else {
        (format!("What would go, by {by}"), State::NotSent)
    };
    let cuts = cuts.into_iter();
    let lines = cuts.filter_map(|cut| Some(line(view, name(cut), cut.sums.get(state)?)));
    let beyond = more.and_then(|sums| sums.get(state));
    let beyond = beyond.map_or(0, |sum| sum.rows);
    let column = by[..1].to_uppercase() + &by[1..];
    sums(&caption, &column).with(lines, beyond)
}

/// Those with the most rows first.
fn most_rows_first(cuts: &[Cut]) -> Vec<&Cut> {
    let mut cuts: Vec<_> = cuts.iter().collect();
    cuts.sort_by_key(|cut| std::cmp::Reverse(cut.sums.read.rows));
    cuts
}

pub(super) fn by_product(view: &View<'_>) -> Table {
    let (products, more) = (&view.totals.by_product, &view.totals.by_product_more);
    let name = |cut: &Cut| cut.name().map_or("no product".into(), shown);
    let products = most_rows_first(products);
    accepted_by(view, "product", products, more.as_ref(), name)
}

/// Nothing where all rows are of one app: its money is that of all rows.
pub(super) fn by_app(view: &View<'_>) -> Table {
    let (apps, more) = (&view.totals.by_app, &view.totals.by_app_more);
    let apps = most_rows_first(if apps.len() > 1 { apps } else { &[] });
    let name = |cut: &Cut| match cut.names().map(shown).collect::<Vec<_>>() {
        names if names.is_empty() => "no app that could be read".into(),
        names => names.join(", ").into(),
    };
    accepted_by(view, "app", apps, more.as_ref(), name)
}

/// Days on which rows happened, as the dashboard of their source has them.
pub(super) fn by_day(view: &View<'_>) -> Table {
    let (days, more) = (&view.totals.by_day, &view.totals.by_day_more);
    let name = |cut: &Cut| cut.name().map_or("no time".into(), shown);
    accepted_by(view, "day it happened (UTC)", days, more.as_ref(), name)
}

pub(super) fn by_arrival(view: &View<'_>) -> Table {
    let days = view.totals.by_arrival_day.iter();
    let lines = days.map(|day| {
        line(
            view,
            day.day.as_deref().unwrap_or("other days"),
            &day.accepted,
        )
    });
    sums("Accepted by day of arrival (UTC)", "Day").with(lines, 0)
}

/// A table of rows and amounts.
pub(super) fn sums(caption: &str, first: &str) -> Table {
    Table::new(caption, &[first, "#Rows", "#Amounts"]).of_long_cells()
}

/// Its name, how many rows, and how much in each currency, in the order of the whole report.
pub(super) fn line(view: &View<'_>, name: impl Into<Cell>, sum: &Sum) -> Vec<Cell> {
    let mut revenue: Vec<_> = sum.revenue.0.iter().collect();
    let place = |of: Currency| view.revenue.iter().position(|line| line.name == of);
    revenue.sort_by_key(|(of, _)| place(*of).unwrap_or(usize::MAX));
    let mut amounts: Vec<String> = revenue
        .into_iter()
        // On a phone they stand below each other, each on its line.
        .map(|(currency, money)| figures::sum(*currency, money).replace(' ', "\u{a0}"))
        .collect();
    let beyond = amounts.len().saturating_sub(CURRENCIES);
    amounts.truncate(CURRENCIES);
    if beyond > 0 {
        amounts.push(counted(beyond as u64, "more currency"));
    }
    if sum.unreadable > 0 {
        let rows = counted(sum.unreadable, "row");
        amounts.push(format!("{rows} without a readable amount or currency"));
    }
    let amounts = amounts.join(" · ");
    vec![name.into(), thousands(sum.rows).into(), amounts.into()]
}
