//! Money that is not sent: amounts in rows that are sent without them, or that are left out.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::Arc;

use super::bounded::Bounded;
use super::sums::{Amount, Sums};
use crate::model::{Currency, Fingerprint, Kind};

/// Why an amount is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// The row is sent as this kind, which has no money.
    Goes(Kind),
    /// A rule of this name leaves the row out as one without money, though it has some.
    Denied(Cow<'static, str>),
    /// A rule of this name leaves the row out, whatever it is worth.
    Rule(Cow<'static, str>),
}

impl Cause {
    /// Whether somebody has decided it: by a rule that leaves such rows out.
    pub fn is_decided(&self) -> bool {
        matches!(self, Cause::Rule(_))
    }

    /// The kind, if the row goes as one.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Cause::Goes(kind) => Some(*kind),
            Cause::Denied(_) | Cause::Rule(_) => None,
        }
    }

    /// The rule, if there was one.
    pub fn rule(&self) -> Option<&str> {
        match self {
            Cause::Goes(_) => None,
            Cause::Denied(rule) | Cause::Rule(rule) => Some(rule),
        }
    }
}

/// Amounts by why they were left, by the column that holds them, and whether they are below zero:
/// refunds beside payments would hide both.
#[derive(Debug, Clone, Default)]
pub struct LeftOut(Bounded<(Cause, Arc<str>, bool), Sums>);

/// Amounts of one column, left for one reason.
#[derive(Debug, Clone, Copy)]
pub struct Left<'l> {
    /// Why.
    pub why: &'l Cause,
    /// The column.
    pub column: &'l str,
    /// Whether the amounts are below zero.
    pub is_below_zero: bool,
    /// How much.
    pub sums: &'l Sums,
}

/// A row with an amount that a rule leaves out: in several files it is the same row, and counts
/// once.
#[derive(Debug)]
pub struct LeftRow {
    /// Where it was read.
    pub input: u32,
    /// What identifies it.
    pub identity: RowIdentity,
    /// Why it is left out.
    pub why: Cause,
    /// The column of the amount.
    pub column: Arc<str>,
    /// How much.
    pub amount: Amount,
}

/// What identifies a row that is not sent.
#[derive(Debug, Clone, Copy)]
pub struct RowIdentity {
    /// All that it says.
    pub content: Fingerprint,
    /// Whether an id is in it; else two equal rows of one input are two.
    pub has_id: bool,
}

fn is_below_zero(amount: Amount) -> bool {
    amount
        .decimal()
        .is_some_and(|amount| amount.is_sign_negative())
}

/// The code for no currency.
pub const NO_CURRENCY: Currency = Currency(*b"XXX");

impl LeftOut {
    /// Adds a row's amount; no money and zero are not counted.
    pub fn add(&mut self, why: Cause, column: &Arc<str>, amount: Amount) {
        let nothing = amount.decimal().is_some_and(|amount| amount.is_zero());
        if nothing || amount == Amount::None {
            return;
        }
        if let Some(sums) = self
            .0
            .value(&(why, Arc::clone(column), is_below_zero(amount)), 1)
        {
            sums.add(amount);
        }
    }

    /// Adds the amounts of a later chunk.
    pub fn merge(&mut self, later: &LeftOut) {
        self.0.add_more(later.0.more());
        for (key, counts) in later.0.iter() {
            if let Some(sums) = self.0.value(key, counts.rows()) {
                sums.merge(counts);
            }
        }
    }

    /// A row of a rule was not left out by it after all.
    pub fn take_back(&mut self, rule: &str, amount: Amount) {
        let mut is_done = false;
        self.0.retain(|(why, _, is_below), sums| {
            let is_its = why.rule() == Some(rule) && *is_below == is_below_zero(amount);
            is_done = is_done || is_its && sums.take(amount);
            sums.rows() > 0
        });
    }

    /// What a rule of this name leaves out.
    pub fn of_rule(&self, rule: &str) -> Sums {
        let mut sums = Sums::default();
        let of_rule = self
            .0
            .iter()
            .filter(|((why, ..), _)| why.rule() == Some(rule));
        of_rule.for_each(|(_, left)| sums.merge(left));
        sums
    }

    /// Every entry: first those that no rule has decided, then by number of rows.
    pub fn ranked(&self) -> Vec<Left<'_>> {
        let all = self.0.iter();
        let mut all: Vec<_> = all
            .map(|((why, column, is_below_zero), sums)| Left {
                why,
                column,
                is_below_zero: *is_below_zero,
                sums,
            })
            .collect();
        let rank = |left: &Left<'_>| (left.why.is_decided(), Reverse(left.rows()));
        all.sort_by(|a, b| {
            let names = (a.why, a.column, a.is_below_zero).cmp(&(b.why, b.column, b.is_below_zero));
            rank(a).cmp(&rank(b)).then(names)
        });
        all
    }

    /// Rows beyond the list.
    pub fn more(&self) -> u64 {
        self.0.more()
    }
}

impl Left<'_> {
    /// Rows that hold an amount.
    pub fn rows(&self) -> u64 {
        self.sums.rows()
    }
}

#[cfg(test)]
mod tests {
    use super::super::LIST_LIMIT;
    use super::*;

    fn dollars(text: &str) -> Amount {
        let amount = text.parse().unwrap_or_default();
        Amount::Of(amount, Currency(*b"USD"))
    }

    #[test]
    fn what_nobody_has_decided_comes_first() {
        let (price, revenue): (Arc<str>, Arc<str>) = ("price".into(), "revenue".into());
        let mut left = LeftOut::default();
        for _ in 0..3 {
            left.add(Cause::Rule("refund".into()), &price, dollars("-4.99"));
        }
        let mut later = LeftOut::default();
        later.add(Cause::Goes(Kind::Event), &revenue, dollars("9.99"));
        later.add(Cause::Goes(Kind::Event), &revenue, Amount::Unreadable);
        later.add(Cause::Goes(Kind::Event), &revenue, dollars("0.00"));
        later.add(Cause::Goes(Kind::Event), &revenue, Amount::None);
        left.merge(&later);
        let said: Vec<_> = left
            .ranked()
            .iter()
            .map(|left| {
                let money: Vec<_> = left
                    .sums
                    .revenue()
                    .map(|(_, count)| count.money.to_string())
                    .collect();
                (
                    left.column.to_owned(),
                    left.rows(),
                    left.sums.unreadable(),
                    money,
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("revenue".into(), 2, 1, vec!["9.99".into()]),
                ("price".into(), 3, 0, vec!["-14.97".into()]),
            ]
        );
    }

    #[test]
    fn names_beyond_the_list_are_counted() {
        let mut left = LeftOut::default();
        for number in 0..LIST_LIMIT + 5 {
            let column = format!("price {number}").into();
            left.add(Cause::Goes(Kind::Event), &column, dollars("1"));
        }
        let mut sum = LeftOut::default();
        sum.merge(&left);
        sum.merge(&left);
        assert_eq!((sum.ranked().len(), sum.more()), (LIST_LIMIT, 10));
    }
}
