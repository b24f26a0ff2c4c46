//! How often each content occurred in each input of this run: its ordinals, which tell twins apart.
//!
//! Exact for inputs of any length in bounded memory: counted in a temporary table, which `SQLite`
//! keeps in a file. The second comes first in its key, so that inputs in order of time touch the
//! same pages again and again.

use rusqlite::{Connection, params};

use super::error::LedgerError;
use super::fresh::IsNew;
use super::judge::Tables;
use super::memory::Memory;
use super::row::{self, Keys};
use crate::model::Event;

/// Makes the table that counts.
pub(super) fn prepare(connection: &Connection) -> Result<(), LedgerError> {
    connection.execute_batch(
        "PRAGMA temp_store = FILE;
         PRAGMA temp.cache_size = -4096;
         CREATE TEMP TABLE seen (
             second INTEGER NOT NULL, content BLOB NOT NULL, input INTEGER NOT NULL,
             app INTEGER NOT NULL, count INTEGER NOT NULL,
             PRIMARY KEY (second, content, input, app)) STRICT, WITHOUT ROWID",
    )?;
    Ok(())
}

/// Counts a row. Gives what it is found by, and which tables are to be asked for it.
pub(super) fn enter<'c>(
    memory: &mut Memory,
    (tables, is_new): (Tables<'c>, Option<IsNew>),
    event: &Event,
    keys: Keys,
) -> Result<(Keys, Tables<'c>), LedgerError> {
    if let (Some(fresh), Some(is_new)) = (&mut memory.fresh, is_new)
        && fresh.enter(tables.own, &keys, is_new)?
    {
        let asks_own = false;
        return Ok((keys, Tables { asks_own, ..tables }));
    }
    Ok((count(tables, event, keys)?, tables))
}

fn count(tables: Tables<'_>, event: &Event, keys: Keys) -> Result<Keys, LedgerError> {
    const SQL: &str = "INSERT INTO temp.seen VALUES (?1, ?2, ?3, ?4, 1)
        ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count - 1";
    let Some(content) = keys.content else {
        return Ok(keys);
    };
    let values = params![keys.second, content, event.place.input, tables.app.id];
    let mut count = tables.own.prepare_cached(SQL)?;
    let ordinal = count.query_row(values, |row| row.get(0))?;
    Ok(Keys { ordinal, ..keys })
}

/// A mended row would be taken for its twin, which was accepted, if it were counted among the rows
/// of the file of rejects alone.
pub(super) fn among_brothers(
    tables: Tables<'_>,
    event: &Event,
    (keys, run): (Keys, i64),
) -> Result<Keys, LedgerError> {
    let (Some(origin), None) = (&event.origin, keys.id) else {
        return Ok(keys);
    };
    let (mut own, mut all) = (None, 0);
    for (connection, app) in tables.each() {
        let (known, brothers) = row::brothers(connection, app, (&keys, run), origin)?;
        own = own.or(known);
        all += brothers;
    }
    let ordinal = own.unwrap_or(all);
    Ok(Keys { ordinal, ..keys })
}
