//! Counts by key, with a bound on the keys.
//!
//! Keys come from files and servers, so their number is hostile: after [`LIST_LIMIT`] different
//! ones, new ones are only counted together.

use std::collections::HashMap;
use std::hash::Hash;

use super::LIST_LIMIT;

/// How often each key occurred.
#[derive(Debug, Clone)]
pub struct Counter<K> {
    counts: HashMap<K, u64>,
    more: u64,
}

impl<K> Default for Counter<K> {
    fn default() -> Self {
        Counter {
            counts: HashMap::new(),
            more: 0,
        }
    }
}

impl<K: Clone + Eq + Hash + Ord> Counter<K> {
    /// Adds to a key. A known key costs no allocation.
    pub fn add(&mut self, key: &K, count: u64) {
        if let Some(known) = self.counts.get_mut(key) {
            *known += count;
        } else if self.counts.len() < LIST_LIMIT {
            self.counts.insert(key.clone(), count);
        } else {
            self.more += count;
        }
    }

    /// Counts one less under a key.
    pub fn take_back(&mut self, key: &K) {
        match self.counts.get_mut(key) {
            Some(known) => *known = known.saturating_sub(1),
            None => self.more = self.more.saturating_sub(1),
        }
    }

    /// Adds to what is counted without a key.
    pub fn add_unnamed(&mut self, count: u64) {
        self.more += count;
    }

    /// What was counted under a key.
    pub fn count(&self, key: &K) -> u64 {
        self.counts.get(key).copied().unwrap_or_default()
    }

    /// Every key held, the most frequent first, equal ones by key.
    pub fn ranked(&self) -> Vec<(&K, u64)> {
        let mut all: Vec<_> = self.counts.iter().map(|(key, n)| (key, *n)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all
    }

    /// What was counted under keys that are not held.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// Everything counted.
    pub fn total(&self) -> u64 {
        self.counts.values().sum::<u64>() + self.more
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.more == 0
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
        assert_eq!(counter.total(), 2 * (LIST_LIMIT as u64 + 7) + 1);
    }
}
