//! Rows in doubt of all runs: how many, and what they are worth.

use std::collections::BTreeMap;

use rusqlite::params;

use super::claim::Ledger;
use super::error::LedgerError;
use super::row;
use crate::model::Currency;
use crate::stats::Money;

/// Rows that may or may not be at Tenjin, until somebody decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doubts {
    /// How many.
    pub rows: u64,
    /// What they are worth.
    pub revenue: BTreeMap<Currency, Money>,
}

impl Ledger {
    /// What is in doubt at this run's server, of this run and of earlier ones.
    pub fn doubts(&self) -> Result<Doubts, LedgerError> {
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        let mut read = connection.prepare(
            "SELECT amount, currency FROM unsettled JOIN app ON app.id = unsettled.app
             WHERE state = 'in_doubt' AND scope = ?1",
        )?;
        let mut rows = read.query(params![self.memory.scope])?;
        let mut doubts = Doubts::default();
        while let Some(row) = rows.next()? {
            doubts.rows += 1;
            if let Some((amount, currency)) = row::revenue(row, 0)? {
                doubts.revenue.entry(currency).or_default().add(amount);
            }
        }
        Ok(doubts)
    }
}
