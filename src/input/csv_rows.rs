//! CSV records into rows.
//!
//! Where a record with quotes ends is decided in `boundary`; here it is cut and judged: ragged,
//! empty, not UTF-8.

use std::borrow::Cow;

use memchr::memchr3_iter;

use super::boundary::{PartialRecord, RecordScanner, RecordShape, Step, without_returns};
use super::cells::{raw_cells, unquoted};
use super::damage;
use super::header::{Again, Dialect, OtherHeader};
use crate::model::{Cells, Fault, Place, RawRow};

/// Cuts whole records, as far as the header of another export.
pub(super) fn each(
    first: Place,
    bytes: &[u8],
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    records(first, bytes, dialect, true, |record, cells| {
        record.show(dialect, cells, visit)
    })
}

/// Shows each record that is not blank, with room for its cells. With `last`, `bytes` is all there
/// is: what is open at its end stays open.
pub(super) fn records<'c, E>(
    first: Place,
    bytes: &'c [u8],
    dialect: &Dialect,
    last: bool,
    mut visit: impl FnMut(Record<'c>, &mut Vec<Cow<'c, str>>) -> Result<(), E>,
) -> Result<(), E> {
    let text = std::str::from_utf8(bytes).ok();
    let mut cells = Vec::with_capacity(dialect.columns + dialect.trailing);
    let mut scanner = RecordScanner::default();
    let (mut at, mut place) = (0, first);
    while at < bytes.len() {
        let cut = text.and_then(|text| cut_plain(&text[at..], dialect, &mut cells));
        let step = if let Some(step) = cut {
            scanner.skip_plain_lines(step.next, 1);
            step
        } else {
            match scanner.step(&bytes[at..], PartialRecord::default(), dialect, last) {
                Ok(step) => step,
                Err(_) => return Ok(()),
            }
        };
        let record = Record {
            place,
            shape: step.shape,
            bytes: &bytes[at..at + step.end],
            text: text.map(|text| &text[at..at + step.end]),
            is_cut: cut.is_some(),
            is_open: step.end == step.next,
        };
        if !record.is_blank(dialect) {
            visit(record, &mut cells)?;
        }
        at += step.next;
        place.line += step.lines;
    }
    Ok(())
}

/// Finds the end of the first record and its cells in one go, if no quote stands in it.
fn cut_plain<'c>(text: &'c str, dialect: &Dialect, cells: &mut Vec<Cow<'c, str>>) -> Option<Step> {
    let (bytes, mut start) = (text.as_bytes(), 0);
    cells.clear();
    for at in memchr3_iter(b'"', dialect.delimiter, dialect.newline, bytes) {
        if bytes[at] == dialect.delimiter {
            cells.push(Cow::Borrowed(&text[start..at]));
            start = at + 1;
        } else if bytes[at] == dialect.newline {
            let end = without_returns(&bytes[..at], dialect);
            cells.push(Cow::Borrowed(&text[start..end]));
            return (at <= dialect.max_row_bytes).then_some(Step {
                shape: RecordShape::Plain,
                end,
                next: at + 1,
                lines: 1,
            });
        } else {
            break;
        }
    }
    None
}

/// One record.
pub(super) struct Record<'c> {
    pub(super) place: Place,
    pub(super) shape: RecordShape,
    pub(super) bytes: &'c [u8],
    /// The same, where it is already known to be UTF-8.
    pub(super) text: Option<&'c str>,
    /// Whether its cells are there already.
    pub(super) is_cut: bool,
    /// Whether it has no line end, as only the last one may.
    pub(super) is_open: bool,
}

impl<'c> Record<'c> {
    fn is_blank(&self, dialect: &Dialect) -> bool {
        self.bytes
            .iter()
            .all(|&byte| matches!(byte, b' ' | b'\t' | b'\r') && byte != dialect.delimiter)
    }

    /// Cuts it and shows the row, unless it is the header of another export.
    pub(super) fn show(
        &self,
        dialect: &Dialect,
        cells: &mut Vec<Cow<'c, str>>,
        visit: &mut impl FnMut(RawRow<'_>),
    ) -> Result<(), OtherHeader> {
        let mut again = None;
        let judged = self.text(dialect).and_then(|text| {
            if !self.is_cut {
                cells.clear();
                cells.extend(raw_cells(text, dialect.delimiter).map(unquoted));
            }
            again = dialect
                .header
                .as_ref()
                .and_then(|header| header.again(cells));
            match again {
                Some(_) => Err(damage::header_again(self.bytes)),
                None => judge(text, cells, dialect),
            }
        });
        if again == Some(Again::Other) {
            return Err(OtherHeader(self.place));
        }
        let cells = match judged {
            Ok(true) => Cells::Csv(&cells[..dialect.columns]),
            Ok(false) => Cells::Empty,
            Err(fault) => Cells::Damaged(fault),
        };
        let text = match self.shape {
            RecordShape::TooLong => damage::start_of_long(self.bytes, dialect.max_row_bytes),
            _ => self.bytes,
        };
        // After a header and a record that end their lines, and without a quote that closes it.
        let is_open = self.is_open && self.place.line > 2 && !text.ends_with(b"\"");
        let is_open = is_open && dialect.trailing == 0;
        visit(RawRow {
            is_open,
            ..RawRow::new(self.place, text, cells)
        });
        Ok(())
    }

    /// Its text, if it is a whole record of UTF-8.
    pub(super) fn text(&self, dialect: &Dialect) -> Result<&'c str, Fault> {
        match self.shape {
            RecordShape::Unclosed => return Err(damage::unclosed(self.bytes)),
            RecordShape::TooLong => {
                return Err(damage::too_long(self.bytes, dialect.max_row_bytes));
            }
            RecordShape::Plain | RecordShape::Quoted => {}
        }
        match self.text {
            Some(text) => Ok(text),
            None => std::str::from_utf8(self.bytes).map_err(|error| {
                damage::invalid_utf8(self.bytes, error, dialect.encoding.likely(self.bytes))
            }),
        }
    }
}

/// Whether there is anything in the cells; too few, too many, and one without a column are faults.
fn judge(text: &str, cells: &[Cow<'_, str>], dialect: &Dialect) -> Result<bool, Fault> {
    let is_filled = |cell: &Cow<'_, str>| !cell.trim().is_empty();
    if !cells.iter().any(is_filled) {
        return Ok(false);
    }
    let (found, named) = (cells.len(), dialect.columns);
    // What a person mended in a rejects file ends where its header does.
    let is_mended = dialect.rejects && found == named;
    if found != named + dialect.trailing && !is_mended {
        return Err(damage::ragged(text.as_bytes(), found, named));
    }
    match cells[named..].iter().position(is_filled) {
        Some(at) => Err(damage::unnamed(text.as_bytes(), named + at + 1)),
        None => Ok(true),
    }
}
