//! `tenjin-s2s test MAPPING...`: runs the examples that stand in mapping files.
//!
//! Needs no export, no key and no network; the age limit and `--allow` do not count. A file
//! without examples is a usage error, so that a check in CI cannot pass by testing nothing.

mod check;

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::json;

use crate::cli::{TestArgs, TestForm};
use crate::mapping::File;
use crate::mapping::presets::Preset;
use crate::model::{Exit, shown};
use crate::plan;
use crate::report::ci::{self, Suite};
use crate::report::figures::counted;
use crate::run::streams::Streams;

/// A mapping file or a preset.
struct Subject {
    file: Arc<File>,
    preset: Option<&'static str>,
}

/// How one example ended.
#[derive(Serialize)]
struct Case {
    /// The file or the preset.
    mapping: String,
    /// Where the example starts.
    line: usize,
    about: String,
    passed: bool,
    /// What differs, a line each: `- ` is expected, `+ ` is what came instead.
    difference: Vec<String>,
}

pub(super) fn run(args: &TestArgs, streams: Streams) -> anyhow::Result<Exit> {
    let mut cases = Vec::new();
    let mut suites = Vec::new();
    let mut exit = Exit::Done;
    for name in &args.mappings {
        match subject(name).and_then(|subject| cases_of(name, &subject)) {
            Ok(of_mapping) => {
                suites.push(suite(name, &of_mapping));
                cases.extend(of_mapping);
            }
            // The server shall see that it failed, and the tests of the others.
            Err(error) if args.output == TestForm::Junit => {
                let text = format!("{error:#}");
                streams.fail(&text);
                suites.extend(Suite::of_failures(name, vec![("error".to_owned(), text)]));
                exit = Exit::Usage;
            }
            Err(error) => return Err(error),
        }
    }
    streams.result(&match args.output {
        TestForm::Text => text(&cases),
        TestForm::Json => format!("{:#}\n", json!(cases)),
        TestForm::Junit => ci::document("tenjin-s2s test", &suites)?,
    })?;
    let all_hold = cases.iter().all(|case| case.passed);
    Ok(if all_hold {
        exit
    } else {
        exit.or(Exit::Incomplete)
    })
}

/// A file of this name, else the preset.
fn subject(name: &str) -> anyhow::Result<Subject> {
    let path = Path::new(name);
    if path.exists() || name.contains(['/', '.']) {
        let file = plan::mapping_file(path, "mapping file")?;
        return Ok(Subject { file, preset: None });
    }
    let preset = Preset::find(name).context("neither a file nor a preset")?;
    Ok(Subject {
        file: preset.tested(),
        preset: Some(preset.name),
    })
}

fn cases_of(name: &str, subject: &Subject) -> anyhow::Result<Vec<Case>> {
    let examples = subject.file.examples()?;
    if examples.is_empty() {
        bail!("{name}: it has no [[example]], so nothing can be tested");
    }
    let case = |(line, example)| {
        let difference = check::difference(subject, example)
            .with_context(|| format!("{name}:{line}: the example cannot be run"))?;
        Ok(Case {
            mapping: name.to_owned(),
            line,
            about: example.about.clone(),
            passed: difference.is_empty(),
            difference,
        })
    };
    examples.into_iter().map(case).collect()
}

/// What differs, and at the end how many examples there were.
fn text(cases: &[Case]) -> String {
    let mut out = String::new();
    let failed = cases.iter().filter(|case| !case.passed);
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

fn suite(mapping: &str, cases: &[Case]) -> Suite {
    let test = |case: &Case| ci::Case {
        name: format!("line {} {}", case.line, case.about)
            .trim_end()
            .to_owned(),
        failure: (!case.passed).then(|| {
            let message = "the row becomes something else".to_owned();
            (message, case.difference.join("\n"))
        }),
    };
    Suite {
        name: mapping.to_owned(),
        cases: cases.iter().map(test).collect(),
    }
}
