//! Some whole records of an input, cut into rows by whichever thread is free.
//!
//! A chunk owns its bytes and knows where it stands; its rows are lent one by one, and their
//! cells borrow from it.

use std::sync::Arc;

use super::damage;
use super::dialect::{Dialect, Format};
use super::header::OtherHeader;
use super::{csv_rows, json_rows, original_rows};
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
