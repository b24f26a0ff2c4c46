//! What people should know of rows that are valid all the same: counted, with the first as an
//! example. Bounded by the fields and the currencies there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::line::{Amount, Sums};
use crate::mapping::{LineTotal, Meaning};
use crate::model::{Currency, Place};
use crate::schema::Key;

/// Something about a valid row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// It says something else than `--set`, and keeps it.
    KeptBesideSet(Key),
    /// `--override` replaced what it says.
    Overridden(Key),
    /// Its price has more decimals than its currency.
    MoreDecimals(Currency),
    /// Tenjin's own SDK drops purchases in this currency.
    UnknownToSdk(Currency),
    /// A column that no field takes says something else of it than what is sent.
    ColumnSays(Meaning, Arc<str>),
    /// Its amount goes under another currency than the one in the name of its column.
    NamedCurrency(Currency, Arc<str>),
    /// It says no quantity, as the column that a mapping file names for it is not there.
    NoQuantity(Arc<str>),
    /// It counts more than one, and its price seems to be that of all.
    LineTotal(LineTotal),
}

/// How often, and the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarked {
    /// The rows, and what they are worth.
    pub sums: Sums,
    /// The first of them.
    pub place: Place,
    /// What it says, bounded and harmless.
    pub value: Box<str>,
}

/// Remarks by what they are about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks(BTreeMap<Remark, Remarked>);

impl Remarks {
    /// Counts one of this worth.
    pub fn add(&mut self, remark: Remark, place: Place, value: Box<str>, amount: Amount) {
        let entry = self.0.entry(remark);
        let sums = Sums::default();
        let example = entry.or_insert(Remarked { sums, place, value });
        example.sums.add(amount);
    }

    /// Adds those of later rows.
    pub fn merge(&mut self, later: &Remarks) {
        for (remark, example) in &later.0 {
            match self.0.get_mut(remark) {
                Some(known) => known.sums.merge(&example.sums),
                None => drop(self.0.insert(remark.clone(), example.clone())),
            }
        }
    }

    /// All of them, in the order of their sorts.
    pub fn iter(&self) -> impl Iterator<Item = (&Remark, &Remarked)> {
        self.0.iter()
    }
}
