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
        let text = match self.verdict {
            Verdict::TooLong => damage::start_of_long(self.bytes, dialect.max_row_bytes),
            _ => self.bytes,
        };
        visit(RawRow {
            place: self.place,
            text,
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
        // most exports have no quotes at all, and this is half again as fast
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
    use super::super::seen::{rows, rows_with, source};
    use crate::row::Cells;

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
        let dialect = source.dialect();
        let mut hints = Vec::new();
        source
            .next_chunk()
            .unwrap()
            .unwrap()
            .for_each(&dialect, |row| {
                if let Cells::Damaged(fault) = row.cells {
                    hints.push(format!("{}: {}", fault.value, fault.hint));
                }
            });
        assert!(hints[0].starts_with("1,2: 2 cells found, 3 expected"));
        assert!(hints[1].starts_with("1,2,3,4: 4 cells found, 3 expected"));
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
