//! The rows of our own files of rejects as rows of the export: the columns that we put in front and
//! behind do not exist, and a line that could not stand there as a record is taken out of the cell
//! `_raw`.
//!
//! The text of such a row is that of the original record, so that rejects of rejects do not
//! grow. A mended cell counts more than the line beside it.

use std::borrow::Cow;

use super::boundary::{PartialRecord, RecordScanner, RecordShape};
use super::cells::{raw_cells, unquoted};
use super::csv_rows::{self, Record};
use super::damage;
use super::header::{Dialect, OtherHeader};
use super::json_rows::{self, Members};
use super::rejects::{self, BEFORE, OWN_COLUMNS, RAW, first_place, is_ours, original};
use crate::model::{Cells, Code, Fault, Place, RawRow};

/// Cuts the records of a CSV file of rejects.
pub(super) fn each_csv(
    first: Place,
    bytes: &[u8],
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    csv_rows::records(first, bytes, dialect, true, |record, _| {
        csv_row(&record, dialect, visit)
    })
}

fn csv_row(
    record: &Record<'_>,
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    let origin = origin(record, dialect);
    let origin = origin.as_ref().map(|(file, line)| (file.as_str(), *line));
    let visit = &mut |row: RawRow<'_>| visit(RawRow { origin, ..row });
    match between(record, dialect) {
        Ok(Inner::Record(text)) => Record {
            bytes: text.as_bytes(),
            text: Some(text),
            is_cut: false,
            ..*record
        }
        .show(dialect, &mut Vec::new(), visit),
        Ok(Inner::Line(line)) => csv_line(&line, record, dialect, visit),
        Err((text, fault)) => {
            visit(RawRow::new(record.place, &text, Cells::Damaged(fault)));
            Ok(())
        }
    }
}

/// The original record, if a row holds one.
pub(super) fn inner_record<'c>(record: &Record<'c>, dialect: &Dialect) -> Option<&'c str> {
    match between(record, dialect) {
        Ok(Inner::Record(text)) => Some(text),
        _ => None,
    }
}

/// Where the row stood at first; nothing, if somebody has mended that away.
fn origin(record: &Record<'_>, dialect: &Dialect) -> Option<(String, u64)> {
    let text = record.text(dialect).ok()?;
    let mut raw = raw_cells(text, dialect.delimiter).skip(3);
    let (file, line) = (raw.next()?, raw.next()?);
    first_place(&unquoted(file), &unquoted(line))
}

/// What a rejects file holds for a row.
enum Inner<'c> {
    Record(&'c str),
    Line(Vec<u8>),
}

/// A fault, and the text to show with it.
type Damage<'c> = (Cow<'c, [u8]>, Fault);

fn between<'c>(record: &Record<'c>, dialect: &Dialect) -> Result<Inner<'c>, Damage<'c>> {
    let bytes = record.bytes;
    let text = record.text(dialect).map_err(|fault| {
        let text = match fault.code {
            Code::TooLong => damage::start_of_long(bytes, dialect.max_row_bytes),
            _ => bytes,
        };
        (text.into(), fault)
    })?;
    let raw: Vec<&str> = raw_cells(text, dialect.delimiter).collect();
    if raw.len() <= OWN_COLUMNS {
        let expected = dialect.columns + OWN_COLUMNS;
        return Err((bytes.into(), damage::ragged(bytes, raw.len(), expected)));
    }
    let line = unquoted(raw[raw.len() - 1]);
    let mended = &raw[BEFORE.len()..raw.len() - 1];
    let is_blank = |cell: &&str| unquoted(cell).trim().is_empty();
    if line.trim().is_empty() || !mended.iter().all(is_blank) {
        return Ok(Inner::Record(original(text, &raw)));
    }
    unpacked(&line, &unquoted(raw[0]), dialect).map(Inner::Line)
}

/// The line in the cell. What was cut off for its length must not pass for a row.
fn unpacked<'c>(cell: &str, reason: &str, dialect: &Dialect) -> Result<Vec<u8>, Damage<'c>> {
    let Some(line) = rejects::raw_line(cell) else {
        let hint = "the cell _raw is not as it was written; empty it and fill in the other columns";
        let fault = damage::malformed(cell.as_bytes(), hint);
        return Err((cell.as_bytes().to_vec().into(), fault));
    };
    if reason.trim() == Code::TooLong.name() {
        let fault = damage::too_long(&line, dialect.max_row_bytes);
        return Err((line.into(), fault));
    }
    Ok(line)
}

/// One row for one line, also where it holds the start of another.
fn csv_line(
    line: &[u8],
    outer: &Record<'_>,
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    let step = RecordScanner::default()
        .step(line, PartialRecord::default(), dialect, true)
        .ok();
    let whole = step.filter(|step| step.next == line.len());
    let record = Record {
        place: outer.place,
        shape: whole.map_or(RecordShape::Unclosed, |step| step.shape),
        bytes: &line[..whole.map_or(line.len(), |step| step.end)],
        text: None,
        is_cut: false,
        is_open: false,
    };
    record.show(dialect, &mut Vec::new(), visit)
}

/// Shows a row of NDJSON: an object that has `_reason` without the members that are ours, any other
/// row as it is. The line in a cell may hold such an object again.
pub(super) fn json_row(row: RawRow<'_>, dialect: &Dialect, visit: &mut dyn FnMut(RawRow<'_>)) {
    let Cells::Json(members) = row.cells else {
        return visit(row);
    };
    if !members.iter().any(|(name, _)| name == BEFORE[0]) {
        return visit(row);
    }
    let (ours, original): (Members<'_>, Members<'_>) =
        members.iter().cloned().partition(|(name, _)| is_ours(name));
    let text_of = |name| member(&ours, name).and_then(|value| serde_json::from_str(value).ok());
    let file: Option<Cow<'_, str>> = text_of(BEFORE[3]);
    // A number as it stands, or one in quotes.
    let line = member(&ours, BEFORE[4]).map(|value| value.trim_matches('"'));
    let origin = file
        .zip(line)
        .and_then(|(file, line)| first_place(&file, line));
    let origin = origin.as_ref().map(|(file, line)| (file.as_str(), *line));
    let place = row.place;
    let visit = &mut |row: RawRow<'_>| visit(RawRow { origin, ..row });
    let (Some(line), true) = (text_of(RAW), original.is_empty()) else {
        return visit(RawRow::new(
            place,
            written(&original).as_bytes(),
            json_rows::judged(&original),
        ));
    };
    match unpacked(&line, &text_of(BEFORE[0]).unwrap_or_default(), dialect) {
        Ok(line) => json_rows::line(place, &line, dialect, &mut Vec::new(), &mut |row| {
            json_row(row, dialect, visit);
        }),
        Err((line, fault)) => visit(RawRow::new(place, &line, Cells::Damaged(fault))),
    }
}

/// The value of a member as it stands there.
fn member<'c>(members: &Members<'c>, name: &str) -> Option<&'c str> {
    let member = members.iter().find(|(key, _)| key == name);
    member.map(|(_, value)| *value)
}

/// The object without our members; values stay as they stand.
fn written(members: &Members<'_>) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name.as_ref())))
        .collect();
    format!("{{{}}}", members.join(","))
}
