//! Where metrics go: one file, replaced whole, which the collector's user can read.
//!
//! The temporary file beside it has no name that a collector looks for. Links and devices are
//! refused: a rename would put a file in their place.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::metrics::last_success;

/// More than any file of ours holds.
const MOST: u64 = 1 << 20;

/// The file of `--metrics-file`.
#[derive(Debug, Clone)]
pub struct MetricsFile {
    path: PathBuf,
    folder: PathBuf,
}

impl MetricsFile {
    /// A file that can be there, as far as one can see before the run.
    pub fn new(path: &Path) -> anyhow::Result<Self> {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            bail!(
                "--metrics-file {}: its folder does not exist",
                path.display()
            );
        }
        match fs::symlink_metadata(path) {
            Ok(found) if !found.is_file() => {
                bail!("--metrics-file {}: is not a plain file", path.display())
            }
            _ => Ok(MetricsFile {
                path: path.into(),
                folder: folder.into(),
            }),
        }
    }

    /// When a run last ended with 0, if the file says so.
    pub fn last_success(&self) -> Option<i64> {
        let mut text = String::new();
        let file = fs::File::open(&self.path).ok()?;
        file.take(MOST).read_to_string(&mut text).ok()?;
        last_success(&text)
    }

    /// Replaces it: whole, or not at all.
    pub fn write(&self, text: &str) -> anyhow::Result<()> {
        let name = || format!("--metrics-file {}", self.path.display());
        self.replace(text).with_context(name)
    }

    fn replace(&self, text: &str) -> std::io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(".tenjin-s2s-")
            .suffix(".tmp")
            .tempfile_in(&self.folder)?;
        file.write_all(text.as_bytes())?;
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
            file.as_file().set_permissions(mode)?;
        }
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn is_replaced_whole_and_leaves_no_scraps() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("tenjin.prom");
        let file = MetricsFile::new(&path).unwrap();
        assert_eq!(file.last_success(), None);
        file.write("old\n").unwrap();
        file.write("tenjin_s2s_last_success_timestamp_seconds 7\n")
            .unwrap();
        assert_eq!(file.last_success(), Some(7));
        let names: Vec<_> = fs::read_dir(temp.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["tenjin.prom"]);
    }

    #[cfg(unix)]
    #[test]
    fn others_can_read_it_and_links_are_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("tenjin.prom");
        MetricsFile::new(&path).unwrap().write("x\n").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
        let link = temp.path().join("link.prom");
        symlink(&path, &link).unwrap();
        assert!(MetricsFile::new(&link).is_err());
        assert!(MetricsFile::new(temp.path()).is_err());
        assert!(MetricsFile::new(&temp.path().join("none/x.prom")).is_err());
    }
}
