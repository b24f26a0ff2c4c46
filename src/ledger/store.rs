//! The database: opened with the promises we need, in the version we know, or left alone.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Params, Row, TransactionBehavior};

use super::error::LedgerError;
use super::files;

/// What `PRAGMA application_id` says in a ledger: `TnjL`.
const APPLICATION: i64 = 0x546e_6a4c;
const VERSION: i64 = 1;
const SCHEMA: &str = include_str!("schema.sql");

/// How long another program may hold the database before the run stops with `ledger_busy`.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What was found where a ledger shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing, or a database without any content.
    Nothing,
    /// A ledger.
    Ledger,
}

/// Looks before anything is changed: what is not a ledger is left as it is.
pub(super) fn look(path: &Path) -> Result<Found, LedgerError> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(error.into()),
        // `mktemp` makes such files, and so does a crash in the moment of creation.
        Ok(meta) if meta.len() == 0 => Ok(Found::Nothing),
        // SQLite would take what is shorter than its header for nothing.
        Ok(meta) if meta.len() < 512 => Err(corrupt("not a database").at(path)),
        Ok(_) => examine(path).map_err(|error| error.at(path)),
    }
}

fn examine(path: &Path) -> Result<Found, LedgerError> {
    let connection = read_only(path)?;
    match probe(&connection) {
        // A write was cut short, and only who may write can undo it: a ledger whose creation was
        // interrupted, as its journal says, or anything else as it stands.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {
            if files::was_empty(path)? {
                return Ok(Found::Nothing);
            }
            identify(&immutable(path)?)
        }
        Err(error) => Err(error.into()),
        Ok(()) => identify(&connection),
    }
}

fn identify(connection: &Connection) -> Result<Found, LedgerError> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let count = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection.query_row(count, [], |row| row.get(0))?;
    let (application, version) = (number("application_id")?, number("user_version")?);
    match (tables, application, version) {
        (0, 0, 0) => Ok(Found::Nothing),
        (_, APPLICATION, VERSION) => Ok(Found::Ledger),
        (_, APPLICATION, version) if version > VERSION => Err(LedgerError::Newer {
            path: path_of(connection),
            version,
        }),
        (_, APPLICATION, _) => Err(corrupt("no such version")),
        _ => Err(corrupt("another program's database")),
    }
}

fn path_of(connection: &Connection) -> std::path::PathBuf {
    connection.path().unwrap_or("ledger").into()
}

/// Opens for writing; makes the tables if [`look`] found nothing.
pub(super) fn open(path: &Path, found: Found) -> Result<Connection, LedgerError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&connection, found == Found::Nothing).map_err(|error| error.at(path))?;
    if found == Found::Nothing {
        files::sync_folder_of(path)?;
    }
    Ok(connection)
}

fn prepare(connection: &Connection, is_new: bool) -> Result<(), LedgerError> {
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    if is_new {
        // Before WAL: what says which ledger this is stands in the file itself.
        create(connection)?;
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(None, "cache_size", -12_288)?;
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(())
}

/// Opens for reading only; changes nothing.
pub(super) fn open_read_only(path: &Path) -> Result<Connection, LedgerError> {
    if look(path)? == Found::Nothing {
        return Err(LedgerError::Missing { path: path.into() });
    }
    read_only(path)
}

/// A ledger that nobody else sees and nobody needs afterwards: `SQLite` keeps it in a file of the
/// system's temporary folder that goes with the connection, however that ends.
pub(super) fn open_throw_away() -> Result<Connection, LedgerError> {
    let connection = Connection::open("")?;
    connection.pragma_update(None, "journal_mode", "memory")?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "cache_size", -4_096)?;
    create(&connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn create(connection: &Connection) -> Result<(), LedgerError> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(SCHEMA)?;
    let sql = "INSERT INTO ledger (one, id, generation, token, claims, clean)
               VALUES (1, ?1, 0, 0, 0, 1)";
    transaction.execute(sql, [uuid::Uuid::now_v7().as_bytes()])?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// A transaction that may write from its beginning, so that it never fails halfway because another
/// program wrote in between.
pub(super) fn transaction(
    connection: &Connection,
) -> Result<rusqlite::Transaction<'_>, LedgerError> {
    let behavior = TransactionBehavior::Immediate;
    Ok(rusqlite::Transaction::new_unchecked(connection, behavior)?)
}

/// All that a query finds.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, LedgerError> {
    let mut query = connection.prepare_cached(sql)?;
    let found = query.query_map(values, read)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Changes rows.
pub(super) fn change(
    connection: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<(), LedgerError> {
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// What the check says of every page: nothing if all is well.
pub(super) fn check(connection: &Connection, thorough: bool) -> Result<Vec<String>, LedgerError> {
    let pragma = if thorough {
        "integrity_check"
    } else {
        "quick_check"
    };
    let sql = format!("PRAGMA {pragma}(20)");
    let found: Vec<String> = all(connection, &sql, [], |row| row.get(0))?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// The path is absolute and ends in no link, so that `SQLite` takes it for nothing but a file.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, LedgerError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn read_only(path: &Path) -> Result<Connection, LedgerError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let unwritable = probe(&connection).err().and_then(|e| e.sqlite_error_code());
    if unwritable != Some(ErrorCode::CannotOpen) {
        return Ok(connection);
    }
    // SQLite wants its shared memory beside a WAL database, which a read-only folder does not
    // take. Nobody can be writing there either.
    Ok(immutable(path)?)
}

/// Whether anything can be read.
fn probe(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// Opens what stands in the file, whatever stands beside it.
fn immutable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let text = path.to_string_lossy();
    let escaped = text
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let uri = format!("file:{escaped}?immutable=1");
    Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
}

fn corrupt(why: &str) -> LedgerError {
    LedgerError::Corrupt {
        path: Path::new("ledger").to_path_buf(),
        why: why.into(),
    }
}
