//! What says of most keys that a shelf has never held them, so that the table need not be asked.
//!
//! One Bloom filter for each slice of a level, kept beside the packs and written with them in one
//! transaction: a filter that lacked a key would let an event go twice. "No" is certain, "maybe" is
//! wrong for one key in a hundred where a slice holds few, for one in forty where it holds more
//! than 600, and for one in eight where it holds 40,000. A slice without a filter holds nothing.

use rusqlite::{Connection, params};

use super::error::LedgerError;
use super::pack::{Key, keys, number_at};

/// Slices of a level: all keys that start with the same byte.
const SLICES: usize = 256;
/// For so many keys; above, where most of the keys are, fewer must do.
const FEW: usize = 600;
const BITS_A_KEY: [usize; 2] = [16, 10];
/// 24 KiB a slice, so 6 MiB a level, whatever it holds.
const MOST_WORDS: usize = 3072;
/// With less than a bit and a half for each key it says "maybe" to nearly everything.
const MOST_KEYS: usize = MOST_WORDS * 64 * 2 / 3;

/// Levels of a shelf that may have a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Levels(u16);

impl Levels {
    /// Whether this one may.
    pub(super) fn include(self, level: usize) -> bool {
        self.0 >> level & 1 == 1
    }
}

/// The filters of a shelf, by level and slice.
#[derive(Debug)]
pub(super) struct Sieve {
    table: String,
    /// A ledger of version 1 that is only looked at has none.
    exists: bool,
    slices: Vec<Box<[u64]>>,
}

impl Sieve {
    /// The table for the filters of a shelf.
    pub(super) fn schema(shelf: &str) -> String {
        format!("CREATE TABLE {shelf}_sieve (id INTEGER PRIMARY KEY, bits BLOB NOT NULL)")
    }

    /// Reads what the shelf in this table has. A ledger that is only looked at may be too old to
    /// have any.
    pub(super) fn open(connection: &Connection, shelf: &str) -> Result<Self, LedgerError> {
        let mut sieve = Sieve {
            table: format!("{shelf}_sieve"),
            exists: true,
            slices: Vec::new(),
        };
        sieve.exists = connection.table_exists(None, sieve.table.as_str())?;
        if !sieve.exists {
            return Ok(sieve);
        }
        let mut read = connection.prepare(&format!("SELECT id, bits FROM {}", sieve.table))?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let (words, rest) = bytes.as_chunks::<8>();
            let words = words.iter().map(|word| u64::from_le_bytes(*word));
            let words = if rest.is_empty() {
                words.collect()
            } else {
                full()
            };
            sieve.keep(row.get(0)?, words);
        }
        Ok(sieve)
    }

    /// Which of these levels may have this key.
    pub(super) fn levels(&self, levels: &[usize], key: &Key) -> Levels {
        let having = levels.iter().filter(|&&level| self.may_have(level, key));
        Levels(having.fold(0, |all, level| all | 1 << level))
    }

    fn may_have(&self, level: usize, key: &Key) -> bool {
        let words = self.slices.get(place(level, key[0]));
        match words.filter(|words| !words.is_empty()) {
            Some(words) => may_have(words, key),
            None => !self.exists,
        }
    }

    /// These are now all the entries of a slice; within the transaction that lays them down.
    pub(super) fn set(
        &mut self,
        connection: &Connection,
        (level, slice): (usize, u8),
        entries: &[u8],
        width: usize,
    ) -> Result<(), LedgerError> {
        let id = place(level, slice);
        let words = bounded(entries.len() / width, keys(entries, width));
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let sql = format!("REPLACE INTO {} VALUES (?1, ?2)", self.table);
        connection
            .prepare_cached(&sql)?
            .execute(params![id, bytes])?;
        self.keep(id, words);
        Ok(())
    }

    fn keep(&mut self, id: usize, words: Box<[u64]>) {
        // Levels are few; an id beyond them is not ours.
        if id >= 16 * SLICES {
            return;
        }
        if self.slices.len() <= id {
            self.slices.resize(id + 1, Box::default());
        }
        self.slices[id] = words;
    }
}

fn place(level: usize, slice: u8) -> usize {
    level * SLICES + usize::from(slice)
}

/// A filter of so many keys, as kept for a slice.
fn bounded(count: usize, keys: impl Iterator<Item = Key>) -> Box<[u64]> {
    if count > MOST_KEYS {
        return full();
    }
    filter(words_for(count).min(MOST_WORDS), keys)
}

/// How many words a filter of so many keys should have.
pub(super) fn words_for(keys: usize) -> usize {
    let [few, many] = BITS_A_KEY;
    (keys * if keys <= FEW { few } else { many }).div_ceil(64)
}

/// A filter of these keys in so many words.
pub(super) fn filter(length: usize, keys: impl Iterator<Item = Key>) -> Box<[u64]> {
    let mut words = vec![0; length].into_boxed_slice();
    for key in keys {
        words[word(&key, length)] |= bits(&key);
    }
    words
}

/// Whether a filter's keys may include this one.
pub(super) fn may_have(words: &[u64], key: &Key) -> bool {
    let bits = bits(key);
    words
        .get(word(key, words.len()))
        .is_some_and(|word| word & bits == bits)
}

/// Says "maybe" to everything.
fn full() -> Box<[u64]> {
    [u64::MAX].into()
}

/// Keys of a slice differ from their second byte on; evenly, being hashes.
fn word(key: &Key, words: usize) -> usize {
    let spread = u64::from(number_at(key, 1));
    usize::try_from((spread * words as u64) >> 32).unwrap_or_default()
}

fn bits(key: &Key) -> u64 {
    1 << (key[13] & 63) | 1 << (key[14] & 63) | 1 << (key[15] & 63)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn sieve() -> (Connection, Sieve) {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&Sieve::schema("shelf")).unwrap();
        let sieve = Sieve::open(&connection, "shelf").unwrap();
        (connection, sieve)
    }

    /// Keys of the slice 7.
    fn key(number: usize) -> Key {
        let mut key: Key = blake3::hash(&number.to_le_bytes()).as_bytes()[..16]
            .try_into()
            .unwrap();
        key[0] = 7;
        key
    }

    /// How many of a thousand keys that are not there get a "maybe", with so many that are.
    fn wrong(keys: usize) -> usize {
        let (connection, mut sieve) = sieve();
        let entries: Vec<u8> = (0..keys).flat_map(key).collect();
        sieve.set(&connection, (2, 7), &entries, 16).unwrap();
        let read = Sieve::open(&connection, "shelf").unwrap();
        assert!((0..keys).all(|number| read.may_have(2, &key(number))));
        let strangers = keys..keys + 1000;
        strangers
            .filter(|&number| read.may_have(2, &key(number)))
            .count()
    }

    #[test]
    fn what_it_has_is_never_denied_and_most_else_is() {
        assert_eq!(wrong(0), 0);
        assert!(wrong(FEW) < 20);
        assert!(wrong(3_500) < 40);
        assert!(wrong(40_000) < 150);
        // Too many for a filter to help.
        assert_eq!(wrong(160_000), 1000);
    }

    #[test]
    fn a_slice_holds_nothing_before_anything_is_laid_there() {
        let (connection, mut sieve) = sieve();
        assert!(!sieve.may_have(1, &key(1)));
        sieve.set(&connection, (1, 7), &key(1), 16).unwrap();
        assert!(sieve.may_have(1, &key(1)));
        assert!(!sieve.may_have(2, &key(1)));
        sieve.set(&connection, (1, 7), &[], 16).unwrap();
        assert!(!sieve.may_have(1, &key(1)));
    }

    #[test]
    fn what_cannot_be_read_may_have_anything() {
        let (connection, mut sieve) = sieve();
        sieve.set(&connection, (1, 7), &key(1), 16).unwrap();
        let damaged = "UPDATE shelf_sieve SET bits = x'00'";
        connection.execute(damaged, []).unwrap();
        let read = Sieve::open(&connection, "shelf").unwrap();
        assert!(read.may_have(1, &key(2)));
        connection.execute("DROP TABLE shelf_sieve", []).unwrap();
        let read = Sieve::open(&connection, "shelf").unwrap();
        assert!(read.may_have(1, &key(2)));
    }
}
