//! Products that were sent both as subscriptions and as purchases: Tenjin follows a subscription's
//! renewals itself, so their revenue may count twice.

use rusqlite::params;

use super::claim::Ledger;
use super::error::LedgerError;
use super::store;
use crate::model::Kind;

/// How many products are named.
const MOST: usize = 5;

impl Ledger {
    /// Some products of an app that were accepted as both. Reads everything, but only where both
    /// kinds were ever sent.
    pub fn subscribed_and_bought(&mut self) -> Result<Vec<String>, LedgerError> {
        self.transact(|memory, connection, _| {
            let kinds = (
                memory.kind(connection, Kind::Subscription)?,
                memory.kind(connection, Kind::Purchase)?,
            );
            let sql = "SELECT count(DISTINCT kind) FROM source JOIN app ON app.id = source.app
                       WHERE scope = ?1 AND kind IN (?2, ?3)";
            let values = params![memory.scope, kinds.0, kinds.1];
            let sent: u32 = connection.query_row(sql, values, |row| row.get(0))?;
            if sent < 2 {
                return Ok(Vec::new());
            }
            let sql = format!(
                "SELECT DISTINCT name.text
                 FROM (SELECT DISTINCT app, name FROM accepted WHERE kind = ?2) s
                 JOIN (SELECT DISTINCT app, name FROM accepted WHERE kind = ?3) p USING (app, name)
                 JOIN app ON app.id = s.app AND scope = ?1 JOIN name ON name.id = s.name
                 ORDER BY 1 LIMIT {MOST}"
            );
            store::all(connection, &sql, values, |row| row.get(0))
        })
    }
}
