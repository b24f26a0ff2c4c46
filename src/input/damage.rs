//! The faults that reading finds: one function for each, with the words people see.
//!
//! The bad text is cut and escaped by [`Fault::new`]; hints never repeat it.

use std::str::Utf8Error;

use crate::model::{Code, Fault};

/// A record over this many lines is taken for an unclosed quote.
pub(super) const MAX_LINES: usize = 1_000;
/// How many bytes of a line over the limit are kept for the report.
const KEPT: usize = 200;
/// How many bytes of a line are decoded for a fault, which shows fewer characters.
const LOOKED_AT: usize = 4 * Fault::VALUE_LIMIT + 4;

/// What is kept of a line over the limit: the same, however much of it was in memory.
pub(super) fn start_of_long(line: &[u8], max_row_bytes: usize) -> &[u8] {
    &line[..line.len().min(KEPT).min(max_row_bytes)]
}

pub(super) fn unclosed(line: &[u8]) -> Fault {
    let hint = format!(
        "a quoted cell is not closed, or its closing quote is followed by other text; write quotes inside a cell twice (\"\"), and keep records under {MAX_LINES} lines and --max-row-bytes"
    );
    malformed(line, hint)
}

pub(super) fn ragged(line: &[u8], found: usize, expected: usize) -> Fault {
    let mend = if found < expected {
        "the row is cut short or lacks a delimiter: write what is missing, empty cells too"
    } else {
        "put cells that hold the delimiter in quotes"
    };
    malformed(
        line,
        format!("{found} cells found, {expected} expected as in the header; {mend}"),
    )
}

pub(super) fn unnamed(line: &[u8], column: usize) -> Fault {
    let hint = format!(
        "cell {column} is filled, but its column has no name in the header: name it, or put cells that hold the delimiter in quotes"
    );
    malformed(line, hint)
}

pub(super) fn header_again(line: &[u8]) -> Fault {
    malformed(
        line,
        "this is the header again, as where files were joined; take the line out",
    )
}

pub(super) fn malformed(line: &[u8], hint: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
    Fault::new(Code::MalformedRow, "", &start_of(line), hint)
}

pub(super) fn too_long(line: &[u8], max_row_bytes: usize) -> Fault {
    let hint = format!("the line is over {max_row_bytes} bytes; --max-row-bytes sets the limit");
    Fault::new(Code::TooLong, "", &start_of(line), hint)
}

pub(super) fn invalid_utf8(line: &[u8], error: Utf8Error, likely: Option<&str>) -> Fault {
    let bad = error.valid_up_to();
    let around = &line[bad.saturating_sub(KEPT / 4)..];
    let mend = match likely {
        Some(encoding) => format!("it looks like {encoding}: pass --encoding {encoding}"),
        None => "save the export as UTF-8, or name what it is with --encoding".to_owned(),
    };
    let hint = format!("byte {} of the record is not UTF-8; {mend}", bad + 1);
    Fault::new(Code::InvalidUtf8, "", &start_of(around), hint)
}

fn start_of(line: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(&line[..line.len().min(LOOKED_AT)])
}
