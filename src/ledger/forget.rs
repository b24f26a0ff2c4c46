//! Forgetting: by run or by age, never without a horizon.
//!
//! What is no longer known could be sent again. So for each app a horizon stays: rows dated
//! before it are not sent at all.

use std::collections::HashSet;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::books::Books;
use super::error::LedgerError;
use super::index::Index;

const MICROS_A_DAY: i64 = 86_400_000_000;

/// What to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    /// All that a run had accepted.
    Run(String),
    /// Events dated before this, µs since 1970 UTC; counted by whole UTC days.
    Before(i64),
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// Events that are no longer known.
    pub events: u64,
    /// Those among them without a time: no horizon keeps them from being sent again.
    pub undated: u64,
    /// The horizons that were set or moved.
    pub horizons: Vec<Horizon>,
}

/// Rows of an app dated before this are filtered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Horizon {
    /// The endpoint's name.
    pub scope: String,
    /// `com.example.game`
    pub bundle_id: String,
    /// Its platform.
    pub platform: String,
    /// µs since 1970 UTC.
    pub before: i64,
}

impl Books {
    /// Forgets accepted events; rows in doubt stay until they are resolved. Events without a
    /// time are forgotten only with their run.
    pub fn forget(&mut self, what: &Forget) -> Result<Forgotten, LedgerError> {
        let mut index = Index::open(&self.connection)?;
        let transaction = self.connection.unchecked_transaction()?;
        index.settle(&transaction)?;
        let forgotten = match what {
            Forget::Run(run) => forget_run(&transaction, &mut index, self.run(run)?)?,
            Forget::Before(time) => forget_days(&transaction, &mut index, *time)?,
        };
        transaction.commit()?;
        // Only to give the room back; there may be none to do it in.
        let _ = self
            .connection
            .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        Ok(forgotten)
    }
}

fn forget_run(
    connection: &Connection,
    index: &mut Index,
    run: i64,
) -> Result<Forgotten, LedgerError> {
    let origins = origins(
        connection,
        "JOIN input ON input.id = origin.input WHERE run = ?1",
        run,
    )?;
    index.forget(connection, |origin| origins.contains(&origin))?;
    let sql =
        "SELECT coalesce(sum(accepted), 0), coalesce(sum(undated), 0) FROM tally WHERE run = ?1";
    let (events, undated) =
        connection.query_row(sql, [run], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let apps = numbers(
        connection,
        "SELECT app, last_time + 1 FROM tally WHERE run = ?1 AND last_time NOT NULL",
        run,
    )?;
    let scope: String =
        connection.query_row("SELECT scope FROM run WHERE id = ?1", [run], |row| {
            row.get(0)
        })?;
    let mut horizons = Vec::new();
    for (app, before) in apps {
        horizons.push(raise(connection, &scope, app, before)?);
    }
    for sql in [
        "DELETE FROM tally WHERE run = ?1",
        "DELETE FROM origin WHERE input IN (SELECT id FROM input WHERE run = ?1)",
        "UPDATE input SET digest = NULL, sample = NULL WHERE run = ?1",
    ] {
        connection.execute(sql, [run])?;
    }
    Ok(Forgotten {
        events,
        undated,
        horizons,
    })
}

fn forget_days(
    connection: &Connection,
    index: &mut Index,
    time: i64,
) -> Result<Forgotten, LedgerError> {
    let day = time.div_euclid(MICROS_A_DAY);
    let origins = origins(connection, "WHERE day >= 0 AND day < ?1", day)?;
    let events = index.forget(connection, |origin| origins.contains(&origin))?;
    let mut read = connection.prepare(
        "SELECT DISTINCT run.scope, origin.app FROM origin JOIN input ON input.id = origin.input
         JOIN run ON run.id = input.run WHERE day >= 0 AND day < ?1 ORDER BY 1, 2",
    )?;
    let apps = read.query_map([day], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let apps = apps.collect::<Result<Vec<(String, i64)>, _>>()?;
    let mut horizons = Vec::new();
    for (scope, app) in apps {
        horizons.push(raise(connection, &scope, app, day * MICROS_A_DAY)?);
    }
    connection.execute("DELETE FROM origin WHERE day >= 0 AND day < ?1", [day])?;
    let past = "UPDATE tally SET accepted = undated, first_time = NULL, last_time = NULL
                WHERE last_time < ?1";
    connection.execute(past, [day * MICROS_A_DAY])?;
    Ok(Forgotten {
        events,
        undated: 0,
        horizons,
    })
}

/// A horizon only ever moves forward.
fn raise(
    connection: &Connection,
    scope: &str,
    app: i64,
    before: i64,
) -> Result<Horizon, LedgerError> {
    let sql = "INSERT INTO horizon VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET before = max(before, excluded.before) RETURNING before";
    let before = connection.query_row(sql, params![scope, app, before], |row| row.get(0))?;
    let sql = "SELECT bundle_id, platform FROM app WHERE id = ?1";
    Ok(connection.query_row(sql, [app], |row| {
        Ok(Horizon {
            scope: scope.to_owned(),
            bundle_id: row.get(0)?,
            platform: row.get(1)?,
            before,
        })
    })?)
}

fn origins(connection: &Connection, which: &str, value: i64) -> Result<HashSet<u32>, LedgerError> {
    let mut read = connection.prepare(&format!("SELECT origin.id FROM origin {which}"))?;
    let numbers = read.query_map([value], |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

fn numbers(connection: &Connection, sql: &str, value: i64) -> Result<Vec<(i64, i64)>, LedgerError> {
    let mut read = connection.prepare(sql)?;
    let pairs = read.query_map([value], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(pairs.collect::<Result<_, _>>()?)
}
