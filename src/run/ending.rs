//! How a run ended: its exit code by every rule about rows, inputs, stops and signals, the last
//! report, and the result on stdout.
//!
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
use super::read::input_exit;
use super::streams::Streams;
use crate::cli::ReportForm;
use crate::delivery::flow::Flow;
use crate::delivery::send::Shared;
use crate::model::{Exit, Outcome, StopReason};
use crate::report::ci::Annotations;
use crate::report::layout::Layout;
use crate::report::metrics::{self, BEGINNING, Ending};
use crate::report::run::{Places, PlanFacts, RunFacts, Status};
use crate::report::view::View;
use crate::report::{json, text};
use crate::stats::Stats;

/// How a run that sends nothing has ended.
pub fn not_sent(keeper: &mut Bookkeeper, signal: Option<u8>) -> Exit {
    let mut exit = Exit::Done;
    if keeper.stats.rows().count(Outcome::Rejected) > 0 {
        exit = exit.or(Exit::Incomplete);
    }
    match keeper.run.stop_reason {
        Some(reason) => exit = exit.or(reason.exit()),
        None => keeper.run.status = Status::Complete,
    }
    exit = exit.or(input_exit(keeper));
    if let Some(signal) = signal {
        keeper.stopped(
            Status::Interrupted,
            StopReason::Interrupted,
            "a signal ended the run",
        );
        exit = exit.or(Exit::Signal(signal));
    }
    exit
}

/// How an upload has ended.
pub(super) fn sent(keeper: &mut Bookkeeper, shared: &Shared, signal: Option<u8>) -> Exit {
    for (app, reason) in shared.look(Flow::stopped_apps) {
        keeper.stats.stop_app(&app, reason);
    }
    keeper.run.status = Status::Complete;
    let mut exit = rows_exit(keeper);
    exit = exit.or(input_exit(keeper));
    let stopped = shared.look(|flow| match flow.stopped() {
        Some((reason, text)) => Some((reason, text.to_owned())),
        None => flow
            .never_answered()
            .map(|text| (StopReason::Unreachable, text)),
    });
    if let Some((reason, text)) = stopped {
        keeper.stopped(Status::Stopped, reason, &text);
        exit = exit.or(reason.exit());
    }
    if shared.misuse().is_some() {
        exit = exit.or(Exit::Usage);
    }
    if let Some(signal) = signal {
        keeper.run.status = Status::Interrupted;
        exit = exit.or(Exit::Signal(signal));
    }
    exit
}

/// What the outcomes of its rows make of an upload, or would make of it.
pub fn rows_exit(keeper: &Bookkeeper) -> Exit {
    let rows = keeper.stats.rows();
    if rows.attention(true) + keeper.run.too_old_unasked(&keeper.stats) > 0 {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}

/// Writes the report and prints the result. The exit code is that of warnings that fail the run, and
/// of what cannot be written.
pub fn print(
    keeper: &mut Bookkeeper,
    plan: Option<&PlanFacts>,
    form: ReportForm,
    streams: Streams,
) -> Exit {
    keeper.finish(plan);
    if streams.quiet {
        let pressing = keeper.run.pressing_warnings();
        pressing.for_each(|warning| streams.complain(&format!("warning: {}", warning.text)));
    }
    let mut exit = match keeper.run.failing_warnings().next() {
        Some(_) => Exit::Incomplete,
        None => Exit::Done,
    };
    if let Some(error) = keeper.failure() {
        exit = exit.or(error.stop_reason().exit());
    }
    let annotations = keeper.annotations.take().unwrap_or_default();
    let Err(error) = printed(keeper, plan, form, streams, &annotations) else {
        return exit;
    };
    streams.fail(&format!("{error:#}"));
    // Once rows have gone it is no longer exit code 2, which says that nothing was sent.
    exit.or(if keeper.run.sends() {
        Exit::Incomplete
    } else {
        Exit::Usage
    })
}

fn printed(
    keeper: &Bookkeeper,
    plan: Option<&PlanFacts>,
    form: ReportForm,
    streams: Streams,
    annotations: &Annotations,
) -> anyhow::Result<()> {
    let view = keeper.view(plan);
    let is_silent = streams.quiet && !needs_attention(keeper, &view);
    match form {
        ReportForm::Json => streams.result(&json::document(&view))?,
        ReportForm::Github => {
            let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
            streams.result(&annotations.github(&view, workspace))?;
        }
        ReportForm::Junit => streams.result(&annotations.junit(&view)?)?,
        ReportForm::Text if is_silent => {}
        ReportForm::Text => streams.result(&text::summary(&view, streams.layout()))?,
    }
    if matches!(form, ReportForm::Github | ReportForm::Junit) && !is_silent {
        let layout = Layout {
            brief: streams.quiet,
            ..Layout::default()
        };
        streams.beside(&text::summary(&view, layout));
    }
    Ok(())
}

/// What `--quiet` does not keep quiet about: all that a run ends with 1 for.
fn needs_attention(keeper: &Bookkeeper, view: &View<'_>) -> bool {
    view.attention() > 0
        || keeper.run.status != Status::Complete
        || view.too_old_unasked() > 0
        || keeper.failure().is_some()
}

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
    match file.and_then(|file| write_metrics(&file, None, code, Some(USAGE))) {
        Ok(()) => error,
        Err(second) => error.context(format!("{second:#}")),
    }
}

/// Writes them, with the exit code that the program will have and the reason of a failure.
pub fn write_metrics(
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
    file.write(&metrics::text(&view, ending))
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
