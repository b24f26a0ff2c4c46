//! Rows and money by how they stand to the other list.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::ledger::compare::{Line, State};
use crate::model::Currency;
use crate::report::figures;
use crate::stats::Money;

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
