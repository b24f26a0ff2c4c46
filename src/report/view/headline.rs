//! How a run ended, in words, and what a stop asks of people.

use std::borrow::Cow;

use super::View;
use crate::model::{App, Outcome, StopReason, shown};
use crate::report::figures::{counted, share, span, thousands};
use crate::report::layout::{Layout, Tone};
use crate::report::run::{RunFacts, Status};

/// The same thing in a few forms: a sentence for the terminal, a title and a sentence for a page.
#[derive(Debug, Clone, Default)]
pub struct Headline {
    /// Whether it is good, open or bad.
    pub tone: Tone,
    /// The tone in a word.
    pub sign: &'static str,
    /// `Upload complete in 2 m 05 s, 6 rows need attention.`
    pub sentence: String,
    /// `Upload complete`
    pub title: String,
    /// `990 of 1,000 rows were accepted by Tenjin (99.0 %). 10 rows need attention.`
    pub summary: String,
    /// What every reader must know before a number: nothing was sent, or not to Tenjin.
    pub badges: Vec<&'static str>,
    /// Why it stopped.
    pub because: Option<String>,
}

/// What to do, and the command for it, if there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Next {
    /// A sentence.
    pub advice: Cow<'static, str>,
    /// Lines for a file that the command names.
    pub lines: String,
    /// A whole command line.
    pub command: Option<String>,
}

impl Next {
    /// The advice, and the command on lines of its own: whole, so that it can be copied.
    pub fn text(&self, layout: Layout) -> String {
        self.labelled("Next", layout)
    }

    /// The same under another name.
    pub fn labelled(&self, label: &str, layout: Layout) -> String {
        let style = layout.style;
        let mut out = style.labelled(label, &self.advice);
        for line in self.lines.lines() {
            out += &style.tone(Tone::Strong, &format!("  {line}"));
            out.push('\n');
        }
        let command = self.command.as_deref().unwrap_or_default();
        for line in layout.command(command) {
            out += &style.tone(Tone::Strong, &line);
            out.push('\n');
        }
        out
    }

    /// This advice, and this command.
    pub fn new(advice: impl Into<Cow<'static, str>>, command: impl Into<Option<String>>) -> Self {
        Next {
            advice: advice.into(),
            lines: String::new(),
            command: command.into(),
        }
    }
}

impl Headline {
    pub(super) fn new(view: &View<'_>) -> Self {
        let run = view.run;
        let (tone, sign) = match run.status {
            Status::Running => (Tone::Open, "running"),
            Status::Stopped => (Tone::Bad, "stopped"),
            Status::Interrupted => (Tone::Open, "interrupted"),
            Status::Complete if view.attention() > 0 => (Tone::Open, "needs attention"),
            Status::Complete => (Tone::Good, "well"),
        };
        Headline {
            tone,
            sign,
            sentence: sentence(view),
            title: title(run),
            summary: summary(view),
            badges: badges(run),
            because: (run.status == Status::Stopped).then(|| because(run)),
        }
    }
}

fn sentence(view: &View<'_>) -> String {
    let run = view.run;
    let time = span(run.elapsed);
    let attention = match view.attention() {
        0 => String::new(),
        1 => ", 1 row needs attention".into(),
        rows => format!(", {} need attention", counted(rows, "row")),
    };
    match run.status {
        Status::Running | Status::Complete if run.command == "validate" => {
            format!("Validated in {time}, nothing sent{attention}.")
        }
        Status::Running | Status::Complete => {
            format!(
                "Upload complete in {time}{}{attention}.",
                stopped_apps(view)
            )
        }
        Status::Interrupted => format!("Interrupted after {time}."),
        Status::Stopped => format!("Stopped after {time}."),
    }
}

/// Which app stopped while the others went on, why, and whose key it has.
fn stopped_apps(view: &View<'_>) -> String {
    let stopped_apps = &view.stats.stopped_apps;
    let Some((app, reason)) = stopped_apps.first_key_value() else {
        return String::new();
    };
    let why = key_of(view.run, app, *reason);
    let app = shown(&app.to_string());
    match stopped_apps.len() - 1 {
        0 => format!(", but {app} stopped ({why})"),
        others => {
            let others = counted(others as u64, "other app");
            format!(", but {app} ({why}) and {others} stopped")
        }
    }
}

fn key_of(run: &RunFacts, app: &App, reason: StopReason) -> String {
    match run.key_source(Some(app)) {
        Some(source) => format!("{}, key from the {source}", reason.name()),
        None => reason.name().into(),
    }
}

fn because(run: &RunFacts) -> String {
    let server = shown(run.server());
    match run.stop_reason {
        Some(StopReason::Unauthorized) => format!("{server} does not take the SDK key"),
        Some(StopReason::NoSuchApp) => format!("{server} knows no such app"),
        Some(StopReason::AppDisabled) => format!("{server} has disabled the app's SDK key"),
        Some(StopReason::Canary) => format!("{server} refused all of the first rows"),
        _ => {
            let detail = run
                .stop_detail
                .as_deref()
                .unwrap_or("for an unknown reason");
            shown(detail.trim_end_matches('.')).into()
        }
    }
}

fn title(run: &RunFacts) -> String {
    let what = match (run.command, run.dry_run) {
        (_, true) => "Dry run",
        ("validate", _) => "Validation",
        _ => "Upload",
    };
    match (run.status, run.stop_reason) {
        (Status::Running, _) => format!("{what} running"),
        (Status::Complete, _) => format!("{what} complete"),
        (Status::Interrupted, _) => format!("{what} interrupted"),
        (Status::Stopped, None) => format!("{what} stopped"),
        (Status::Stopped, Some(reason)) => format!("{what} stopped: {}", reason.meaning()),
    }
}

fn badges(run: &RunFacts) -> Vec<&'static str> {
    let all = [
        (run.dry_run, "Dry run: nothing was sent"),
        (
            run.command == "validate",
            "Validation only: nothing was sent",
        ),
        (run.sandbox, "Sandbox: nothing reached Tenjin"),
    ];
    let meant = all.into_iter().filter(|(is, _)| *is);
    meant.map(|(_, badge)| badge).collect()
}

fn summary(view: &View<'_>) -> String {
    let rows = view.rows;
    let read = counted(rows.read, "row");
    if rows.read == 0 {
        return "No rows were read.".into();
    }
    let good = if view.sends() {
        let accepted = rows.count(Outcome::Accepted);
        let (part, server) = (share(accepted, rows.read), view.run.server());
        let accepted = thousands(accepted);
        format!("{accepted} of {read} were accepted by {server} ({part}).")
    } else {
        let part = share(rows.valid, rows.read);
        format!("{} of {read} are valid ({part}).", thousands(rows.valid))
    };
    match view.attention() {
        0 => good,
        1 => format!("{good} One row needs attention."),
        more => format!("{good} {} rows need attention.", thousands(more)),
    }
}

/// What to see to after a stop.
pub(super) enum After {
    /// The same command would end the same way, until this is done.
    Fix(Cow<'static, str>),
    /// This first, and then the same command.
    Again(String),
}

/// What the run, or one of its apps, stopped for asks of people.
pub(super) fn after_stop(view: &View<'_>) -> Option<After> {
    use After::{Again, Fix};
    let (run, stopped) = (view.run, view.stats.stopped_apps.first_key_value());
    let again = |first: &str| Again(first.to_owned());
    let fix = |advice: &'static str| Fix(advice.into());
    let named = match view.places.folder {
        Some(_) => "the report names them",
        None => "--report-dir DIR writes them to files",
    };
    Some(
        match run.stop_reason.or(stopped.map(|(_, reason)| *reason))? {
            StopReason::NoSuchApp => {
                fix("check bundle_id and platform against the dashboard, and put them right")
            }
            StopReason::Strict => {
                let advice = "fix the rejected rows in the input";
                Fix(format!("{advice} ({named}), then run it again").into())
            }
            StopReason::MaxRejected => {
                let advice = "fix the rejected rows, or the mapping";
                Fix(format!("{advice} ({named}), then run it again").into())
            }
            StopReason::InputError => fix("fix the input, then run it again"),
            StopReason::MinRows => {
                fix("find out why the export has so few rows, then run it again")
            }
            StopReason::NoIdentity => fix("map a column that identifies rows, then run it again"),
            StopReason::Unauthorized | StopReason::AppDisabled => {
                Again(key(run, stopped.map(|(app, _)| &**app)))
            }
            StopReason::Canary | StopReason::MaxFailures => again("look at the reasons above"),
            StopReason::DiskFull => again("make room on the disk"),
            StopReason::ReportFailed => {
                again("see that the folder of reports can be written (--report-dir)")
            }
            StopReason::LedgerBusy => {
                again("close the program that has the ledger's database open")
            }
            StopReason::LedgerFailed => again("check the ledger"),
            StopReason::ReadError => again("see that the input can be read"),
            StopReason::Unreachable if run.endpoint.is_some() => {
                again("check --endpoint-url, and whether that server runs")
            }
            StopReason::Unreachable => {
                again("check the network (and the proxy variables, if there is a proxy)")
            }
            StopReason::AskedToWait | StopReason::Interrupted => return None,
        },
    )
}

/// Which key was refused, and where a right one belongs.
fn key(run: &RunFacts, app: Option<&App>) -> String {
    let source = match run.key_source(app) {
        Some(source) => format!("the {source}"),
        None => "the configuration".into(),
    };
    let put = |key: &str| match source.strip_prefix("the command ") {
        Some(_) => format!("have {source} print {key}"),
        None => format!("put {key} into {source}"),
    };
    if !run.is_account_key {
        return put("the app's SDK key (Tenjin's dashboard, the app's settings)");
    }
    format!(
        "the key that is to serve every app (--key-scope account) was refused: {}; if each app has \
         a key of its own, name them under [apps] in a file, pass --config FILE and leave \
         --key-scope account out",
        put("one that does")
    )
}
