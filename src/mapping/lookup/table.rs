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
    /// Rows that got something.
    pub hits: u64,
    /// Rows whose key is in the table, which has nothing for it that they lack and could take.
    pub useless: u64,
    /// Rows without a key.
    pub no_key: u64,
    /// Rows whose key is not in the table.
    pub unknown_key: u64,
    /// Rows whose key is in the table, but for other apps or platforms than theirs.
    pub other_app: u64,
    /// Rows that do not say whose they are, with a key that the table has for several apps.
    pub several_apps: u64,
    /// Rows whose key has several different values.
    pub ambiguous: u64,
}

impl Counts {
    /// Adds those of later rows.
    pub fn add(&mut self, later: Counts) {
        self.hits += later.hits;
        self.useless += later.useless;
        self.no_key += later.no_key;
        self.unknown_key += later.unknown_key;
        self.other_app += later.other_app;
        self.several_apps += later.several_apps;
        self.ambiguous += later.ambiguous;
    }
}

/// What the table says to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer<'t> {
    /// These ids, of a user of this app.
    Found([Packed; 3], Whose<'t>),
    /// Several different values.
    Ambiguous,
    /// The row does not say whose it is, and the table has the key for several apps.
    SeveralApps,
    /// The table has the key for others only.
    OtherApp,
    /// The table does not have the key.
    UnknownKey,
    /// The row has no key.
    NoKey,
}

/// The entries of a look-up file.
#[derive(Debug)]
pub struct Table {
    field: KeyField,
    pick: Pick,
    entries: Vec<Entry>,
    /// By the first two bytes of a key: where its entries begin.
    index: Vec<u32>,
    texts: Vec<Box<str>>,
    /// Rows of the file that could not be used.
    unusable: u64,
}

/// What a key is kept as.
pub(super) fn hash(canonical: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(canonical.as_bytes()).as_bytes()[..16]);
    key
}

/// Stands in all three places of a key with several different values.
const AMBIGUOUS: [Packed; 3] = [Packed::NEITHER; 3];

impl Table {
    pub(super) fn new(
        field: KeyField,
        mut entries: Vec<Entry>,
        (texts, unusable): (Texts, u64),
        pick: Pick,
    ) -> Self {
        entries.sort_unstable_by_key(|entry| (entry.of(), entry.order));
        settle(&mut entries, pick);
        entries.shrink_to_fit();
        Table {
            field,
            pick,
            index: index(&entries),
            entries,
            texts: texts.texts,
            unusable,
        }
    }

    /// What the rows are found by.
    pub(crate) fn field(&self) -> KeyField {
        self.field
    }

    /// How many keys there are, each counted for every app that it stands for.
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
    pub(crate) fn find(&self, text: &str, whose: Whose<'_>) -> Answer<'_> {
        let Some(canonical) = self.field.canonical(text) else {
            return Answer::NoKey;
        };
        let of_key = self.of_key(hash(&canonical));
        let fits = |entry: &&Entry| self.whose(entry).fits(whose);
        let mut fitting = of_key.iter().filter(fits);
        let entry = match (fitting.next(), fitting.next()) {
            (None, _) if of_key.is_empty() => return Answer::UnknownKey,
            (None, _) => return Answer::OtherApp,
            (Some(only), None) => only,
            (Some(_), Some(_)) if self.pick == Pick::None => return Answer::SeveralApps,
            (Some(first), Some(second)) => fitting
                .chain([first, second])
                .max_by_key(|entry| entry.order)
                .unwrap_or(first),
        };
        if entry.ids == AMBIGUOUS {
            return Answer::Ambiguous;
        }
        Answer::Found(entry.ids, self.whose(entry))
    }

    /// The entries of a key, one for each app.
    fn of_key(&self, key: [u8; 16]) -> &[Entry] {
        let first = usize::from(u16::from_be_bytes([key[0], key[1]]));
        let (from, to) = (self.index[first] as usize, self.index[first + 1] as usize);
        let bucket = &self.entries[from..to];
        let bucket = &bucket[bucket.partition_point(|entry| entry.key < key)..];
        &bucket[..bucket.partition_point(|entry| entry.key == key)]
    }

    fn whose(&self, entry: &Entry) -> Whose<'_> {
        let bundle_id = self.texts.get(u32::from_be_bytes(entry.bundle_id) as usize);
        Whose {
            bundle_id: bundle_id.map(AsRef::as_ref).filter(|id| !id.is_empty()),
            platform: entry.platform,
        }
    }

    /// An id that it gave: a UUID, or the text of another id.
    pub(crate) fn value(&self, id: Packed) -> Result<[u8; 16], String> {
        id.value(&self.texts)
    }
}

/// Makes one entry of all those of a key and an app, in place.
fn settle(entries: &mut Vec<Entry>, pick: Pick) {
    let mut kept: usize = 0;
    for at in 0..entries.len() {
        let entry = entries[at];
        let same = kept
            .checked_sub(1)
            .filter(|last| entries[*last].of() == entry.of());
        if let Some(last) = same {
            entries[last].ids = merged(entries[last].ids, entry.ids, pick);
            entries[last].order = entry.order;
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
    /// The number of the text, big-endian; that of the empty one if the line names none.
    pub(super) bundle_id: [u8; 4],
    pub(super) platform: Option<Platform>,
    /// Where it came in the file, big-endian; of more than four billion the last ones are equal.
    pub(super) order: [u8; 4],
    pub(super) ids: [Packed; 3],
}

impl Entry {
    /// What it is for: an entry for each.
    fn of(&self) -> ([u8; 16], [u8; 4], Option<Platform>) {
        (self.key, self.bundle_id, self.platform)
    }
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
    pub(super) fn read(form: Form, text: &str, texts: &mut Texts) -> Packed {
        // The platform is not always known here; what a row cannot take is refused there.
        let context = Context {
            platform: Some(Platform::AndroidOther),
            ..Context::default()
        };
        let arena = Arena::default();
        match parse::read(form, text, context, &arena, &mut Fixes::default()) {
            Ok(Value::Uuid(bytes)) => Packed { form: UUID, bytes },
            Ok(Value::Hex(text)) => Packed::hex(text, texts),
            _ => Packed::default(),
        }
    }

    fn hex(text: &str, texts: &mut Texts) -> Packed {
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
        bytes[..4].copy_from_slice(&texts.number(text));
        Packed { form: LONG, bytes }
    }

    /// The UUID, or the text of another id.
    pub(crate) fn value(self, texts: &[Box<str>]) -> Result<[u8; 16], String> {
        match self.form {
            UUID => Ok(self.bytes),
            LONG => {
                let [a, b, c, d, ..] = self.bytes;
                let at = u32::from_be_bytes([a, b, c, d]) as usize;
                Err(texts.get(at).map(ToString::to_string).unwrap_or_default())
            }
            digits => {
                let text = parse::UuidText::new(&self.bytes, false);
                Err(text.as_str()[..usize::from(digits)].to_owned())
            }
        }
    }
}

/// Texts by their numbers, each once: bundle ids, and ids that are too long to be packed (some
/// makers' OAIDs have 64 digits). A table has fewer of them than 32 bits count.
#[derive(Debug, Default)]
pub(super) struct Texts {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Texts {
    pub(super) fn number(&mut self, text: &str) -> [u8; 4] {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let number = self.numbers.get(text).copied().unwrap_or_else(|| {
            self.texts.push(text.into());
            self.numbers.insert(text.into(), next);
            next
        });
        number.to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_takes_76_bytes() {
        assert_eq!(size_of::<Entry>(), 76);
    }

    #[test]
    fn every_form_of_id_comes_back() {
        let mut texts = Texts::default();
        let uuid = "550E8400-e29b-41d4-a716-4466554400ff";
        let packed = Packed::read(Form::Uuid, uuid, &mut texts);
        let bytes = *b"\x55\x0e\x84\x00\xe2\x9b\x41\xd4\xa7\x16\x44\x66\x55\x44\x00\xff";
        assert_eq!(packed.value(&texts.texts), Ok(bytes));
        for digits in [16, 17, 31, 64] {
            let text = "a1".repeat(32)[..digits].to_owned();
            let packed = Packed::read(Form::DeviceId, &text, &mut texts);
            assert_eq!(packed.value(&texts.texts), Err(text));
        }
        for none in ["null", "0", "no id"] {
            assert!(Packed::read(Form::AdvertisingId, none, &mut texts).is_none());
        }
    }
}
