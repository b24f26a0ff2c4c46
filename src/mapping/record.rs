//! One row as columns have it: the text at a slot.
//!
//! Borrows from the row; only JSON text with escapes is copied.

use std::borrow::Cow;
use std::cell::Cell;

use super::json;
use super::json::{Shape, Unread};
use super::reference::{NOWHERE, Slot};
use crate::parse::{Arena, Fix, Fixes, Placeholders};

/// The cells of one row, by the binding's column numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'c, 'k> {
    pub(crate) cells: Columns<'c, 'k>,
    /// For JSON text that has to be unescaped.
    pub(crate) arena: &'c Arena,
    pub(crate) notes: &'k Notes,
}

/// What reading a row's cells leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// What was put right so far.
    fixes: Cell<Fixes>,
    /// Whether the last cell was a number of JSON, which has a decimal point, whatever texts have.
    is_number: Cell<bool>,
}

impl Notes {
    /// What was put right in the cells.
    pub(crate) fn fixes(&self) -> Fixes {
        self.fixes.get()
    }
}

/// A row's cells, by format.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Columns<'c, 'k> {
    /// CSV: the column's number is the cell's.
    Csv(&'c [Cow<'c, str>]),
    /// NDJSON: where this row has each column, if it does.
    Json(&'c [(Cow<'c, str>, &'c str)], &'k [u16]),
}

/// A cell's text, `None` if the row lacks the column, or why the cell cannot be read.
pub(crate) type Reading<'c> = Result<Option<&'c str>, Unread<'c>>;

impl<'c> Record<'c, '_> {
    /// Whether nothing in the row says anything.
    pub(crate) fn is_empty(&self) -> bool {
        match self.cells {
            Columns::Csv(cells) => cells.iter().all(|cell| cell.trim().is_empty()),
            Columns::Json(members, _) => members
                .iter()
                .all(|(_, value)| json::cell(value).trim().is_empty()),
        }
    }

    /// The first cell that this holds for.
    pub(crate) fn find_cell(&self, is_it: impl Fn(&str) -> bool) -> Option<Cow<'c, str>> {
        match self.cells {
            Columns::Csv(cells) => {
                let mut cells = cells.iter().map(|cell| trimmed(cell));
                cells.find(|cell| is_it(cell)).map(Cow::Borrowed)
            }
            Columns::Json(members, _) => {
                let mut values = members.iter().map(|(_, value)| json::cell(value));
                values.find(|value| is_it(value))
            }
        }
    }

    /// The first of these that is not empty.
    pub(super) fn first(&self, slots: &[Slot], placeholders: Placeholders) -> Reading<'c> {
        Ok(self.find(slots, placeholders)?.map(|(_, text)| text))
    }

    /// The same, and the column it stands in.
    pub(super) fn find(
        &self,
        slots: &[Slot],
        placeholders: Placeholders,
    ) -> Result<Option<(u16, &'c str)>, Unread<'c>> {
        let mut found = None;
        for slot in slots {
            let Some(text) = self.cell(slot)? else {
                continue;
            };
            if !placeholders.contain(text) {
                return Ok(Some((slot.column, text)));
            }
            found = Some((slot.column, text));
        }
        Ok(found)
    }

    /// What stands in a column, with what is joined to it.
    #[inline]
    pub(super) fn cell(&self, slot: &Slot) -> Reading<'c> {
        self.notes.is_number.set(false);
        if !slot.rest.is_empty() {
            return self.joined(slot);
        }
        self.own_cell(slot)
    }

    fn joined(&self, slot: &Slot) -> Reading<'c> {
        let Some(own) = self.own_cell(slot)? else {
            return Ok(None);
        };
        let mut parts = vec![own];
        for slots in &slot.rest {
            parts.extend(self.first(slots, Placeholders::Words)?);
        }
        parts.retain(|part| !part.is_empty());
        Ok(Some(self.arena.keep(parts.join(" "))))
    }

    #[inline]
    fn own_cell(&self, slot: &Slot) -> Reading<'c> {
        let column = usize::from(slot.column);
        let text = match self.cells {
            Columns::Csv(cells) => {
                let Some(cell) = cells.get(column) else {
                    return Ok(None);
                };
                if !slot.path.is_empty() {
                    let cell = trimmed(cell);
                    return self.inside(slot, cell).map(|text| text.or(Some("")));
                }
                &**cell
            }
            Columns::Json(members, places) => {
                let place = places.get(column).copied().unwrap_or(NOWHERE);
                let Some((_, value)) = members.get(usize::from(place)) else {
                    return Ok(None);
                };
                if !slot.path.is_empty() {
                    return self.inside(slot, value);
                }
                return self.value(slot, Cow::Borrowed(*value)).map(Some);
            }
        };
        self.plain(slot, text).map(Some)
    }

    /// What the path leads to in a cell that holds JSON.
    fn inside(&self, slot: &Slot, whole: &'c str) -> Reading<'c> {
        let token = json::token(whole, &slot.path);
        let token = token.map_err(|shape| Unread::shape(shape, whole, slot.column))?;
        token.map(|token| self.value(slot, token)).transpose()
    }

    /// What a value of JSON says.
    fn value(&self, slot: &Slot, token: Cow<'c, str>) -> Result<&'c str, Unread<'c>> {
        let token = self.lend(token);
        self.notes.is_number.set(json::is_number(token));
        let text = json::whole(token);
        let text = text.map_err(|shape| Unread::shape(shape, token, slot.column))?;
        self.plain(slot, self.lend(text))
    }

    /// A cell's text, trimmed and without a formula around it.
    #[inline]
    fn plain(&self, slot: &Slot, text: &'c str) -> Result<&'c str, Unread<'c>> {
        let text = trimmed(text);
        match text.as_bytes() {
            [b'=' | b'{' | b'[', ..] => self.opened(slot, text),
            // Nearly every cell.
            _ => Ok(text),
        }
    }

    fn opened(&self, slot: &Slot, text: &'c str) -> Result<&'c str, Unread<'c>> {
        let text = self.without_formula(text);
        let single = self.single(text, slot.may_be_list);
        single.map_err(|shape| Unread::shape(shape, text, slot.column))
    }

    /// Whether the cell that was read last was a number of JSON.
    pub(super) fn has_number(&self) -> bool {
        self.notes.is_number.get()
    }

    /// `="00123"`: a text in a formula, so that spreadsheets keep it as it is.
    fn without_formula(&self, text: &'c str) -> &'c str {
        let inner = |text: &'c str| text.strip_prefix("=\"")?.strip_suffix('"');
        match inner(text) {
            None => text,
            Some(inner) => {
                self.mend(Fix::FormulaText);
                if inner.contains("\"\"") {
                    return self.arena.keep(inner.replace("\"\"", "\""));
                }
                trimmed(inner)
            }
        }
    }

    fn single(&self, text: &'c str, may_be_list: bool) -> Result<&'c str, Shape> {
        Ok(match json::single(text)? {
            None => text,
            Some(one) => {
                if !one.is_empty() {
                    if !may_be_list {
                        return Err(Shape::List);
                    }
                    self.mend(Fix::ListOfOne);
                }
                trimmed(self.lend(one))
            }
        })
    }

    fn mend(&self, fix: Fix) {
        let mut fixes = self.notes.fixes.get();
        fixes.note(fix);
        self.notes.fixes.set(fixes);
    }

    fn lend(&self, text: Cow<'c, str>) -> &'c str {
        match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => self.arena.keep(text),
        }
    }
}

fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        // Nearly every cell: nothing to look at twice.
        [] | [0x21..=0x7e] | [0x21..=0x7e, .., 0x21..=0x7e] => text,
        _ => text.trim(),
    }
}
