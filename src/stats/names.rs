//! A set of foreign names that cannot grow without end.

use std::collections::BTreeSet;

use super::LIST_LIMIT;

/// A bounded set of names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The first thousand, sorted.
    pub names: BTreeSet<Box<str>>,
    /// Whether there were others.
    pub more: bool,
}

impl Names {
    /// Adds a name, if there is room.
    pub fn add(&mut self, name: &str) {
        if self.names.contains(name) {
            return;
        }
        if self.names.len() < LIST_LIMIT {
            self.names.insert(name.into());
        } else {
            self.more = true;
        }
    }

    /// Adds the names of a later chunk.
    pub fn merge(&mut self, later: &Names) {
        later.names.iter().for_each(|name| self.add(name));
        self.more |= later.more;
    }
}
