//! Where metrics go: one file, replaced whole, which the collector's user can read.
//!
//! The temporary file beside it has no name that a collector looks for. Links, devices and files of
//! others are refused: a rename would put a file in their place.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::metrics::{BEGINNING, last_success};

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
        let file = MetricsFile {
            path: path.into(),
            folder: folder.into(),
        };
        file.is_ours()?;
        Ok(file)
    }

    /// Only an empty file, or one that begins as ours do, may be replaced.
    fn is_ours(&self) -> anyhow::Result<()> {
        let name = || format!("--metrics-file {}", self.path.display());
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            found => {
                if !found.with_context(name)?.is_file() {
                    bail!("{}: is not a plain file", name());
                }
            }
        }
        let mut beginning = Vec::new();
        let file = fs::File::open(&self.path).with_context(name)?;
        file.take(BEGINNING.len() as u64)
            .read_to_end(&mut beginning)
            .with_context(name)?;
        if !beginning.is_empty() && beginning != BEGINNING.as_bytes() {
            bail!(
                "{}: this file holds something else than metrics of tenjin-s2s, and would be \
                 replaced: name another one, or take it away",
                name()
            );
        }
        Ok(())
    }

    /// When a run last ended with 0, if the file says so.
    pub fn last_success(&self) -> Option<i64> {
        let mut text = String::new();
        let file = fs::File::open(&self.path).ok()?;
        file.take(MOST).read_to_string(&mut text).ok()?;
        last_success(&text)
    }

    /// Replaces it: whole, or not at all, and not if something else came there meanwhile.
    pub fn write(&self, text: &str) -> anyhow::Result<()> {
        self.is_ours()?;
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
        let old = format!("{BEGINNING}old Of an older version.\n");
        file.write(&old).unwrap();
        let new = format!("{BEGINNING}x X.\ntenjin_s2s_last_success_timestamp_seconds 7\n");
        file.write(&new).unwrap();
        assert_eq!(file.last_success(), Some(7));
        let names: Vec<_> = fs::read_dir(temp.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["tenjin.prom"]);
    }

    #[test]
    fn something_else_is_never_replaced_before_or_after_the_run() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("x");
        for text in ["mine\n", "#", "# HELP other_metric X.\n", "\n"] {
            fs::write(&path, text).unwrap();
            let error = MetricsFile::new(&path).unwrap_err().to_string();
            assert!(error.contains("name another one"), "{error}");
        }
        fs::write(&path, "").unwrap();
        let file = MetricsFile::new(&path).unwrap();
        fs::write(&path, "mine\n").unwrap();
        assert!(file.write("new").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
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
