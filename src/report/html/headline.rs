//! The top of the page: how the run ended, in a sentence, and what to do next.

use std::time::Duration;

use jiff::{Timestamp, Unit};

use super::super::figures::{counted, share, span, thousands};
use super::super::next::{Next, next};
use super::super::run::{RunFacts, Status};
use super::super::warning::Warning;
use super::figure::{self, Figure};
use super::{Facts, is_open};
use crate::model::{Outcome, shown};

/// How many warnings the page shows.
const WARNINGS: usize = 10;

/// How the run went.
pub(super) struct Headline {
    /// `good`, `open` or `bad`: the colour and the sign beside the title.
    pub(super) tone: &'static str,
    /// Said by the sign to those who do not see it.
    pub(super) sign: &'static str,
    pub(super) title: String,
    /// What every reader must know before a number: nothing was sent, or not to Tenjin.
    pub(super) badges: Vec<&'static str>,
    pub(super) lede: String,
    pub(super) detail: String,
    pub(super) figures: Vec<Figure>,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) warnings: Vec<String>,
    pub(super) more_warnings: String,
    pub(super) next: Option<Next>,
}

impl Headline {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let run = facts.run;
        let attention = facts.books.rows().attention(facts.sends());
        let (tone, sign) = match run.status {
            Status::Running => ("open", "running"),
            Status::Stopped => ("bad", "stopped"),
            Status::Interrupted => ("open", "interrupted"),
            Status::Complete if attention > 0 => ("open", "needs attention"),
            Status::Complete => ("good", "well"),
        };
        let open = run.ranked_warnings();
        let more = open.len().saturating_sub(WARNINGS) as u64;
        let said = |warning: &Warning| {
            let note = if warning.code.is_remark() {
                "Note: "
            } else {
                ""
            };
            format!("{note}{}", warning.text)
        };
        let warnings = open.iter().take(WARNINGS);
        Headline {
            tone,
            sign,
            title: title(facts),
            badges: badges(run),
            lede: lede(facts, attention),
            detail: run
                .stop_detail
                .as_deref()
                .map(shown)
                .unwrap_or_default()
                .into(),
            figures: figure::figures(facts, attention),
            facts: about(run),
            warnings: warnings.map(|warning| said(warning)).collect(),
            more_warnings: match more {
                0 => String::new(),
                more => format!("{} in report.json", counted(more, "more warning")),
            },
            next: (!is_open(run)).then(|| next(facts.books, run, facts.places)),
        }
    }
}

fn title(facts: Facts<'_>) -> String {
    let run = facts.run;
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
    let mut badges = Vec::new();
    if run.dry_run {
        badges.push("Dry run: nothing was sent");
    }
    if run.command == "validate" {
        badges.push("Validation only: nothing was sent");
    }
    if run.sandbox {
        badges.push("Sandbox: nothing reached Tenjin");
    }
    badges
}

fn lede(facts: Facts<'_>, attention: u64) -> String {
    let rows = facts.books.rows();
    let read = counted(rows.read, "row");
    if rows.read == 0 {
        return "No rows were read.".into();
    }
    let good = if facts.sends() {
        let accepted = rows.count(Outcome::Accepted);
        let part = share(accepted, rows.read);
        let server = facts.server();
        format!(
            "{} of {read} were accepted by {server} ({part}).",
            thousands(accepted)
        )
    } else {
        let part = share(rows.valid, rows.read);
        format!("{} of {read} are valid ({part}).", thousands(rows.valid))
    };
    match attention {
        0 => good,
        1 => format!("{good} One row needs attention."),
        more => format!("{good} {} rows need attention.", thousands(more)),
    }
}

fn about(run: &RunFacts) -> Vec<(&'static str, String)> {
    let mut about = vec![("Started", moment(run.started_at))];
    if let Some(time) = run.finished_at {
        about.push(("Finished", moment(time)));
    } else {
        let written = run.started_at.saturating_add(run.elapsed);
        about.push(("Written", written.map_or_else(|_| "?".into(), moment)));
    }
    about.push(("Took", span(run.elapsed.max(Duration::from_millis(1)))));
    about.push(("Run", shown(&run.run_id).into()));
    about
}

/// `2026-11-22 23:34:05 UTC`
pub(super) fn moment(time: Timestamp) -> String {
    let time = time.round(Unit::Second).unwrap_or(time);
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
