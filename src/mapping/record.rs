//! One row seen through a binding: which text feeds a field.
//!
//! Borrows from the row; only JSON text with escapes is copied.

use std::borrow::Cow;

use super::binding::{Binding, Feed, Made, Slot};
use super::{json, rule};
use crate::forms::Drawer;
use crate::schema::Key;

/// The cells of one row, by the binding's column numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'c, 'k> {
    pub(crate) cells: Columns<'c, 'k>,
    /// For JSON text that has to be unescaped.
    pub(crate) drawer: &'c Drawer,
}

/// A row's cells, by format.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Columns<'c, 'k> {
    /// CSV: the column's number is the cell's.
    Csv(&'c [Cow<'c, str>]),
    /// NDJSON: where this row has each column, if it does.
    Json(&'c [(Cow<'c, str>, &'c str)], &'k [u16]),
}

/// A column that this row does not have.
pub(super) const NOWHERE: u16 = u16::MAX;

impl<'c> Record<'c, '_> {
    /// The text for a field, trimmed. Nothing if no column feeds it here; empty if one does, but
    /// is empty.
    pub(crate) fn text(&self, feed: &'c Feed) -> Option<&'c str> {
        match feed {
            Feed::Constant(text) => Some(text),
            Feed::Column(slot) => self.cell(slot).map(trimmed),
            Feed::First(slots) => self.first(slots),
            Feed::Nothing => None,
            Feed::Made(made) => self.made(made),
        }
    }

    fn made(&self, made: &'c Made) -> Option<&'c str> {
        let counts = rule::hold(&made.tests, self);
        let own = || made.constant.as_deref().or_else(|| self.first(&made.slots));
        let found = counts.then(own).flatten();
        if let Some(text) = found.filter(|text| !text.is_empty()) {
            let steps = made.steps.iter();
            return Some(steps.fold(text, |text, step| step.take(text, self)));
        }
        let other = made.or.as_ref().and_then(|feed| self.text(feed));
        match (other, &made.default) {
            (None | Some(""), Some(default)) => Some(default),
            (Some(text), _) => Some(text),
            (None, None) => found.or(made.slots.first().map(|_| "")),
        }
    }

    /// The text for a field, by its name.
    pub(crate) fn text_of(&self, binding: &'c Binding, key: Key) -> Option<&'c str> {
        self.text(binding.feed(key))
    }

    /// Whether nothing in the row says anything.
    pub(crate) fn is_empty(&self) -> bool {
        match self.cells {
            Columns::Csv(cells) => cells.iter().all(|cell| cell.trim().is_empty()),
            Columns::Json(members, _) => members
                .iter()
                .all(|(_, value)| json::cell(value).trim().is_empty()),
        }
    }

    /// The first of these that is not empty.
    pub(super) fn first(&self, slots: &[Slot]) -> Option<&'c str> {
        let mut found = None;
        for slot in slots {
            let Some(text) = self.cell(slot).map(trimmed) else {
                continue;
            };
            if !text.is_empty() {
                return Some(text);
            }
            found = Some(text);
        }
        found
    }

    fn cell(&self, slot: &Slot) -> Option<&'c str> {
        match self.cells {
            Columns::Csv(cells) => {
                let cell: &'c str = cells.get(usize::from(slot.column))?;
                if slot.path.is_empty() {
                    return Some(cell);
                }
                Some(self.lend(json::inside(cell, &slot.path).unwrap_or_default()))
            }
            Columns::Json(members, places) => {
                let place = *places.get(usize::from(slot.column))?;
                let (_, value) = members.get(usize::from(place))?;
                json::inside(value, &slot.path).map(|text| self.lend(text))
            }
        }
    }

    fn lend(&self, text: Cow<'c, str>) -> &'c str {
        match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => self.drawer.keep(text),
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
