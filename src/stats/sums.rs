//! Rows and their money, summed: by unit, by what became of them, by what people sum by.
//!
//! Lines are kept for everything that people sum by (app, product, day …), with a bound on their
//! number: keys come from files. What is beyond the bound is summed together, so no total loses a
//! row.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use rust_decimal::Decimal;

use super::LIST_LIMIT;
use super::money::Money;
use crate::model::words::words;
use crate::model::{Currency, Detail, FirstSeen, Outcome};

words! {
    /// What became of a row so far: an outcome, with duplicates told apart by where they came
    /// first.
    pub enum State: Option<Outcome> {
        /// Accepted in this run.
        Accepted = "accepted": Some(Outcome::Accepted),
        /// A duplicate of what an earlier run sent.
        Earlier = "earlier": Some(Outcome::Duplicate),
        /// A duplicate of a row of this run.
        Repeated = "repeated": Some(Outcome::Duplicate),
        /// Left out by a rule.
        Filtered = "filtered": Some(Outcome::Filtered),
        /// Refused by validation, or by the ledger.
        Rejected = "rejected": Some(Outcome::Rejected),
        /// Refused by the server.
        Refused = "refused": Some(Outcome::Refused),
        /// Retries used up.
        Failed = "failed": Some(Outcome::Failed),
        /// It was sent, and nobody knows whether it was recorded.
        InDoubt = "in_doubt": Some(Outcome::InDoubt),
        /// The run ended first.
        NotSent = "not_sent": Some(Outcome::NotSent),
        /// Valid, and without an outcome so far.
        Pending = "pending": None,
    }
}

impl State {
    /// The state of a row that has ended.
    pub fn of(outcome: Outcome, detail: &Detail) -> Self {
        if outcome == Outcome::Duplicate && detail.first == FirstSeen::ThisRun {
            return State::Repeated;
        }
        let ends_so = |state: &State| state.outcome() == Some(outcome);
        // Every outcome has a state.
        State::ALL
            .into_iter()
            .find(ends_so)
            .unwrap_or(State::Pending)
    }

    /// The outcome, once there is one.
    pub fn outcome(self) -> Option<Outcome> {
        self.more()
    }

    /// Whether such a row is to be sent, was, or may have been: valid, and no duplicate.
    pub fn is_for_sending(self) -> bool {
        !matches!(
            self,
            State::Earlier | State::Repeated | State::Filtered | State::Rejected
        )
    }
}

/// What a row is worth, by what its input says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Amount {
    /// No money.
    #[default]
    None,
    /// Money, but nobody can read how much, or in which currency.
    Unreadable,
    /// This amount in major units of this currency.
    Of(Decimal, Currency),
}

impl Amount {
    /// What it is summed with.
    pub fn unit(self) -> Unit {
        match self {
            Amount::None => Unit::NoMoney,
            Amount::Unreadable => Unit::Unreadable,
            Amount::Of(_, currency) => Unit::Currency(currency),
        }
    }

    /// The amount alone.
    pub fn decimal(self) -> Option<Decimal> {
        match self {
            Amount::Of(amount, _) => Some(amount),
            Amount::None | Amount::Unreadable => None,
        }
    }
}

impl From<Option<(Decimal, Currency)>> for Amount {
    fn from(revenue: Option<(Decimal, Currency)>) -> Self {
        revenue.map_or(Amount::None, |(amount, currency)| {
            Amount::Of(amount, currency)
        })
    }
}

/// What can be summed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Rows without money.
    NoMoney,
    /// Rows whose amount cannot be read.
    Unreadable,
    /// Money in this currency.
    Currency(Currency),
}

/// Rows, and their money.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// How many.
    pub rows: u64,
    /// How much.
    pub money: Money,
}

impl Count {
    /// Adds one row.
    pub fn add(&mut self, amount: Option<Decimal>) {
        self.rows += 1;
        if let Some(amount) = amount {
            self.money.add(amount);
        }
    }

    /// Adds another count.
    pub fn merge(&mut self, other: &Count) {
        self.rows += other.rows;
        self.money.merge(&other.money);
    }

    fn take(&mut self, amount: Option<Decimal>) {
        self.rows = self.rows.saturating_sub(1);
        if let Some(amount) = amount {
            self.money.subtract(amount);
        }
    }
}

/// Rows and money by unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums(BTreeMap<Unit, Count>);

impl Sums {
    /// Adds one row.
    pub fn add(&mut self, amount: Amount) {
        self.0
            .entry(amount.unit())
            .or_default()
            .add(amount.decimal());
    }

    /// Adds those of later rows.
    pub fn merge(&mut self, later: &Sums) {
        for (unit, count) in &later.0 {
            self.0.entry(*unit).or_default().merge(count);
        }
    }

    /// Takes one row away again; whether there was one.
    pub fn take(&mut self, amount: Amount) -> bool {
        let Some(count) = self.0.get_mut(&amount.unit()) else {
            return false;
        };
        count.take(amount.decimal());
        if count.rows == 0 {
            self.0.remove(&amount.unit());
        }
        true
    }

    /// All rows.
    pub fn rows(&self) -> u64 {
        self.0.values().map(|count| count.rows).sum()
    }

    /// Rows whose amount cannot be read.
    pub fn unreadable(&self) -> u64 {
        self.0.get(&Unit::Unreadable).map_or(0, |count| count.rows)
    }

    /// How much, by currency, that of the most rows first; [`super::NO_CURRENCY`] where the row
    /// does not say it.
    pub fn revenue(&self) -> impl Iterator<Item = (Currency, &Count)> {
        let all = self.0.iter().filter_map(|(unit, count)| match unit {
            Unit::Currency(currency) => Some((*currency, count)),
            Unit::NoMoney | Unit::Unreadable => None,
        });
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(_, count)| Reverse(count.rows));
        all.into_iter()
    }
}

/// Rows and money of one unit, by state.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Rows that were valid when they were read, whatever became of them.
    pub valid: Count,
    states: [Count; State::ALL.len()],
}

impl Line {
    /// What is in this state.
    pub fn count(&self, state: State) -> &Count {
        &self.states[state as usize]
    }

    /// What is in the states that are meant.
    pub fn sum(&self, meant: impl Fn(State) -> bool) -> Count {
        let mut sum = Count::default();
        let meant = State::ALL.into_iter().filter(|state| meant(*state));
        meant.for_each(|state| sum.merge(self.count(state)));
        sum
    }

    /// Everything that was read: the sum of the states.
    pub fn read(&self) -> Count {
        self.sum(|_| true)
    }

    /// Adds rows that were read.
    pub fn add(&mut self, state: State, count: &Count) {
        self.states[state as usize].merge(count);
        if state == State::Pending {
            self.valid.merge(count);
        }
    }

    /// One row has another state than before.
    pub fn shift(&mut self, from: State, to: State, amount: Option<Decimal>) {
        self.states[from as usize].take(amount);
        self.states[to as usize].add(amount);
    }

    /// What has no outcome was not sent.
    pub fn close(&mut self) {
        let pending = std::mem::take(&mut self.states[State::Pending as usize]);
        self.states[State::NotSent as usize].merge(&pending);
    }
}

/// The lines of one key, a line for each unit.
#[derive(Debug, Clone, Default)]
pub struct Units(Vec<(Unit, Line)>);

impl Units {
    /// Every line, in the order of the units.
    pub fn sorted(&self) -> Vec<(Unit, &Line)> {
        let mut lines: Vec<_> = self.0.iter().map(|(unit, line)| (*unit, line)).collect();
        lines.sort_by_key(|(unit, _)| *unit);
        lines
    }

    /// Every line, in no order.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.0.iter().map(|(_, line)| line)
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, unit: Unit) -> Option<usize> {
        self.0.iter().position(|(of, _)| *of == unit)
    }

    /// The line of a unit. There are as many as currencies and two more.
    pub(super) fn line(&mut self, unit: Unit) -> &mut Line {
        let at = self.position(unit).unwrap_or_else(|| {
            // Nearly every key has one unit, and there are many keys.
            self.0.reserve_exact(1);
            self.0.push((unit, Line::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    pub(super) fn close(&mut self) {
        self.0.iter_mut().for_each(|(_, line)| line.close());
    }
}

/// Lines by key, at most [`LIST_LIMIT`]. A line that was not held when its first row came is
/// never held, so a row ends in the line in which it began.
#[derive(Debug)]
pub struct Lines<K> {
    held: HashMap<K, Units>,
    /// How many lines are held.
    count: usize,
    more: Units,
}

impl<K> Default for Lines<K> {
    fn default() -> Self {
        Lines {
            held: HashMap::new(),
            count: 0,
            more: Units::default(),
        }
    }
}

impl<K: Eq + Hash + Ord + Clone> Lines<K> {
    /// The line of a key and a unit: its own, or the one for everything beyond the bound.
    pub fn line(&mut self, key: &K, unit: Unit) -> &mut Line {
        let at = self.held.get(key).and_then(|units| units.position(unit));
        if at.is_none() {
            if self.count >= LIST_LIMIT {
                return self.more.line(unit);
            }
            self.count += 1;
        }
        self.held.entry(key.clone()).or_default().line(unit)
    }

    /// Every key held, in order.
    pub fn sorted(&self) -> Vec<(&K, &Units)> {
        let mut all: Vec<_> = self.held.iter().collect();
        all.sort_by_key(|(key, _)| *key);
        all
    }

    /// The lines of a key.
    pub fn get(&self, key: &K) -> Option<&Units> {
        self.held.get(key)
    }

    /// What is beyond the bound.
    pub fn more(&self) -> &Units {
        &self.more
    }

    /// What has no outcome was not sent.
    pub fn close(&mut self) {
        self.held.values_mut().for_each(Units::close);
        self.more.close();
    }
}
