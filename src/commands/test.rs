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
use crate::delivery::feed::{self, Checking, Meant, Opened};
use crate::input::{self, Format, Location, ReadOptions, Source};
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

/// How one example ended, or a mapping none of whose examples could be looked at.
#[derive(Serialize)]
struct Case {
    /// The file or the preset.
    mapping: String,
    /// Where the example starts; nothing for a whole mapping.
    line: Option<usize>,
    about: String,
    passed: bool,
    /// What differs, a line each: `- ` is expected, `+ ` is what came instead.
    difference: Vec<String>,
    /// Why it could not be run.
    error: Option<String>,
}

impl Case {
    fn new(
        mapping: &str,
        line: Option<usize>,
        about: &str,
        ran: anyhow::Result<Vec<String>>,
    ) -> Self {
        let error = ran.as_ref().err().map(|error| format!("{error:#}"));
        let difference = ran.unwrap_or_default();
        Case {
            mapping: mapping.to_owned(),
            line,
            about: about.to_owned(),
            passed: error.is_none() && difference.is_empty(),
            difference,
            error,
        }
    }
}

pub(super) fn run(args: &TestArgs, streams: Streams) -> anyhow::Result<Exit> {
    let of_mapping = |name: &String| {
        let cases = subject(name).and_then(|subject| cases_of(name, &subject));
        cases.unwrap_or_else(|error| vec![Case::new(name, None, "", Err(error))])
    };
    let by_mapping: Vec<Vec<Case>> = args.mappings.iter().map(of_mapping).collect();
    let cases = || by_mapping.iter().flatten();
    let errors = || cases().filter_map(|case| case.error.as_deref());
    errors().for_each(|error| streams.fail(error));
    streams.result(&match args.output {
        TestForm::Text => text(cases()),
        TestForm::Json => format!("{:#}\n", json!(cases().collect::<Vec<_>>())),
        TestForm::Junit => {
            let suites: Vec<Suite> = by_mapping.iter().map(|cases| suite(cases)).collect();
            ci::document("tenjin-s2s test", &suites)?
        }
    })?;
    Ok(if errors().next().is_some() {
        Exit::Usage
    } else if cases().all(|case| case.passed) {
        Exit::Done
    } else {
        Exit::Incomplete
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
    let examples = subject.file.examples();
    if examples.is_empty() {
        bail!("{name}: it has no [[example]], so nothing can be tested");
    }
    let case = |(line, example): (usize, &Example)| {
        let ran = difference(subject, example)
            .with_context(|| format!("{name}:{line}: the example cannot be run"));
        Case::new(name, Some(line), &example.about, ran)
    };
    Ok(examples.into_iter().map(case).collect())
}

/// What differs, and at the end how many examples there were.
fn text<'c>(cases: impl Iterator<Item = &'c Case>) -> String {
    let (mut out, mut count, mut differing, mut broken) = (String::new(), 0, 0, 0);
    for case in cases {
        let Some(line) = case.line else { continue };
        count += 1;
        broken += u64::from(case.error.is_some());
        if case.difference.is_empty() {
            continue;
        }
        differing += 1;
        let about = match &*case.about {
            "" => String::new(),
            about => format!(" {}:", shown(about)),
        };
        let mapping = shown(&case.mapping);
        let what = "this row becomes something else (- expected, + found):";
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{mapping}:{line}:{about} {what}");
        for line in &case.difference {
            let _ = writeln!(out, "  {line}");
        }
    }
    let differ = (differing > 0).then(|| format!(", {differing} not as expected"));
    let cannot = (broken > 0).then(|| format!(", {broken} cannot be run"));
    let all = (differing + broken == 0).then(|| ", all as expected".to_owned());
    if count > 0 {
        let said = [differ, cannot, all].into_iter().flatten();
        let _ = writeln!(
            out,
            "{}{}",
            counted(count, "example"),
            said.collect::<String>()
        );
    }
    out
}

/// The examples of one mapping.
fn suite(cases: &[Case]) -> Suite {
    let test = |case: &Case| {
        let differs = || {
            let message = "the row becomes something else".to_owned();
            (!case.passed).then(|| (message, case.difference.join("\n")))
        };
        let error = case.error.clone();
        ci::Case {
            name: match case.line {
                Some(line) => format!("line {line} {}", case.about).trim_end().to_owned(),
                None => "error".to_owned(),
            },
            failure: error
                .map(|text| ("error".to_owned(), text))
                .or_else(differs),
        }
    };
    Suite {
        name: cases
            .first()
            .map_or(String::new(), |case| case.mapping.clone()),
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
        Some(header) => mapping.bind_csv(header.names())?,
        None => mapping.bind_json(),
    };
    let opened = Opened {
        source,
        binding: Arc::new(binding),
    };
    let checked = feed::first(opened, &checking(example)?, 1).context("the row cannot be read")?;
    // A refund is left out, though the ledger would be asked about it.
    let mut sent = checked.rows.iter().filter(|row| row.meant == Meant::ToSend);
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
        allow: Kind::ALL.to_vec(),
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
