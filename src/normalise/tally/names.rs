//! A set of foreign names that cannot grow without end.

use std::collections::BTreeSet;

use super::BOUND;

/// A bounded set of names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The first thousand, sorted.
    pub names: BTreeSet<Box<str>>,
    /// How often another one came, at most.
    pub others: u64,
}

impl Names {
    pub(in crate::normalise) fn add(&mut self, name: &str) {
        if self.names.contains(name) {
            return;
        }
        if self.names.len() < BOUND {
            self.names.insert(name.into());
        } else {
            self.others += 1;
        }
    }

    pub(super) fn merge(&mut self, later: Names) {
        for name in later.names {
            self.add(&name);
        }
        self.others += later.others;
    }
}
