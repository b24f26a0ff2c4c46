//! Opening a ledger: for a run, for a throw-away run, or to rehearse one.
//!
//! What a dead run left is dealt with, and the opening counted, in the database first; then the
//! journal is begun anew. So a journal is never newer than its database. If it is, the database has
//! lost something, and nothing may be sent before a person knows.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, params};

use super::claim::Ledger;
use super::consistency::{EarlierJournal, Witness, check, hex, must_not_be_gone, stamp};
use super::error::{Holder, LedgerError};
use super::files;
use super::journal::{Journal, JournalRecords, Stamp};
use super::lock::{self, Lock};
use super::memory::Memory;
use super::recover::{self, Recovery, boot_id};
use super::source::{InputInfo, Sources};
use super::store::{self, Found};
use crate::model::Kind;

/// The run that opens a ledger.
#[derive(Debug, Clone, Default)]
pub struct RunInfo {
    /// Its id, never used before.
    pub id: String,
    /// Its inputs, as `Place::input` counts them.
    pub inputs: Vec<InputInfo>,
    /// When it started, µs since 1970 UTC.
    pub started_at: i64,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// `--input-name`: what tells rows apart that have neither id nor time.
    pub input_name: Option<String>,
    /// `--new-identity`: rows that are identified otherwise than before are meant.
    pub new_identity: bool,
    /// `--skip-alike`: of those, money that looks sent is left out.
    pub skip_alike: bool,
    /// Whether a row that nothing identifies must not be sent, since each run would send it again.
    pub needs_identity: bool,
}

/// How to open.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// `--require-ledger`: fail if there is none.
    pub require_existing: bool,
    /// `--wait-lock`: how long to wait for another run.
    pub wait_lock: Option<Duration>,
    /// `--allow-remote-ledger`.
    pub allow_remote: bool,
    /// What reports of earlier runs say of the ledger.
    pub witnesses: Vec<Witness>,
    /// `ledger recover`: go on with a ledger that has lost something.
    pub recover: bool,
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
        options: &OpenOptions,
    ) -> Result<Opened, LedgerError> {
        let entered = Entered::enter(path, Some(scope), options, &holder(run))?;
        let named = |error: LedgerError| error.at(&entered.path);
        let stamp = entered.stamp;
        let journal = entered.journal.clone();
        let begun = begin(&entered.connection, scope, run, (journal, stamp), None);
        let memory = begun.map_err(named)?;
        Ok(Opened {
            ledger: Ledger::over(entered.connection, memory, Some(entered.lock)),
            created: entered.created,
            recovered: entered.recovered,
        })
    }

    /// A ledger that knows nothing and is gone with the run, for `upload --sandbox` and tests.
    pub fn throw_away(scope: &str, run: &RunInfo) -> Result<Ledger, LedgerError> {
        let connection = store::open_throw_away()?;
        let begun = (Journal::in_memory(), stamp(&connection)?);
        let memory = begin(&connection, scope, run, begun, None)?;
        Ok(Ledger::over(connection, memory, None))
    }

    fn over(connection: Connection, memory: Memory, lock: Option<Lock>) -> Ledger {
        Ledger {
            connection,
            past: None,
            memory,
            broken: false,
            failure: None,
            lock,
        }
    }

    /// A throw-away ledger that also knows what the real one knows, without lock or trace, for
    /// `--dry-run`: rows are judged as if each that may be sent was, after what a run that was
    /// killed left has been dealt with. Where there is no real one, nothing is known and none is
    /// made.
    pub fn rehearse(
        path: Option<&Path>,
        scope: &str,
        run: &RunInfo,
        options: &OpenOptions,
    ) -> Result<Opened, LedgerError> {
        let mut ledger = Ledger::throw_away(scope, &RunInfo::default())?;
        let past = path.map_or(Ok(None), |path| read_only(path, scope, options))?;
        let (past, recovered) = past.unzip();
        ledger.past = past;
        let (journal, stamp) = (Journal::in_memory(), ledger.memory.stamp);
        let connection = &ledger.connection;
        let mut memory = begin(connection, scope, run, (journal, stamp), Some(REHEARSAL))?;
        memory.rehearses = true;
        memory.asks_own = false;
        memory.has_forgotten = has_forgotten(ledger.past.as_ref().unwrap_or(connection))?;
        ledger.memory = memory;
        Ok(Opened {
            ledger,
            created: false,
            recovered: recovered.flatten(),
        })
    }

    /// Which ledger it is, how often it was opened for writing, and the number of the last claim that
    /// is in the database: for reports.
    pub fn witness(&self) -> Witness {
        let stamp = self.memory.stamp;
        Witness {
            report: PathBuf::new(),
            path: self.connection.path().unwrap_or_default().into(),
            scope: self.memory.scope.clone(),
            id: hex(stamp.id),
            generation: stamp.generation,
            claims: stamp.claims,
        }
    }
}

/// Runs and inputs of a rehearsal are numbered from here, so that they are none of the real ledger.
const REHEARSAL: i64 = 1 << 40;

/// The ledger as the next opening will find it, if there is one, for a run that sends nothing; and
/// what it will find out about a run that was killed.
fn read_only(
    path: &Path,
    scope: &str,
    options: &OpenOptions,
) -> Result<Option<(Connection, Option<Recovery>)>, LedgerError> {
    let gone = |path: &Path| must_not_be_gone(path, scope, &options.witnesses);
    let path = match files::find(path, false, options.allow_remote) {
        Err(LedgerError::Missing { path }) => {
            gone(&std::path::absolute(path)?)?;
            return Ok(None);
        }
        path => path?,
    };
    let earlier = EarlierJournal::read(&path)?;
    let connection = match store::open_read_only(&path) {
        Err(LedgerError::Missing { .. }) => {
            earlier.must_not_know_more(&path)?;
            gone(&path)?;
            return Ok(None);
        }
        opened => opened?,
    };
    check(&path, &connection, &earlier, &options.witnesses)?;
    recover::hide(&connection)?;
    // The claims of a run that goes on are its own.
    let recovered = if lock::is_held(&path)? {
        None
    } else {
        let records = earlier.of(&stamp(&connection)?);
        recover::foresee(&connection, records, &boot_id()).map_err(|error| error.at(&path))?
    };
    Ok(Some((connection, recovered)))
}

/// A ledger that may be written: locked, recovered, its journal begun.
#[derive(Debug)]
pub(super) struct Entered {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
    pub(super) created: bool,
    pub(super) recovered: Option<Recovery>,
    journal: Journal,
    stamp: Stamp,
    pub(super) lock: Lock,
}

impl Entered {
    /// Opens, for rows that are to be sent to the endpoint of this name or for anything else.
    pub(super) fn enter(
        path: &Path,
        scope: Option<&str>,
        options: &OpenOptions,
        me: &Holder,
    ) -> Result<Entered, LedgerError> {
        let create = !options.require_existing;
        let path = files::find(path, create, options.allow_remote)?;
        if !create && !path.exists() {
            return Err(LedgerError::Missing { path });
        }
        let lock = Lock::take(&path, me, options.wait_lock.unwrap_or_default())?;
        files::tighten(&path);
        let earlier = EarlierJournal::read(&path)?;
        let found = store::look(&path)?;
        if found == Found::Nothing {
            if !create {
                return Err(LedgerError::Missing { path });
            }
            if !options.recover {
                earlier.must_not_know_more(&path)?;
                let scope = scope.unwrap_or_default();
                must_not_be_gone(&path, scope, &options.witnesses)?;
            }
        }
        let connection = store::open(&path, found)?;
        if !options.recover {
            check(&path, &connection, &earlier, &options.witnesses)?;
        }
        let resumed = resume(&connection, &earlier, options.recover);
        let (mut recovered, stamp) = resumed.map_err(|error| error.at(&path))?;
        if let Some(recovery) = &mut recovered {
            recovery.failure = lock.end_of(&recovery.run);
        }
        let journal = Journal::create(&files::beside(&path, ".steps"), stamp)?;
        Ok(Entered {
            created: found == Found::Nothing,
            path,
            connection,
            recovered,
            journal,
            stamp,
            lock,
        })
    }
}

/// Recovers what a dead run left and counts the opening, in one durable step.
fn resume(
    connection: &Connection,
    earlier: &EarlierJournal,
    recovers: bool,
) -> Result<(Option<Recovery>, Stamp), LedgerError> {
    let before = stamp(connection)?;
    let is_clean = "SELECT clean FROM ledger";
    if !connection.query_row(is_clean, [], |row| row.get(0))? {
        let faults = store::check(connection, false)?;
        if let Some(why) = faults.into_iter().next() {
            let path = "ledger".into();
            return Err(LedgerError::Corrupt { path, why });
        }
    }
    let transaction = store::transaction(connection)?;
    let recovered = recover::recover(&transaction, earlier.of(&before), &boot_id())?;
    let last = earlier
        .records
        .as_ref()
        .map_or(0, JournalRecords::last_claim);
    let mut after = Stamp {
        generation: before.generation + 1,
        token: fastrand::i64(..),
        claims: before.claims.max(last),
        ..before
    };
    if recovers {
        mark_gap(&transaction)?;
        // What knows more than it does knows it of another ledger from now on.
        after.id = *uuid::Uuid::now_v7().as_bytes();
    }
    let sql = "UPDATE ledger SET id = ?1, generation = ?2, token = ?3, claims = ?4, clean = 1";
    let values = params![after.id, after.generation, after.token, after.claims];
    transaction.execute(sql, values)?;
    transaction.commit()?;
    Ok((recovered, after))
}

/// From now on, money that the ledger does not know and that is not dated later may have been sent;
/// so may what it has as released: that was then.
fn mark_gap(connection: &Connection) -> Result<(), LedgerError> {
    let now = jiff::Timestamp::now().as_microsecond();
    connection.execute("UPDATE ledger SET gap_until = ?1, copied_at = NULL", [now])?;
    connection.execute("UPDATE app SET gap_until = ?1", [now])?;
    let sql = "UPDATE unsettled SET state = 'in_doubt', why = 'maybe_lost' WHERE state = 'released'
               AND kind = (SELECT id FROM kind WHERE name = ?1)";
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_money()) {
        connection.execute(sql, [kind.name()])?;
    }
    Ok(())
}

fn holder(run: &RunInfo) -> Holder {
    let since = jiff::Timestamp::from_microsecond(run.started_at).unwrap_or_default();
    Holder {
        pid: run.pid,
        run: run.id.clone(),
        since: since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// Writes the run, under this number if one is given, and its inputs into their tables.
fn begin(
    connection: &Connection,
    scope: &str,
    run: &RunInfo,
    (journal, stamp): (Journal, Stamp),
    number: Option<i64>,
) -> Result<Memory, LedgerError> {
    let transaction = store::transaction(connection)?;
    let sql = "INSERT INTO run (id, name, scope, host, pid, boot, generation, started_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id";
    let (boot, generation) = (boot_id(), stamp.generation);
    let values = params![
        number,
        run.id,
        scope,
        run.host,
        run.pid,
        boot,
        generation,
        run.started_at
    ];
    let id = transaction.query_row(sql, values, |row| row.get(0))?;
    let mut memory = Memory::new(id, run, scope, journal);
    memory.first_input = number;
    memory.stamp = stamp;
    memory.sources = Sources::new(&run.inputs);
    memory.has_forgotten = has_forgotten(&transaction)?;
    for input in &run.inputs {
        memory.add_input(&transaction, &input.name, &input.written())?;
    }
    transaction.execute("UPDATE ledger SET clean = 0", [])?;
    transaction.commit()?;
    Ok(memory)
}

fn has_forgotten(connection: &Connection) -> Result<bool, LedgerError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM forgotten)";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}
