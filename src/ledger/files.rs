//! Where the ledger's files are, and that only their owner can read them.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// `ledger.sqlite` -> `ledger.sqlite.lock`
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// What stands beside a ledger and belongs to it.
pub fn beside_it(path: &Path) -> impl Iterator<Item = PathBuf> {
    let suffixes = ["-wal", "-shm", "-journal", ".lock", ".steps"];
    suffixes.into_iter().map(|suffix| beside(path, suffix))
}

/// Opens for reading and writing, creating it for the owner only. What is there stays.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the folder a ledger shall stand in; folders made here are the owner's alone, and their
/// names outlive the machine: a ledger in a folder that nobody finds again knows nothing.
pub(super) fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) else {
        return Ok(());
    };
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let made: Vec<&Path> = folder.ancestors().take_while(missing).collect();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    made.into_iter().try_for_each(sync_folder_of)
}

/// Bytes of a ledger; what was not yet written back stands beside it.
pub(super) fn size(path: &Path) -> io::Result<u64> {
    let journal = fs::metadata(beside(path, "-wal")).map_or(0, |meta| meta.len());
    Ok(fs::metadata(path)?.len() + journal)
}

/// Makes a new file's name outlive the machine, where the system can.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// The ledger's place when `--ledger` is not given: the user's state directory.
///
/// `None` when the environment names no home.
pub fn default_path() -> Option<PathBuf> {
    path_from(|name| std::env::var_os(name).filter(|value| !value.is_empty()))
}

fn path_from(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    let home = || absolute("HOME");
    let state = if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else {
        absolute("XDG_STATE_HOME").or_else(|| home().map(|home| home.join(".local/state")))
    };
    state.map(|folder| folder.join("tenjin-s2s").join("ledger.sqlite"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn place(pairs: &[(&str, &str)]) -> Option<PathBuf> {
        path_from(|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn stands_in_the_state_directory() {
        let home = ("HOME", "/home/ann");
        let expected = "/home/ann/.local/state/tenjin-s2s/ledger.sqlite";
        assert_eq!(place(&[home]), Some(expected.into()));
        assert_eq!(
            place(&[home, ("XDG_STATE_HOME", "/state")]),
            Some("/state/tenjin-s2s/ledger.sqlite".into())
        );
        // The XDG specification: a relative path is invalid and ignored.
        assert_eq!(
            place(&[home, ("XDG_STATE_HOME", "state")]),
            Some(expected.into())
        );
        assert_eq!(place(&[]), None);
    }
}
