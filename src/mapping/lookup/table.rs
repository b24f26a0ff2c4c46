//! The table in memory: entries sorted by the hash of their key, found through an index of their
//! first two bytes. An entry is all bytes, so that nothing is lost to alignment.

use std::collections::HashMap;

use super::{KeyField, Whose};
use crate::model::Platform;
use crate::parse::{self, Arena, Context, Fixes, Value};
use crate::schema::Form;

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

/// A UUID.
const UUID: u8 = 1;
/// Other hex, too long to be packed: its number among those.
const LONG: u8 = 255;

/// An id in seventeen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Packed {
    /// 0: none. Else [`UUID`], [`LONG`], or the number of hex digits, 16 to 32.
    form: u8,
    bytes: [u8; 16],
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: [u8; 16],
    /// Where it came in the file, big-endian; of more than four billion the last ones are equal.
    pub(super) order: [u8; 4],
    pub(super) ids: [Packed; 3],
}

impl Packed {
    /// Several different ids.
    pub(super) const NEITHER: Packed = Packed {
        form: 254,
        bytes: [0; 16],
    };

    pub(crate) fn is_none(self) -> bool {
        self.form == 0
    }

    /// Reads an id in its field's form; none if it is a placeholder or no id.
    pub(super) fn read(form: Form, text: &str, long: &mut Long) -> Packed {
        // The platform is not always known here; what a row cannot take is refused there.
        let context = Context {
            platform: Some(Platform::AndroidOther),
            ..Context::default()
        };
        let arena = Arena::default();
        match parse::read(form, text, context, &arena, &mut Fixes::default()) {
            Ok(Value::Uuid(bytes)) => Packed { form: UUID, bytes },
            Ok(Value::Hex(text)) => Packed::hex(text, long),
            _ => Packed::default(),
        }
    }

    fn hex(text: &str, long: &mut Long) -> Packed {
        let mut bytes = [0; 16];
        if text.len() <= 32 {
            for (at, digit) in text.bytes().enumerate() {
                let value = char::from(digit).to_digit(16).unwrap_or_default();
                let value = u8::try_from(value).unwrap_or_default();
                bytes[at / 2] |= if at % 2 == 0 { value << 4 } else { value };
            }
            let form = u8::try_from(text.len()).unwrap_or(LONG);
            return Packed { form, bytes };
        }
        bytes[..8].copy_from_slice(&long.number(text).to_be_bytes());
        Packed { form: LONG, bytes }
    }

    /// The UUID, or the text of another id.
    pub(crate) fn value(self, long: &[Box<str>]) -> Result<[u8; 16], String> {
        match self.form {
            UUID => Ok(self.bytes),
            LONG => {
                let mut at = [0; 8];
                at.copy_from_slice(&self.bytes[..8]);
                let at = usize::try_from(u64::from_be_bytes(at)).unwrap_or(usize::MAX);
                Err(long.get(at).map(ToString::to_string).unwrap_or_default())
            }
            digits => {
                let text = parse::UuidText::new(&self.bytes, false);
                Err(text.as_str()[..usize::from(digits)].to_owned())
            }
        }
    }
}

/// Ids that are too long to be packed, each once. Some makers' OAIDs have 64 digits.
#[derive(Debug, Default)]
pub(super) struct Long {
    pub(super) texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u64>,
}

impl Long {
    fn number(&mut self, text: &str) -> u64 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u64;
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_takes_71_bytes() {
        assert_eq!(size_of::<Entry>(), 71);
    }

    #[test]
    fn every_form_of_id_comes_back() {
        let mut long = Long::default();
        let uuid = "550E8400-e29b-41d4-a716-4466554400ff";
        let packed = Packed::read(Form::Uuid, uuid, &mut long);
        let bytes = *b"\x55\x0e\x84\x00\xe2\x9b\x41\xd4\xa7\x16\x44\x66\x55\x44\x00\xff";
        assert_eq!(packed.value(&long.texts), Ok(bytes));
        for digits in [16, 17, 31, 64] {
            let text = "a1".repeat(32)[..digits].to_owned();
            let packed = Packed::read(Form::DeviceId, &text, &mut long);
            assert_eq!(packed.value(&long.texts), Err(text));
        }
        for none in ["null", "0", "no id"] {
            assert!(Packed::read(Form::AdvertisingId, none, &mut long).is_none());
        }
    }
}
