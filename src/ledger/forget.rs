//! Forgetting: by run or by age, so that nothing of it is sent again.
//!
//! By age a horizon stays for each app: rows dated before it are not sent at all, unless they are
//! released. By run hashes stay of each event, which recognise it and whether a row with its id
//! differs from it.

use rusqlite::{Connection, params};
use serde::Serialize;

use super::books::Books;
use super::error::LedgerError;
use super::file_map::Key;
use super::identity::ZONES;
use super::remains::Meaning;
use super::{row, store};

/// How many events are forgotten in one transaction.
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
    /// What is still known, if an age was said and nothing was as old.
    pub kept: Option<Kept>,
}

/// Why nothing was old enough to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Kept {
    /// Events that were dated before this would have been forgotten, µs since 1970 UTC: the age
    /// that was said, and what another time zone may date otherwise.
    pub before: i64,
    /// Events that are as old as was said, but dated later than that.
    pub recent: u64,
    /// Events without a time, which go with their run only.
    pub undated: u64,
    /// When the first event with a time happened.
    pub first: Option<i64>,
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
        self.connection.execute_batch(
            "DELETE FROM told WHERE NOT EXISTS
                 (SELECT 1 FROM accepted WHERE accepted.id_hash = told.id_hash)
             AND NOT EXISTS (SELECT 1 FROM forgotten WHERE forgotten.id_hash = told.id_hash)",
        )?;
        // Only to give the room back; there may be none to do it in.
        let _ = self
            .connection
            .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        Ok(forgotten)
    }
}

fn forget_run(connection: &Connection, run: i64) -> Result<Forgotten, LedgerError> {
    let mut forgotten = Forgotten::default();
    loop {
        let transaction = store::transaction(connection)?;
        let events = portion(&transaction, run)?;
        for (row, meaning) in &events {
            forgotten.undated += u64::from(!keep_hashes(&transaction, *row, meaning.as_ref())?);
            let sql = "DELETE FROM accepted WHERE id = ?1";
            transaction.prepare_cached(sql)?.execute([row])?;
        }
        let_alike_go(&transaction)?;
        transaction.commit()?;
        if events.is_empty() {
            return Ok(forgotten);
        }
        forgotten.events += events.len() as u64;
    }
}

/// The next events of a run, with what is to be left of those that have an id.
fn portion(connection: &Connection, run: i64) -> Result<Vec<(i64, Option<Meaning>)>, LedgerError> {
    let sql = "SELECT t.id, id_hash, name.text, event_time, amount, currency
               FROM accepted t JOIN name ON name.id = t.name WHERE run = ?1 LIMIT ?2";
    store::all(connection, sql, [run, PORTION], |row| {
        let id: Option<Key> = row.get(1)?;
        let (name, time, revenue): (String, _, _) =
            (row.get(2)?, row.get(3)?, row::revenue(row, 4)?);
        Ok((
            row.get(0)?,
            id.map(|id| Meaning::of(&id, &name, time, revenue)),
        ))
    })
}

/// Leaves hashes of an event; whether anything will recognise it.
fn keep_hashes(
    connection: &Connection,
    row: i64,
    left: Option<&Meaning>,
) -> Result<bool, LedgerError> {
    let sql = "INSERT INTO forgotten (input, app, kind, ordinal, fingerprint, id_hash, name,
                   second, amount, currency)
               SELECT input, app, kind, ordinal, fingerprint, id_hash, ?2, ?3, ?4, ?5
               FROM accepted WHERE id = ?1 AND (id_hash NOT NULL OR fingerprint NOT NULL)";
    let values = params![
        row,
        left.map(|left| left.name),
        left.map(|left| left.second),
        left.map(|left| left.amount),
        left.map(|left| left.currency)
    ];
    Ok(connection.prepare_cached(sql)?.execute(values)? > 0)
}

/// What was left out for an event that is forgotten is still recognised; the event's number may become
/// another's.
fn let_alike_go(connection: &Connection) -> Result<(), LedgerError> {
    let sql = "UPDATE forgotten SET alike = -1 WHERE alike > 0
               AND NOT EXISTS (SELECT 1 FROM accepted WHERE accepted.id = alike)";
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// The horizon goes first, so that whatever ends this leaves nothing that would be sent again.
/// What is dated shortly before it is kept: another zone may date it later.
fn forget_before(connection: &Connection, time: i64) -> Result<Forgotten, LedgerError> {
    let before = time.saturating_sub(ZONES);
    let mut forgotten = Forgotten {
        horizons: advance(connection, time, before)?,
        ..Forgotten::default()
    };
    loop {
        let transaction = store::transaction(connection)?;
        let sql = "DELETE FROM accepted WHERE id IN
                   (SELECT id FROM accepted WHERE event_time < ?1 LIMIT ?2)";
        let gone = transaction.execute(sql, [before, PORTION])? as u64;
        let_alike_go(&transaction)?;
        transaction.commit()?;
        if gone == 0 {
            let is_idle = forgotten.events == 0;
            forgotten.kept = is_idle
                .then(|| kept(connection, time, before))
                .transpose()?;
            return Ok(forgotten);
        }
        forgotten.events += gone;
    }
}

fn kept(connection: &Connection, time: i64, before: i64) -> Result<Kept, LedgerError> {
    let sql = "SELECT ifnull(sum(event_time < ?1), 0), ifnull(sum(event_time IS NULL), 0),
                   min(event_time) FROM accepted";
    Ok(connection.query_row(sql, [time], |row| {
        Ok(Kept {
            before,
            recent: row.get(0)?,
            undated: row.get(1)?,
            first: row.get(2)?,
        })
    })?)
}

/// Sets the horizon of every app that has something to forget. It only ever moves forward.
fn advance(connection: &Connection, time: i64, before: i64) -> Result<Vec<Horizon>, LedgerError> {
    let sql = "UPDATE app SET horizon = max(ifnull(horizon, ?1), ?1)
               WHERE id IN (SELECT DISTINCT app FROM accepted WHERE event_time < ?2)
               RETURNING scope, bundle_id, platform, horizon";
    store::all(connection, sql, params![time, before], |row| {
        Ok(Horizon {
            scope: row.get(0)?,
            bundle_id: row.get(1)?,
            platform: row.get(2)?,
            before: row.get(3)?,
        })
    })
}
