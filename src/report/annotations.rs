//! What failed, where CI shows it: annotations of GitHub, and XML of `JUnit`.
//!
//! Promise: a run that fails says why in them, if not by a row, then by what it stopped for, by its
//! warnings, or by the error that kept it from beginning. The rows are a list of its own, since the
//! reasons of a report keep a few examples of each only.

use std::path::{Path, PathBuf};

use super::LIST_LIMIT;
use super::escape;
use super::figures::counted;
use super::junit::{self, Case, Suite};
use super::view::View;
use crate::model::{Fault, Place, Rejection, shown};

/// The suite for what is wrong with the run itself.
const RUN: &str = "tenjin-s2s";

/// How many errors of a step GitHub shows as annotations. Its log has those behind them, without
/// their files.
const SHOWN: usize = 10;

/// In a word, and in whole.
type Failure = (String, String);

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

    /// Workflow commands of GitHub's runner: what the run fails for, then one for each fault, whose
    /// file is named as the repository in `workspace` has it.
    pub fn github(&self, view: &View<'_>, workspace: Option<PathBuf>) -> String {
        let workspace = workspace.and_then(|path| path.canonicalize().ok());
        let mut all = self.failures(view);
        let faults: usize = self.rows.iter().map(|(_, faults)| faults.len()).sum();
        let count = all.len() + faults;
        if count > SHOWN {
            let errors = counted(count as u64, "error");
            let text = format!("{errors}; GitHub shows {SHOWN} of a step, and its log has all");
            all.insert(0, ("errors".to_owned(), text));
        }
        let mut commands: Vec<String> = all.iter().map(annotation).collect();
        for (place, faults) in &self.rows {
            let (name, line) = (view.run.input_name(place.input), place.line);
            let file = property(&in_repository(name, workspace.as_deref()));
            for fault in faults {
                let place = match commands.len() {
                    0..SHOWN => String::new(),
                    _ => format!("{}:{line}: ", shown(name)),
                };
                let title = property(&title(fault));
                let text = message(&(place + &sentence(fault)));
                commands.push(format!(
                    "::error file={file},line={line},title={title}::{text}\n"
                ));
            }
        }
        commands.concat()
    }

    /// A suite for each input, with a failed test for each of its rejected rows.
    pub fn junit(&self, view: &View<'_>) -> Result<String, askama::Error> {
        let suite = |(number, input): (u32, &super::run::InputFacts)| {
            let rows = self.rows.iter().filter(|(place, _)| place.input == number);
            let mut cases: Vec<Case> = rows.map(|(place, faults)| case(*place, faults)).collect();
            if cases.is_empty() && input.complete {
                cases.push(Case {
                    name: counted(input.rows, "row"),
                    failure: None,
                });
            }
            Suite {
                name: view.run.input_name(number).to_owned(),
                cases,
            }
        };
        let inputs = (0..).zip(&view.run.inputs).map(suite);
        let run = Suite::of_failures(RUN, self.failures(view));
        let suites: Vec<Suite> = inputs.chain(run).collect();
        junit::document("tenjin-s2s validate", &suites)
    }

    /// What the run fails for beside the rows that are listed.
    fn failures(&self, view: &View<'_>) -> Vec<Failure> {
        let run = view.run;
        let more = (self.more > 0).then(|| {
            let rows = counted(self.more, "more row");
            let text = match view.places.folder {
                Some(_) => format!("{rows} rejected: the report has all of them"),
                None => format!("{rows} rejected: --report-dir DIR writes all of them down"),
            };
            ("rejected".to_owned(), text)
        });
        let stop = run.stop_reason.map(|reason| {
            let detail = run.stop_detail.as_deref().unwrap_or(reason.meaning());
            (reason.name().to_owned(), detail.to_owned())
        });
        let warnings = run.failing_warnings().take(LIST_LIMIT);
        let warnings =
            warnings.map(|warning| (warning.code.name().to_owned(), warning.text.clone()));
        more.into_iter().chain(stop).chain(warnings).collect()
    }
}

/// An input as its repository names it, if it lies there.
fn in_repository(name: &str, workspace: Option<&Path>) -> String {
    let whole = Path::new(name).canonicalize().ok();
    let inside = whole.as_deref().zip(workspace);
    let inside = inside.and_then(|(whole, workspace)| whole.strip_prefix(workspace).ok());
    inside.map_or_else(
        || name.to_owned(),
        |inside| inside.to_string_lossy().into_owned(),
    )
}

/// The annotation of an error that kept a command from beginning.
pub fn github_error(text: &str) -> String {
    annotation(&("error".to_owned(), text.to_owned()))
}

/// Text for the log of GitHub's runner, which obeys commands wherever they stand at the start of a
/// line, and those of an older form anywhere: what is foreign in it commands nothing.
pub fn log_text(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let is_command = line.trim_start().starts_with("::");
        line.replacen("::", if is_command { ": :" } else { "::" }, 1)
    });
    lines.collect::<String>().replace("##[", "## [")
}

/// The document about it.
pub fn junit_error(text: &str) -> Result<String, askama::Error> {
    let failure = ("error".to_owned(), text.to_owned());
    let suite = Suite::of_failures(RUN, vec![failure]);
    junit::document(RUN, suite.as_slice())
}

fn annotation((title, text): &Failure) -> String {
    let text = escape::printed(text, false);
    format!("::error title={}::{}\n", property(title), message(&text))
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
