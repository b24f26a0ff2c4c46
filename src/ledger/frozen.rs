//! Entries of a shelf that are being moved from memory to its table: sorted, and behind a filter,
//! since most keys that are looked up are not there.

use super::pack::Key;
use super::sieve;

/// Sorted entries of a key and `P` bytes.
#[derive(Debug, Default)]
pub(super) struct Frozen<const P: usize> {
    entries: Vec<(Key, [u8; P])>,
    filter: Box<[u64]>,
}

impl<const P: usize> Frozen<P> {
    /// Of entries in any order, each key once.
    pub(super) fn new(entries: impl Iterator<Item = (Key, [u8; P])>) -> Self {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_unstable_by_key(|entry| entry.0);
        Frozen {
            filter: sieve::filter(
                sieve::words_for(entries.len()),
                entries.iter().map(|entry| entry.0),
            ),
            entries,
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What stands under this key.
    pub(super) fn get(&self, key: &Key) -> Option<[u8; P]> {
        if !sieve::may_have(&self.filter, key) {
            return None;
        }
        let at = self.entries.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
        Some(self.entries[at].1)
    }

    /// The entries whose keys start with this byte, as they stand in a pack.
    pub(super) fn slice(&self, slice: u8) -> Vec<u8> {
        let first = self.entries.partition_point(|(key, _)| key[0] < slice);
        let past = self.entries.partition_point(|(key, _)| key[0] <= slice);
        let bytes = self.entries[first..past]
            .iter()
            .flat_map(|(k, p)| k.iter().chain(p));
        bytes.copied().collect()
    }
}
