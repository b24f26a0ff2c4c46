//! `tenjin-s2s test MAPPING...`: runs the examples that stand in mapping files.
//!
//! Needs no export, no key and no network; the age limit and `--allow` do not count. A file
//! without examples is a usage error, so that a check in CI cannot pass by testing nothing.
//!
//! One example: its row goes the way of every row, and what comes out is compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;
use tempfile::NamedTempFile;

use crate::cli::{TestArgs, TestForm};
use crate::delivery::feed::{self, Checking, Opened};
use crate::input::{self, Format, Location, ReadOptions, Source};
use crate::ledger::Intent;
use crate::mapping::presets::{Preset, TENJIN};
use crate::mapping::{Example, ExampleRow, Expected, File, Mapping, Wishes};
use crate::model::{Event, Exit, Kind, Rejection, shown};
use crate::plan;
use crate::report::ci::{self, Suite};
use crate::report::figures::counted;
use crate::run::streams::Streams;
use crate::validate::{Build, Rules};

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
        let difference = difference(subject, example)
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

/// Far above any row that a person writes.
const ROW_BYTES: usize = 1 << 20;

/// What differs from what the example expects, a line each; none if nothing does.
fn difference(subject: &Subject, example: &Example) -> anyhow::Result<Vec<String>> {
    let expected = example.expected().map_err(anyhow::Error::msg)?;
    let named = match &expected {
        Expected::Request(parameters) => Some(parameters),
        _ => None,
    };
    let found = found(subject, example, named)?;
    Ok(compare(&lines(&expected), &lines(&found)))
}

/// What the row becomes.
fn found(
    subject: &Subject,
    example: &Example,
    named: Option<&BTreeMap<String, String>>,
) -> anyhow::Result<Expected> {
    let (_kept, source) = written(&example.row)?;
    let mapping = mapping(subject, example)?;
    let binding = match source.header() {
        Some(header) => mapping.bind_csv(header.names()).context(
            "the columns of the example's row (those that an export may lack have a `?` behind their name)",
        )?,
        None => mapping.bind_json(),
    };
    let opened = Opened {
        source,
        binding: Arc::new(binding),
    };
    let checked = feed::first(opened, &checking(example)?, 1).context("the row cannot be read")?;
    // A refund is left out, though the ledger would be asked about it.
    let mut sent = checked.rows.iter().filter(|row| row.intent == Intent::Send);
    if let Some(candidate) = sent.next() {
        return Ok(Expected::Request(parameters(&candidate.event, named)));
    }
    if let Some(rejection) = checked.rejections.first() {
        return Ok(Expected::Rejected(reasons(rejection)));
    }
    let (_, filter) = checked.filtered.first().context("it has no row")?;
    Ok(Expected::Filtered(filter.name().into_owned()))
}

/// The row as an input. The file goes when the first part does.
fn written(row: &ExampleRow) -> anyhow::Result<(NamedTempFile, Source)> {
    let mut file = NamedTempFile::new()?;
    let format = match row {
        ExampleRow::Line(line) => {
            writeln!(file, "{line}")?;
            Format::Ndjson
        }
        ExampleRow::Columns(cells) if cells.values().all(toml::Value::is_str) => {
            let mut csv = csv::Writer::from_writer(&mut file);
            csv.write_record(cells.keys())?;
            csv.write_record(cells.values().filter_map(toml::Value::as_str))?;
            csv.flush()?;
            Format::Csv
        }
        ExampleRow::Columns(members) => {
            writeln!(file, "{}", serde_json::to_string(members)?)?;
            Format::Ndjson
        }
    };
    let options = ReadOptions {
        format: Some(format),
        delimiter: (format == Format::Csv).then_some(b','),
        encoding: None,
        max_row_bytes: ROW_BYTES,
        ..ReadOptions::default()
    };
    let source = input::open(0, &Location::File(file.path().to_owned()), &options)?;
    Ok((file, source))
}

fn mapping(subject: &Subject, example: &Example) -> anyhow::Result<Mapping> {
    let set = example.set.clone().into_iter().collect();
    let mapping = Mapping::new(&Wishes {
        set,
        ..Wishes::default()
    })?;
    match subject.preset {
        Some(TENJIN) => Ok(mapping.as_preset(TENJIN)),
        preset => mapping.over(&subject.file, preset),
    }
}

/// A mapping alone: what a run allows is not its business.
fn checking(example: &Example) -> anyhow::Result<Checking> {
    let zone = example.timezone.as_deref().map(TimeZone::get);
    let rules = Rules {
        now: jiff::Timestamp::now().as_microsecond(),
        allow: Kind::NEED_PERMISSION.to_vec(),
        any_app: true,
        timezone: zone.transpose().context("timezone")?,
        build: Build::Requests,
        ..Rules::default()
    };
    Ok(Checking {
        rules: Arc::new(rules),
        limit: None,
        name_filtered: true,
        key_finder: None,
    })
}

/// The parameters of the request, and `kind`. What is always the same or empty, and what is no
/// parameter, counts only if the example names it.
fn parameters(event: &Event, named: Option<&BTreeMap<String, String>>) -> BTreeMap<String, String> {
    let is_named = |name: &str| named.is_some_and(|named| named.contains_key(name));
    let body = form_urlencoded::parse(event.body.as_bytes()).into_owned();
    let counts = |(name, value): &(String, String)| {
        is_named(name) || name != "sdk_version" && !value.is_empty()
    };
    let mut all: BTreeMap<_, _> = body.filter(counts).collect();
    let time = event.time.map(jiff::Timestamp::from_microsecond);
    let time = time.and_then(Result::ok).map(|time| time.to_string());
    for (name, value) in [
        ("event_id", event.identity.id_text.as_deref()),
        ("event_time", time.as_deref()),
    ] {
        let value = value.filter(|_| is_named(name));
        all.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }
    all.insert("kind".into(), event.kind.name().into());
    all
}

fn reasons(rejection: &Rejection) -> Vec<String> {
    let reason = |fault: &crate::model::Fault| match &*fault.field {
        "" => fault.code.name().to_owned(),
        field => format!("{} {field}", fault.code.name()),
    };
    rejection.faults.iter().map(reason).collect()
}

/// What the row became, or shall become, a line each.
fn lines(what: &Expected) -> Vec<String> {
    match what {
        Expected::Request(parameters) => parameters
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect(),
        Expected::Rejected(reasons) => reasons
            .iter()
            .map(|reason| format!("rejected: {reason}"))
            .collect(),
        Expected::Filtered(reason) => vec![format!("filtered: {reason}")],
    }
}

/// A code alone stands for the same code with any field.
fn compare(expected: &[String], found: &[String]) -> Vec<String> {
    let fits = |expected: &String, found: &String| {
        found == expected
            || expected.starts_with("rejected: ") && found.starts_with(&format!("{expected} "))
    };
    let missing = expected
        .iter()
        .filter(|line| !found.iter().any(|found| fits(line, found)))
        .map(|line| format!("- {}", shown(line)));
    let instead = found
        .iter()
        .filter(|line| !expected.iter().any(|expected| fits(expected, line)))
        .map(|line| format!("+ {}", shown(line)));
    missing.chain(instead).collect()
}
