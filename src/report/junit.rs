//! The XML of `JUnit`, as CI servers read it.

use askama::Template;

use super::escape;
use crate::model::shown;

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
