//! What failed, where CI shows it: annotations of GitHub, and XML of `JUnit`.
//!
//! Promise: a run that fails says why in them, if not by a row, then by what it stopped for, by its
//! warnings, or by the error that kept it from beginning. The rows are a list of its own, since the
//! reasons of a report keep a few examples of each only.

use std::path::{Path, PathBuf};

use askama::Template;

use super::figures::counted;
use super::view::View;
use super::{LIST_LIMIT, escape};
use crate::model::{Fault, Place, Rejection, shown};

/// What is tested together.
#[derive(Debug)]
pub struct Suite {
    /// Its name: a file.
    pub name: String,
    /// What it has.
    pub cases: Vec<Case>,
}

/// One test.
#[derive(Debug)]
pub struct Case {
    /// Its name within the suite.
    pub name: String,
    /// If it failed: in a few words, and in whole.
    pub failure: Option<(String, String)>,
}

impl Suite {
    /// A suite of nothing but failures, each a title and a text; none without any.
    pub fn of_failures(name: &str, failures: Vec<(String, String)>) -> Option<Self> {
        let case = |failure: (String, String)| Case {
            name: failure.0.clone(),
            failure: Some(failure),
        };
        let name = name.to_owned();
        let cases: Vec<Case> = failures.into_iter().map(case).collect();
        (!cases.is_empty()).then_some(Suite { name, cases })
    }

    fn failures(&self) -> usize {
        let failed = self.cases.iter().filter(|case| case.failure.is_some());
        failed.count()
    }
}

#[derive(Template)]
#[template(
    ext = "xml",
    source = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="{{ name }}">
{%- for suite in suites %}
  <testsuite name="{{ self::name(suite.name) }}" tests="{{ suite.cases.len() }}" failures="{{ suite.failures() }}" errors="0">
  {%- for case in suite.cases %}
    <testcase classname="{{ self::name(suite.name) }}" name="{{ self::name(case.name) }}">
    {%- if let Some((message, text)) = case.failure %}
      <failure message="{{ self::harmless(message) }}">{{ self::harmless(text) }}</failure>
    {%- endif %}
    </testcase>
  {%- endfor %}
  </testsuite>
{%- endfor %}
</testsuites>
"#
)]
struct Document<'s> {
    name: &'s str,
    suites: &'s [Suite],
}

/// The document of these suites, which `name` has run.
pub fn document(name: &str, suites: &[Suite]) -> Result<String, askama::Error> {
    Document { name, suites }.render()
}

/// Two characters that XML has not, and that drive no terminal.
const NOT_IN_XML: [char; 2] = ['\u{fffe}', '\u{ffff}'];

fn name(text: &str) -> String {
    shown(text).replace(NOT_IN_XML, "\u{fffd}")
}

/// The text with its line ends: no document breaks by what stands in it.
fn harmless(text: &str) -> String {
    escape::printed(text, false).replace(NOT_IN_XML, "\u{fffd}")
}

/// The suite for what is wrong with the run itself.
const RUN: &str = "tenjin-s2s";

/// How many errors of a step GitHub shows as annotations. Its log has those behind them, without
/// their files.
const SHOWN: usize = 10;

/// What is wrong beside the rows: in a word, in whole, and at which row, if one is known.
#[derive(Debug)]
struct Failure {
    title: String,
    text: String,
    place: Option<Place>,
}

impl Failure {
    fn new(title: &str, text: impl Into<String>) -> Self {
        Failure {
            title: title.to_owned(),
            text: text.into(),
            place: None,
        }
    }
}

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
            all.insert(0, Failure::new("errors", text));
        }
        let faults = self.rows.iter().flat_map(|(place, faults)| {
            faults.iter().map(|fault| Failure {
                title: title(fault),
                text: sentence(fault),
                place: Some(*place),
            })
        });
        let commands = all.into_iter().chain(faults).enumerate();
        let commands = commands.map(|(at, failure)| {
            let Some(place) = failure.place else {
                return annotation("", &failure.title, &failure.text);
            };
            let (name, line) = (view.run.input_name(place.input), place.line);
            let file = property(&in_repository(name, workspace.as_deref()));
            let before = match at {
                0..SHOWN => String::new(),
                _ => format!("{}:{line}: ", shown(name)),
            };
            let place = format!("file={file},line={line},");
            annotation(&place, &failure.title, &(before + &failure.text))
        });
        commands.collect()
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
        let failures = self.failures(view).into_iter();
        let failures = failures.map(|failure| (failure.title, failure.text));
        let run = Suite::of_failures(RUN, failures.collect());
        let suites: Vec<Suite> = inputs.chain(run).collect();
        document("tenjin-s2s validate", &suites)
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
            Failure::new("rejected", text)
        });
        let stop = run.stop_reason.map(|reason| {
            let detail = run.stop_detail.as_deref().unwrap_or(reason.meaning());
            Failure::new(reason.name(), detail)
        });
        let warnings = run.failing_warnings().take(LIST_LIMIT);
        let warnings = warnings.map(|warning| Failure {
            place: warning.place,
            ..Failure::new(warning.code.name(), warning.text.clone())
        });
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
    annotation("", "error", text)
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
    document(RUN, suite.as_slice())
}

/// `place` are properties, each with a comma behind it.
fn annotation(place: &str, title: &str, text: &str) -> String {
    let text = escape::printed(text, false);
    format!(
        "::error {place}title={}::{}\n",
        property(title),
        message(&text)
    )
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
