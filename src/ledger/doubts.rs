//! Open rows counted, with what they are total; and those that are in doubt.

use std::collections::BTreeMap;

use rusqlite::{Connection, ToSql, params};

use super::claim::Ledger;
use super::error::LedgerError;
use super::row;
use crate::model::Currency;
use crate::stats::Money;

/// How many rows, and what they are total.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Total {
    /// How many.
    pub rows: u64,
    /// Their money.
    pub revenue: BTreeMap<Currency, Money>,
}

impl Total {
    /// Of what a query finds: an amount and a currency a row.
    pub(super) fn of(
        connection: &Connection,
        sql: &str,
        values: &[&dyn ToSql],
    ) -> Result<Self, LedgerError> {
        let mut read = connection.prepare(sql)?;
        let mut rows = read.query(values)?;
        let mut total = Total::default();
        while let Some(row) = rows.next()? {
            total.rows += 1;
            if let Some((amount, currency)) = row::revenue(row, 0)? {
                total.revenue.entry(currency).or_default().add(amount);
            }
        }
        Ok(total)
    }
}

impl Ledger {
    /// What may or may not be at this run's server until somebody decides, of this run and of
    /// earlier ones.
    pub fn doubts(&self) -> Result<Total, LedgerError> {
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        let sql = "SELECT amount, currency FROM unsettled JOIN app ON app.id = unsettled.app
                   WHERE state = 'in_doubt' AND scope = ?1";
        Total::of(connection, sql, params![self.memory.scope])
    }
}
