//! Why rows were not accepted: each reason with rows to look at, and what to do.
//!
//! All that the report holds are there, to be searched: the most frequent ones with examples, the
//! others in a table that is folded.

use askama::Template;

use super::parts::{Cell, Part, Section, Table};
use super::{View, class, meaning};
use crate::model::{Outcome, shown};
use crate::report::figures::{counted, thousands};
use crate::report::view::{Ending, Example, Reason};

/// Reasons that stand there without a click.
const SHOWN: usize = 12;
/// Values longer than this need room.
const LONG: usize = 60;

#[derive(Template)]
#[template(path = "reasons.html")]
struct Reasons {
    groups: Vec<Group>,
}

/// Rows of one outcome.
struct Group {
    class: &'static str,
    title: String,
    count: String,
    advice: String,
    cards: Vec<Card>,
    table: Option<Table>,
    /// The less frequent ones.
    folded: Option<Table>,
    more: String,
}

impl Group {
    /// Whether one has to search in it.
    fn is_long(&self) -> bool {
        self.cards.len() >= SHOWN
    }
}

/// A way to be rejected, with rows that show it.
struct Card {
    code: &'static str,
    field: String,
    count: String,
    meaning: &'static str,
    /// The hint of all examples, if they have the same.
    hint: String,
    examples: Vec<Shown>,
    /// Whether it needs the whole width: hints of their own, or long values.
    wide: bool,
}

/// A row to look at.
struct Shown {
    place: String,
    value: String,
    hint: String,
}

/// Everything that needs attention.
pub(super) fn section(view: &View<'_>) -> Section {
    let doubt = [
        Outcome::InDoubt,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::NotSent,
    ];
    let doubt = doubt.into_iter().filter(|_| view.sends());
    let groups = doubt.chain([Outcome::Rejected]);
    let groups: Vec<_> = groups.filter_map(|outcome| group(view, outcome)).collect();
    let parts = match groups.len() {
        0 => Vec::new(),
        _ => vec![Part::drawn(&Reasons { groups })],
    };
    Section::new("reasons", "Reasons", parts)
}

fn group(view: &View<'_>, outcome: Outcome) -> Option<Group> {
    let line = view
        .outcomes
        .iter()
        .find(|line| line.outcome == Some(outcome))?;
    let mut title = line.name.to_string();
    title[..1].make_ascii_uppercase();
    let mut group = Group {
        class: class(line.outcome, line.concern),
        title,
        count: thousands(line.count),
        advice: advice(view, outcome),
        cards: Vec::new(),
        table: None,
        folded: None,
        more: String::new(),
    };
    if outcome == Outcome::Rejected {
        rejected(view, &mut group);
    } else {
        ended(view, outcome, &mut group);
    }
    Some(group)
}

fn advice(view: &View<'_>, outcome: Outcome) -> String {
    match outcome {
        Outcome::Rejected => {
            let users = view.users.as_ref().map_or(String::new(), |users| {
                let found = &users.found;
                format!(
                    " {}: then it is a table for --lookup.",
                    found.text(found.file)
                )
            });
            format!(
                "These rows were not sent. Each one stands in the rejects file with its reason, \
                 ready to be fixed and uploaded. A row with several faults counts in each of \
                 them.{users}"
            )
        }
        Outcome::InDoubt => {
            "These were sent, and the answers do not say whether they were recorded. Look for \
             them on the dashboard before you send any of them again: money could count twice."
                .into()
        }
        Outcome::NotSent => {
            "The run ended first, or a row before them of the same installation failed. Run again."
                .into()
        }
        outcome => meaning(view, Some(outcome)),
    }
}

fn rejected(view: &View<'_>, group: &mut Group) {
    group.cards = view.rejections.iter().take(SHOWN).map(card).collect();
    let others = view.rejections.iter().skip(SHOWN).map(|reason| {
        let place = reason.examples.first().map(Example::place);
        vec![
            Cell::code(reason.code.name()),
            Cell::code(shown(reason.field)),
            Cell::code(place.unwrap_or_default()),
            thousands(reason.count).into(),
        ]
    });
    let columns = ["Reason", "Field", "First such row", "#Rows"];
    group.folded = Table::new("less frequent reasons", &columns)
        .all(others)
        .of_long_cells()
        .titled();
    group.more = match view.rejections_more {
        0 => String::new(),
        faults => format!("{} for other reasons", counted(faults, "fault")),
    };
}

fn card(reason: &Reason<'_>) -> Card {
    let examples = &reason.examples;
    let alike = examples.windows(2).all(|pair| pair[0].hint == pair[1].hint);
    let hint = |hint: &str, is: bool| if is { hint.to_owned() } else { String::new() };
    let first = examples.first().map_or("", |example| example.hint);
    let long = examples.iter().any(|example| example.value.len() > LONG);
    Card {
        wide: long || !alike,
        code: reason.code.name(),
        field: shown(reason.field).into(),
        count: thousands(reason.count),
        meaning: reason.code.meaning(),
        hint: hint(first, alike),
        examples: examples
            .iter()
            .map(|example| Shown {
                place: example.place(),
                value: example.value.into(),
                hint: hint(example.hint, !alike),
            })
            .collect(),
    }
}

fn ended(view: &View<'_>, outcome: Outcome, group: &mut Group) {
    let line = |ending: &Ending<'_>| -> Vec<Cell> {
        let reason = match ending.reason {
            "" => "no reason given".into(),
            reason => shown(reason),
        };
        let http = ending.http.map(|http| http.to_string());
        vec![
            reason.into(),
            http.unwrap_or_default().into(),
            Cell::code(&*ending.first),
            thousands(ending.count).into(),
        ]
    };
    let columns = ["Reason", "HTTP", "First such row", "#Rows"];
    let mut lines = view.ended(outcome).map(line);
    let first = lines.by_ref().take(SHOWN);
    let table = Table::new(format!("{}, by reason", group.title), &columns).all(first);
    group.table = table.of_long_cells().titled();
    group.folded = Table::new("less frequent answers", &columns)
        .all(lines)
        .titled();
    group.more = match view.stats.endings.more(outcome) {
        0 => String::new(),
        rows => format!("{} for other reasons", counted(rows, "row")),
    };
}
