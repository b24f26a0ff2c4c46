//! The run as metrics in Prometheus' text format, for the textfile collector of the
//! node exporter.
//!
//! Gauges of the last run, since every run replaces those of the one before. All outcomes are
//! always there, at zero too, so that an alert needs no case for a missing series. Labels are
//! words of ours or currency codes: never a name out of a file, so their number is bounded.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use super::run::{RunFacts, Status};
use crate::model::Outcome;
use crate::stats::{Line, Money, State, Stats};

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
pub(super) const BEGINNING: &str = "# HELP tenjin_s2s_";

/// The metric that a later run carries on.
const LAST_SUCCESS: &str = "last_success_timestamp_seconds";

/// The metrics of a run. One that failed before its first row has empty books.
pub fn text(books: &Stats, run: &RunFacts, ending: Ending) -> String {
    let mut page = Page::default();
    run_metrics(&mut page, run, ending);
    row_metrics(&mut page, books, run);
    money_metrics(&mut page, books);
    request_metrics(&mut page, books);
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

fn row_metrics(page: &mut Page, books: &Stats, run: &RunFacts) {
    let rows = books.rows();
    page.one("rows_read", "Rows read by the last run", rows.read);
    page.head(
        "rows",
        "Rows of the last run by outcome; they add up to the rows read",
    );
    for outcome in Outcome::ALL {
        page.line("rows", &[("outcome", outcome.name())], rows.count(outcome));
    }
    if let Some(rows) = run.ledger_in_doubt {
        page.one(
            "ledger_in_doubt",
            "Rows in doubt in the ledger, of the last run and of earlier ones",
            rows,
        );
    }
    let mut codes = BTreeMap::new();
    for reason in books.rejections.ranked() {
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

fn money_metrics(page: &mut Page, books: &Stats) {
    let revenue = books.totals.revenue();
    if revenue.is_empty() {
        return;
    }
    page.head(
        "revenue",
        "Revenue of the last run in major units: of valid rows, of accepted ones",
    );
    let valid = |line: &Line| line.valid.money.clone();
    let accepted = |line: &Line| line.count(State::Accepted).money.clone();
    let mut lines = |rows: &str, money: fn(&Line) -> Money| {
        for (currency, line) in &revenue {
            let labels = [("currency", currency.code()), ("rows", rows)];
            page.line("revenue", &labels, money(line));
        }
    };
    lines("valid", valid);
    lines("accepted", accepted);
}

fn request_metrics(page: &mut Page, books: &Stats) {
    let requests = &books.requests;
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

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    const ENDING: Ending = Ending {
        exit_code: 1,
        at: 1_795_305_725,
        last_success: Some(1_795_219_200),
    };

    #[test]
    fn tells_the_last_run() {
        let metrics = text(&sample::books(), &sample::run("upload"), ENDING);
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
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"valid\"} 15.92",
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
        let metrics = text(&sample::books(), &sample::run("upload"), ENDING);
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
        let of = |ending| text(&Stats::default(), &RunFacts::default(), ending);
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
}
