//! The run as metrics in Prometheus' text format, for the textfile collector of the
//! node exporter.
//!
//! Gauges of the last run, since every run replaces those of the one before. All outcomes are
//! always there, at zero too, so that an alert needs no case for a missing series. Labels are
//! words of ours or currency codes: never a name out of a file, so their number is bounded.
//!
//! What a run does not know keeps the value that the metrics before it have: a run that fails
//! before it has read the ledger must not end the alert about rows in doubt.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use super::run::{RunFacts, Status};
use super::view::View;
use crate::model::{Filter, Outcome, StopReason};
use crate::stats::{State, Unit};

/// How a run ended, for its metrics.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'e> {
    /// The exit code.
    pub exit_code: u8,
    /// Seconds since 1970.
    pub at: i64,
    /// Why it failed, for one that has no stop reason of its own.
    pub failure: Option<&'e str>,
    /// The metrics of the run before it.
    pub before: &'e str,
}

/// How every page of ours begins.
pub const BEGINNING: &str = "# HELP tenjin_s2s_";

/// The metrics of a run. One that failed before its first row has an empty account.
pub fn text(view: &View<'_>, ending: Ending<'_>) -> String {
    let mut page = Page {
        text: String::new(),
        before: ending.before,
    };
    run_metrics(&mut page, view.run, ending);
    row_metrics(&mut page, view);
    ledger_metrics(&mut page, view.run);
    money_metrics(&mut page, view);
    request_metrics(&mut page, view);
    page.text
}

fn run_metrics(page: &mut Page<'_>, run: &RunFacts, ending: Ending<'_>) {
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
    page.known(
        "last_success_timestamp_seconds",
        "When a run last ended with exit code 0, in seconds since 1970",
        [("", (success == 1).then_some(ending.at))],
    );
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
    let reason = run.stop_reason.map(StopReason::name);
    let reason = reason.or(ending.failure).unwrap_or_default();
    page.head("run_info", "How the last run ended");
    let labels = [
        ("status", status),
        ("stop_reason", reason),
        ("sandbox", if run.sandbox { "true" } else { "false" }),
        ("version", env!("CARGO_PKG_VERSION")),
    ];
    page.line("run_info", &labels, 1);
}

fn row_metrics(page: &mut Page<'_>, view: &View<'_>) {
    page.one("rows_read", "Rows read by the last run", view.rows.read);
    page.head(
        "rows",
        "Rows of the last run by outcome; they add up to the rows read",
    );
    for outcome in Outcome::ALL {
        page.line("rows", &[("outcome", outcome.name())], view.count(outcome));
    }
    filter_metrics(page, view);
    let newest = |micros: Option<i64>| micros.map(|micros| micros.div_euclid(1_000_000));
    let valid = view.stats.event_time.bounds.map(|(_, last)| last);
    page.known(
        "newest_event_time_seconds",
        "Newest event_time, in seconds since 1970: of the valid rows of the last run that had any, \
         of the rows that the last run with accepted ones got accepted",
        [
            ("{rows=\"valid\"}", newest(valid)),
            ("{rows=\"accepted\"}", newest(view.stats.newest_accepted)),
        ],
    );
    let mut codes = BTreeMap::new();
    for reason in &view.rejections {
        *codes.entry(reason.code.name()).or_insert(0) += reason.count;
    }
    let help = "Faults of rejected rows of the last run by code";
    page.by_code("rejections", help, codes);
    let mut codes = BTreeMap::new();
    for warning in view.run.open_warnings() {
        *codes.entry(warning.code.name()).or_insert(0) += 1;
    }
    page.by_code("warnings", "Warnings of the last run by code", codes);
}

/// A rule of a mapping has a name out of a file, so they count together.
fn filter_metrics(page: &mut Page<'_>, view: &View<'_>) {
    page.head("filtered", "Filtered rows of the last run by reason");
    let mut others = view.count(Outcome::Filtered);
    for filter in [Filter::TooOld, Filter::EmptyRow, Filter::ForgottenPeriod] {
        let rows = view.stats.filters.count(&filter.name());
        others = others.saturating_sub(rows);
        page.line("filtered", &[("reason", &filter.name())], rows);
    }
    page.line("filtered", &[("reason", "other")], others);
}

fn ledger_metrics(page: &mut Page<'_>, run: &RunFacts) {
    page.known(
        "ledger_in_doubt",
        "Rows in doubt in the ledger, of the last run and of earlier ones",
        [("", run.ledger_in_doubt)],
    );
    page.known(
        "ledger_released",
        "Rows of earlier runs in the ledger that are free to be sent, and were not",
        [("", run.left_over.as_ref().map(|left| left.rows))],
    );
}

fn money_metrics(page: &mut Page<'_>, view: &View<'_>) {
    let totals = &view.stats.totals;
    let mut lines = Vec::new();
    for (unit, line) in totals.all().sorted() {
        let Unit::Currency(currency) = unit else {
            continue;
        };
        let valid = line.sum(State::is_for_sending).money;
        lines.push((currency, "valid", valid));
        // At the end of a run no row is without an outcome.
        let states = State::ALL
            .into_iter()
            .filter(|state| *state != State::Pending);
        lines.extend(states.map(|state| (currency, state.name(), line.count(state).money.clone())));
    }
    let too_old = view.stats.left_out.of_rule(&Filter::TooOld.name());
    let too_old = too_old.revenue();
    lines.extend(too_old.map(|(currency, sum)| (currency, "too_old", sum.money.clone())));
    if lines.is_empty() {
        return;
    }
    page.head(
        "revenue",
        "Revenue of the last run in major units: of valid rows that are no duplicates, by what \
         became of the rows, of those filtered as too old",
    );
    for (currency, rows, money) in lines {
        let labels = [("currency", currency.code()), ("rows", rows)];
        page.line("revenue", &labels, money);
    }
}

fn request_metrics(page: &mut Page<'_>, view: &View<'_>) {
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

struct Page<'b> {
    text: String,
    before: &'b str,
}

impl Page<'_> {
    fn head(&mut self, name: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{BEGINNING}{name} {help}.");
        let _ = writeln!(self.text, "# TYPE tenjin_s2s_{name} gauge");
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
        let _ = writeln!(self.text, "tenjin_s2s_{name}{labels} {value}");
    }

    fn one(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help);
        self.line(name, &[], value);
    }

    /// How often there was each of these words, if any.
    fn by_code(&mut self, name: &str, help: &str, codes: BTreeMap<&str, u64>) {
        if !codes.is_empty() {
            self.head(name, help);
        }
        for (code, count) in codes {
            self.line(name, &[("code", code)], count);
        }
    }

    /// Samples by their labels; what the run does not know stays as it was before.
    fn known<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: [(&str, Option<impl Display>); N],
    ) {
        let mut lines = String::new();
        for (labels, value) in samples {
            let sample = format!("tenjin_s2s_{name}{labels} ");
            let value = value.map(|value| value.to_string());
            if let Some(value) = value.or_else(|| before(self.before, &sample)) {
                // Writing to a string cannot fail.
                let _ = writeln!(lines, "{sample}{value}");
            }
        }
        if !lines.is_empty() {
            self.head(name, help);
            self.text += &lines;
        }
    }
}

/// The value of a sample in earlier metrics; anything but a whole number is nothing of ours.
fn before(metrics: &str, sample: &str) -> Option<String> {
    let value = metrics.lines().find_map(|line| line.strip_prefix(sample))?;
    let number: i64 = value.trim().parse().ok()?;
    Some(number.to_string())
}

/// A label's value as the format takes it.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::run::Places;
    use super::super::tests::sample;
    use super::*;
    use crate::stats::Stats;

    fn metrics(stats: &Stats, run: &RunFacts, ending: Ending<'_>) -> String {
        text(&View::new(stats, run, None, Places::default()), ending)
    }

    const ENDING: Ending<'_> = Ending {
        exit_code: 1,
        at: 1_795_305_725,
        failure: None,
        before: "tenjin_s2s_last_success_timestamp_seconds 1795219200\n\
                 tenjin_s2s_newest_event_time_seconds{rows=\"accepted\"} 1795219100\n\
                 tenjin_s2s_ledger_in_doubt 3\n\
                 tenjin_s2s_ledger_released 1e3\n",
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
            "tenjin_s2s_filtered{reason=\"too_old\"} 1",
            "tenjin_s2s_filtered{reason=\"empty_row\"} 0",
            "tenjin_s2s_filtered{reason=\"forgotten_period\"} 0",
            "tenjin_s2s_filtered{reason=\"other\"} 0",
            "tenjin_s2s_newest_event_time_seconds{rows=\"valid\"} 1795305600",
            "tenjin_s2s_newest_event_time_seconds{rows=\"accepted\"} 1795219100",
            "tenjin_s2s_rejections{code=\"invalid_number\"} 1",
            "tenjin_s2s_ledger_in_doubt 3",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"valid\"} 13.93",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"accepted\"} 3.98",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"earlier\"} 1.99",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"repeated\"} 0",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"filtered\"} 1.99",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"rejected\"} 1.99",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"refused\"} 1.99",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"failed\"} 1.99",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"in_doubt\"} 3.98",
            "tenjin_s2s_revenue{currency=\"USD\",rows=\"not_sent\"} 1.99",
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
    fn what_a_run_does_not_know_stays_and_what_it_knows_is_new() {
        let of = |run: &RunFacts, ending| metrics(&Stats::default(), run, ending);
        let failed = of(&RunFacts::default(), ENDING);
        assert!(failed.contains(ENDING.before.split_inclusive('\n').next().unwrap()));
        assert!(failed.contains("\ntenjin_s2s_ledger_in_doubt 3\n"));
        // No number of ours.
        assert!(!failed.contains("ledger_released"), "{failed}");
        let known = RunFacts {
            ledger_in_doubt: Some(0),
            ..RunFacts::default()
        };
        let well = Ending {
            exit_code: 0,
            ..ENDING
        };
        let well = of(&known, well);
        assert!(well.contains("\ntenjin_s2s_last_success_timestamp_seconds 1795305725\n"));
        assert!(well.contains("\ntenjin_s2s_ledger_in_doubt 0\n"));
        let first = Ending {
            before: "",
            ..ENDING
        };
        let first = of(&RunFacts::default(), first);
        for name in ["last_success", "ledger_in_doubt", "newest_event_time"] {
            assert!(!first.contains(name), "{first}");
        }
    }

    #[test]
    fn labels_cannot_break_out() {
        assert_eq!(escaped("a\"} 1\n\\"), "a\\\"} 1\\n\\\\");
    }
}
