//! Opening a ledger: for a run, for a throw-away run, or only to look.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, params};

use super::batch::Batches;
use super::boot::boot_id;
use super::claim::Ledger;
use super::error::LedgerError;
use super::files;
use super::flight::Flight;
use super::index::Index;
use super::key::Masks;
use super::lock::{Holder, Lock};
use super::memory::Memory;
use super::origin::Origins;
use super::pending;
use super::recover::{self, Recovery};
use super::seen::Seen;
use super::steps::{Steps, Trail};
use super::store;
use super::writeback::Writeback;
use crate::kind::App;

/// The run that opens a ledger.
#[derive(Debug, Clone, Default)]
pub struct RunInfo {
    /// Its id, never used before.
    pub id: String,
    /// The names of its inputs, as `Place::input` counts them.
    pub inputs: Vec<String>,
    /// When it started, µs since 1970 UTC.
    pub started_at: i64,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// The version of the fingerprint recipe.
    pub recipe: u32,
    /// `--input-name`: what tells rows apart that have neither id nor time.
    pub input_name: Option<String>,
}

/// How to open.
#[derive(Debug, Clone, Copy, Default)]
pub struct OpenOptions {
    /// `--require-ledger`: fail if there is none.
    pub require_existing: bool,
    /// `--wait-lock`: how long to wait for another run.
    pub wait_lock: Option<Duration>,
}

/// An open ledger, and what there is to tell about it.
#[derive(Debug)]
pub struct Opened {
    /// The ledger.
    pub ledger: Ledger,
    /// It was made just now, and knows nothing.
    pub created: bool,
    /// The run before did not end as it should have.
    pub recovered: Option<Recovery>,
}

impl Ledger {
    /// Opens the ledger for a run that sends to the endpoint of this name. Holds the lock as
    /// long as the value lives.
    pub fn open(
        path: &Path,
        scope: &str,
        run: &RunInfo,
        options: OpenOptions,
    ) -> Result<Opened, LedgerError> {
        if !options.require_existing {
            files::make_folder_of(path)?;
        } else if !path.exists() {
            return Err(LedgerError::Missing {
                path: path.to_path_buf(),
            });
        }
        let wait = options.wait_lock.unwrap_or_default();
        let lock = Lock::take(path, &holder(run), wait)?;
        let (connection, created) = store::open(path, options.require_existing)?;
        let resumed = resume(path, &connection, &lock).map_err(|error| error.at(path))?;
        let recovered = resumed.recovered.clone();
        let memory = begin(&connection, scope, run, resumed).map_err(|error| error.at(path))?;
        let ledger = Ledger {
            writeback: Some(Writeback::start(path)?),
            connection,
            memory,
            broken: false,
            failure: None,
            lock: Some(lock),
        };
        Ok(Opened {
            ledger,
            created,
            recovered,
        })
    }

    /// A ledger that knows nothing and is gone with the run, for `upload --sandbox` and tests.
    pub fn throw_away(scope: &str, run: &RunInfo) -> Result<Ledger, LedgerError> {
        let connection = store::open_throw_away()?;
        let memory = begin(&connection, scope, run, Resumed::fresh(&connection)?)?;
        Ok(Ledger {
            writeback: None,
            connection,
            memory,
            broken: false,
            failure: None,
            lock: None,
        })
    }

    /// Looks into the ledger without lock or trace, for `--dry-run`: rows are judged as if each
    /// that may be sent was. Where there is none, nothing is known and none is made.
    pub fn peek(path: &Path, scope: &str, run: &RunInfo) -> Result<Ledger, LedgerError> {
        let connection = match store::open_read_only(path) {
            Err(LedgerError::Missing { .. }) => store::open_throw_away()?,
            opened => opened?,
        };
        let resumed = Resumed::fresh(&connection).map_err(|error| error.at(path))?;
        let mut memory = Memory {
            holds_any: true,
            peeks: true,
            ..blank(scope, run, 0, resumed)?
        };
        memory.horizons = horizons(&connection, scope)?;
        Ok(Ledger {
            writeback: None,
            connection,
            memory,
            broken: false,
            failure: None,
            lock: None,
        })
    }
}

fn holder(run: &RunInfo) -> Holder {
    let since = jiff::Timestamp::from_microsecond(run.started_at).unwrap_or_default();
    Holder {
        pid: run.pid,
        run: run.id.clone(),
        since: since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// A ledger whose dead runs are recovered.
pub(super) struct Resumed {
    pub(super) index: Index,
    pub(super) recovered: Option<Recovery>,
    steps: Steps,
    next: u64,
}

impl Resumed {
    /// One that has nothing to recover and leaves no steps.
    fn fresh(connection: &Connection) -> Result<Self, LedgerError> {
        Ok(Resumed {
            index: Index::open(connection)?,
            recovered: None,
            steps: Steps::nowhere(),
            next: 1,
        })
    }
}

/// Recovers what a dead run left, durably, before the steps it left are overwritten. Only under
/// the lock.
pub(super) fn resume(
    path: &Path,
    connection: &Connection,
    lock: &Lock,
) -> Result<Resumed, LedgerError> {
    let steps_path = files::beside(path, ".steps");
    let nonce = store::nonce(connection)?;
    let trail = Trail::read(&steps_path, nonce)?;
    let mut index = Index::open(connection)?;
    let transaction = connection.unchecked_transaction()?;
    let mut recovered = recover::recover(&transaction, &mut index, trail.as_ref(), &boot_id())?;
    if let Some(recovery) = &mut recovered {
        recovery.failure = lock.end_of(&recovery.run);
    }
    let last: Option<i64> =
        transaction.query_row("SELECT max(id) FROM pending", [], |row| row.get(0))?;
    transaction.commit()?;
    let steps = Steps::create(&steps_path, nonce)?;
    let left = trail.map_or(0, |trail| trail.last_claim());
    Ok(Resumed {
        index,
        recovered,
        steps,
        next: left.max(last.unwrap_or(0).cast_unsigned()) + 1,
    })
}

/// Puts the run down.
fn begin(
    connection: &Connection,
    scope: &str,
    run: &RunInfo,
    resumed: Resumed,
) -> Result<Memory, LedgerError> {
    let transaction = connection.unchecked_transaction()?;
    let sql = "INSERT INTO run (name, scope, host, pid, boot, recipe, started_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
    let values = params![
        run.id,
        scope,
        run.host,
        run.pid,
        boot_id(),
        run.recipe,
        run.started_at
    ];
    let number = transaction.query_row(sql, values, |row| row.get(0))?;
    let mut memory = blank(scope, run, number, resumed)?;
    for (at, name) in run.inputs.iter().enumerate() {
        let sql = "INSERT INTO input (run, number, name) VALUES (?1, ?2, ?3) RETURNING id";
        let id = transaction.query_row(sql, params![number, at as u64, name], |row| row.get(0))?;
        memory.inputs[at].0 = id;
    }
    memory.holds_any = pending::held_count(&transaction)? > 0;
    memory.horizons = horizons(&transaction, scope)?;
    transaction.commit()?;
    Ok(memory)
}

fn blank(scope: &str, run: &RunInfo, number: i64, resumed: Resumed) -> Result<Memory, LedgerError> {
    let name = |name: &String| (0, Arc::from(name.as_str()));
    Ok(Memory {
        run: number,
        run_name: Arc::from(run.id.as_str()),
        recipe: run.recipe,
        scope: scope.to_owned(),
        inputs: run.inputs.iter().map(name).collect(),
        masks: Masks::new(scope, run.input_name.as_deref()),
        index: resumed.index,
        origins: Origins::new(number),
        seen: Seen::new()?,
        flight: Flight::new(resumed.next),
        batches: Batches::new()?,
        steps: resumed.steps,
        holds_any: false,
        horizons: HashMap::new(),
        released_inputs: None,
        peeks: false,
    })
}

fn horizons(connection: &Connection, scope: &str) -> Result<HashMap<App, i64>, LedgerError> {
    let mut read = connection.prepare(
        "SELECT bundle_id, platform, before FROM horizon JOIN app ON app.id = horizon.app
         WHERE scope = ?1",
    )?;
    let rows = read.query_map([scope], |row| {
        let app = App {
            bundle_id: row.get::<_, String>(0)?.into(),
            platform: pending::platform_of(row, 1)?,
        };
        Ok((app, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
