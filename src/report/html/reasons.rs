//! Why rows were not accepted: each reason with rows to look at, and what to do.
//!
//! The most frequent ones with examples, some more as a list, the others counted: a hundred
//! thousand reasons make the page no longer.

use super::super::figures::{counted, thousands};
use super::Facts;
use crate::model::{Outcome, shown};
use crate::stats::reasons::{Example, Reason};

/// Reasons with their examples.
const SHOWN: usize = 12;
/// Reasons that are only listed.
const LISTED: usize = 60;

/// Values longer than this need room.
const LONG: usize = 60;

/// Everything that needs attention.
pub(super) struct Reasons {
    pub(super) rejected: String,
    pub(super) rejections: Vec<Rejection>,
    pub(super) brief: Vec<Brief>,
    pub(super) more: String,
    pub(super) endings: Vec<Ending>,
}

/// A way to be rejected, with rows that show it.
pub(super) struct Rejection {
    pub(super) code: &'static str,
    pub(super) field: String,
    pub(super) count: String,
    pub(super) meaning: &'static str,
    /// The hint of all examples, if they have the same.
    pub(super) hint: String,
    pub(super) examples: Vec<Shown>,
    /// Whether it needs the whole width: hints of their own, or long values.
    pub(super) wide: bool,
}

/// A row to look at.
pub(super) struct Shown {
    pub(super) place: String,
    pub(super) value: String,
    pub(super) hint: String,
}

/// A way to be rejected, in a line.
pub(super) struct Brief {
    pub(super) code: &'static str,
    pub(super) field: String,
    pub(super) count: String,
    pub(super) place: String,
}

/// Valid rows that ended otherwise than accepted.
pub(super) struct Ending {
    pub(super) class: &'static str,
    pub(super) title: String,
    pub(super) count: String,
    pub(super) advice: &'static str,
    pub(super) said: Vec<Said>,
    pub(super) more: String,
}

/// What was said about some of them.
pub(super) struct Said {
    pub(super) http: String,
    pub(super) reason: String,
    pub(super) count: String,
    pub(super) first: String,
}

impl Reasons {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let rejections = facts.books.rejections.ranked();
        let rejected = facts.books.rows().count(Outcome::Rejected);
        let full = rejections.iter().take(SHOWN);
        let brief = rejections.iter().skip(SHOWN).take(LISTED);
        let more = rejections.len().saturating_sub(SHOWN + LISTED) as u64;
        Reasons {
            rejected: match rejected {
                0 => String::new(),
                rows => thousands(rows),
            },
            rejections: full.map(|reason| rejection(facts, reason)).collect(),
            brief: brief.map(|reason| in_brief(facts, reason)).collect(),
            more: beyond(more, facts.books.rejections.more()),
            endings: endings(facts),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rejections.is_empty() && self.endings.is_empty()
    }
}

fn beyond(reasons: u64, faults: u64) -> String {
    match (reasons, faults) {
        (0, 0) => String::new(),
        (0, faults) => format!("{} for other reasons", counted(faults, "fault")),
        (reasons, 0) => format!("{} in report.json", counted(reasons, "more reason")),
        (reasons, faults) => {
            let reasons = counted(reasons, "more reason");
            format!(
                "{reasons} in report.json, and {} beyond",
                counted(faults, "fault")
            )
        }
    }
}

fn rejection(facts: Facts<'_>, reason: &Reason) -> Rejection {
    let examples = &reason.examples;
    let alike = examples.windows(2).all(|pair| pair[0].hint == pair[1].hint);
    let first = examples.first().map_or("", |example| &*example.hint);
    let example = |example: &Example| Shown {
        place: at(facts, example.place),
        value: example.value.to_string(),
        hint: if alike {
            String::new()
        } else {
            example.hint.to_string()
        },
    };
    let long = examples.iter().any(|example| example.value.len() > LONG);
    Rejection {
        wide: long || !alike,
        code: reason.code.name(),
        field: shown(&reason.field).into(),
        count: thousands(reason.count),
        meaning: reason.code.meaning(),
        hint: if alike {
            first.to_owned()
        } else {
            String::new()
        },
        examples: examples.iter().map(example).collect(),
    }
}

fn in_brief(facts: Facts<'_>, reason: &Reason) -> Brief {
    let first = reason.examples.first();
    Brief {
        code: reason.code.name(),
        field: shown(&reason.field).into(),
        count: thousands(reason.count),
        place: first
            .map(|example| at(facts, example.place))
            .unwrap_or_default(),
    }
}

/// `events.csv:41`
fn at(facts: Facts<'_>, place: crate::model::Place) -> String {
    format!(
        "{}:{}",
        shown(facts.run.input_name(place.input)),
        place.line
    )
}

fn endings(facts: Facts<'_>) -> Vec<Ending> {
    let all = [
        Outcome::InDoubt,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::NotSent,
    ];
    let all = all.into_iter().filter(|_| facts.sends());
    all.filter_map(|outcome| ending(facts, outcome)).collect()
}

fn ending(facts: Facts<'_>, outcome: Outcome) -> Option<Ending> {
    let count = facts.books.rows().count(outcome);
    if count == 0 {
        return None;
    }
    let ranked = facts.books.endings.ranked(outcome);
    let said = ranked.iter().take(SHOWN).map(|said| Said {
        http: said.http.map(|http| http.to_string()).unwrap_or_default(),
        reason: match &*said.reason {
            "" => "no reason given".into(),
            reason => shown(reason).into(),
        },
        count: thousands(said.count),
        first: at(facts, said.first),
    });
    let hidden = ranked.len().saturating_sub(SHOWN) as u64;
    let beyond = facts.books.endings.more(outcome);
    let more = match (hidden, beyond) {
        (0, 0) => String::new(),
        (0, rows) => format!("{} for other reasons", counted(rows, "row")),
        (hidden, _) => format!("{} in report.json", counted(hidden, "more reason")),
    };
    Some(Ending {
        class: outcome.name(),
        title: title(facts, outcome),
        count: thousands(count),
        advice: advice(outcome),
        said: said.collect(),
        more,
    })
}

fn title(facts: Facts<'_>, outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused => format!("Refused by {}", facts.server()),
        Outcome::Failed => "Failed".into(),
        Outcome::InDoubt => "In doubt".into(),
        _ => "Not sent".into(),
    }
}

fn advice(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Refused => "The answer was no. Fix or drop these rows; a re-run sends them again.",
        Outcome::Failed => "Retries used up, and surely not recorded. Run again.",
        Outcome::InDoubt => {
            "These left, and what came back does not say whether they were recorded. Look for \
             them on the dashboard before you send any of them again: money could count twice."
        }
        _ => {
            "The run ended first, or a row before them of the same installation failed. Run again."
        }
    }
}
