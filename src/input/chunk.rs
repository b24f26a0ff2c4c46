//! Some whole records of an input, cut into rows by whichever thread is free.
//!
//! A chunk owns its bytes and knows where it stands; its rows are lent one by one, and their
//! cells borrow from it.
//!
//! How much of a buffer is whole records is found here, too. The one reading thread asks for every byte, so this does as
//! little as it can.

use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::boundary::{PartialRecord, Position, RecordScanner};
use super::header::{Dialect, Format, OtherHeader};
use super::{csv_rows, damage, json_rows, original_rows};
use crate::model::{Cells, Place, RawRow};

/// Whole records of one input, in its order.
#[derive(Debug)]
pub struct Chunk {
    pub(super) first: Place,
    pub(super) body: Body,
    pub(super) dialect: Arc<Dialect>,
}

#[derive(Debug)]
pub(super) enum Body {
    Records(Vec<u8>),
    /// The start of a line over the limit; the rest was never held.
    TooLong(Box<[u8]>),
}

impl Chunk {
    /// Where its first line is.
    pub fn place(&self) -> Place {
        self.first
    }

    /// How many bytes it holds.
    pub fn bytes(&self) -> usize {
        match &self.body {
            Body::Records(bytes) => bytes.len(),
            Body::TooLong(start) => start.len(),
        }
    }

    /// Cuts it, row by row, in input order. Blank lines are no rows.
    ///
    /// # Errors
    /// Behind the header of another export no row is shown.
    pub fn for_each(&self, mut visit: impl FnMut(RawRow<'_>)) -> Result<(), OtherHeader> {
        let dialect = &*self.dialect;
        match (&self.body, dialect.format) {
            (Body::TooLong(start), _) => visit(RawRow::new(
                self.first,
                start,
                Cells::Damaged(damage::too_long(start, dialect.max_row_bytes)),
            )),
            (Body::Records(bytes), Format::Csv) if dialect.rejects => {
                return original_rows::each_csv(self.first, bytes, dialect, &mut visit);
            }
            (Body::Records(bytes), Format::Csv) => {
                return csv_rows::each(self.first, bytes, dialect, &mut visit);
            }
            (Body::Records(bytes), Format::Ndjson) => {
                json_rows::each(self.first, bytes, dialect, &mut |row| {
                    original_rows::json_row(row, dialect, &mut visit);
                });
            }
        }
        Ok(())
    }
}

/// How many of the bytes are whole records, from a record's start on: those that begin in the
/// first `most` lines. `partial` is about the record behind them.
pub(super) fn split(
    bytes: &[u8],
    scanner: &mut RecordScanner,
    partial: &mut PartialRecord,
    dialect: &Dialect,
    most: usize,
) -> Position {
    let mut found = Position::default();
    if dialect.format == Format::Ndjson {
        return lines(bytes, most, dialect);
    }
    while found.lines < most {
        let rest = &bytes[found.bytes..];
        if *partial == PartialRecord::default() {
            // Lines before the next quote are records as they are, however long.
            let plain = memchr(b'"', rest).unwrap_or(rest.len());
            let plain = lines(&rest[..plain], most - found.lines, dialect);
            scanner.skip_plain_lines(plain.bytes, plain.lines);
            found.bytes += plain.bytes;
            found.lines += plain.lines;
            if found.lines == most {
                break;
            }
        }
        match scanner.step(&bytes[found.bytes..], *partial, dialect, false) {
            Ok(step) => {
                *partial = PartialRecord::default();
                found.bytes += step.next;
                found.lines += usize::try_from(step.lines).unwrap_or(usize::MAX);
            }
            Err(further) => {
                *partial = further;
                break;
            }
        }
    }
    found
}

/// The first whole lines.
fn lines(bytes: &[u8], most: usize, dialect: &Dialect) -> Position {
    let ends = memchr_iter(dialect.newline, bytes).take(most);
    ends.fold(Position::default(), |found, end| Position {
        bytes: end + 1,
        lines: found.lines + 1,
    })
}
