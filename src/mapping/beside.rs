//! Columns that no field takes, though they say which money a row is, or that it is none.

use std::sync::Arc;

use super::Record;
use super::meaning::Meaning;
use super::slot::Slot;
use crate::parse::Nothing;

/// The most that are looked at.
const MOST: usize = 20;

/// Such a column.
#[derive(Debug)]
struct Column {
    name: Arc<str>,
    slot: Slot,
    meaning: Meaning,
}

/// The columns of one input that say something, and are not asked.
#[derive(Debug, Default)]
pub(crate) struct Beside(Vec<Column>);

/// What one of them says of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'c> {
    /// The column.
    pub(crate) name: &'c Arc<str>,
    pub(crate) meaning: Meaning,
    /// A filled cell.
    pub(crate) text: &'c str,
}

impl Beside {
    /// Looks at the names of columns that feed nothing.
    pub(super) fn among<'n>(names: impl Iterator<Item = (&'n str, Slot)>) -> Self {
        let told = names.filter_map(|(name, slot)| {
            Some(Column {
                meaning: Meaning::of(name)?,
                name: name.into(),
                slot,
            })
        });
        Beside(told.take(MOST).collect())
    }

    /// Looks at this one, too.
    pub(super) fn add(&mut self, name: &str, slot: Slot, meaning: Meaning) {
        if self.0.len() < MOST && !self.0.iter().any(|column| *column.name == *name) {
            self.0.push(Column {
                name: name.into(),
                slot,
                meaning,
            });
        }
    }

    /// Whether another one, of the same columns, looks at the same.
    pub(super) fn is_like(&self, other: &Beside) -> bool {
        let names = |all: &Beside| -> Vec<Arc<str>> {
            let columns = all.0.iter();
            columns.map(|column| Arc::clone(&column.name)).collect()
        };
        names(self) == names(other)
    }

    /// What the filled ones say. What is no text says nothing.
    pub(crate) fn told<'c>(&'c self, record: &Record<'c, '_>) -> impl Iterator<Item = Told<'c>> {
        self.0.iter().filter_map(|column| {
            let slot = std::slice::from_ref(&column.slot);
            let text = record.first(slot, Nothing::Words).ok().flatten()?;
            let is_filled = !text.is_empty() && !Nothing::Words.says(text);
            is_filled.then_some(Told {
                name: &column.name,
                meaning: column.meaning,
                text,
            })
        })
    }
}
