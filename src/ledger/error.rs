//! Why the ledger could not do what it was asked, as far as the road must tell it apart.

use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

use super::lock::Holder;

/// What went wrong with the ledger. None of these loses what it already knew.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another run is using it.
    #[error("{}: the ledger is in use by {holder}", path.display())]
    Locked {
        /// The ledger.
        path: PathBuf,
        /// Who has it, and since when.
        holder: Holder,
    },
    /// It is not a ledger, or no longer a whole one. It was left as it is.
    #[error(
        "{}: not a readable ledger ({why}); it was left as it is: restore a copy, or name another one with --ledger",
        path.display()
    )]
    Corrupt {
        /// The ledger.
        path: PathBuf,
        /// What `SQLite` says.
        why: String,
    },
    /// A later version of this program wrote it. It was left as it is.
    #[error(
        "{}: written by a newer version of tenjin-s2s (ledger version {version}); it was left as it is",
        path.display()
    )]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// Its schema version.
        version: u32,
    },
    /// There is none, and `--require-ledger` was given (or nothing may be created).
    #[error("{}: there is no ledger", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// No room on the disk. What was claimed before stays true.
    #[error("no space left for the ledger")]
    Full,
    /// No run of this name (or it has nothing to do this to).
    #[error("the ledger knows no run {0}")]
    NoSuchRun(String),
    /// A claim failed before, so the books in memory are no longer those on disk.
    #[error("the ledger takes no more claims after an error")]
    Broken,
    /// It, or a file beside it, could not be opened, read or written.
    #[error("{}: the ledger cannot be used: {why}", path.display())]
    Unusable {
        /// The ledger.
        path: PathBuf,
        /// What the system or `SQLite` says.
        why: String,
    },
    /// A file could not be read or written.
    #[error("ledger: {0}")]
    Io(io::Error),
    /// Anything else that `SQLite` reports.
    #[error("ledger: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<io::Error> for LedgerError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LedgerError::Full,
            _ => LedgerError::Io(error),
        }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error() {
            Some(found) if is_full(*found) => LedgerError::Full,
            Some(found) if is_corrupt(found.code) => LedgerError::Corrupt {
                path: PathBuf::from("ledger"),
                why: error.to_string(),
            },
            _ => LedgerError::Sqlite(error),
        }
    }
}

impl LedgerError {
    /// Names the file where only the system's or `SQLite`'s opinion was known.
    pub fn at(self, place: &std::path::Path) -> Self {
        let path = place.to_path_buf();
        match self {
            LedgerError::Corrupt { why, .. } => LedgerError::Corrupt { path, why },
            LedgerError::Io(error) => LedgerError::Unusable {
                path,
                why: error.to_string(),
            },
            LedgerError::Sqlite(error) => LedgerError::Unusable {
                path,
                why: error.to_string(),
            },
            other => other,
        }
    }
}

/// The shared-memory file beside a ledger is grown by `SQLite` outside of its ordinary writes,
/// and a full disk shows there under names of its own.
fn is_full(error: rusqlite::ffi::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMSIZE};
    error.code == ErrorCode::DiskFull
        || matches!(
            error.extended_code,
            SQLITE_IOERR_SHMSIZE | SQLITE_IOERR_SHMMAP
        )
}

fn is_corrupt(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
}
