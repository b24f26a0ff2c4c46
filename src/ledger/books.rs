//! The ledger outside of an upload: what it holds, and what a person decides about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::batch;
use super::error::LedgerError;
use super::files;
use super::lock::{Holder, Lock};
use super::memory::{Tallies, remember};
use super::open::resume;
use super::origin::Origins;
use super::pending::{self, COLUMNS, Claim};
use super::recover::Recovery;
use super::store;

/// A ledger opened for `ledger status|list|resolve|forget|export`.
#[derive(Debug)]
pub struct Books {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
    /// The run that did not end as it should have, if opening found one.
    pub recovered: Option<Recovery>,
    lock: Option<Lock>,
}

/// What a person found out about rows in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// They were recorded: never send them again.
    Accepted,
    /// They were not: they may be sent.
    Resend,
}

/// `ledger status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Where it stands.
    pub path: PathBuf,
    /// Its schema version.
    pub version: u32,
    /// Its size, with what was not yet written back.
    pub bytes: u64,
    /// How many runs it knows.
    pub runs: u64,
    /// What it holds, by endpoint name and app.
    pub apps: Vec<AppStatus>,
    /// Runs with rows in doubt, released or unsettled, oldest first.
    pub open_runs: Vec<RunStatus>,
}

/// What is remembered of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppStatus {
    /// The endpoint's name.
    pub scope: String,
    /// `com.example.game`
    pub bundle_id: String,
    /// Its platform.
    pub platform: String,
    /// Events that were accepted and are remembered.
    pub accepted: u64,
    /// The time of the first of them, µs since 1970 UTC.
    pub first_time: Option<i64>,
    /// The time of the last of them.
    pub last_time: Option<i64>,
    /// Rows dated before it are filtered, since they were forgotten.
    pub horizon: Option<i64>,
}

/// A run that left something open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunStatus {
    /// The run's id.
    pub run: String,
    /// The endpoint's name.
    pub scope: String,
    /// When it started, µs since 1970 UTC.
    pub started_at: i64,
    /// Rows of a run that goes on, or was killed and is not yet recovered.
    pub unsettled: u64,
    /// Rows that may have been recorded.
    pub in_doubt: u64,
    /// Rows that are free to be sent again.
    pub released: u64,
}

impl Books {
    /// Opens to look; changes nothing, needs no lock.
    pub fn read(path: &Path) -> Result<Books, LedgerError> {
        let connection = store::open_read_only(path)?;
        batch::show(&connection).map_err(|error| error.at(path))?;
        Ok(Books {
            path: path.to_path_buf(),
            connection,
            recovered: None,
            lock: None,
        })
    }

    /// Opens to decide, under the lock; recovers a killed run first. Creates nothing.
    pub fn write(path: &Path, wait: Duration) -> Result<Books, LedgerError> {
        if !path.exists() {
            let path = path.to_path_buf();
            return Err(LedgerError::Missing { path });
        }
        let me = Holder {
            pid: std::process::id(),
            run: "ledger".into(),
            since: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
        };
        let lock = Lock::take(path, &me, wait)?;
        let (connection, _) = store::open(path, true)?;
        let recovered = resume(path, &connection, &lock)
            .map_err(|e| e.at(path))?
            .recovered;
        Ok(Books {
            path: path.to_path_buf(),
            connection,
            recovered,
            lock: Some(lock),
        })
    }

    /// What the ledger holds.
    pub fn status(&self) -> Result<Status, LedgerError> {
        let count = |sql| self.connection.query_row(sql, [], |row| row.get(0));
        Ok(Status {
            path: self.path.clone(),
            version: self
                .connection
                .pragma_query_value(None, "user_version", |row| row.get(0))?,
            bytes: files::size(&self.path)?,
            runs: count("SELECT count(*) FROM run")?,
            apps: self.apps()?,
            open_runs: self.open_runs()?,
        })
    }

    fn apps(&self) -> Result<Vec<AppStatus>, LedgerError> {
        let mut read = self.connection.prepare(
            "SELECT run.scope, bundle_id, platform, coalesce(sum(accepted), 0), min(first_time),
                max(last_time), (SELECT before FROM horizon
                    WHERE horizon.scope = run.scope AND horizon.app = app.id)
             FROM tally JOIN run ON run.id = tally.run JOIN app ON app.id = tally.app
             GROUP BY run.scope, app.id ORDER BY run.scope, bundle_id, platform",
        )?;
        let rows = read.query_map([], |row| {
            Ok(AppStatus {
                scope: row.get(0)?,
                bundle_id: row.get(1)?,
                platform: row.get(2)?,
                accepted: row.get(3)?,
                first_time: row.get(4)?,
                last_time: row.get(5)?,
                horizon: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn open_runs(&self) -> Result<Vec<RunStatus>, LedgerError> {
        let mut read = self.connection.prepare(
            "SELECT run.name, run.scope, run.started_at, sum(state = 0), sum(state = 1), sum(state = 2)
             FROM pending JOIN run ON run.id = pending.run GROUP BY run.id ORDER BY run.id",
        )?;
        let rows = read.query_map([], |row| {
            Ok(RunStatus {
                run: row.get(0)?,
                scope: row.get(1)?,
                started_at: row.get(2)?,
                unsettled: row.get(3)?,
                in_doubt: row.get(4)?,
                released: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Decides about all rows of a run that are in doubt; says how many there were.
    pub fn resolve(&mut self, run: &str, resolution: Resolution) -> Result<u64, LedgerError> {
        debug_assert!(self.lock.is_some(), "opened to decide");
        let number = self.run(run)?;
        let transaction = self.connection.unchecked_transaction()?;
        let rows = match resolution {
            Resolution::Resend => {
                let sql = "UPDATE pending SET state = 2 WHERE run = ?1 AND state = 1";
                transaction.execute(sql, [number])? as u64
            }
            Resolution::Accepted => accept_all(&transaction, number)?,
        };
        transaction.commit()?;
        Ok(rows)
    }

    /// The number of a run.
    pub(super) fn run(&self, name: &str) -> Result<i64, LedgerError> {
        let sql = "SELECT id FROM run WHERE name = ?1";
        let found = self
            .connection
            .query_row(sql, [name], |row| row.get(0))
            .optional()?;
        found.ok_or_else(|| LedgerError::NoSuchRun(crate::row::shown(name).into()))
    }
}

/// Remembers all rows in doubt of a run, a portion at a time.
fn accept_all(connection: &Connection, run: i64) -> Result<u64, LedgerError> {
    let mut index = super::index::Index::open(connection)?;
    let mut origins = Origins::new(run);
    let mut tallies = Tallies::default();
    let sql = format!(
        "SELECT {COLUMNS} FROM pending JOIN app ON app.id = pending.app
         WHERE run = ?1 AND state = 1 ORDER BY pending.id LIMIT 1000"
    );
    let mut read = connection.prepare(&sql)?;
    let mut rows = 0;
    loop {
        let claims = read.query_map([run], pending::claim_of)?;
        let claims = claims.collect::<Result<Vec<Claim>, _>>()?;
        if claims.is_empty() {
            break;
        }
        for claim in &claims {
            remember(connection, &mut index, &mut origins, claim)?;
            tallies.add(claim);
            pending::delete(connection, claim.id.id.cast_signed())?;
        }
        index.write(connection)?;
        index.tidy(connection)?;
        rows += claims.len() as u64;
    }
    tallies.write(connection, run)?;
    Ok(rows)
}
