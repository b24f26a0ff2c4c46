//! What came of a comparison, added up: by day, kind, app, name and currency, by kind and
//! currency, and in all. Lists are bounded; the sums hold every row.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Export, NotCompared, written};
use crate::ledger::LedgerError;
use crate::ledger::compare::{Comparison, Line, State, What};
use crate::model::Currency;
use crate::report::LIST_LIMIT;
use crate::report::figures::{self, date};
use crate::stats::Money;

/// The time that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first microsecond, since 1970 UTC.
    pub from: i64,
    /// The first one behind it.
    pub to: i64,
    /// When the first and the last row of the export arrived.
    pub span: Option<(i64, i64)>,
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let times = [("from", self.from), ("to", self.to)];
        serializer.collect_map(times.map(|(name, at)| (name, written(at))))
    }
}

/// Rows of one day, app, kind, name and currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The UTC day on which they arrived.
    pub day: String,
    /// What they are.
    #[serde(flatten)]
    pub what: What,
    /// Empty if they are no money.
    pub currency: String,
    /// What became of them.
    #[serde(flatten)]
    pub sums: Sums,
}

/// Rows of one kind and currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    /// `purchase`
    pub kind: String,
    /// Empty if they are no money.
    pub currency: String,
    /// What became of them.
    #[serde(flatten)]
    pub sums: Sums,
}

/// Rows that Tenjin received and does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Uncounted {
    /// `fraudulent`, `sandbox`, or whatever the mapping's filters are called.
    pub state: String,
    /// Empty if they are no money.
    pub currency: String,
    /// How many.
    pub rows: u64,
    /// Of those: accepted by the ledger.
    pub known: u64,
    /// What they are worth.
    pub amount: String,
}

/// The whole account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The time that is compared.
    pub period: Period,
    /// What was read.
    pub exports: Vec<Export>,
    /// Rows in all, of whatever money.
    pub rows: Sums,
    /// By kind and currency.
    pub totals: Vec<Total>,
    /// The groups, those that differ before all others if there are too many.
    pub groups: Vec<Group>,
    /// How many more there are.
    pub groups_left_out: u64,
    /// What Tenjin does not count.
    pub uncounted: Vec<Uncounted>,
    /// What is not compared.
    pub not_compared: NotCompared,
}

impl Account {
    pub(super) fn new(
        comparison: &Comparison,
        period: Period,
        exports: Vec<Export>,
        not_compared: NotCompared,
    ) -> Result<Self, LedgerError> {
        let time = (period.from, period.to);
        let mut adder = Adder::new(comparison);
        comparison.each(time, |line| adder.take(line))?;
        adder.close()?;
        Ok(Account {
            period,
            exports,
            rows: adder.rows,
            totals: adder.totals.into_values().collect(),
            groups_left_out: adder.groups.left_out(),
            groups: adder.groups.chosen(),
            uncounted: uncounted(comparison, time)?,
            not_compared,
        })
    }

    /// Rows that are not as they should be: missing, with other money, money that is there again,
    /// and rows of the export that nobody could read.
    pub fn wrong(&self) -> u64 {
        let again = self
            .totals
            .iter()
            .filter(|total| !total.currency.is_empty());
        let again: u64 = again.map(|total| total.sums.again.rows).sum();
        let unreadable: u64 = self.exports.iter().map(|export| export.unreadable).sum();
        self.rows.lost() + again + unreadable
    }
}

/// Takes rows in the order of their groups.
struct Adder<'c> {
    comparison: &'c Comparison,
    open: Option<(i64, i64, String, Sums)>,
    rows: Sums,
    totals: BTreeMap<(String, String), Total>,
    groups: Groups,
}

impl<'c> Adder<'c> {
    fn new(comparison: &'c Comparison) -> Self {
        Adder {
            comparison,
            open: None,
            rows: Sums::default(),
            totals: BTreeMap::new(),
            groups: Groups::default(),
        }
    }

    fn take(&mut self, line: &Line) -> Result<(), LedgerError> {
        let is_same = |(day, what, currency, _): &(i64, i64, String, Sums)| {
            (*day, *what, currency) == (line.day, line.what, &line.currency)
        };
        if !self.open.as_ref().is_some_and(is_same) {
            self.close()?;
        }
        let new = || (line.day, line.what, line.currency.clone(), Sums::default());
        let (.., sums) = self.open.get_or_insert_with(new);
        sums.add(line);
        Ok(())
    }

    fn close(&mut self) -> Result<(), LedgerError> {
        let Some((day, number, currency, mut sums)) = self.open.take() else {
            return Ok(());
        };
        sums.close();
        let what = self.comparison.what(number)?;
        self.rows.merge(&sums);
        let key = (what.kind.clone(), currency.clone());
        let total = self.totals.entry(key).or_insert_with(|| Total {
            kind: what.kind.clone(),
            currency: currency.clone(),
            sums: Sums::default(),
        });
        total.sums.merge(&sums);
        self.groups.take(Group {
            day: i32::try_from(day).map(date).unwrap_or_default(),
            what,
            currency,
            sums,
        });
        Ok(())
    }
}

/// As many groups as are shown, those that differ first.
#[derive(Debug, Default)]
struct Groups {
    differing: Vec<Group>,
    agreeing: Vec<Group>,
    all: u64,
}

impl Groups {
    fn take(&mut self, group: Group) {
        self.all += 1;
        let list = if group.sums.differs() {
            &mut self.differing
        } else {
            &mut self.agreeing
        };
        if list.len() < LIST_LIMIT {
            list.push(group);
        }
    }

    fn left_out(&self) -> u64 {
        let shown = LIST_LIMIT.min(self.differing.len() + self.agreeing.len());
        self.all - shown as u64
    }

    fn chosen(mut self) -> Vec<Group> {
        let room = LIST_LIMIT - self.differing.len();
        self.agreeing.truncate(room);
        self.differing.append(&mut self.agreeing);
        let key = |group: &Group| {
            (
                group.day.clone(),
                group.what.clone(),
                group.currency.clone(),
            )
        };
        self.differing.sort_by_cached_key(key);
        self.differing
    }
}

fn uncounted(comparison: &Comparison, time: (i64, i64)) -> Result<Vec<Uncounted>, LedgerError> {
    let mut all: BTreeMap<(String, String), (Sum, u64)> = BTreeMap::new();
    comparison.states(
        time,
        |state, currency, amount: Option<Decimal>, is_known| {
            let key = (state.to_owned(), currency.to_owned());
            let (sum, known) = all.entry(key).or_default();
            sum.add(amount);
            *known += u64::from(is_known);
        },
    )?;
    let entry = |((state, currency), (sum, known)): ((String, String), (Sum, u64))| Uncounted {
        state,
        currency,
        rows: sum.rows,
        known,
        amount: sum.money.to_string(),
    };
    Ok(all.into_iter().map(entry).collect())
}

/// Rows, and what they are worth in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// How many.
    pub rows: u64,
    /// Their exact sum; empty if they are no money.
    #[serde(rename = "amount", serialize_with = "text")]
    pub money: Money,
}

fn text<S: serde::Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(money)
}

impl Sum {
    /// Its money for people, with the decimals of this currency.
    pub fn figure(&self, currency: &str) -> String {
        let code = currency.as_bytes().try_into();
        code.map_or_else(
            |_| String::new(),
            |code| figures::amount(Currency(code), &self.money),
        )
    }

    /// Adds a row of this amount.
    pub(super) fn add(&mut self, amount: Option<Decimal>) {
        self.rows += 1;
        if let Some(amount) = amount {
            self.money.add(amount);
        }
    }

    fn merge(&mut self, other: &Sum) {
        self.rows += other.rows;
        self.money.merge(&other.money);
    }
}

/// The rows of one group in both lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Accepted by Tenjin, as the ledger has it.
    pub accepted: Sum,
    /// Of those: found in the export.
    pub found: Sum,
    /// Found, with another amount or in another currency; what was sent.
    pub other_money: Sum,
    /// Not found.
    pub missing: Sum,
    /// Not found, and nobody can say whether they should be: see [`State::Unnamed`].
    pub unnamed: Sum,
    /// How many of `unnamed` are missing at least: more than the export has rows left.
    pub unnamed_missing: u64,
    /// All rows of the export: an upper bound, since the SDK may have sent some.
    pub export: Sum,
    /// Of those: neither found nor there again.
    pub foreign: Sum,
    /// Of those: there once more than accepted.
    pub again: Sum,
}

impl Sums {
    /// Adds a row.
    pub(super) fn add(&mut self, line: &Line) {
        let (state, all) = match line.state {
            State::Known => (None, &mut self.export),
            State::Foreign => (Some(&mut self.foreign), &mut self.export),
            State::Again => (Some(&mut self.again), &mut self.export),
            State::Found => (Some(&mut self.found), &mut self.accepted),
            State::OtherMoney => (Some(&mut self.other_money), &mut self.accepted),
            State::Missing => (Some(&mut self.missing), &mut self.accepted),
            State::Unnamed => (Some(&mut self.unnamed), &mut self.accepted),
        };
        all.add(line.amount);
        if let Some(sum) = state {
            sum.add(line.amount);
        }
    }

    /// All rows of a group are in.
    pub(super) fn close(&mut self) {
        self.unnamed_missing = self.unnamed.rows.saturating_sub(self.foreign.rows);
    }

    /// Adds another group.
    pub(super) fn merge(&mut self, other: &Sums) {
        self.accepted.merge(&other.accepted);
        self.found.merge(&other.found);
        self.other_money.merge(&other.other_money);
        self.missing.merge(&other.missing);
        self.unnamed.merge(&other.unnamed);
        self.unnamed_missing += other.unnamed_missing;
        self.export.merge(&other.export);
        self.foreign.merge(&other.foreign);
        self.again.merge(&other.again);
    }

    /// Accepted rows that the export does not have as they were sent.
    pub fn lost(&self) -> u64 {
        self.missing.rows + self.other_money.rows + self.unnamed_missing
    }

    /// Whether somebody should look at it.
    pub fn differs(&self) -> bool {
        self.lost() + self.again.rows > 0
    }
}
