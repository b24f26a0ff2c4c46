//! Money that stands in one input several times and goes each time: twins, or copies.
//!
//! Counted by the ledger's ordinals, so that what earlier runs have sent is not among it.

use std::collections::BTreeMap;

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
    /// Counts rows with these amounts.
    pub(super) fn add(&mut self, amounts: &[Option<Revenue>]) {
        self.rows += amounts.len() as u64;
        for (amount, currency) in amounts.iter().flatten() {
            self.sums.entry(*currency).or_default().add(*amount);
        }
    }

    /// What people should know.
    pub(super) fn warning(&self) -> Option<Warning> {
        let sums = sums(self.sums.iter().map(|(currency, sum)| (*currency, sum)));
        let amounts = match &sums[..] {
            [] => String::new(),
            sums => format!(" ({})", sums.join(", ")),
        };
        let text = format!(
            "{} of money without event_id that repeat a row of the same input{amounts}: each counts \
             as a purchase of its own; if they are copies, map event_id",
            counted(self.rows, "row")
        );
        (self.rows > 0).then(|| Warning::new(WarningCode::MoneyRepeated, text))
    }
}
