//! The rows of a chunk, each seen through a binding: for tables that are read and not sent.

use std::sync::Arc;

use super::record::{Notes, Reading};
use super::{Binding, Columns, Members, Record};
use crate::input::{Chunk, OtherHeader};
use crate::model::Kind;
use crate::model::{Cells, Fault, Place};
use crate::parse::Arena;
use crate::schema::Key;

/// A row and its binding.
pub(crate) struct Bound<'c, 'k> {
    record: Record<'c, 'k>,
    binding: &'c Binding,
}

impl<'c> Bound<'c, '_> {
    /// The text for a field.
    pub(crate) fn text(&self, key: Key) -> Reading<'c> {
        self.binding.text(&self.record, key)
    }

    /// What the mapping's rules say this row is.
    pub(crate) fn kind(&self) -> Result<Option<Kind>, Fault> {
        self.binding.kind_of(&self.record)
    }

    /// The filter of the mapping that holds, if one does.
    pub(crate) fn left_out(&self) -> Result<Option<Arc<str>>, Fault> {
        self.binding.left_out(&self.record)
    }

    /// For texts that are made while the row is read.
    pub(crate) fn arena(&self) -> &'c Arena {
        self.record.arena
    }
}

/// Lends each row that is not empty; a fault, if it is no record at all.
///
/// # Errors
/// Behind the header of another table no row is shown.
pub(crate) fn each_bound(
    binding: &Binding,
    known: &mut Members<'_>,
    chunk: &Chunk,
    mut visit: impl FnMut(Place, Result<&Bound<'_, '_>, &Fault>),
) -> Result<(), OtherHeader> {
    chunk.for_each(|row| {
        let (arena, notes) = (Arena::default(), Notes::default());
        let cells = match &row.cells {
            Cells::Empty => return,
            Cells::Damaged(fault) => return visit(row.place, Err(fault)),
            Cells::Csv(cells) => Columns::Csv(cells),
            Cells::Json(members) => match known.places(members, |_| ()) {
                Ok(places) => Columns::Json(members, places),
                Err(fault) => return visit(row.place, Err(&fault)),
            },
        };
        let record = Record {
            cells,
            arena: &arena,
            notes: &notes,
        };
        visit(row.place, Ok(&Bound { record, binding }));
    })
}
