//! Columns that feed no field and say something all the same: amounts that nobody takes, which
//! platform, currency or quantity a row has, or that nobody paid.
//!
//! Nothing is sent from them. They are looked at so that what is left behind, or speaks against
//! what is sent, is said and not passed over.

use std::sync::Arc;

use super::Record;
use super::amount_name::{self, Held, Unit};
use super::meaning::Meaning;
use super::reference::Slot;
use crate::model::Currency;
use crate::parse::{Placeholders, currency_code};

/// The most of each sort that are looked at.
const MOST: usize = 20;

/// The columns of one input that say something, and feed nothing.
#[derive(Debug, Default)]
pub(crate) struct SideColumns {
    amounts: Vec<Column<Unit>>,
    /// Where else a row may say its currency.
    currencies: Vec<Slot>,
    remarks: Vec<Column<Meaning>>,
}

#[derive(Debug)]
struct Column<M> {
    name: Arc<str>,
    slot: Slot,
    meaning: M,
}

/// What one of them says of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'c> {
    /// The column.
    pub(crate) name: &'c Arc<str>,
    pub(crate) meaning: Meaning,
    /// A filled cell.
    pub(crate) text: &'c str,
}

impl SideColumns {
    /// Looks at the names of columns that feed nothing.
    pub(super) fn among<'n>(names: impl Iterator<Item = (&'n str, Slot)>) -> Self {
        let mut side = SideColumns::default();
        for (name, slot) in names {
            if let Some(meaning) = Meaning::of(name) {
                add(&mut side.remarks, name, slot.clone(), meaning);
            }
            if let Some(unit) = amount_name::unit(name) {
                add(&mut side.amounts, name, slot, unit);
            } else if amount_name::words(name).contains(&"currency".to_owned()) {
                side.currencies.push(slot);
            }
        }
        side
    }

    /// Adds a column whose meaning its name does not tell.
    pub(super) fn add(&mut self, name: &str, slot: Slot, meaning: Meaning) {
        if !self.remarks.iter().any(|column| *column.name == *name) {
            if meaning == Meaning::Currency {
                self.currencies.push(slot.clone());
            }
            add(&mut self.remarks, name, slot, meaning);
        }
    }

    /// Whether `other`, of the same columns, has the same side columns.
    pub(super) fn is_like(&self, other: &SideColumns) -> bool {
        let names = |all: &'_ SideColumns| -> Vec<Arc<str>> {
            let columns = all.remarks.iter();
            columns.map(|column| Arc::clone(&column.name)).collect()
        };
        names(self) == names(other)
    }

    /// Whether none of them may hold money.
    pub(crate) fn has_no_amounts(&self) -> bool {
        self.amounts.is_empty()
    }

    /// What the row holds in those of amounts; `currency` is what it says of its currency elsewhere.
    pub(crate) fn amounts<'a>(
        &'a self,
        record: &Record<'_, '_>,
        currency: Option<Currency>,
    ) -> impl Iterator<Item = (&'a Arc<str>, Held)> {
        let beside = || {
            let mut slots = self.currencies.iter();
            slots.find_map(|slot| currency_code(text(record, slot)?))
        };
        self.amounts.iter().filter_map(move |column| {
            let text = text(record, &column.slot)?;
            let held = column.meaning.read(text, || currency.or_else(beside))?;
            Some((&column.name, held))
        })
    }

    /// What the other filled ones say.
    pub(crate) fn told<'c>(&'c self, record: &Record<'c, '_>) -> impl Iterator<Item = Told<'c>> {
        self.remarks.iter().filter_map(|column| {
            Some(Told {
                name: &column.name,
                meaning: column.meaning,
                text: text(record, &column.slot)?,
            })
        })
    }
}

fn add<M>(columns: &mut Vec<Column<M>>, name: &str, slot: Slot, meaning: M) {
    if columns.len() < MOST {
        let name = name.into();
        columns.push(Column {
            name,
            slot,
            meaning,
        });
    }
}

/// What a cell says, if it says anything. What is no text says nothing.
fn text<'c>(record: &Record<'c, '_>, slot: &Slot) -> Option<&'c str> {
    let text = record.cell(slot).ok().flatten()?;
    (!Placeholders::Words.contain(text)).then_some(text)
}
