//! The tables that are asked about a row: the ledger's own, and in a rehearsal the real one's.

use rusqlite::Connection;

use super::error::LedgerError;

/// An app in the tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct AppRow {
    /// Its number, here.
    pub(super) id: i64,
    /// Its number in the ledger that a rehearsal looks into, if it is known there.
    pub(super) past: Option<i64>,
    /// Events dated before it were forgotten.
    pub(super) horizon: Option<i64>,
    /// Of events dated before it some may have been lost.
    pub(super) gap_until: Option<i64>,
}

/// The tables, and whose rows of them are asked for.
#[derive(Clone, Copy)]
pub(super) struct Tables<'c> {
    pub(super) own: &'c Connection,
    pub(super) past: Option<&'c Connection>,
    pub(super) app: AppRow,
    /// Whether there is anything in the own ones.
    pub(super) asks_own: bool,
}

impl<'c> Tables<'c> {
    /// Each of them, with the app's number there.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'c Connection, i64)> + use<'c> {
        let own = self.asks_own.then_some((self.own, self.app.id));
        own.into_iter().chain(self.past.zip(self.app.past))
    }

    /// The first that any of them knows.
    pub(super) fn find<T>(
        &self,
        ask: impl Fn(&Connection, i64) -> Result<Option<T>, LedgerError>,
    ) -> Result<Option<T>, LedgerError> {
        for (connection, app) in self.each() {
            if let Some(found) = ask(connection, app)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
