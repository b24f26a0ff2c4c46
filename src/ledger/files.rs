//! Where the ledger's files are: which file is meant, whether it is safe there, and that only its
//! owner can read it.
//!
//! A ledger is its file, not the name by which it was reached: its lock and its journal stand
//! beside the canonical path. No file of ours is opened through a link, and none that is not a
//! plain file, so that a pipe cannot make us wait.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::LedgerError;
use super::mounts;

/// The canonical path of the ledger that this name means; refused where two runs could use one
/// ledger without knowing of each other. The folder is made if `create` is set.
pub(super) fn find(path: &Path, create: bool, allow_remote: bool) -> Result<PathBuf, LedgerError> {
    let path = canonical(path, create)?;
    if let Ok(meta) = fs::metadata(&path) {
        if !meta.is_file() {
            return Err(unsafe_at(&path, "not a file, so it cannot be a ledger"));
        }
        if links(&meta) > 1 {
            let why = "the file has more than one name (hard links), and each name would have a \
                       lock of its own; keep one of them";
            return Err(unsafe_at(&path, why));
        }
    }
    mounts::check(&path, allow_remote)?;
    Ok(path)
}

fn canonical(path: &Path, create: bool) -> Result<PathBuf, LedgerError> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_symlink() && !path.exists() => Err(unsafe_at(
            path,
            "a link to something that is not there; name the file itself",
        )),
        Ok(_) => Ok(fs::canonicalize(path)?),
        Err(error) if is_absent(&error) => {
            let Some(name) = path.file_name() else {
                return Err(unsafe_at(path, "not the name of a file"));
            };
            if create {
                make_folder_of(path)?;
            }
            match fs::canonicalize(folder_of(path)) {
                Ok(folder) => Ok(folder.join(name)),
                Err(error) if is_absent(&error) => Err(LedgerError::Missing { path: path.into() }),
                Err(error) => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether nothing can be there; a folder of its path may be a file.
fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

pub(super) fn unsafe_at(path: &Path, why: &str) -> LedgerError {
    LedgerError::Unsafe {
        path: path.into(),
        why: why.into(),
    }
}

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
pub(super) fn open_private(path: &Path) -> Result<File, LedgerError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    open_plain(path, options)
}

/// Opens a file beside the ledger to read it; nothing if there is none.
pub(super) fn open_beside(path: &Path) -> Result<Option<File>, LedgerError> {
    let mut options = OpenOptions::new();
    options.read(true);
    match open_plain(path, options) {
        Err(LedgerError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

fn open_plain(path: &Path, mut options: OpenOptions) -> Result<File, LedgerError> {
    plain(&mut options);
    let file = options.open(path).map_err(|error| not_plain(path, error))?;
    if !file.metadata()?.is_file() {
        return Err(unsafe_at(path, "not a plain file"));
    }
    Ok(file)
}

/// What stands in a file beside the ledger; nothing if there is none.
pub(super) fn read_beside(path: &Path) -> Result<Option<Vec<u8>>, LedgerError> {
    let Some(mut file) = open_beside(path)? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Neither through a link nor waiting for the other end of a pipe.
fn plain(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        let bits = i32::try_from(flags.bits()).unwrap_or_default();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, bits);
    }
    #[cfg(not(unix))]
    let _ = options;
}

fn not_plain(path: &Path, error: io::Error) -> LedgerError {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        return unsafe_at(path, "a link; a file of the ledger must be the file itself");
    }
    let _ = path;
    error.into()
}

/// Makes an existing ledger and the files beside it readable by their owner only. Where that fails,
/// as with another user's file, nothing is lost.
pub(super) fn tighten(path: &Path) {
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm", ".lock", ".steps"] {
        use std::os::unix::fs::PermissionsExt;
        let path = beside(path, suffix);
        let loose = |meta: &fs::Metadata| meta.is_file() && meta.permissions().mode() & 0o077 != 0;
        if fs::symlink_metadata(&path).is_ok_and(|meta| loose(&meta)) {
            let _ = fs::set_permissions(&path, fs::Permissions::from_mode(0o600));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(unix)]
fn links(meta: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(meta)
}

#[cfg(not(unix))]
fn links(_: &fs::Metadata) -> u64 {
    1
}

/// Which file this is, whatever its name.
#[cfg(unix)]
pub(super) fn file_id(meta: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (meta.dev(), meta.ino())
}

/// Which file this is, as far as this system says.
#[cfg(not(unix))]
pub(super) fn file_id(_: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Makes the folder a ledger shall stand in; folders made here are the owner's alone, and their
/// names outlive the machine: a ledger in a folder that nobody finds again knows nothing.
fn make_folder_of(path: &Path) -> io::Result<()> {
    let folder = folder_of(path);
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
    Ok(fs::metadata(path)?.len() + wal_size(path))
}

/// Bytes that were not yet written back, or were and are not yet used again.
pub(super) fn wal_size(path: &Path) -> u64 {
    fs::metadata(beside(path, "-wal")).map_or(0, |meta| meta.len())
}

/// Makes a new file's name outlive the machine, where the system can.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder_of(path))?.sync_all()?;
    }
    Ok(())
}

/// Whether the rollback journal beside says that there was nothing before the write that was cut
/// short: the machine stopped when the first page was written, and nothing of it lasted. `SQLite`
/// writes and syncs that journal first, and undoes the write by it (its file format, section 3).
pub(super) fn was_empty(path: &Path) -> Result<bool, LedgerError> {
    const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let journal = read_beside(&beside(path, "-journal"))?.unwrap_or_default();
    let pages_before = journal.get(16..20);
    Ok(journal.starts_with(&MAGIC) && pages_before == Some(&[0; 4]))
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
