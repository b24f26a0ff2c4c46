//! The rows of a chunk as records: of NDJSON, which member of an object feeds which column.
//!
//! Rows of one file mostly have the same members in the same order, so the n-th member of this
//! row is guessed to be the n-th of the last one: one comparison instead of a look-up.

use std::borrow::Cow;
use std::collections::HashMap;

use super::reference::NOWHERE;
use super::{Binding, Columns, Notes, Record};
use crate::input::{Chunk, OtherHeader, rejects};
use crate::model::{Cells, Code, Fault, Place, plain};
use crate::parse::Arena;

/// Remembers which member feeds which column, for the rows of one chunk.
#[derive(Debug)]
pub(crate) struct Members<'b> {
    binding: &'b Binding,
    /// The members of the last row, with their columns.
    last: Vec<(Box<str>, u16)>,
    /// Every member seen so far, as it is spelt.
    seen: HashMap<Box<str>, u16>,
    /// By column: where this row has it.
    places: Vec<u16>,
}

/// How many spellings are remembered; a file with more is looked up the slow way.
const REMEMBERED: usize = 1_000;

impl<'b> Members<'b> {
    pub(crate) fn new(binding: &'b Binding) -> Self {
        Members {
            binding,
            last: Vec::new(),
            seen: HashMap::new(),
            places: vec![NOWHERE; binding.columns().len()],
        }
    }

    /// By column, where this row has it. `stranger` hears of a member that feeds nothing, at
    /// least once for each spelling. Two members for one column: the later one counts, as in
    /// most readers of JSON; it is a fault of the row if they are spelt differently and say
    /// different things.
    pub(crate) fn places(
        &mut self,
        members: &[(Cow<'_, str>, &str)],
        mut stranger: impl FnMut(&str),
    ) -> Result<&[u16], Fault> {
        self.places.fill(NOWHERE);
        let mut clash = None;
        for (at, (name, value)) in members.iter().enumerate().take(usize::from(NOWHERE)) {
            let column = self.column(at, name, &mut stranger);
            let Some(place) = self.places.get_mut(usize::from(column)) else {
                continue;
            };
            if *place != NOWHERE {
                let (other, said) = &members[usize::from(*place)];
                if other != name && said != value {
                    clash = Some(two_members(other, name));
                }
            }
            *place = u16::try_from(at).unwrap_or(NOWHERE);
        }
        match clash {
            None => Ok(&self.places),
            Some(fault) => Err(fault),
        }
    }

    fn column(&mut self, at: usize, name: &str, stranger: &mut impl FnMut(&str)) -> u16 {
        if let Some((known, column)) = self.last.get(at)
            && **known == *name
        {
            return *column;
        }
        let column = self.look_up(name, stranger);
        if let Some(last) = self.last.get_mut(at) {
            *last = (name.into(), column);
        } else if at == self.last.len() && at < REMEMBERED {
            self.last.push((name.into(), column));
        }
        column
    }

    fn look_up(&mut self, name: &str, stranger: &mut impl FnMut(&str)) -> u16 {
        if let Some(column) = self.seen.get(name) {
            return *column;
        }
        let column = self.binding.column(&plain(name)).unwrap_or(NOWHERE);
        if !self.binding.is_feeding(column) && !rejects::is_ours(name) {
            stranger(name);
        }
        if self.seen.len() < REMEMBERED {
            self.seen.insert(name.into(), column);
        }
        column
    }
}

fn two_members(one: &str, other: &str) -> Fault {
    let hint = "two members mean the same field and differ: name one of them with --map";
    Fault::new(Code::MalformedRow, "", &format!("{one} and {other}"), hint)
}

/// Lends each row that is not empty, for tables that are read and not sent; a fault, if it is no
/// record at all.
///
/// # Errors
/// Behind the header of another table no row is shown.
pub(crate) fn each_record(
    members: &mut Members<'_>,
    chunk: &Chunk,
    mut visit: impl FnMut(Place, Result<&Record<'_, '_>, &Fault>),
) -> Result<(), OtherHeader> {
    chunk.for_each(|row| {
        let (arena, notes) = (Arena::default(), Notes::default());
        let cells = match &row.cells {
            Cells::Empty => return,
            Cells::Damaged(fault) => return visit(row.place, Err(fault)),
            Cells::Csv(cells) => Columns::Csv(cells),
            Cells::Json(found) => match members.places(found, |_| ()) {
                Ok(places) => Columns::Json(found, places),
                Err(fault) => return visit(row.place, Err(&fault)),
            },
        };
        let record = Record {
            cells,
            arena: &arena,
            notes: &notes,
        };
        visit(row.place, Ok(&record));
    })
}
