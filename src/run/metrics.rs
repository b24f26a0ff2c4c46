//! `--metrics-file`: whatever becomes of an upload, its metrics say so.
//!
//! They go into one file, replaced whole, which the collector's user can read. The temporary file
//! beside it has no name that a collector looks for. Links, devices and files of others are
//! refused: a rename would put a file in their place.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::Timestamp;

use super::bookkeeper::Bookkeeper;
use crate::model::Exit;
use crate::report::metrics::{BEGINNING, Ending, text};
use crate::report::run::{Places, RunFacts};
use crate::report::view::View;
use crate::stats::Stats;

/// Why a run failed that was asked for something that cannot be done.
pub const USAGE: &str = "usage";

/// A run that its configuration kept from starting has failed, too: whoever watches the metrics
/// shall see it. Hands the error back.
pub fn not_started(typed: &clap::ArgMatches, error: anyhow::Error) -> anyhow::Error {
    let Some(("upload", sub)) = typed.subcommand() else {
        return error;
    };
    if sub.get_flag("dry_run") {
        return error;
    }
    let Some(path) = sub.get_one::<PathBuf>("metrics_file") else {
        return error;
    };
    let code = Exit::Usage.code();
    let file = MetricsFile::new(path);
    match file.and_then(|file| write(&file, None, code, Some(USAGE))) {
        Ok(()) => error,
        Err(second) => error.context(format!("{second:#}")),
    }
}

/// Writes them, with the exit code that the program will have and the reason of a failure.
pub fn write(
    file: &MetricsFile,
    keeper: Option<&Bookkeeper>,
    exit_code: u8,
    failure: Option<&str>,
) -> anyhow::Result<()> {
    let ending = Ending {
        exit_code,
        at: Timestamp::now().as_second(),
        failure,
        before: &file.before(),
    };
    let (stats, run) = (Stats::default(), RunFacts::default());
    let view = match keeper {
        Some(keeper) => keeper.view(None),
        None => View::new(&stats, &run, None, Places::default()),
    };
    file.write(&text(&view, ending))
}

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
        file.must_be_ours()?;
        Ok(file)
    }

    /// Only an empty file, or one that begins as ours do, may be replaced.
    fn must_be_ours(&self) -> anyhow::Result<()> {
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

    /// Whether it has metrics of an earlier run.
    pub fn is_filled(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|about| about.len() > 0)
    }

    /// The metrics of the run before this one; empty if there are none that can be read.
    fn before(&self) -> String {
        let mut text = String::new();
        let read = fs::File::open(&self.path).map(|file| file.take(MOST).read_to_string(&mut text));
        match read {
            Ok(Ok(_)) => text,
            _ => String::new(),
        }
    }

    /// Replaces it: whole, or not at all, and not if something else came there meanwhile.
    fn write(&self, text: &str) -> anyhow::Result<()> {
        self.must_be_ours()?;
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
        assert!(!file.is_filled());
        let old = format!("{BEGINNING}old Of an older version.\n");
        file.write(&old).unwrap();
        let new = format!("{BEGINNING}x X.\ntenjin_s2s_last_success_timestamp_seconds 7\n");
        file.write(&new).unwrap();
        assert!(file.is_filled());
        assert_eq!(file.before(), new);
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
