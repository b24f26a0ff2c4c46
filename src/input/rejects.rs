//! Our own rejects files, read back: the columns that we put in front and behind do not exist,
//! and a line that could not stand there as a record is taken out of its base64.
//!
//! The text of such a row is that of the original record, so that rejects of rejects do not
//! grow. A mended cell counts more than the base64 beside it.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::boundary::{Progress, step};
use super::csv_rows::{Record, raw_cells, unquoted};
use super::damage;
use super::dialect::Dialect;
use super::json_rows::{self, Members};
use crate::row::{Cells, Code, Fault, RawRow};

/// What stands before the original columns.
pub(super) const BEFORE: [&str; 5] = ["_reason", "_field", "_hint", "_file", "_line"];
/// What stands behind them: base64 of a line that is no record.
pub(super) const RAW: &str = "_raw";
/// How many columns are ours.
pub(super) const OWN_COLUMNS: usize = BEFORE.len() + 1;

/// Whether these are the columns of a rejects file.
pub(super) fn is_header(names: &[String]) -> bool {
    names.len() > OWN_COLUMNS
        && BEFORE.iter().zip(names).all(|(own, name)| own == name)
        && names.last().is_some_and(|name| name == RAW)
}

/// The original part of a record or header, between our columns.
pub(super) fn original<'c>(text: &'c str, raw: &[&str]) -> &'c str {
    let width = |cells: &[&str]| cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
    let start = width(&raw[..BEFORE.len()]);
    let end = text.len() - width(&raw[raw.len() - 1..]);
    &text[start..end]
}

/// Cuts a record of a rejects file.
pub(super) fn csv_row(record: &Record<'_>, dialect: &Dialect, visit: &mut impl FnMut(RawRow<'_>)) {
    let own = Dialect {
        rejects: false,
        ..*dialect
    };
    let raw: Vec<&str> = match record.text(dialect) {
        Ok(text) => raw_cells(text, dialect.delimiter).collect(),
        Err(_) => Vec::new(),
    };
    let (Some(text), true) = (record.text(dialect).ok(), raw.len() > OWN_COLUMNS) else {
        return record.cut(&own, &mut Vec::new(), visit);
    };
    let (_, behind) = raw.split_at(BEFORE.len());
    let cells = &behind[..behind.len() - 1];
    let base64 = unquoted(behind[behind.len() - 1]);
    if base64.trim().is_empty() || cells.iter().any(|cell| !unquoted(cell).trim().is_empty()) {
        let original = original(text, &raw);
        return Record {
            bytes: original.as_bytes(),
            text: Some(original),
            ..*record
        }
        .cut(&own, &mut Vec::new(), visit);
    }
    let was_too_long = unquoted(raw[0]).trim() == Code::TooLong.name();
    match unpacked(&base64, was_too_long, dialect) {
        Ok(line) => csv_line(&line, record, &own, visit),
        Err((line, fault)) => damaged(record, &line, fault, visit),
    }
}

/// The line in the base64. What was cut off for its length must not pass for a row.
fn unpacked(
    base64: &str,
    was_too_long: bool,
    dialect: &Dialect,
) -> Result<Vec<u8>, (Vec<u8>, Fault)> {
    let Ok(line) = BASE64_STANDARD.decode(base64.trim()) else {
        let fault = damage::malformed(
            base64.as_bytes(),
            "the cell _raw is not base64; empty it and fill in the other columns",
        );
        return Err((base64.as_bytes().to_vec(), fault));
    };
    if was_too_long {
        let fault = damage::too_long(&line, dialect.max_row_bytes);
        return Err((line, fault));
    }
    Ok(line)
}

fn csv_line(
    line: &[u8],
    outer: &Record<'_>,
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) {
    let Ok(step) = step(line, Progress::default(), dialect, true) else {
        return;
    };
    let whole = step.next >= line.len();
    let record = Record {
        place: outer.place,
        verdict: step.verdict,
        bytes: if whole { &line[..step.end] } else { line },
        text: None,
    };
    if whole {
        return record.cut(dialect, &mut Vec::new(), visit);
    }
    damaged(outer, line, damage::unclosed(line), visit);
}

fn damaged(outer: &Record<'_>, text: &[u8], fault: Fault, visit: &mut impl FnMut(RawRow<'_>)) {
    visit(RawRow {
        place: outer.place,
        text,
        cells: Cells::Damaged(fault),
    });
}

/// Shows an object that has `_reason`, without the members that are ours.
pub(super) fn json_row(
    place: crate::row::Place,
    members: &Members<'_>,
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) {
    let own = |name: &str| name == RAW || BEFORE.contains(&name);
    let (ours, original): (Members<'_>, Members<'_>) =
        members.iter().cloned().partition(|(name, _)| own(name));
    let ours = |name: &str| {
        let member = ours.iter().find(|(key, _)| key == name);
        member.and_then(|(_, value)| serde_json::from_str::<Cow<'_, str>>(value).ok())
    };
    let (Some(base64), true) = (ours(RAW), original.is_empty()) else {
        let text = written(&original);
        let cells = json_rows::judged(&original);
        return visit(RawRow {
            place,
            text: text.as_bytes(),
            cells,
        });
    };
    let was_too_long = ours(BEFORE[0]).is_some_and(|reason| reason == Code::TooLong.name());
    match unpacked(&base64, was_too_long, dialect) {
        Ok(line) => json_rows::line(place, &line, dialect, &mut Vec::new(), visit),
        Err((line, fault)) => visit(RawRow {
            place,
            text: &line,
            cells: Cells::Damaged(fault),
        }),
    }
}

/// The object without our members; values stay as they stand.
fn written(members: &Members<'_>) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name.as_ref())))
        .collect();
    format!("{{{}}}", members.join(","))
}
