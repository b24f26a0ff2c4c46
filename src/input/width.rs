//! How many cells the first records have, which tells how wide the rows of an input are.

use super::boundary::RecordShape;
use super::cells::{raw_cells, unquoted};
use super::header::Dialect;
use super::{csv_rows, original_rows};
use crate::model::Place;

/// How many records at the start of an input tell whether all of them end in empty cells that the
/// header does not name. A pipe is not waited for.
pub(super) const TELLING: usize = 3;

/// The widths of the first records that are not blank, at most `most`; and whether more bytes would
/// add none. With `last` these are all the bytes there are.
pub(super) fn widths(
    bytes: &[u8],
    dialect: &Dialect,
    last: bool,
    most: usize,
) -> (Vec<Width>, bool) {
    let mut widths = Vec::new();
    let nowhere = Place { input: 0, line: 0 };
    let seen = csv_rows::records(nowhere, bytes, dialect, last, |record, _| {
        let inner = if dialect.rejects {
            original_rows::inner_record(&record, dialect)
        } else {
            record.text(dialect).ok()
        };
        widths.extend(inner.and_then(|text| width(text, dialect)));
        if widths.len() == most || record.shape == RecordShape::TooLong {
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
