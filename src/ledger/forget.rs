//! Forgetting: by run or by age, so that nothing of it is sent again.
//!
//! By age a horizon stays for each app: rows dated before it are not sent at all, unless they are
//! released. By run a hash stays of each event, which recognises it and says nothing else.

use rusqlite::{Connection, params};
use serde::Serialize;

use super::books::Books;
use super::error::LedgerError;
use super::judge::{ZONES, content_tomb, tomb};
use super::memory::app_of;
use super::row::Key;
use super::store;

/// So many events are forgotten in one step.
const PORTION: i64 = 5_000;

/// What to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    /// All that a run had accepted.
    Run(String),
    /// Events dated before this, µs since 1970 UTC.
    Before(i64),
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Forgotten {
    /// Events that are no longer known.
    pub events: u64,
    /// Those among them that nothing keeps from being sent again, since nothing identified them.
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
        debug_assert!(self.is_locked(), "opened to decide");
        let forgotten = match what {
            Forget::Run(run) => forget_run(&self.connection, self.run(run)?)?,
            Forget::Before(time) => forget_before(&self.connection, *time)?,
        };
        // Only to give the room back; there may be none to do it in.
        let _ = self
            .connection
            .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        Ok(forgotten)
    }
}

/// An event that is to be forgotten.
struct Doomed {
    row: i64,
    scope: String,
    app: crate::model::App,
    id: Option<Key>,
    content: Option<Key>,
    ordinal: u32,
}

fn forget_run(connection: &Connection, run: i64) -> Result<Forgotten, LedgerError> {
    let mut forgotten = Forgotten::default();
    loop {
        let transaction = store::transaction(connection)?;
        let doomed = doomed(&transaction, run)?;
        for event in &doomed {
            forgotten.undated += u64::from(bury(&transaction, event)? == 0);
            let sql = "DELETE FROM accepted WHERE id = ?1";
            transaction.prepare_cached(sql)?.execute([event.row])?;
        }
        transaction.commit()?;
        if doomed.is_empty() {
            return Ok(forgotten);
        }
        forgotten.events += doomed.len() as u64;
    }
}

fn doomed(connection: &Connection, run: i64) -> Result<Vec<Doomed>, LedgerError> {
    let sql = "SELECT t.id, scope, bundle_id, platform, id_hash, fingerprint, ordinal
               FROM accepted t JOIN app ON app.id = t.app WHERE t.run = ?1 LIMIT ?2";
    let mut read = connection.prepare_cached(sql)?;
    let rows = read.query_map([run, PORTION], |row| {
        Ok(Doomed {
            row: row.get(0)?,
            scope: row.get(1)?,
            app: app_of(row, 2)?,
            id: row.get(4)?,
            content: row.get(5)?,
            ordinal: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Leaves hashes of an event; says how many.
fn bury(connection: &Connection, event: &Doomed) -> Result<usize, LedgerError> {
    let (scope, app) = (event.scope.as_str(), event.app.to_string());
    let id = event.id.map(|id| tomb(&[scope, &app], &[&id]));
    let content = event.content;
    let content = content.map(|content| content_tomb(scope, &app, &content, event.ordinal));
    let hashes = [id, content];
    for hash in hashes.iter().flatten() {
        let sql = "INSERT OR IGNORE INTO forgotten VALUES (?1)";
        connection.prepare_cached(sql)?.execute([hash])?;
    }
    Ok(hashes.iter().flatten().count())
}

/// The horizon goes first, so that whatever ends this leaves nothing that would be sent again.
/// What is dated shortly before it is kept: another zone may date it later.
fn forget_before(connection: &Connection, time: i64) -> Result<Forgotten, LedgerError> {
    let before = time.saturating_sub(ZONES);
    let mut forgotten = Forgotten {
        horizons: raise(connection, time, before)?,
        ..Forgotten::default()
    };
    loop {
        let transaction = store::transaction(connection)?;
        let sql = "DELETE FROM accepted WHERE id IN
                   (SELECT id FROM accepted WHERE event_time < ?1 LIMIT ?2)";
        let gone = transaction.execute(sql, [before, PORTION])? as u64;
        transaction.commit()?;
        if gone == 0 {
            return Ok(forgotten);
        }
        forgotten.events += gone;
    }
}

/// Sets the horizon of every app that has something to forget. It only ever moves forward.
fn raise(connection: &Connection, time: i64, before: i64) -> Result<Vec<Horizon>, LedgerError> {
    let sql = "UPDATE app SET horizon = max(ifnull(horizon, ?1), ?1)
               WHERE id IN (SELECT DISTINCT app FROM accepted WHERE event_time < ?2)
               RETURNING scope, bundle_id, platform, horizon";
    let mut update = connection.prepare(sql)?;
    let rows = update.query_map(params![time, before], |row| {
        Ok(Horizon {
            scope: row.get(0)?,
            bundle_id: row.get(1)?,
            platform: row.get(2)?,
            before: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
