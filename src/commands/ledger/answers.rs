//! What a person says of rows in doubt: typed, or written into a file of `in_doubt/`.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::cli::ResolutionArg;
use crate::ledger::{Resolution, Selection};
use crate::model::shown;

/// The column that people add.
const ANSWER: &str = "_answer";
/// No such file of ours is larger.
const LONGEST: u64 = 256 << 20;

/// An answer for each row.
pub(super) type Answers = Vec<(Selection, Resolution)>;

/// What was typed: rows of a run, or all of it.
pub(super) fn typed(
    run: Option<&str>,
    rows: &[(String, u64)],
    resolution: Option<&ResolutionArg>,
) -> Answers {
    let how = match resolution {
        Some(ResolutionArg::Accepted) => Resolution::Accepted,
        Some(ResolutionArg::Dropped) => Resolution::Dropped,
        Some(ResolutionArg::Resend) | None => Resolution::Resend,
    };
    let row = |(file, line): &(String, u64)| Selection::Row {
        file: file.clone(),
        line: *line,
        run: run.map(str::to_owned),
        if_open: false,
    };
    match (rows, run) {
        ([], Some(run)) => vec![(Selection::Run(run.to_owned()), how)],
        (rows, _) => rows.iter().map(|place| (row(place), how)).collect(),
    }
}

/// The answers in a file of `in_doubt/`.
pub(super) fn read(path: &Path) -> anyhow::Result<Answers> {
    let name = shown(&path.to_string_lossy());
    let size = std::fs::metadata(path).with_context(|| name.clone())?.len();
    if size > LONGEST {
        bail!("{name}: larger than any file of in_doubt/");
    }
    let text = std::fs::read_to_string(path).with_context(|| name.clone())?;
    let text = text.trim_start_matches('\u{feff}');
    let answers = if text.trim_start().starts_with('{') {
        of_objects(text)
    } else {
        of_table(text)
    };
    let answers = answers.with_context(|| name.clone())?;
    if answers.is_empty() {
        bail!("{name}: no row has an answer: write accepted or resend into its column {ANSWER}");
    }
    Ok(answers)
}

/// A row of such a file, as far as it counts.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "_file", default)]
    file: String,
    /// A number, or its text.
    #[serde(rename = "_line", default)]
    line: Value,
    #[serde(rename = "_answer", default)]
    answer: Option<String>,
}

fn of_table(text: &str) -> anyhow::Result<Answers> {
    let first = text.lines().next().unwrap_or_default();
    // A spreadsheet may have saved it in its own way.
    let delimiters = [b',', b';', b'\t', b'|'];
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = delimiters.into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers()?;
    for name in ["_file", "_line", ANSWER] {
        ensure!(
            header.iter().any(|found| found == name),
            "it has no column {name}"
        );
    }
    let rows = reader.deserialize::<Row>();
    let answers = rows.map(|row| decided(&row?));
    answers.filter_map(Result::transpose).collect()
}

fn of_objects(text: &str) -> anyhow::Result<Answers> {
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let answer = |(number, line): (u64, &str)| {
        let row = serde_json::from_str(line).with_context(|| format!("line {number}"))?;
        decided(&row)
    };
    lines.map(answer).filter_map(Result::transpose).collect()
}

/// One row's answer; none if its cell is empty.
fn decided(row: &Row) -> anyhow::Result<Option<(Selection, Resolution)>> {
    let line = match &row.line {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let answer = row.answer.as_deref().unwrap_or_default().trim();
    let how = match answer.to_ascii_lowercase().as_str() {
        "" => return Ok(None),
        "accepted" => Resolution::Accepted,
        "resend" => Resolution::Resend,
        _ => bail!(
            "{}:{}: {ANSWER} is \"{}\"; write accepted or resend, or leave it empty",
            shown(&row.file),
            shown(&line),
            shown(answer)
        ),
    };
    let number = line.parse();
    let line = number.with_context(|| format!("_line is \"{}\", not a number", shown(&line)))?;
    let file = row.file.trim();
    let selection = Selection::Row {
        file: file.strip_prefix("./").unwrap_or(file).to_owned(),
        line,
        run: None,
        if_open: true,
    };
    Ok(Some((selection, how)))
}
