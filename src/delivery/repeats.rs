//! Money without an id that goes, but may be money that went already: equal rows of one input,
//! which are twins or copies, and rows that an earlier run sent under another amount or product.
//!
//! Equal rows are counted by the ledger's ordinals, so that what earlier runs have sent is not among it.

use std::collections::BTreeMap;

use crate::ledger::Resembling;
use crate::model::{Currency, Revenue};
use crate::report::figures::{counted, sums};
use crate::report::warning::{Warning, WarningCode};
use crate::stats::Money;

/// How many rows, and how much by currency.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    rows: u64,
    sums: BTreeMap<Currency, Money>,
}

impl Repeats {
    fn amounts(&self) -> Option<String> {
        let sums = sums(self.sums.iter().map(|(currency, sum)| (*currency, sum)));
        (!sums.is_empty()).then(|| sums.join(", "))
    }

    /// Counts rows with these amounts.
    pub(super) fn add(&mut self, amounts: &[Option<Revenue>]) {
        self.rows += amounts.len() as u64;
        for (amount, currency) in amounts.iter().flatten() {
            self.sums.entry(*currency).or_default().add(*amount);
        }
    }

    /// What people should know.
    pub(super) fn warning(&self) -> Option<Warning> {
        let amounts = self.amounts();
        let amounts = amounts.map_or_else(String::new, |amounts| format!(" ({amounts})"));
        let text = format!(
            "{} of money without event_id that repeat a row of the same input{amounts}: each counts \
             as a purchase of its own; if they are copies, map event_id",
            counted(self.rows, "row")
        );
        (self.rows > 0).then(|| Warning::new(WarningCode::MoneyRepeated, text))
    }
}

/// Purchases that may have been sent before: what was sent then, and what goes now.
#[derive(Debug, Default)]
pub(super) struct Resemblances {
    earlier: Repeats,
    now: Repeats,
}

impl Resemblances {
    /// Counts rows.
    pub(super) fn add(&mut self, rows: &[Resembling]) {
        for row in rows {
            self.earlier.add(&[row.earlier]);
            self.now.add(&[row.now]);
        }
    }

    /// What people should know.
    pub(super) fn warning(&self) -> Option<Warning> {
        let amounts = |of: &Repeats| of.amounts().unwrap_or_else(|| "no amount".to_owned());
        let text = format!(
            "{} without event_id like one that was sent before, but with another amount, currency, \
             product or user: {} sent before, {} now; if they are the same purchases, they count twice: \
             map event_id",
            counted(self.now.rows, "purchase"),
            amounts(&self.earlier),
            amounts(&self.now)
        );
        (self.now.rows > 0).then(|| Warning::new(WarningCode::MoneyAlike, text))
    }
}
