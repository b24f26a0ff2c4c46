//! The table in memory: entries sorted by the hash of their key, found through an index of their
//! first two bytes.

use super::entry::{Entry, Packed};
use super::{KeyField, Whose};

/// What happens to a key with several different values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pick {
    /// It gives nothing.
    #[default]
    None,
    /// The last one in the file counts.
    Last,
}

/// How often rows were looked up, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows that got an id.
    pub hits: u64,
    /// Rows whose key is in the table, which has no id for it that they lack and could take.
    pub useless: u64,
    /// Rows whose key is not in the table, or that have none.
    pub misses: u64,
    /// Rows whose key has several different values.
    pub ambiguous: u64,
}

impl Counts {
    /// Adds those of later rows.
    pub fn add(&mut self, later: Counts) {
        self.hits += later.hits;
        self.useless += later.useless;
        self.misses += later.misses;
        self.ambiguous += later.ambiguous;
    }
}

/// What the table says to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// These ids.
    Found([Packed; 3]),
    /// Nothing: several different values.
    Ambiguous,
    /// Nothing.
    Missing,
}

/// The entries of a look-up file.
#[derive(Debug)]
pub struct Table {
    field: KeyField,
    scope: Scope,
    entries: Vec<Entry>,
    /// By the first two bytes of a key: where its entries begin.
    index: Vec<u32>,
    pub(super) long: Vec<Box<str>>,
    /// Rows of the file that could not be used.
    pub(super) unusable: u64,
}

/// What belongs to a key beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Scope {
    pub(super) bundle_id: bool,
    pub(super) platform: bool,
}

impl Scope {
    /// The key of a row; none if the table asks for more than the row says.
    pub(super) fn hash(self, canonical: &str, whose: Whose<'_>) -> Option<[u8; 16]> {
        let mut hasher = blake3::Hasher::new();
        if self.bundle_id {
            hasher.update(whose.bundle_id?.as_bytes());
        }
        hasher.update(b"\0");
        if self.platform {
            hasher.update(whose.platform?.name().as_bytes());
        }
        hasher.update(b"\0").update(canonical.as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Some(key)
    }
}

/// Stands in all three places of a key with several different values.
const AMBIGUOUS: [Packed; 3] = [Packed::NEITHER; 3];

impl Table {
    pub(super) fn new(field: KeyField, scope: Scope, mut entries: Vec<Entry>, pick: Pick) -> Self {
        entries.sort_unstable_by_key(|entry| (entry.key, entry.order));
        settle(&mut entries, pick);
        entries.shrink_to_fit();
        Table {
            field,
            scope,
            index: index(&entries),
            entries,
            long: Vec::new(),
            unusable: 0,
        }
    }

    /// What the rows are found by.
    pub(crate) fn field(&self) -> KeyField {
        self.field
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Rows of the file that could not be used: damaged, without a key, or without an id.
    pub fn unusable(&self) -> u64 {
        self.unusable
    }

    /// What the table says to the row that has this text in the key's field.
    pub(crate) fn find(&self, text: &str, whose: Whose<'_>) -> Answer {
        let key = self.field.canonical(text);
        let Some(key) = key.and_then(|text| self.scope.hash(&text, whose)) else {
            return Answer::Missing;
        };
        let first = usize::from(u16::from_be_bytes([key[0], key[1]]));
        let (from, to) = (self.index[first] as usize, self.index[first + 1] as usize);
        let bucket = &self.entries[from..to];
        match bucket.binary_search_by_key(&key, |entry| entry.key) {
            Err(_) => Answer::Missing,
            Ok(at) if bucket[at].ids == AMBIGUOUS => Answer::Ambiguous,
            Ok(at) => Answer::Found(bucket[at].ids),
        }
    }

    /// An id that it gave: a UUID, or the text of another id.
    pub(crate) fn value(&self, id: Packed) -> Result<[u8; 16], String> {
        id.value(&self.long)
    }
}

/// Makes one entry of all those of a key, in place.
fn settle(entries: &mut Vec<Entry>, pick: Pick) {
    let mut kept: usize = 0;
    for at in 0..entries.len() {
        let entry = entries[at];
        let same = kept
            .checked_sub(1)
            .filter(|last| entries[*last].key == entry.key);
        if let Some(last) = same {
            entries[last].ids = merged(entries[last].ids, entry.ids, pick);
        } else {
            entries[kept] = entry;
            kept += 1;
        }
    }
    entries.truncate(kept);
}

/// Two rows of one key: what one lacks the other gives; if they contradict each other, no part
/// of one is mixed with the other.
fn merged(mut earlier: [Packed; 3], later: [Packed; 3], pick: Pick) -> [Packed; 3] {
    let differ = |(a, b): (&Packed, &Packed)| !a.is_none() && !b.is_none() && a != b;
    if earlier.iter().zip(&later).any(differ) {
        return match pick {
            Pick::None => AMBIGUOUS,
            Pick::Last => later,
        };
    }
    for (id, other) in earlier.iter_mut().zip(later) {
        if id.is_none() {
            *id = other;
        }
    }
    earlier
}

fn index(entries: &[Entry]) -> Vec<u32> {
    let mut index = Vec::with_capacity((1 << 16) + 1);
    for first in 0..=u16::MAX {
        let at = entries.partition_point(|entry| entry.key[..2] < first.to_be_bytes()[..]);
        index.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
    index.push(u32::try_from(entries.len()).unwrap_or(u32::MAX));
    index
}
