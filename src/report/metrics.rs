//! The run as metrics in Prometheus' text format, for the textfile collector of the
//! node exporter.
//!
//! Gauges of the last run, since every run replaces those of the one before. All outcomes are
//! always there, at zero too, so that an alert needs no case for a missing series. Labels are
//! words of ours or currency codes: never a name out of a file, so their number is bounded.
//!
//! They go into one file, replaced whole, which the collector's user can read. The temporary file
//! beside it has no name that a collector looks for. Links, devices and files of others are
//! refused: a rename would put a file in their place.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::run::{RunFacts, Status};
use super::view::View;
use crate::model::Outcome;
use crate::stats::State;

/// How a run ended, for its metrics.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    /// The exit code.
    pub exit_code: u8,
    /// Seconds since 1970.
    pub at: i64,
    /// When a run last ended with 0, this one aside.
    pub last_success: Option<i64>,
}

impl Ending {
    /// When a run last ended with 0.
    fn success(self) -> Option<i64> {
        if self.exit_code == 0 {
            Some(self.at)
        } else {
            self.last_success
        }
    }
}

/// How every page of ours begins.
const BEGINNING: &str = "# HELP tenjin_s2s_";

/// The metric that a later run carries on.
const LAST_SUCCESS: &str = "last_success_timestamp_seconds";

/// The metrics of a run. One that failed before its first row has an empty account.
pub fn text(view: &View<'_>, ending: Ending) -> String {
    let mut page = Page::default();
    run_metrics(&mut page, view.run, ending);
    row_metrics(&mut page, view);
    money_metrics(&mut page, view);
    request_metrics(&mut page, view);
    page.0
}

/// When a run last ended with 0, as the metrics of an earlier run say it.
pub fn last_success(metrics: &str) -> Option<i64> {
    let name = format!("tenjin_s2s_{LAST_SUCCESS} ");
    let value = metrics.lines().find_map(|line| line.strip_prefix(&name))?;
    value.trim().parse().ok()
}

fn run_metrics(page: &mut Page, run: &RunFacts, ending: Ending) {
    let success = u8::from(ending.exit_code == 0);
    page.one(
        "run_success",
        "1 if the last run ended with exit code 0",
        success,
    );
    page.one("exit_code", "Exit code of the last run", ending.exit_code);
    page.one(
        "last_run_timestamp_seconds",
        "When the last run ended, in seconds since 1970",
        ending.at,
    );
    if let Some(at) = ending.success() {
        let help = "When a run last ended with exit code 0, in seconds since 1970";
        page.one(LAST_SUCCESS, help, at);
    }
    page.one(
        "run_duration_seconds",
        "How long the last run took",
        run.elapsed.as_secs_f64(),
    );
    let status = match run.status {
        Status::Running => "failed",
        Status::Complete => "complete",
        Status::Stopped => "stopped",
        Status::Interrupted => "interrupted",
    };
    let reason = run.stop_reason.map_or("", |reason| reason.name());
    page.head("run_info", "How the last run ended");
    let labels = [
        ("status", status),
        ("stop_reason", reason),
        ("sandbox", if run.sandbox { "true" } else { "false" }),
        ("version", env!("CARGO_PKG_VERSION")),
    ];
    page.line("run_info", &labels, 1);
}

fn row_metrics(page: &mut Page, view: &View<'_>) {
    page.one("rows_read", "Rows read by the last run", view.rows.read);
    page.head(
        "rows",
        "Rows of the last run by outcome; they add up to the rows read",
    );
    for outcome in Outcome::ALL {
        page.line("rows", &[("outcome", outcome.name())], view.count(outcome));
    }
    if let Some(rows) = view.run.ledger_in_doubt {
        page.one(
            "ledger_in_doubt",
            "Rows in doubt in the ledger, of the last run and of earlier ones",
            rows,
        );
    }
    let mut codes = BTreeMap::new();
    for reason in &view.rejections {
        *codes.entry(reason.code).or_insert(0) += reason.count;
    }
    if !codes.is_empty() {
        page.head(
            "rejections",
            "Faults of rejected rows of the last run by code",
        );
    }
    for (code, count) in codes {
        page.line("rejections", &[("code", code.name())], count);
    }
}

fn money_metrics(page: &mut Page, view: &View<'_>) {
    let revenue = view.stats.totals.revenue();
    if revenue.is_empty() {
        return;
    }
    page.head(
        "revenue",
        "Revenue of the last run in major units: of valid rows that are no duplicates, of accepted \
         ones",
    );
    let mut lines = |rows: &str, meant: fn(State) -> bool| {
        for (currency, line) in &revenue {
            let labels = [("currency", currency.code()), ("rows", rows)];
            page.line("revenue", &labels, line.sum(meant).money);
        }
    };
    lines("valid", State::is_for_sending);
    lines("accepted", |state| state == State::Accepted);
}

fn request_metrics(page: &mut Page, view: &View<'_>) {
    let requests = &view.stats.requests;
    page.one("requests", "Requests of the last run", requests.sent);
    page.one(
        "retries",
        "Requests of the last run that were retries",
        requests.retries,
    );
    page.one(
        "waited_seconds",
        "How long the last run was on hold",
        requests.waited.as_secs_f64(),
    );
    if requests.sent == 0 {
        return;
    }
    page.head(
        "answer_seconds",
        "Time to an answer in the last run by quantile",
    );
    let quantiles = [("0.5", 0.5), ("0.9", 0.9), ("0.99", 0.99)];
    for (name, share) in quantiles {
        let seconds = requests.within(share) as f64 / 1e6;
        page.line("answer_seconds", &[("quantile", name)], seconds);
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{BEGINNING}{name} {help}.");
        let _ = writeln!(self.0, "# TYPE tenjin_s2s_{name} gauge");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let labels = match labels.len() {
            0 => String::new(),
            _ => format!("{{{}}}", labels.join(",")),
        };
        let _ = writeln!(self.0, "tenjin_s2s_{name}{labels} {value}");
    }

    fn one(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help);
        self.line(name, &[], value);
    }
}

/// A label's value as the format takes it.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
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

    /// When a run last ended with 0, if the file says so.
    pub fn last_success(&self) -> Option<i64> {
        let mut text = String::new();
        let file = fs::File::open(&self.path).ok()?;
        file.take(MOST).read_to_string(&mut text).ok()?;
        last_success(&text)
    }

    /// Replaces it: whole, or not at all, and not if something else came there meanwhile.
    pub fn write(&self, text: &str) -> anyhow::Result<()> {
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
    use super::super::run::Places;
    use super::super::tests::sample;
    use super::*;
    use crate::stats::Stats;

    fn metrics(stats: &Stats, run: &RunFacts, ending: Ending) -> String {
        text(&View::new(stats, run, None, Places::default()), ending)
    }

    const ENDING: Ending = Ending {
        exit_code: 1,
        at: 1_795_305_725,
        last_success: Some(1_795_219_200),
    };

    #[test]
    fn tells_the_last_run() {
        let metrics = metrics(&sample::stats(), &sample::run("upload"), ENDING);
        let values: Vec<_> = metrics
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        let expected = [
            "tenjin_s2s_run_success 0",
            "tenjin_s2s_exit_code 1",
            "tenjin_s2s_last_run_timestamp_seconds 1795305725",
            "tenjin_s2s_last_success_timestamp_seconds 1795219200",
            "tenjin_s2s_run_duration_seconds 125.25",
            concat!(
                "tenjin_s2s_run_info{status=\"complete\",stop_reason=\"\",sandbox=\"false\",version=\"",
                env!("CARGO_PKG_VERSION"),
                "\"} 1"
            ),
            "tenjin_s2s_rows_read 10",
            "tenjin_s2s_rows{outcome=\"accepted\"} 2",
            "tenjin_s2s_rows{outcome=\"rejected\"} 1",
            "tenjin_s2s_rows{outcome=\"filtered\"} 1",
            "tenjin_s2s_rows{outcome=\"duplicate\"} 1",
            "tenjin_s2s_rows{outcome=\"refused\"} 1",
            "tenjin_s2s_rows{outcome=\"failed\"} 1",
            "tenjin_s2s_rows{outcome=\"in_doubt\"} 2",
            "tenjin_s2s_rows{outcome=\"not_sent\"} 1",
            "tenjin_s2s_rejections{code=\"invalid_number\"} 1",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"valid\"} 13.93",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"accepted\"} 3.98",
            "tenjin_s2s_requests 8",
            "tenjin_s2s_retries 1",
            "tenjin_s2s_waited_seconds 1.5",
            "tenjin_s2s_answer_seconds{quantile=\"0.5\"} 0.04",
            "tenjin_s2s_answer_seconds{quantile=\"0.9\"} 0.04",
            "tenjin_s2s_answer_seconds{quantile=\"0.99\"} 0.04",
        ];
        assert_eq!(values, expected);
    }

    #[test]
    fn every_metric_has_its_help_and_type_once() {
        let metrics = metrics(&sample::stats(), &sample::run("upload"), ENDING);
        let mut known = Vec::new();
        for line in metrics.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let name = rest.trim_end_matches(" gauge").to_owned();
                assert!(!known.contains(&name), "{name} twice");
                known.push(name);
            } else if !line.starts_with('#') {
                let name = line.split(['{', ' ']).next().unwrap_or_default();
                assert_eq!(known.last().map(String::as_str), Some(name));
            }
        }
        assert_eq!(metrics.matches("# HELP ").count(), known.len());
    }

    #[test]
    fn the_last_success_is_carried_on() {
        let of = |ending| metrics(&Stats::default(), &RunFacts::default(), ending);
        let failed = of(ENDING);
        assert_eq!(last_success(&failed), Some(1_795_219_200));
        let well = Ending {
            exit_code: 0,
            ..ENDING
        };
        assert_eq!(last_success(&of(well)), Some(1_795_305_725));
        let first = Ending {
            last_success: None,
            ..ENDING
        };
        assert_eq!(last_success(&of(first)), None);
        assert_eq!(
            last_success("tenjin_s2s_last_success_timestamp_seconds x"),
            None
        );
    }

    #[test]
    fn labels_cannot_break_out() {
        assert_eq!(escaped("a\"} 1\n\\"), "a\\\"} 1\\n\\\\");
    }

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
