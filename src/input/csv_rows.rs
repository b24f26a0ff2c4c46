//! CSV records into cells: RFC 4180, borrowed wherever a cell holds no doubled quote.
//!
//! Where a record ends is decided in `boundary`; here it is cut and judged: ragged, empty,
//! not UTF-8.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::boundary::{Progress, Trail, Verdict};
use super::chunk::OtherHeader;
use super::damage;
use super::dialect::Dialect;
use super::header::Again;
use super::rejects;
use crate::model::{Cells, Fault, Place, RawRow};

/// Cuts whole records, as far as the header of another export.
pub(super) fn each(
    first: Place,
    bytes: &[u8],
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    let mut cells = Vec::with_capacity(dialect.columns + rejects::OWN_COLUMNS);
    records(first, bytes, dialect, true, |record| {
        if dialect.rejects {
            rejects::csv_row(&record, dialect, visit)
        } else {
            record.cut(dialect, &mut cells, visit)
        }
    })
}

/// How wide the first records are that say anything, at most so many; and whether that is all
/// that can be told. With `last` these are all the bytes there are.
pub(super) fn widths(
    bytes: &[u8],
    dialect: &Dialect,
    last: bool,
    most: usize,
) -> (Vec<Width>, bool) {
    let mut widths = Vec::new();
    let nowhere = Place { input: 0, line: 0 };
    let seen = records(nowhere, bytes, dialect, last, |record| {
        let inner = if dialect.rejects {
            rejects::inner_record(&record, dialect)
        } else {
            record.text(dialect).ok()
        };
        widths.extend(inner.and_then(|text| width(text, dialect)));
        if widths.len() == most || record.verdict == Verdict::TooLong {
            return Err(());
        }
        Ok(())
    });
    (widths, seen.is_err())
}

/// How wide a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Width {
    pub(super) cells: usize,
    /// How many of them there are as far as the last that is not empty; never 0.
    pub(super) filled: usize,
}

fn width(text: &str, dialect: &Dialect) -> Option<Width> {
    let is_filled = |cell: &str| !unquoted(cell).trim().is_empty();
    let cells: Vec<&str> = raw_cells(text, dialect.delimiter).collect();
    let last = cells.iter().rposition(|cell| is_filled(cell))?;
    Some(Width {
        cells: cells.len(),
        filled: last + 1,
    })
}

/// Shows each record that is not blank. With `last`, `bytes` is all there is: what is open at its
/// end stays open.
fn records<'c, E>(
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

/// The cells of a whole record as they stand there, quotes included.
pub(super) fn raw_cells(record: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let bytes = record.as_bytes();
    let mut delimiters = memchr_iter(delimiter, bytes);
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let closed = match bytes.get(start) {
            Some(b'"') => start + closing_quote(&bytes[start..]),
            _ => start,
        };
        let end = delimiters.find(|&place| place >= closed);
        next = end.map(|place| place + 1);
        Some(&record[start..end.unwrap_or(bytes.len())])
    })
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::dialect::ReadOptions;
    use super::super::tests::seen::{rest, rows, rows_with, source, told};
    use crate::model::Cells;

    #[test]
    fn lines_are_physical_after_quoted_newlines_and_blank_lines() {
        let text = "\n\na,b\r\n1,\"x\r\ny\"\r\n\r\n  \r\n2,z\r\n3,\"\"\"q\"\"\"\r\n4,\"last\"";
        assert_eq!(
            rows(text),
            ["4: 1|x\r\ny", "8: 2|z", "9: 3|\"q\"", "10: 4|last"]
        );
    }

    #[test]
    fn ragged_rows_are_damaged_alone_and_the_hint_counts() {
        let text = "a,b,c\n1,2\n1,2,3\n1,2,3,4\n4,5,6\n";
        assert_eq!(
            rows(text),
            [
                "2: (malformed_row)",
                "3: 1|2|3",
                "4: (malformed_row)",
                "5: 4|5|6"
            ]
        );
        let mut source = source(text.as_bytes(), &ReadOptions::default(), 1024);
        let mut hints = Vec::new();
        source
            .next_chunk()
            .unwrap()
            .unwrap()
            .for_each(|row| {
                if let Cells::Damaged(fault) = row.cells {
                    hints.push(format!("{}: {}", fault.value, fault.hint));
                }
            })
            .unwrap();
        assert_eq!(
            hints,
            [
                "1,2: 2 cells found, 3 expected as in the header; the row is cut short or lacks a \
                 delimiter: write what is missing, empty cells too",
                "1,2,3,4: 4 cells found, 3 expected as in the header; put cells that hold the \
                 delimiter in quotes",
            ]
        );
    }

    #[test]
    fn delimiters_at_the_end_of_every_row_are_read_over() {
        assert_eq!(
            rows("a,b\n1,2,\n3,,\n,,\n4,5,\n"),
            ["2: 1|2", "3: 3|", "4: (empty)", "5: 4|5"]
        );
        // without one a row may have lost a cell
        assert_eq!(
            rows("a,b\n1,2,,\n3,4,,\n5,6,,\n7,8\n"),
            ["2: 1|2", "3: 3|4", "4: 5|6", "5: (malformed_row)"]
        );
        // and at the end of some rows only they may be cells that belong elsewhere
        assert_eq!(rows("a,b\n1,2\n3,4,\n"), ["2: 1|2", "3: (malformed_row)"]);
        assert_eq!(
            rows("a,b\n3,4,\n1,2\n5,6\n"),
            ["2: (malformed_row)", "3: 1|2", "4: 5|6"]
        );
    }

    #[test]
    fn a_last_column_without_a_name_is_read_over_as_long_as_it_is_empty() {
        assert_eq!(
            rows("a\tb\t\n1\t2\t\n3\t4\tx\n5\t\t\n"),
            ["2: 1|2", "3: (malformed_row)", "4: 5|"]
        );
        assert_eq!(rows("a,b,\n1,2\n3,4\n"), ["2: 1|2", "3: 3|4"]);
    }

    #[test]
    fn a_header_among_the_rows_is_named_and_another_one_ends_reading() {
        assert_eq!(
            rows("a,b\n1,2\na,\"b\"\n3,4\n"),
            ["2: 1|2", "3: (malformed_row)", "4: 3|4"]
        );
        for text in ["a,b\n1,2\nb,a\n3,4\n", "a,b\n1,2\na,b,c\n3,4,5\n"] {
            let mut source = source(text.as_bytes(), &ReadOptions::default(), 1024);
            let (seen, ended) = rest(&mut source);
            assert_eq!(told(&seen), ["2: 1|2"]);
            assert_eq!(ended.unwrap_err(), "another header in line 3");
        }
    }

    #[test]
    fn rows_of_only_empty_cells_are_empty_and_blank_lines_are_none() {
        assert_eq!(
            rows("a,b\n,\n\n , \n\"\",\"\"\n,,,\n1,\n"),
            [
                "2: (empty)",
                "4: (empty)",
                "5: (empty)",
                "6: (empty)",
                "7: 1|"
            ]
        );
        assert_eq!(rows("a\tb\n\t\n1\t2\n"), ["2: (empty)", "3: 1|2"]);
        assert_eq!(rows("a\n\"\"\n\nx\n"), ["2: (empty)", "4: x"]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_first_line() {
        assert_eq!(
            rows("a,b\n1,\"open\n2,x\n3,\"y\"\n"),
            ["2: (malformed_row)", "3: 2|x", "4: 3|y"]
        );
        assert_eq!(
            rows("a,b\n1,\"in\"ch\n2,x\n"),
            ["2: (malformed_row)", "3: 2|x"]
        );
        assert_eq!(
            rows("a,b\n1,\"two\nlines\" and\n2,x\n"),
            ["2: (malformed_row)", "3: (malformed_row)", "4: 2|x"]
        );
        assert_eq!(rows("a,b\n1,x\n2,\"open"), ["2: 1|x", "3: (malformed_row)"]);
    }

    #[test]
    fn a_thousand_lines_are_the_most_that_quotes_hold() {
        let held = |lines: usize| format!("a,b\n1,\"{}\"\n2,x\n", "\n".repeat(lines - 1));
        assert_eq!(rows(held(1_000))[1..], ["1002: 2|x"]);
        let over = rows(held(1_001));
        assert_eq!(over[0], "2: (malformed_row)");
        assert_eq!(over[over.len() - 1], "1003: 2|x");
    }

    #[test]
    fn a_quote_inside_an_unquoted_cell_is_text() {
        assert_eq!(
            rows("a,b\n5\" disk,x\"y\"\n \"z\",\"\"\n"),
            ["2: 5\" disk|x\"y\"", "3:  \"z\"|"]
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_cost_their_row() {
        assert_eq!(
            rows(b"a,b\n1,\xE9t\xE9\n2,\"\xFF\"\n3,\xC3\xA9\n\0,\x1B[31m\n"),
            [
                "2: (invalid_utf8)",
                "3: (invalid_utf8)",
                "4: 3|é",
                "5: \0|\u{1b}[31m"
            ]
        );
    }

    #[test]
    fn text_is_the_record_as_it_stands_there() {
        let seen = rows_with(b"a,b\n1,\"x\"\"\"\r\n", &ReadOptions::default(), 64);
        assert_eq!(seen[0].text, b"1,\"x\"\"\"");
    }
}
