//! Rejected rows at their file and line, where CI shows them: annotations of GitHub and XML of `JUnit`.
//!
//! A list of its own, since the reasons of a report keep a few examples of each only.

use std::fmt::Write;

use super::LIST_LIMIT;
use super::escape;
use super::figures::counted;
use super::junit::{self, Case, Suite};
use super::run::RunFacts;
use crate::model::{Fault, Place, Rejection};

/// The first rejected rows, and how many more there are.
#[derive(Debug, Default)]
pub struct Annotations {
    rows: Vec<(Place, Vec<Fault>)>,
    more: u64,
}

impl Annotations {
    /// Takes one.
    pub fn add(&mut self, rejection: &Rejection) {
        if self.rows.len() < LIST_LIMIT {
            self.rows.push((rejection.place, rejection.faults.clone()));
        } else {
            self.more += 1;
        }
    }

    /// Workflow commands of GitHub's runner, one for each fault.
    pub fn github(&self, run: &RunFacts) -> String {
        let mut out = String::new();
        for (place, faults) in &self.rows {
            let file = property(run.input_name(place.input));
            for fault in faults {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "::error file={file},line={},title={}::{}",
                    place.line,
                    property(&title(fault)),
                    message(&sentence(fault))
                );
            }
        }
        if let Some(more) = self.more() {
            let _ = writeln!(out, "::error title=rejected::{}", message(&more));
        }
        out
    }

    /// A suite for each input, with a failed test for each of its rejected rows.
    pub fn junit(&self, run: &RunFacts) -> Result<String, askama::Error> {
        let suite = |(number, input): (u32, &super::run::InputFacts)| {
            let rows = self.rows.iter().filter(|(place, _)| place.input == number);
            let mut cases: Vec<Case> = rows.map(|(place, faults)| case(*place, faults)).collect();
            if cases.is_empty() {
                cases.push(Case {
                    name: counted(input.rows, "row"),
                    failure: None,
                });
            }
            Suite {
                name: run.input_name(number).to_owned(),
                cases,
            }
        };
        let mut suites: Vec<Suite> = (0..).zip(&run.inputs).map(suite).collect();
        if let (Some(more), Some(last)) = (self.more(), suites.last_mut()) {
            last.cases.push(Case {
                name: "further rows".to_owned(),
                failure: Some(("rejected".to_owned(), more)),
            });
        }
        junit::document("tenjin-s2s validate", &suites)
    }

    fn more(&self) -> Option<String> {
        let rows = counted(self.more, "more row");
        (self.more > 0)
            .then(|| format!("{rows} rejected: --report-dir DIR writes all of them down"))
    }
}

fn case(place: Place, faults: &[Fault]) -> Case {
    let joined = |part: fn(&Fault) -> String, between: &str| {
        let parts: Vec<String> = faults.iter().map(part).collect();
        parts.join(between)
    };
    Case {
        name: format!("line {}", place.line),
        failure: Some((joined(title, "; "), joined(sentence, "\n"))),
    }
}

/// `invalid_number price`
fn title(fault: &Fault) -> String {
    format!("{} {}", fault.code.name(), fault.field)
        .trim_end()
        .to_owned()
}

/// `price: "12,50": write it with a point`
fn sentence(fault: &Fault) -> String {
    let hint = match &*fault.hint {
        "" => fault.code.meaning(),
        hint => hint,
    };
    let field = Some(&*fault.field).filter(|field| !field.is_empty());
    let value = Some(&*fault.value).filter(|value| !value.is_empty());
    let value = value.map(|value| format!("\"{value}\""));
    let parts = [field.map(str::to_owned), value, Some(hint.to_owned())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    escape::harmless(&parts.join(": ")).into_owned()
}

/// Text behind the `::` of a workflow command, which ends with its line.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text in front of it, where colons and commas part one property from another.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
