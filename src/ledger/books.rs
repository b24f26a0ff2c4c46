//! The ledger outside of an upload: what it holds, and what a person decides about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::error::{Holder, LedgerError};
use super::open::{Entered, OpenOptions};
use super::recover::Recovery;
use super::{consistency, files, store};

/// A ledger opened for `ledger status|list|find|resolve|forget|export|check|recover|backup`.
#[derive(Debug)]
pub struct Books {
    // Closed before the lock is given back.
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// The run that did not end as it should have, if opening found one.
    pub recovered: Option<Recovery>,
    /// It was made just now.
    pub created: bool,
    /// None if it is only looked at, or a run that goes on has it.
    entered: Option<super::lock::Lock>,
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
    /// Events that `forget --run` forgot: recognised by hashes.
    pub forgotten: u64,
    /// Why no upload goes on with it before `ledger recover`: it is a copy, say.
    pub behind: Option<String>,
}

/// What the ledger no longer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unknown {
    /// Events of which only hashes are left.
    pub forgotten: u64,
    /// Events dated before it were forgotten.
    pub horizon: Option<i64>,
    /// Of events before it some may have been lost.
    pub gap_until: Option<i64>,
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
    /// Money dated before it is held if it is not known, since the ledger may have lost it.
    pub gap_until: Option<i64>,
}

/// A run that left something open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunStatus {
    /// The run's id.
    pub run: String,
    /// The endpoint's name.
    pub scope: String,
    /// When it started, µs since 1970 UTC: since then its rows and requests are kept.
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
        // Looking is safe anywhere.
        let path = files::find(path, false, true)?;
        let connection = store::open_read_only(&path)?;
        Ok(Books {
            connection,
            path,
            recovered: None,
            created: false,
            entered: None,
        })
    }

    /// Opens to decide, under the lock; recovers a killed run first. Creates nothing.
    pub fn write(path: &Path, wait: Duration) -> Result<Books, LedgerError> {
        Books::enter(path, wait, false)
    }

    /// The same, also if a run goes on that has the lock: what it has claimed is left alone.
    pub fn write_beside(path: &Path, wait: Duration) -> Result<Books, LedgerError> {
        match Books::write(path, wait) {
            Err(LedgerError::Locked { path, .. }) => Ok(Books {
                connection: store::open(&path, store::Found::Ledger)?,
                path,
                recovered: None,
                created: false,
                entered: None,
            }),
            entered => entered,
        }
    }

    /// `ledger recover`: goes on with a ledger that has lost something. Money that it does not know
    /// and that is not dated later than now will be held in doubt.
    pub fn recover(path: &Path, wait: Duration) -> Result<Books, LedgerError> {
        Books::enter(path, wait, true)
    }

    fn enter(path: &Path, wait: Duration, recover: bool) -> Result<Books, LedgerError> {
        let me = Holder {
            pid: std::process::id(),
            run: "ledger".into(),
            since: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
        };
        let options = OpenOptions {
            // A database that is lost altogether is begun anew.
            require_existing: !recover,
            wait_lock: Some(wait),
            allow_remote: true,
            recover,
            ..OpenOptions::default()
        };
        let entered = Entered::enter(path, None, &options, &me)?;
        Ok(Books {
            connection: entered.connection,
            path: entered.path,
            recovered: entered.recovered,
            created: entered.created,
            entered: Some(entered.lock),
        })
    }

    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the ledger holds.
    pub fn status(&self) -> Result<Status, LedgerError> {
        let count = |sql| self.connection.query_row(sql, [], |row| row.get(0));
        let version = |row: &rusqlite::Row<'_>| row.get(0);
        Ok(Status {
            path: self.path.clone(),
            version: self
                .connection
                .pragma_query_value(None, "user_version", version)?,
            bytes: files::size(&self.path)?,
            runs: count("SELECT count(*) FROM run")?,
            apps: self.apps()?,
            open_runs: self.open_runs()?,
            forgotten: count("SELECT count(*) FROM forgotten WHERE alike IS NULL")?,
            behind: consistency::behind_its_journal(&self.path, &self.connection)?,
        })
    }

    /// What it no longer knows, so that a row that it does not find may have been sent all the same.
    pub fn unknown(&self) -> Result<Unknown, LedgerError> {
        let sql = "SELECT (SELECT count(*) FROM forgotten WHERE alike IS NULL), (SELECT max(horizon) FROM app),
                       (SELECT max(gap_until) FROM (SELECT gap_until FROM app
                                                    UNION ALL SELECT gap_until FROM ledger))";
        Ok(self.connection.query_row(sql, [], |row| {
            Ok(Unknown {
                forgotten: row.get(0)?,
                horizon: row.get(1)?,
                gap_until: row.get(2)?,
            })
        })?)
    }

    fn apps(&self) -> Result<Vec<AppStatus>, LedgerError> {
        let sql = "SELECT scope, bundle_id, platform, count(accepted.id), min(event_time),
                max(event_time), horizon, gap_until
             FROM app LEFT JOIN accepted ON accepted.app = app.id
             GROUP BY app.id ORDER BY scope, bundle_id, platform";
        store::all(&self.connection, sql, [], |row| {
            Ok(AppStatus {
                scope: row.get(0)?,
                bundle_id: row.get(1)?,
                platform: row.get(2)?,
                accepted: row.get(3)?,
                first_time: row.get(4)?,
                last_time: row.get(5)?,
                horizon: row.get(6)?,
                gap_until: row.get(7)?,
            })
        })
    }

    fn open_runs(&self) -> Result<Vec<RunStatus>, LedgerError> {
        let sql = "SELECT run.name, run.scope, run.started_at, sum(state = 'claimed'),
                sum(state = 'in_doubt'), sum(state = 'released')
             FROM unsettled JOIN run ON run.id = unsettled.run GROUP BY run.id ORDER BY run.id";
        store::all(&self.connection, sql, [], |row| {
            Ok(RunStatus {
                run: row.get(0)?,
                scope: row.get(1)?,
                started_at: row.get(2)?,
                unsettled: row.get(3)?,
                in_doubt: row.get(4)?,
                released: row.get(5)?,
            })
        })
    }

    /// Reads every page of the database; what is wrong, if anything.
    pub fn check(&self) -> Result<Vec<String>, LedgerError> {
        store::check(&self.connection, true)
    }

    /// Copies the ledger to a new file, also while a run uses it. The copy is stamped: the first
    /// upload with it stops, since it cannot know what was sent after it.
    pub fn backup(&self, to: &Path) -> Result<(), LedgerError> {
        if std::fs::symlink_metadata(to).is_ok() {
            return Err(files::unsafe_at(to, "there is a file of this name already"));
        }
        // Before SQLite does, so that it never stands open to others.
        let file = files::open_private(to)?;
        let to = std::fs::canonicalize(to)?;
        let text = to
            .to_str()
            .ok_or_else(|| files::unsafe_at(&to, "the name is not UTF-8"))?;
        self.connection.execute("VACUUM INTO ?1", [text])?;
        file.sync_all()?;
        drop(file);
        let copy = store::open(&to, store::Found::Ledger)?;
        let now = jiff::Timestamp::now().as_microsecond();
        copy.execute("UPDATE ledger SET copied_at = ?1", [now])?;
        copy.pragma_update(None, "journal_mode", "delete")?;
        drop(copy);
        Ok(files::sync_folder_of(&to)?)
    }

    /// Whether nobody else can be writing.
    pub(super) fn is_locked(&self) -> bool {
        self.entered.is_some()
    }

    /// The number of a run.
    pub(super) fn run(&self, name: &str) -> Result<i64, LedgerError> {
        run(&self.connection, name)
    }
}

pub(super) fn run(connection: &Connection, name: &str) -> Result<i64, LedgerError> {
    let sql = "SELECT id FROM run WHERE name = ?1";
    let found = connection.query_row(sql, [name], |row| row.get(0));
    let unknown = || LedgerError::NoSuchRun(crate::model::shown(name).into());
    found.optional()?.ok_or_else(unknown)
}
