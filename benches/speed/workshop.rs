//! Where everything lies: the program, and a folder of the build for files that nobody keeps.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::bare;
use crate::process::{self, Spent};

/// A folder that goes with the value; the large ledger outlives it, in the folder above.
pub(crate) struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// In the build's own folder: the temporary one of the system is often memory.
    pub(crate) fn open() -> Result<Workshop> {
        let above = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = tempfile::tempdir_in(above).context("cannot make a folder")?;
        Ok(Workshop { folder })
    }

    /// A file that goes with the workshop.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Away with a file or folder of this name, to make room.
    pub(crate) fn clear(&self, name: &str) -> Result<()> {
        let path = self.file(name);
        if path.is_dir() {
            return Ok(std::fs::remove_dir_all(path)?);
        }
        for path in beside(&path) {
            if path.exists() {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// The program with these arguments, alone in this folder: no configuration, nothing said,
    /// and a report that is really written.
    pub(crate) fn program(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"));
        command.args(args).args(["--quiet", "--max-age", "none"]);
        command.current_dir(self.folder.path());
        command.env_clear().env("HOME", self.folder.path());
        command.env("TENJIN_SDK_KEY", "measured-key");
        command
    }

    /// Runs `upload` of this file with a report; other options as given.
    pub(crate) fn upload(&self, input: &Path, args: &[&str]) -> Result<Spent> {
        self.clear("report")?;
        let mut command =
            self.program(&["upload", "--rate", "unlimited", "--report-dir", "report"]);
        let spent = process::run(command.args(args).arg(input))?;
        Ok(spent)
    }
}

/// A folder in a file system that is memory, if this machine has one.
pub(crate) fn in_memory() -> Option<tempfile::TempDir> {
    tempfile::tempdir_in("/dev/shm").ok()
}

/// A file that stays for the next run.
pub(crate) fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// This very program again, as a reference; see [`bare`].
pub(crate) fn bare(args: &[&str], input: &Path) -> Result<Spent> {
    let mut command = Command::new(std::env::current_exe()?);
    process::run(command.arg(bare::WORD).args(args).arg(input))
}

/// A file, and what a ledger keeps beside it.
fn beside(path: &Path) -> [PathBuf; 5] {
    ["", "-wal", "-shm", ".steps", ".lock"].map(|end| with_end(path, end))
}

/// The path with this at its end.
pub(crate) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
