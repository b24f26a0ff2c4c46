//! The database: opened with the promises we need, in a version we know, or left alone.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::LedgerError;
use super::files;
use super::shelf::Shelf;

/// What `PRAGMA application_id` says in a ledger: `TnjL`.
const APPLICATION: i64 = 0x546e_6a4c;

/// Ledgers up to this size are checked page by page when they are opened.
const QUICKLY_READ: u64 = 8 << 20;

/// Each brings the schema from its index to the next version. Never edited, only appended to.
const MIGRATIONS: [&str; 3] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
];

/// What was found where a ledger shall be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing, or an empty file.
    Nothing,
    /// A ledger that may have to be migrated.
    Ledger,
}

/// Opens for writing, creating and migrating where needed; says whether it was created.
pub(super) fn open(path: &Path, must_exist: bool) -> Result<(Connection, bool), LedgerError> {
    let found = look(path)?;
    if found == Found::Nothing {
        if must_exist {
            return Err(missing(path));
        }
        files::make_folder_of(path)?;
        // Before SQLite does, so that it never stands open to others; its WAL takes the same mode.
        files::open_private(path)?;
    }
    let connection = open_again(path)?;
    migrate(&connection).map_err(|error| error.at(path))?;
    let created = found == Found::Nothing;
    if created {
        files::sync_folder_of(path)?;
    }
    Ok((connection, created))
}

/// Opens for writing what is known to be a ledger.
pub(super) fn open_again(path: &Path) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    promise(&connection).map_err(|error| error.at(path))?;
    Ok(connection)
}

/// Opens for reading only; changes nothing.
pub(super) fn open_read_only(path: &Path) -> Result<Connection, LedgerError> {
    if look(path)? == Found::Nothing {
        return Err(missing(path));
    }
    let connection = read_only(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

/// A database that nobody else sees and nobody needs afterwards: `SQLite` keeps it in a file of the
/// system's temporary folder that goes with the connection, however that ends.
pub(super) fn open_temporary() -> Result<Connection, LedgerError> {
    let connection = Connection::open("")?;
    connection.pragma_update(None, "journal_mode", "off")?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "cache_size", -1024)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A ledger that goes with its connection.
pub(super) fn open_throw_away() -> Result<Connection, LedgerError> {
    let connection = open_temporary()?;
    migrate(&connection)?;
    Ok(connection)
}

/// Looks before anything could be changed.
fn look(path: &Path) -> Result<Found, LedgerError> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(error.into()),
        // `mktemp` makes such files, and so does a crash in the moment of creation.
        Ok(meta) if meta.is_file() && meta.len() == 0 => Ok(Found::Nothing),
        Ok(meta) => check(path, meta.len() <= QUICKLY_READ).map_err(|error| named(error, path)),
    }
}

fn check(path: &Path, thoroughly: bool) -> Result<Found, LedgerError> {
    let mut head = [0; 16];
    let read = std::fs::File::open(path)?.read(&mut head)?;
    if &head[..read] != b"SQLite format 3\0" {
        if head == [0; 16] && was_empty(path)? {
            return Ok(Found::Nothing);
        }
        return Err(corrupt("not a database"));
    }
    let connection = read_only(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    match probe(&connection) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {
            return check_unfinished(path);
        }
        probed => probed?,
    }
    if is_blank(&connection)? {
        return Ok(Found::Nothing);
    }
    if number("application_id")? != APPLICATION {
        return Err(corrupt("another program's database"));
    }
    let version = number("user_version")?;
    match usize::try_from(version) {
        Ok(version) if (1..=MIGRATIONS.len()).contains(&version) => {
            if thoroughly {
                check_pages(&connection)?;
            }
            Ok(Found::Ledger)
        }
        Ok(version) if version > 0 => Err(LedgerError::Newer {
            path: Path::new("ledger").to_path_buf(),
            version: u32::try_from(version).unwrap_or(u32::MAX),
        }),
        _ => Err(corrupt("no such version")),
    }
}

/// Whether the journal beside says that there was nothing before the write that was cut short: the
/// machine stopped when the first page was written, and nothing of it lasted. `SQLite` writes and
/// syncs that journal first, and undoes the write by it (its file format, section 3).
fn was_empty(path: &Path) -> Result<bool, LedgerError> {
    const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let mut head = [0; 20];
    match std::fs::File::open(files::beside(path, "-journal")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        journal => match journal?.read_exact(&mut head) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(false),
            read => read?,
        },
    }
    let pages_before = &head[16..];
    Ok(head.starts_with(&MAGIC) && pages_before == [0; 4])
}

/// A write was cut short, and only who may write can undo it. A new ledger may be found so when
/// the machine stopped in the moment of its creation; anything else is looked at as it stands.
fn check_unfinished(path: &Path) -> Result<Found, LedgerError> {
    let connection = immutable(path)?;
    if is_blank(&connection)? {
        return Ok(Found::Nothing);
    }
    match connection.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0))? {
        APPLICATION => Ok(Found::Ledger),
        _ => Err(corrupt("another program's database")),
    }
}

fn is_blank(connection: &Connection) -> rusqlite::Result<bool> {
    let count = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection.query_row(count, [], |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(tables == 0 && version == 0)
}

/// Whether anything can be read.
fn probe(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// Large ledgers are not read through at every start; damage shows when it is met.
fn check_pages(connection: &Connection) -> Result<(), LedgerError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(corrupt(&crate::row::shown(&verdict)))
}

fn read_only(path: &Path) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    let unwritable = probe(&connection).err().and_then(|e| e.sqlite_error_code());
    if unwritable != Some(ErrorCode::CannotOpen) {
        return Ok(connection);
    }
    // SQLite wants its shared memory beside a WAL database, which a read-only folder does not
    // take. Nobody can be writing there either.
    Ok(immutable(path)?)
}

/// Opens what stands in the file, whatever stands beside it.
fn immutable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let uri = format!("file:{}?immutable=1", escaped(path));
    Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
}

fn escaped(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23")
}

fn promise(connection: &Connection) -> Result<(), LedgerError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 12_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(None, "cache_size", -2048)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn migrate(connection: &Connection) -> Result<(), LedgerError> {
    let at: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if at >= MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    for step in &MIGRATIONS[at..] {
        transaction.execute_batch(step)?;
    }
    if at == 1 {
        Shelf::<4>::sift(&transaction, "content")?;
        Shelf::<12>::sift(&transaction, "ids")?;
    }
    if at == 0 {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.execute(
            "INSERT INTO meta VALUES ('nonce', ?1)",
            [uuid::Uuid::now_v7().as_bytes()],
        )?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len())?;
    transaction.commit()?;
    Ok(())
}

/// What binds the steps file to this ledger.
pub(super) fn nonce(connection: &Connection) -> Result<[u8; 16], LedgerError> {
    let sql = "SELECT value FROM meta WHERE key = 'nonce'";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn missing(path: &Path) -> LedgerError {
    LedgerError::Missing {
        path: path.to_path_buf(),
    }
}

fn corrupt(why: &str) -> LedgerError {
    LedgerError::Corrupt {
        path: Path::new("ledger").to_path_buf(),
        why: why.into(),
    }
}

fn named(error: LedgerError, path: &Path) -> LedgerError {
    match error {
        LedgerError::Newer { version, .. } => LedgerError::Newer {
            path: path.to_path_buf(),
            version,
        },
        other => other.at(path),
    }
}
