//! CSV records into cells: RFC 4180, borrowed wherever a cell holds no doubled quote.
//!
//! Where a record ends is decided in `boundary`; here it is cut and judged: ragged, empty,
//! not UTF-8.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::boundary::{Progress, Verdict, step};
use super::damage;
use super::dialect::Dialect;
use super::rejects;
use crate::row::{Cells, Fault, Place, RawRow};

/// Cuts whole records. `bytes` is all there is: what is open at its end stays open.
pub(super) fn each(
    first: Place,
    bytes: &[u8],
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) {
    let text = std::str::from_utf8(bytes).ok();
    let mut cells = Vec::with_capacity(dialect.columns + rejects::OWN_COLUMNS);
    let (mut at, mut place) = (0, first);
    while at < bytes.len() {
        let Ok(step) = step(&bytes[at..], Progress::default(), dialect, true) else {
            return;
        };
        let record = Record {
            place,
            verdict: step.verdict,
            bytes: &bytes[at..at + step.end],
            text: text.map(|text| &text[at..at + step.end]),
        };
        if !record.is_blank(dialect) {
            if dialect.rejects {
                rejects::csv_row(&record, dialect, visit);
            } else {
                record.cut(dialect, &mut cells, visit);
            }
        }
        at += step.next;
        place.line += step.lines;
    }
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

    /// Cuts it and shows the row.
    pub(super) fn cut(
        &self,
        dialect: &Dialect,
        cells: &mut Vec<Cow<'c, str>>,
        visit: &mut impl FnMut(RawRow<'_>),
    ) {
        let judged = self.text(dialect).and_then(|text| {
            self.fill(text, dialect, cells);
            judge(text, cells, dialect)
        });
        let cells = match judged {
            Ok(true) => Cells::Csv(cells),
            Ok(false) => Cells::Empty,
            Err(fault) => Cells::Damaged(fault),
        };
        let kept = match self.verdict {
            Verdict::TooLong => self.bytes.len().min(damage::KEPT),
            _ => self.bytes.len(),
        };
        visit(RawRow {
            place: self.place,
            text: &self.bytes[..kept],
            cells,
        });
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
                .map_err(|error| damage::invalid_utf8(self.bytes, error)),
        }
    }

    fn fill(&self, text: &'c str, dialect: &Dialect, cells: &mut Vec<Cow<'c, str>>) {
        cells.clear();
        if self.verdict == Verdict::Quoted {
            cells.extend(raw_cells(text, dialect.delimiter).map(unquoted));
            return;
        }
        let mut start = 0;
        for end in memchr_iter(dialect.delimiter, text.as_bytes()) {
            cells.push(Cow::Borrowed(&text[start..end]));
            start = end + 1;
        }
        cells.push(Cow::Borrowed(&text[start..]));
    }
}

/// Whether there is anything in the cells; ragged ones are a fault.
pub(super) fn judge(text: &str, cells: &[Cow<'_, str>], dialect: &Dialect) -> Result<bool, Fault> {
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(false);
    }
    if cells.len() != dialect.columns {
        return Err(damage::ragged(
            text.as_bytes(),
            cells.len(),
            dialect.columns,
        ));
    }
    Ok(true)
}

/// The cells of a whole record as they stand there, quotes included.
pub(super) fn raw_cells(record: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(record);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = cell_end(text.as_bytes(), delimiter);
        rest = (end < text.len()).then(|| &text[end + 1..]);
        Some(&text[..end])
    })
}

fn cell_end(text: &[u8], delimiter: u8) -> usize {
    let closed = if text.first() == Some(&b'"') {
        closing_quote(text)
    } else {
        0
    };
    memchr(delimiter, &text[closed..]).map_or(text.len(), |found| closed + found)
}

fn closing_quote(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr(b'"', &text[at..]) {
        at += found + 1;
        if text.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// What a cell says.
pub(super) fn unquoted(raw: &str) -> Cow<'_, str> {
    let Some(inner) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) else {
        return Cow::Borrowed(raw);
    };
    if memchr(b'"', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(inner.replace("\"\"", "\""))
}
