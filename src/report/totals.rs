//! The control totals of `report.json`: rows and money by what became of them.
//!
//! In each entry, `read` is the sum of the outcomes, in rows and in every currency; rows whose
//! amount cannot be read are counted beside it.

use serde::Serialize;

use super::entries::Ordered;
use super::measures::TotalsEntry;
use crate::model::{Currency, Kind};
use crate::stats::{Count, Coverage, Left, Lines, State, Stats, Totals, Unit, Units};

/// Rows and their money.
#[derive(Debug, Serialize)]
struct Sum {
    rows: u64,
    revenue: Ordered<Currency, String>,
    /// Rows whose amount cannot be read.
    unreadable: u64,
}

impl Sum {
    fn new(units: &Units, of: impl Fn(&crate::stats::Line) -> Count) -> Self {
        let mut sum = Sum {
            rows: 0,
            revenue: Ordered(Vec::new()),
            unreadable: 0,
        };
        for (unit, line) in units.sorted() {
            let count = of(line);
            sum.rows += count.rows;
            match unit {
                Unit::Unreadable => sum.unreadable += count.rows,
                Unit::Currency(currency) if count.rows > 0 => {
                    sum.revenue.0.push((currency, count.money.to_string()));
                }
                Unit::Currency(_) | Unit::NoMoney => {}
            }
        }
        sum
    }
}

/// What was read, and the outcomes that add up to it.
#[derive(Debug, Serialize)]
struct Sums {
    read: Sum,
    outcomes: Ordered<&'static str, Sum>,
}

impl Sums {
    /// Only the outcomes that occurred.
    fn new(units: &Units) -> Self {
        let mut sums = Sums::every(units);
        sums.outcomes.0.retain(|(_, sum)| sum.rows > 0);
        sums
    }

    /// All outcomes; pending rows only while there are any.
    fn every(units: &Units) -> Self {
        let sum = |state| Sum::new(units, |line| line.count(state).clone());
        let all = State::ALL.into_iter().map(|state| (state, sum(state)));
        let kept = all.filter(|(state, sum)| *state != State::Pending || sum.rows > 0);
        Sums {
            read: Sum::new(units, crate::stats::Line::read),
            outcomes: Ordered(kept.map(|(state, sum)| (state.name(), sum)).collect()),
        }
    }

    fn more(units: &Units) -> Option<Self> {
        (!units.is_empty()).then(|| Sums::new(units))
    }
}

/// The key `totals`.
#[derive(Debug, Serialize)]
pub(super) struct AllTotals<'r> {
    valid: TotalsEntry<'r>,
    accepted: TotalsEntry<'r>,
    #[serde(flatten)]
    all: Sums,
    by_app: Vec<AppSums<'r>>,
    by_app_more: Option<Sums>,
    by_product: Vec<ProductSums<'r>>,
    by_product_more: Option<Sums>,
    by_day: Vec<DaySums>,
    by_day_more: Option<Sums>,
    by_arrival_day: Vec<Arrived>,
}

#[derive(Debug, Serialize)]
struct AppSums<'r> {
    bundle_id: Option<&'r str>,
    platform: Option<&'r str>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Debug, Serialize)]
struct ProductSums<'r> {
    product_id: Option<&'r str>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Debug, Serialize)]
struct DaySums {
    day: Option<String>,
    #[serde(flatten)]
    sums: Sums,
}

/// What was accepted on a day.
#[derive(Debug, Serialize)]
struct Arrived {
    day: Option<String>,
    #[serde(flatten)]
    accepted: Sum,
}

impl<'r> AllTotals<'r> {
    pub(super) fn new(totals: &'r Totals) -> Self {
        let apps = totals.by_app.sorted().into_iter();
        let products = totals.by_product.sorted().into_iter();
        AllTotals {
            valid: TotalsEntry::new(totals, |line| &line.valid),
            accepted: TotalsEntry::new(totals, |line| line.count(State::Accepted)),
            all: Sums::every(totals.all()),
            by_app: apps
                .map(|(app, units)| AppSums {
                    bundle_id: app.as_ref().map(|app| &*app.bundle_id),
                    platform: app.as_ref().map(|app| app.platform.name()),
                    sums: Sums::new(units),
                })
                .collect(),
            by_app_more: Sums::more(totals.by_app.more()),
            by_product: products
                .map(|(product, units)| ProductSums {
                    product_id: Some(&**product).filter(|product| !product.is_empty()),
                    sums: Sums::new(units),
                })
                .collect(),
            by_product_more: Sums::more(totals.by_product.more()),
            by_day: days(&totals.by_day),
            by_day_more: Sums::more(totals.by_day.more()),
            by_arrival_day: arrived(&totals.by_arrival),
        }
    }
}

fn days(lines: &Lines<Option<i32>>) -> Vec<DaySums> {
    let days = lines.sorted().into_iter();
    days.map(|(day, units)| DaySums {
        day: day.map(date),
        sums: Sums::new(units),
    })
    .collect()
}

fn arrived(lines: &Lines<i32>) -> Vec<Arrived> {
    let accepted = |units: &Units| Sum::new(units, |line| line.count(State::Accepted).clone());
    let days = lines.sorted().into_iter();
    let mut all: Vec<_> = days
        .map(|(day, units)| Arrived {
            day: Some(date(*day)),
            accepted: accepted(units),
        })
        .collect();
    if !lines.more().is_empty() {
        all.push(Arrived {
            day: None,
            accepted: accepted(lines.more()),
        });
    }
    all
}

/// A day as people write it.
pub(super) fn date(day: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = epoch.checked_add(jiff::Span::new().days(day));
    date.map_or_else(|_| day.to_string(), |date| date.to_string())
}

/// The key `coverage`.
#[derive(Debug, Serialize)]
pub(super) struct CoverageEntry {
    rows: u64,
    #[serde(flatten)]
    fields: Ordered<&'static str, u64>,
}

impl From<Coverage> for CoverageEntry {
    fn from(coverage: Coverage) -> Self {
        CoverageEntry {
            rows: coverage.rows,
            fields: Ordered(coverage.fields().to_vec()),
        }
    }
}

/// An entry of the key `amounts_left_out`.
#[derive(Debug, Serialize)]
pub(super) struct LeftEntry<'r> {
    column: &'r str,
    /// The kind that rows go as, without money.
    kind: Option<Kind>,
    /// The rule that leaves them out.
    rule: Option<&'r str>,
    /// Whether that rule is what decides about such amounts.
    decided: bool,
    rows: u64,
    revenue: Ordered<Currency, String>,
    unreadable: u64,
}

pub(super) fn left_out(stats: &Stats) -> Vec<LeftEntry<'_>> {
    let ranked = stats.left_out.ranked().into_iter();
    ranked.map(left_entry).collect()
}

fn left_entry(left: Left<'_>) -> LeftEntry<'_> {
    LeftEntry {
        column: left.column,
        kind: left.why.kind(),
        rule: left.why.rule(),
        decided: left.why.is_decided(),
        rows: left.rows(),
        revenue: Ordered(
            left.sums
                .revenue()
                .map(|(currency, count)| (currency, count.money.to_string()))
                .collect(),
        ),
        unreadable: left.sums.unreadable(),
    }
}
