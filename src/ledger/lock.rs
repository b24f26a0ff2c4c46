//! One upload per ledger at a time.
//!
//! Two locks of the operating system, so that they die with their process: one on a file of its
//! own beside the ledger, and on Linux one on the database itself, which is still there when
//! somebody removes the first. What stands in the file only names the holder to the one who must
//! wait, and says to the next one why the holder could not write the ledger any more.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::{Holder, LedgerError};
use super::files;
use crate::model::shown;

/// How often a waiting run looks again.
const POLL: Duration = Duration::from_millis(50);

/// The right to write. Ends with the value, or with the process.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
    /// The database itself, opened before `SQLite` did and closed after it: closing any descriptor
    /// of a file drops the locks that `SQLite` has on it.
    database: File,
    /// The run that had it before, and what it noted at its end.
    before: (String, Option<String>),
}

impl Lock {
    /// Takes the lock of the ledger at this canonical path, waiting up to `wait`. Makes the file
    /// of the database if there is none.
    pub(super) fn take(path: &Path, me: &Holder, wait: Duration) -> Result<Lock, LedgerError> {
        let beside = files::beside(path, ".lock");
        // Somebody may only be looking: see `is_held`.
        let deadline = Instant::now().checked_add(wait.max(POLL));
        loop {
            let mut file = files::open_private(&beside)?;
            if is_free(&file)? {
                let database = files::open_private(path)?;
                let is_locked = is_free_database(path, &database)?;
                // Whoever waited may have got the lock of a file that is gone.
                if is_locked && is_at(&file, &beside) && is_at(&database, path) {
                    let (holder, end) = read(&mut file);
                    sign(&mut file, me)?;
                    return Ok(Lock {
                        path: path.into(),
                        file,
                        database,
                        before: (holder.run, end),
                    });
                }
            }
            if deadline.is_some_and(|end| Instant::now() >= end) {
                let (holder, _) = read(&mut file);
                let path = path.into();
                return Err(LedgerError::Locked { path, holder });
            }
            std::thread::sleep(POLL);
        }
    }

    /// Whether the ledger still is where it was; to be asked before every claim.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        let replaced = |what| LedgerError::Replaced {
            path: self.path.clone(),
            what,
        };
        if !is_at(&self.database, &self.path) {
            return Err(replaced("moved, removed or replaced"));
        }
        if !is_at(&self.file, &files::beside(&self.path, ".lock")) {
            return Err(replaced("unlocked, by removing its .lock file,"));
        }
        Ok(())
    }

    /// Notes why the ledger cannot be written. The file has a block of the disk already, so that
    /// it has room where the ledger has none; if not, the next run only knows less.
    pub(super) fn note_end(&mut self, why: &str) {
        let _ = writeln!(self.file, "{}", shown(why));
    }

    /// What this run noted at its end, if it had the ledger last.
    pub(super) fn end_of(&self, run: &str) -> Option<String> {
        let (before, end) = &self.before;
        end.clone().filter(|_| before == run)
    }
}

/// Whether a run holds the ledger at this canonical path now. Makes nothing, and takes the lock for
/// no longer than it looks.
pub(super) fn is_held(path: &Path) -> Result<bool, LedgerError> {
    let Some(file) = files::open_beside(&files::beside(path, ".lock"))? else {
        return Ok(false);
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn is_free(file: &File) -> Result<bool, LedgerError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Elsewhere such a lock and those of `SQLite` exclude each other, and so they may over a network.
#[cfg(target_os = "linux")]
fn is_free_database(path: &Path, file: &File) -> Result<bool, LedgerError> {
    Ok(super::mounts::is_remote(path) || is_free(file)?)
}

#[cfg(not(target_os = "linux"))]
fn is_free_database(_: &Path, _: &File) -> Result<bool, LedgerError> {
    Ok(true)
}

/// Whether the open file is the one that has this name.
fn is_at(file: &File, path: &Path) -> bool {
    let (here, there) = (file.metadata(), std::fs::symlink_metadata(path));
    matches!((here, there), (Ok(here), Ok(there)) if files::file_id(&here) == files::file_id(&there))
}

fn sign(file: &mut File, me: &Holder) -> Result<(), LedgerError> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    write!(file, "{}\n{}\n{}\n", me.pid, me.run, me.since)?;
    Ok(())
}

/// Who signed last, and what they noted at their end.
fn read(file: &mut File) -> (Holder, Option<String>) {
    let mut bytes = Vec::new();
    // Whoever holds it may be writing this very moment; a half-read name is only less helpful.
    let _ = file.take(1024).read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    let mut next = || shown(lines.next().unwrap_or_default()).into_string();
    let holder = Holder {
        pid: next().parse().unwrap_or(0),
        run: next(),
        since: next(),
    };
    let end = next();
    (holder, (!end.is_empty()).then_some(end))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn holder() -> Holder {
        Holder {
            pid: 42,
            run: "run-1".into(),
            since: "2026-11-22T10:00:00Z".into(),
        }
    }

    #[test]
    fn names_the_holder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let first = Lock::take(&path, &holder(), Duration::ZERO).unwrap();
        let error = Lock::take(&path, &Holder::default(), Duration::ZERO).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{}: the ledger is in use by run run-1 (process 42) since 2026-11-22T10:00:00Z",
                path.display()
            )
        );
        drop(first);
        Lock::take(&path, &holder(), Duration::ZERO).unwrap();
    }

    #[test]
    fn what_a_run_notes_at_its_end_is_told_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let mut first = Lock::take(&path, &holder(), Duration::ZERO).unwrap();
        first.note_end("no\nspace");
        drop(first);
        let second = Lock::take(&path, &holder(), Duration::ZERO).unwrap();
        assert_eq!(second.end_of("run-1").as_deref(), Some("no\\nspace"));
        assert_eq!(second.end_of("run-0"), None);
        drop(second);
        let third = Lock::take(&path, &holder(), Duration::ZERO).unwrap();
        assert_eq!(third.end_of("run-1"), None);
    }

    #[test]
    fn waits_for_the_holder_to_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let first = Lock::take(&path, &holder(), Duration::ZERO).unwrap();
        std::thread::scope(|scope| {
            let waiting =
                scope.spawn(|| Lock::take(&path, &Holder::default(), Duration::from_mins(5)));
            drop(first);
            waiting.join().unwrap().unwrap();
        });
    }
}
