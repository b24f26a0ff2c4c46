//! CSV records into rows.
//!
//! Where a record ends is decided in `boundary`; here it is cut and judged: ragged, empty,
//! not UTF-8.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::boundary::{Progress, Trail, Verdict};
use super::cells::{raw_cells, unquoted};
use super::damage;
use super::dialect::Dialect;
use super::header::{Again, OtherHeader};
use crate::model::{Cells, Fault, Place, RawRow};

/// Cuts whole records, as far as the header of another export.
pub(super) fn each(
    first: Place,
    bytes: &[u8],
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    let mut cells = Vec::with_capacity(dialect.columns + dialect.trailing);
    records(first, bytes, dialect, true, |record| {
        record.cut(dialect, &mut cells, visit)
    })
}

/// Shows each record that is not blank. With `last`, `bytes` is all there is: what is open at its
/// end stays open.
pub(super) fn records<'c, E>(
    first: Place,
    bytes: &'c [u8],
    dialect: &Dialect,
    last: bool,
    mut visit: impl FnMut(Record<'c>) -> Result<(), E>,
) -> Result<(), E> {
    let text = std::str::from_utf8(bytes).ok();
    let mut trail = Trail::default();
    let (mut at, mut place) = (0, first);
    while at < bytes.len() {
        let Ok(step) = trail.step(&bytes[at..], Progress::default(), dialect, last) else {
            return Ok(());
        };
        let record = Record {
            place,
            verdict: step.verdict,
            bytes: &bytes[at..at + step.end],
            text: text.map(|text| &text[at..at + step.end]),
        };
        if !record.is_blank(dialect) {
            visit(record)?;
        }
        at += step.next;
        place.line += step.lines;
    }
    Ok(())
}

/// One record, not yet cut.
pub(super) struct Record<'c> {
    pub(super) place: Place,
    pub(super) verdict: Verdict,
    pub(super) bytes: &'c [u8],
    /// The same, where it is already known to be UTF-8.
    pub(super) text: Option<&'c str>,
}

impl<'c> Record<'c> {
    fn is_blank(&self, dialect: &Dialect) -> bool {
        self.bytes
            .iter()
            .all(|&byte| matches!(byte, b' ' | b'\t' | b'\r') && byte != dialect.delimiter)
    }

    /// Cuts it and shows the row, unless it is the header of another export.
    pub(super) fn cut(
        &self,
        dialect: &Dialect,
        cells: &mut Vec<Cow<'c, str>>,
        visit: &mut impl FnMut(RawRow<'_>),
    ) -> Result<(), OtherHeader> {
        let mut again = None;
        let judged = self.text(dialect).and_then(|text| {
            self.fill(text, dialect, cells);
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
        let text = match self.verdict {
            Verdict::TooLong => damage::start_of_long(self.bytes, dialect.max_row_bytes),
            _ => self.bytes,
        };
        visit(RawRow {
            place: self.place,
            text,
            cells,
            origin: None,
        });
        Ok(())
    }

    /// Its text, if it is a whole record of UTF-8.
    pub(super) fn text(&self, dialect: &Dialect) -> Result<&'c str, Fault> {
        match self.verdict {
            Verdict::Unclosed => return Err(damage::unclosed(self.bytes)),
            Verdict::TooLong => return Err(damage::too_long(self.bytes, dialect.max_row_bytes)),
            Verdict::Plain | Verdict::Quoted => {}
        }
        match self.text {
            Some(text) => Ok(text),
            None => std::str::from_utf8(self.bytes)
                .map_err(|error| damage::invalid_utf8(self.bytes, error, dialect.likely)),
        }
    }

    fn fill(&self, text: &'c str, dialect: &Dialect, cells: &mut Vec<Cow<'c, str>>) {
        cells.clear();
        if self.verdict == Verdict::Quoted {
            cells.extend(raw_cells(text, dialect.delimiter).map(unquoted));
            return;
        }
        // most exports have no quotes at all, and this is half again as fast
        let mut start = 0;
        for end in memchr_iter(dialect.delimiter, text.as_bytes()) {
            cells.push(Cow::Borrowed(&text[start..end]));
            start = end + 1;
        }
        cells.push(Cow::Borrowed(&text[start..]));
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
