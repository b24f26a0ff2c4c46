//! What people should know of rows that are valid all the same: counted, with the first as an
//! example. Bounded by the fields and the currencies there are.

use std::collections::BTreeMap;

use crate::model::{Currency, Place};
use crate::schema::Key;

/// Something about a valid row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// It says something else than `--set`, and keeps it.
    KeptBesideSet(Key),
    /// `--override` replaced what it says.
    Overridden(Key),
    /// Its price has more decimals than its currency.
    MoreDecimals(Currency),
    /// Tenjin's own SDK drops purchases in this currency.
    UnknownToSdk(Currency),
}

/// How often, and the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarked {
    /// How many rows.
    pub count: u64,
    /// The first of them.
    pub place: Place,
    /// What it says, bounded and harmless.
    pub value: Box<str>,
}

/// Remarks by what they are about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks(BTreeMap<Remark, Remarked>);

impl Remarks {
    /// Counts one.
    pub fn add(&mut self, remark: Remark, place: Place, value: Box<str>) {
        let entry = self.0.entry(remark);
        let count = 0;
        let example = entry.or_insert(Remarked {
            count,
            place,
            value,
        });
        example.count += 1;
    }

    /// Adds those of later rows.
    pub fn merge(&mut self, later: &Remarks) {
        for (remark, example) in &later.0 {
            match self.0.get_mut(remark) {
                Some(known) => known.count += example.count,
                None => drop(self.0.insert(*remark, example.clone())),
            }
        }
    }

    /// All of them, in the order of their sorts.
    pub fn iter(&self) -> impl Iterator<Item = (Remark, &Remarked)> {
        self.0.iter().map(|(remark, example)| (*remark, example))
    }
}
