//! The control totals: rows and money by what became of them.
//!
//! In each entry, `read` is the sum of the outcomes, in rows and in every currency; rows whose
//! amount cannot be read are counted beside it.

use std::cmp::Reverse;
use std::hash::Hash;

use serde::Serialize;

use super::Ordered;
use crate::model::{Currency, Kind};
use crate::report::figures::date;
use crate::stats::{self, Count, Left, Line, Lines, Money, State, Stats, Unit, Units, sums};

/// Rows and their money.
#[derive(Debug, Serialize)]
pub struct Sum {
    /// How many.
    pub rows: u64,
    /// How much.
    pub revenue: Ordered<Currency, Money>,
    /// Rows whose amount cannot be read.
    pub unreadable: u64,
}

impl Sum {
    fn new(units: &Units, of: impl Fn(&Line) -> Count) -> Self {
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
                    sum.revenue.0.push((currency, count.money));
                }
                Unit::Currency(_) | Unit::NoMoney => {}
            }
        }
        sum
    }

    fn of(units: &Units, state: State) -> Self {
        Sum::new(units, |line| line.count(state).clone())
    }

    /// Whether it has money, or had if it could be read.
    pub fn has_money(&self) -> bool {
        self.unreadable > 0 || !self.revenue.0.is_empty()
    }
}

/// What was read, and the outcomes that add up to it.
#[derive(Debug, Serialize)]
pub struct Sums {
    /// All rows.
    pub read: Sum,
    /// By what became of them.
    pub outcomes: Ordered<State, Sum>,
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
        let all = State::ALL.into_iter();
        let all = all.map(|state| (state, Sum::of(units, state)));
        let kept = all.filter(|(state, sum)| *state != State::Pending || sum.rows > 0);
        Sums {
            read: Sum::new(units, Line::read),
            outcomes: Ordered(kept.collect()),
        }
    }

    fn more(units: &Units) -> Option<Self> {
        (!units.is_empty()).then(|| Sums::new(units))
    }

    /// The part in this state.
    pub fn get(&self, state: State) -> Option<&Sum> {
        let mut all = self.outcomes.0.iter();
        all.find(|(of, _)| *of == state).map(|(_, sum)| sum)
    }
}

/// Revenue by currency and events by name of some rows.
#[derive(Debug, Serialize)]
pub struct TotalsEntry<'r> {
    revenue: Ordered<Currency, Money>,
    events: Ordered<&'r str, u64>,
    events_more: u64,
}

impl<'r> TotalsEntry<'r> {
    /// Of every line, the part that is meant.
    fn new(totals: &'r stats::Totals, of: impl Fn(&Line) -> &Count) -> Self {
        let revenue = totals.revenue().into_iter();
        let revenue = revenue.map(|(currency, line)| (currency, of(line)));
        let revenue = revenue.filter(|(_, count)| count.rows > 0);
        let events = totals.names().into_iter();
        let mut events: Vec<_> = events
            .map(|(name, line)| (&**name, of(line).rows))
            .filter(|(_, rows)| *rows > 0)
            .collect();
        events.sort_by_key(|(name, rows)| (Reverse(*rows), *name));
        let more = totals.by_name.more().lines();
        TotalsEntry {
            revenue: Ordered(
                revenue
                    .map(|(of, count)| (of, count.money.clone()))
                    .collect(),
            ),
            events: Ordered(events),
            events_more: more.map(|line| of(line).rows).sum(),
        }
    }
}

/// The key `totals`.
#[derive(Debug, Serialize)]
pub struct Totals<'r> {
    valid: TotalsEntry<'r>,
    accepted: TotalsEntry<'r>,
    /// All rows.
    #[serde(flatten)]
    pub all: Sums,
    /// By app.
    pub by_app: Vec<Cut>,
    /// Apps beyond those.
    pub by_app_more: Option<Sums>,
    /// Purchases by product.
    pub by_product: Vec<Cut>,
    /// Products beyond those.
    pub by_product_more: Option<Sums>,
    /// By the day on which they happened.
    pub by_day: Vec<Cut>,
    /// Days beyond those.
    pub by_day_more: Option<Sums>,
    /// What was accepted on each day.
    pub by_arrival_day: Vec<Arrived>,
}

/// The rows that have something in common.
#[derive(Debug, Serialize)]
pub struct Cut {
    #[serde(flatten)]
    key: Ordered<&'static str, Option<String>>,
    /// Their sums.
    #[serde(flatten)]
    pub sums: Sums,
}

impl Cut {
    /// What they have in common, if rows say it: of an app its bundle id.
    pub fn name(&self) -> Option<&str> {
        self.key.0.first()?.1.as_deref()
    }

    /// All that they have in common: of an app its bundle id and platform.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.key.0.iter().filter_map(|(_, name)| name.as_deref())
    }
}

/// What was accepted on a day.
#[derive(Debug, Serialize)]
pub struct Arrived {
    /// The UTC day; none for days beyond the limit.
    pub day: Option<String>,
    /// The rows.
    #[serde(flatten)]
    pub accepted: Sum,
}

impl<'r> Totals<'r> {
    pub(super) fn new(totals: &'r stats::Totals) -> Self {
        Totals {
            valid: TotalsEntry::new(totals, |line| &line.valid),
            accepted: TotalsEntry::new(totals, |line| line.count(State::Accepted)),
            all: Sums::every(totals.all()),
            by_app: cuts(&totals.by_app, |app| {
                let app = app.as_ref();
                let platform = app.map(|app| app.platform.name().to_owned());
                let bundle_id = app.map(|app| app.bundle_id.to_string());
                vec![("bundle_id", bundle_id), ("platform", platform)]
            }),
            by_app_more: Sums::more(totals.by_app.more()),
            by_product: cuts(&totals.by_product, |product| {
                let product = Some(product.to_string()).filter(|product| !product.is_empty());
                vec![("product_id", product)]
            }),
            by_product_more: Sums::more(totals.by_product.more()),
            by_day: cuts(&totals.by_day, |day| vec![("day", day.map(date))]),
            by_day_more: Sums::more(totals.by_day.more()),
            by_arrival_day: arrived(totals),
        }
    }
}

fn cuts<K: Eq + Hash + Ord + Clone>(
    lines: &Lines<K>,
    key: impl Fn(&K) -> Vec<(&'static str, Option<String>)>,
) -> Vec<Cut> {
    let lines = lines.sorted().into_iter();
    let cut = |(of, units)| Cut {
        key: Ordered(key(of)),
        sums: Sums::new(units),
    };
    lines.map(cut).collect()
}

fn arrived(totals: &stats::Totals) -> Vec<Arrived> {
    let days = totals.by_arrival.sorted().into_iter();
    let days = days.map(|(day, units)| (Some(date(*day)), units));
    let more = Some((None, totals.by_arrival.more())).filter(|(_, units)| !units.is_empty());
    days.chain(more)
        .map(|(day, units)| Arrived {
            day,
            accepted: Sum::of(units, State::Accepted),
        })
        .collect()
}

/// A total, and what of it was accepted.
#[derive(Debug, Clone)]
pub struct Compared<N, T> {
    /// The currency, or the name.
    pub name: N,
    /// Of valid rows; where nothing is sent, of those that would go.
    pub whole: T,
    /// Of accepted rows.
    pub accepted: T,
    /// What else there is, and of which rows: `rejected`.
    pub others: Vec<(T, &'static str)>,
}

impl<N, T> Compared<N, T> {
    /// `11.94 accepted earlier, 4.99 rejected`; nothing where that is all.
    pub fn others(&self, written: impl Fn(&T) -> String) -> Option<String> {
        let others = self.others.iter();
        let others = others.map(|(part, whose)| format!("{} {whose}", written(part)));
        let others = others.collect::<Vec<_>>().join(", ");
        Some(others).filter(|others| !others.is_empty())
    }
}

/// What is shown of a line: where nothing is sent, what would go, and so no duplicates.
fn shown(line: &Line, sends: bool) -> &Count {
    if sends {
        &line.valid
    } else {
        line.count(State::NotSent)
    }
}

/// What became of valid rows that were not accepted now: all that a total has beside these.
const BESIDE_ACCEPTED: [(State, &str); 6] = [
    (State::Earlier, "accepted earlier"),
    (State::Repeated, "repeated"),
    (State::Refused, "refused"),
    (State::Failed, "failed"),
    (State::InDoubt, "in doubt"),
    (State::NotSent, "not sent"),
];

/// Valid rows that were not accepted now. Where nothing is sent they are no part of what is shown.
fn not_accepted(line: &Line, sends: bool) -> impl Iterator<Item = (&Count, &'static str)> {
    let states = BESIDE_ACCEPTED.into_iter().filter(move |_| sends);
    let counts = states.map(|(state, words)| (line.count(state), words));
    counts.filter(|(count, _)| count.rows > 0)
}

/// Rows that an earlier run sent. Where nothing is sent they are no part of what is shown.
fn sent_earlier(line: &Line, sends: bool) -> Option<(&Count, &'static str)> {
    let earlier = Some(line.count(State::Earlier)).filter(|_| sends);
    let earlier = earlier.filter(|earlier| earlier.rows > 0);
    earlier.map(|earlier| (earlier, "accepted earlier"))
}

/// Rows that were rejected although their amount could be read.
fn rejected(line: &Line) -> Option<(&Count, &'static str)> {
    let rejected = Some(line.count(State::Rejected)).filter(|count| count.rows > 0);
    rejected.map(|rejected| (rejected, "rejected"))
}

/// Currencies of the most rows first: sums of different ones cannot be compared.
pub(super) fn revenue(stats: &Stats, sends: bool) -> Vec<Compared<Currency, &Money>> {
    let mut lines = stats.totals.revenue();
    lines.retain(|(_, line)| shown(line, sends).rows > 0 || rejected(line).is_some());
    lines.sort_by_key(|(_, line)| Reverse(shown(line, sends).rows));
    let others = |line| not_accepted(line, sends).chain(rejected(line));
    let lines = lines.into_iter();
    lines
        .map(|(name, line)| Compared {
            name,
            whole: &shown(line, sends).money,
            accepted: &line.count(State::Accepted).money,
            others: others(line)
                .map(|(count, whose)| (&count.money, whose))
                .collect(),
        })
        .collect()
}

/// The most frequent first.
pub(super) fn events(stats: &Stats, sends: bool) -> Vec<Compared<&str, u64>> {
    let mut names = stats.totals.names();
    names.retain(|(_, line)| shown(line, sends).rows > 0);
    let names = names.into_iter();
    names
        .map(|(name, line)| Compared {
            name: &**name,
            whole: shown(line, sends).rows,
            accepted: line.count(State::Accepted).rows,
            others: sent_earlier(line, sends)
                .map(|(count, whose)| (count.rows, whose))
                .into_iter()
                .collect(),
        })
        .collect()
}

/// Sums as the report lists them.
pub fn amounts(sums: &sums::Sums) -> Ordered<Currency, Money> {
    let revenue = sums.revenue();
    Ordered(
        revenue
            .map(|(of, count)| (of, count.money.clone()))
            .collect(),
    )
}

/// An entry of the key `amounts_left_out`.
#[derive(Debug, Serialize)]
pub struct LeftEntry<'r> {
    /// The column that holds them.
    pub column: &'r str,
    /// The kind that rows go as, without money.
    pub kind: Option<Kind>,
    /// The rule that leaves them out.
    pub rule: Option<&'r str>,
    /// Whether that rule is what decides about such amounts.
    decided: bool,
    /// How many.
    pub rows: u64,
    revenue: Ordered<Currency, Money>,
    unreadable: u64,
    /// The same, to be written.
    #[serde(skip)]
    pub sums: &'r sums::Sums,
}

impl LeftEntry<'_> {
    /// Why they are not sent: `rows go as event`, or the name of the rule.
    pub fn cause(&self) -> String {
        match (self.kind, self.rule) {
            (Some(kind), _) => format!("rows go as {kind}"),
            (None, rule) => crate::model::shown(rule.unwrap_or_default()).into(),
        }
    }
}

pub(super) fn left_out(stats: &Stats) -> Vec<LeftEntry<'_>> {
    fn entry(left: Left<'_>) -> LeftEntry<'_> {
        LeftEntry {
            column: left.column,
            kind: left.why.kind(),
            rule: left.why.rule(),
            decided: left.why.is_decided(),
            rows: left.rows(),
            revenue: amounts(left.sums),
            unreadable: left.sums.unreadable(),
            sums: left.sums,
        }
    }
    stats.left_out.ranked().into_iter().map(entry).collect()
}
