//! Collections with a bound on their keys.
//!
//! Keys come from files and servers, so their number is hostile: after [`LIST_LIMIT`] different
//! ones, what has a new one is only counted together.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use super::LIST_LIMIT;

/// Values by key.
#[derive(Debug, Clone)]
pub struct Bounded<K, V> {
    held: HashMap<K, V>,
    more: u64,
}

/// How often each key occurred.
pub type Counter<K> = Bounded<K, u64>;

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Self {
        Bounded {
            held: HashMap::new(),
            more: 0,
        }
    }
}

impl<K: Clone + Eq + Hash, V: Default> Bounded<K, V> {
    /// The value of a key; nothing, and the rows are counted together, where there are too many
    /// keys. A known key costs no allocation.
    pub fn value(&mut self, key: &K, rows: u64) -> Option<&mut V> {
        if !self.held.contains_key(key) {
            if self.held.len() >= LIST_LIMIT {
                self.more += rows;
                return None;
            }
            self.held.insert(key.clone(), V::default());
        }
        self.held.get_mut(key)
    }

    /// Every key held, with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.held.iter()
    }

    /// The values that there are, to be changed; those that say no are dropped.
    pub fn retain(&mut self, keep: impl FnMut(&K, &mut V) -> bool) {
        self.held.retain(keep);
    }

    /// The value of a key that is held.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.held.get(key)
    }

    /// Rows of the keys that are not held.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// Counts rows of keys that are not held.
    pub fn add_more(&mut self, rows: u64) {
        self.more += rows;
    }
}

impl<K: Clone + Eq + Hash + Ord> Counter<K> {
    /// Adds to a key.
    pub fn add(&mut self, key: &K, count: u64) {
        if let Some(known) = self.value(key, count) {
            *known += count;
        }
    }

    /// Counts one less under a key.
    pub fn take_back(&mut self, key: &K) {
        match self.held.get_mut(key) {
            Some(known) => *known = known.saturating_sub(1),
            None => self.more = self.more.saturating_sub(1),
        }
    }

    /// What was counted under a key.
    pub fn count(&self, key: &K) -> u64 {
        self.held.get(key).copied().unwrap_or_default()
    }

    /// Every key held, the most frequent first, equal ones by key.
    pub fn ranked(&self) -> Vec<(&K, u64)> {
        let mut all: Vec<_> = self.held.iter().map(|(key, n)| (key, *n)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all
    }
}

/// A set of names.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_keys_beyond_the_limit_together() {
        let mut counter = Counter::default();
        for key in 0..LIST_LIMIT + 7 {
            counter.add(&key, 2);
        }
        counter.add(&3, 1);
        assert_eq!(counter.ranked().len(), LIST_LIMIT);
        assert_eq!(counter.ranked()[0], (&3, 3));
        assert_eq!(counter.ranked()[1], (&0, 2));
        assert_eq!(counter.more(), 14);
    }
}
