//! How the examples ended: for people, for programs, for a CI server.

use std::fmt::Write;

use askama::Template;
use serde_json::{Value, json};

use super::Case;
use crate::cli::TestForm;
use crate::model::shown;
use crate::report::figures::counted;

pub(super) fn render(cases: &[Case], form: TestForm) -> anyhow::Result<String> {
    Ok(match form {
        TestForm::Text => text(cases),
        TestForm::Json => {
            let all: Vec<Value> = cases.iter().map(object).collect();
            format!("{:#}\n", Value::Array(all))
        }
        TestForm::Junit => junit(cases).render()?,
    })
}

/// What differs, and at the end how many examples there were.
fn text(cases: &[Case]) -> String {
    let mut out = String::new();
    let failed = cases.iter().filter(|case| !case.difference.is_empty());
    for case in failed.clone() {
        let about = match &*case.about {
            "" => String::new(),
            about => format!(" {}:", shown(about)),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}:{}:{about} this row becomes something else (- expected, + found):",
            shown(&case.mapping),
            case.line
        );
        for line in &case.difference {
            let _ = writeln!(out, "  {line}");
        }
    }
    let count = counted(cases.len() as u64, "example");
    let _ = match failed.count() {
        0 => writeln!(out, "{count}, all as expected"),
        failed => writeln!(out, "{count}, {failed} not as expected"),
    };
    out
}

fn object(case: &Case) -> Value {
    json!({
        "mapping": case.mapping,
        "line": case.line,
        "about": case.about,
        "passed": case.difference.is_empty(),
        "difference": case.difference,
    })
}

/// The XML that CI servers read: a suite for each mapping.
#[derive(Template)]
#[template(
    ext = "xml",
    source = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tenjin-s2s test">
{%- for suite in suites %}
  <testsuite name="{{ crate::model::shown(suite[0].mapping) }}" tests="{{ suite.len() }}" failures="{{ self::failures(suite) }}" errors="0">
  {%- for case in suite.iter() %}
    <testcase classname="{{ crate::model::shown(case.mapping) }}" name="line {{ case.line }} {{ crate::model::shown(case.about) }}">
    {%- if !case.difference.is_empty() %}
      <failure message="the row becomes something else">{{ case.difference.join("\n") }}</failure>
    {%- endif %}
    </testcase>
  {%- endfor %}
  </testsuite>
{%- endfor %}
</testsuites>
"#
)]
struct Junit<'c> {
    suites: Vec<&'c [Case]>,
}

fn junit(cases: &[Case]) -> Junit<'_> {
    let suites = cases.chunk_by(|a, b| a.mapping == b.mapping);
    Junit {
        suites: suites.collect(),
    }
}

fn failures(suite: &[Case]) -> usize {
    let failed = suite.iter().filter(|case| !case.difference.is_empty());
    failed.count()
}
