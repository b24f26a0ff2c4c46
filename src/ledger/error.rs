//! Why the ledger could not do what it was asked, as far as callers must tell it apart.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use rusqlite::ErrorCode;

use crate::model::text::any_argument;

/// Who holds a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holder {
    /// Its process, 0 if it has not said.
    pub pid: u32,
    /// Its run.
    pub run: String,
    /// When it started, RFC 3339.
    pub since: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pid == 0 {
            return f.write_str("another run that is just starting");
        }
        write!(
            f,
            "run {} (process {}) since {}",
            self.run, self.pid, self.since
        )
    }
}

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
        version: i64,
    },
    /// There is none, and `--require-ledger` was given (or nothing may be created).
    #[error("{}: there is no ledger", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A place where a ledger would not be safe.
    #[error("{}: {why}", path.display())]
    Unsafe {
        /// The ledger.
        path: PathBuf,
        /// What is wrong with its place, and what to do.
        why: String,
    },
    /// It knows less than something beside it: what it has forgotten would be sent again.
    #[error(
        "{}: {why}, so rows that were sent may be unknown to it; restore the newest copy, or hold the money that it does not know in doubt, and go on: tenjin-s2s ledger recover --ledger {}",
        path.display(), any_argument(path.as_os_str())
    )]
    Behind {
        /// The ledger.
        path: PathBuf,
        /// How that is known.
        why: String,
    },
    /// There is none, and a report tells of one: all that was sent would be sent again.
    #[error(
        "{}: there is no ledger any more, but {} tells of a run that sent rows by it, and they would be sent again; if none of them counts (a trial), move the reports ({}) away; else restore the newest copy, or hold the money dated before now in doubt, and go on: tenjin-s2s ledger recover --ledger {}",
        path.display(), report.display(), folder_of_reports(report).display(),
        any_argument(path.as_os_str())
    )]
    Gone {
        /// Where it stood.
        path: PathBuf,
        /// The report.
        report: PathBuf,
    },
    /// It is no longer the ledger that this run has opened.
    #[error("{}: the ledger was {what} while this run used it, so the run stops at once", path.display())]
    Replaced {
        /// The ledger.
        path: PathBuf,
        /// What happened to it.
        what: &'static str,
    },
    /// No row of this place is in doubt.
    #[error("{0}: no such row is in doubt")]
    NotInDoubt(String),
    /// Nothing is left to decide about.
    #[error("nothing is left to decide about: {0}")]
    NothingToDecide(String),
    /// Rows are identified otherwise than when their like was sent.
    #[error("{0}")]
    Identity(String),
    /// No room on the disk. What was claimed before stays true.
    #[error("no space left for the ledger")]
    Full,
    /// Another program holds the database.
    #[error(
        "another program has kept the ledger's database locked for too long; close it and run again"
    )]
    Busy,
    /// No run has this name.
    #[error("the ledger knows no run {0}")]
    NoSuchRun(String),
    /// What a person asked for cannot be done.
    #[error("{0}")]
    Asked(String),
    /// A claim failed before, so what is in memory is no longer what is on disk.
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

/// It holds a folder for each run.
fn folder_of_reports(report: &Path) -> &Path {
    report.ancestors().nth(2).unwrap_or(report)
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
        let Some(found) = error.sqlite_error() else {
            return LedgerError::Sqlite(error);
        };
        match found.code {
            _ if is_full(*found) => LedgerError::Full,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => LedgerError::Busy,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => LedgerError::Corrupt {
                path: PathBuf::from("ledger"),
                why: error.to_string(),
            },
            _ => LedgerError::Sqlite(error),
        }
    }
}

impl LedgerError {
    /// Names the file where only the system's or `SQLite`'s opinion was known.
    #[must_use]
    pub fn at(self, place: &Path) -> Self {
        let path = place.to_path_buf();
        match self {
            LedgerError::Corrupt { why, .. } => LedgerError::Corrupt { path, why },
            LedgerError::Newer { version, .. } => LedgerError::Newer { path, version },
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
