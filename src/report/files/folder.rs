//! The report's folder: for its owner alone, never through a link, never over another file.
//!
//! Documents are replaced whole, so that they are readable at any moment, also after a crash.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::model::StopReason;

/// Where reports go unless the user says otherwise.
pub const DEFAULT_PARENT: &str = "tenjin-s2s-reports";
/// The link to the newest report.
#[cfg(unix)]
const LATEST: &str = "latest";

/// Why a file of the report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The place is taken by a link, which might lead anywhere.
    #[error("{}: is a link; a report never follows one", .0.display())]
    Link(PathBuf),
    /// The place is taken by something else than a folder.
    #[error("{}: is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// There is something already, and nothing is ever overwritten.
    #[error("{}: exists already, and a report never overwrites", .0.display())]
    Exists(PathBuf),
    /// No room is left, or no quota.
    #[error("{}: no space left for the report", .0.display())]
    DiskFull(PathBuf),
    /// Anything else.
    #[error("{}: {why}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said. It is part of the text, so it must not be named `source`, or
        /// whoever prints the chain of causes says it twice.
        why: io::Error,
    },
}

impl FolderError {
    /// Sorts a system's error by what the user can do about it.
    pub fn new(path: &Path, why: io::Error) -> Self {
        let path = path.to_path_buf();
        match why.kind() {
            io::ErrorKind::AlreadyExists => FolderError::Exists(path),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                FolderError::DiskFull(path)
            }
            _ => FolderError::Io { path, why },
        }
    }

    /// What a run stops with that cannot write its report.
    pub fn stop_reason(&self) -> StopReason {
        match self {
            FolderError::DiskFull(_) => StopReason::DiskFull,
            _ => StopReason::ReportFailed,
        }
    }
}

/// A folder that is ours.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A new folder named after the run, in `parent` or else in [`DEFAULT_PARENT`]; `latest`
    /// beside it leads to it from now on.
    pub fn open(parent: Option<&Path>, run_id: &str) -> Result<Self, FolderError> {
        let parent = parent.unwrap_or(Path::new(DEFAULT_PARENT));
        let folder = Folder::beside(parent, run_id)?;
        link_latest(parent, run_id);
        Ok(folder)
    }

    /// A new folder of this name among the reports; `latest` stays as it is.
    pub fn beside(parent: &Path, name: &str) -> Result<Self, FolderError> {
        match fs::symlink_metadata(parent) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => drop(create(parent)?),
            Err(error) => return Err(FolderError::new(parent, error)),
            Ok(found) if found.is_symlink() => return Err(FolderError::Link(parent.into())),
            Ok(found) if !found.is_dir() => return Err(FolderError::NotAFolder(parent.into())),
            Ok(_) if is_empty(parent)? => close_to_others(parent),
            Ok(_) => {}
        }
        create(&parent.join(name))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of all reports, if it has one above it.
    pub fn parent(&self) -> Option<Folder> {
        let path = self.path.parent()?.to_path_buf();
        Some(Folder { path })
    }

    /// A new folder in it.
    pub fn folder(&self, name: &str) -> Result<Folder, FolderError> {
        create(&self.path.join(name))
    }

    /// A new file in it, for its owner alone. Existing files and links are left alone.
    pub fn file(&self, name: &str) -> Result<File, FolderError> {
        let path = self.path.join(name);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .map_err(|error| FolderError::new(&path, error))
    }

    /// Opens a file that [`Folder::file`] made, to go on at its end.
    pub fn again(&self, name: &str) -> Result<File, FolderError> {
        let path = self.path.join(name);
        let failed = |error| FolderError::new(&path, error);
        // The folder is ours alone, so nobody can swap the file between the look and the open.
        if fs::symlink_metadata(&path).map_err(failed)?.is_symlink() {
            return Err(FolderError::Link(path));
        }
        File::options().append(true).open(&path).map_err(failed)
    }

    /// Writes or replaces a file of ours: whole, synced, or not at all.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path.join(name);
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(&self.path)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            sync(&self.path)
        };
        write().map_err(|error| FolderError::new(&path, error))
    }
}

/// Leads `latest` to the newest run. It is a convenience: where it cannot be made, or where
/// something else stands in its place, the report is there all the same.
#[cfg(unix)]
fn link_latest(parent: &Path, run_id: &str) {
    let latest = parent.join(LATEST);
    let ours = fs::symlink_metadata(&latest).map_or(true, |found| found.is_symlink());
    // Renamed over the old one, so that there is one at any moment.
    let made = parent.join(format!(".{LATEST}-{run_id}"));
    if ours && std::os::unix::fs::symlink(run_id, &made).is_ok() {
        let renamed = fs::rename(&made, &latest);
        if renamed.is_err() {
            let _ = fs::remove_file(&made);
        }
    }
}

#[cfg(not(unix))]
fn link_latest(_: &Path, _: &str) {}

/// Makes a folder for its owner alone, and the missing ones above it.
fn create(path: &Path) -> Result<Folder, FolderError> {
    let failed = |error| FolderError::new(path, error);
    if let Some(parent) = path.parent().filter(|parent| parent != &Path::new("")) {
        private().recursive(true).create(parent).map_err(failed)?;
    }
    private().create(path).map_err(failed)?;
    Ok(Folder { path: path.into() })
}

fn private() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(false);
    builder
}

fn is_empty(path: &Path) -> Result<bool, FolderError> {
    let mut entries = fs::read_dir(path).map_err(|error| FolderError::new(path, error))?;
    Ok(entries.next().is_none())
}

/// Closes an empty folder to everybody else, if it is ours; the run's own folder is closed in any
/// case.
#[cfg(unix)]
fn close_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) {}

/// A rename is only durable once its folder is.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on unix")]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn temp() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn every_run_has_a_folder_and_latest_leads_to_the_newest() {
        let temp = temp();
        let parent = temp.path().join("a/b");
        for run in ["run-1", "run-2"] {
            let folder = Folder::open(Some(&parent), run).unwrap();
            assert_eq!(folder.path(), parent.join(run));
            #[cfg(unix)]
            assert_eq!(
                fs::read_link(parent.join("latest")).unwrap(),
                Path::new(run)
            );
        }
        let again = Folder::open(Some(&parent), "run-2");
        assert!(matches!(again, Err(FolderError::Exists(_))));
        let mut names: Vec<_> = fs::read_dir(&parent)
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["latest", "run-1", "run-2"]);
    }

    #[test]
    fn what_stands_in_the_place_of_latest_stays() {
        let temp = temp();
        fs::write(temp.path().join("latest"), "precious").unwrap();
        let folder = Folder::open(Some(temp.path()), "run").unwrap();
        assert_eq!(folder.path(), temp.path().join("run"));
        assert_eq!(fs::read(temp.path().join("latest")).unwrap(), b"precious");
    }

    #[test]
    fn never_overwrites() {
        let temp = temp();
        let folder = Folder::open(Some(temp.path()), "run").unwrap();
        folder.file("a").unwrap().write_all(b"first").unwrap();
        assert!(matches!(folder.file("a"), Err(FolderError::Exists(_))));
        folder.again("a").unwrap().write_all(b" more").unwrap();
        assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"first more");
    }

    #[test]
    fn replaces_the_report_and_leaves_no_scraps() {
        let temp = temp();
        let folder = Folder::open(Some(temp.path()), "run").unwrap();
        folder.replace("report.json", b"1").unwrap();
        folder.replace("report.json", b"2").unwrap();
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["report.json"]);
        assert_eq!(fs::read(folder.path().join("report.json")).unwrap(), b"2");
    }

    #[cfg(unix)]
    #[test]
    fn is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let temp = temp();
        let folder = Folder::open(Some(&temp.path().join("a/b")), "run").unwrap();
        folder.file("x").unwrap();
        folder.replace("report.json", b"{}").unwrap();
        folder.folder("rejects").unwrap();
        let mode = |name: &str| {
            let found = fs::metadata(temp.path().join(name)).unwrap();
            found.permissions().mode() & 0o777
        };
        assert_eq!(
            ["a", "a/b", "a/b/run", "a/b/run/rejects"].map(mode),
            [0o700; 4]
        );
        assert_eq!(["a/b/run/x", "a/b/run/report.json"].map(mode), [0o600; 2]);
    }

    #[cfg(unix)]
    #[test]
    fn refuses_links() {
        use std::os::unix::fs::symlink;
        let temp = temp();
        let target = temp.path().join("target");
        fs::create_dir(&target).unwrap();
        let link = temp.path().join("link");
        symlink(&target, &link).unwrap();
        let opened = Folder::open(Some(&link), "run");
        assert!(matches!(opened, Err(FolderError::Link(_))));

        let folder = Folder::open(Some(&temp.path().join("new")), "run").unwrap();
        let victim = temp.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        symlink(&victim, folder.path().join("report.json")).unwrap();
        symlink(&victim, folder.path().join("rows")).unwrap();
        folder.replace("report.json", b"{}").unwrap();
        assert!(matches!(folder.file("rows"), Err(FolderError::Exists(_))));
        assert!(matches!(folder.again("rows"), Err(FolderError::Link(_))));
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn knows_a_full_disk() {
        let mut full = File::options().write(true).open("/dev/full").unwrap();
        let error = full.write_all(b"x").unwrap_err();
        let error = FolderError::new(Path::new("x"), error);
        assert_eq!(error.stop_reason(), StopReason::DiskFull);
    }
}
