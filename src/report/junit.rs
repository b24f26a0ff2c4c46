//! The XML of `JUnit`, as CI servers read it.

use askama::Template;

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
  <testsuite name="{{ crate::model::shown(suite.name) }}" tests="{{ suite.cases.len() }}" failures="{{ suite.failures() }}" errors="0">
  {%- for case in suite.cases %}
    <testcase classname="{{ crate::model::shown(suite.name) }}" name="{{ crate::model::shown(case.name) }}">
    {%- if let Some((message, text)) = case.failure %}
      <failure message="{{ message }}">{{ text }}</failure>
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
