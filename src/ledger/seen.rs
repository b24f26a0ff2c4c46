//! The rows of this run by what identifies them: how often each content occurred in each input,
//! which tells twins apart; and, where no table of the ledger will have them, the rows themselves.
//!
//! An upload counts, for its rows stand in the ledger. A rehearsal keeps the rows that it would
//! send. `validate` keeps those that have an id.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::file_map::{Entry, FileMap, Key, part};
use super::row::{Keys, Known, State};
use crate::model::{Currency, Origin, Revenue, UserIds};

/// Longer names are kept by their beginning and their hash.
const LONGEST: usize = 200;

/// The run, as its rows name it.
#[derive(Debug)]
pub(super) struct ThisRun {
    /// Its row of the table.
    pub(super) id: i64,
    pub(super) name: Arc<str>,
    pub(super) inputs: Vec<Input>,
}

/// An input of this run.
#[derive(Debug)]
pub(super) struct Input {
    /// Its row of the table.
    pub(super) id: i64,
    pub(super) name: Arc<str>,
    /// How its rows are identified, as the table has it.
    pub(super) identity: Arc<str>,
}

/// A row, as far as another one that may be the same is compared with it.
#[derive(Debug)]
pub(super) struct SeenRow<'r> {
    /// The input that it was read from, as `Place` has it.
    pub(super) input: u32,
    /// The row of the table of the input where it stood at first, and its name if that is another.
    pub(super) home: i64,
    pub(super) file: &'r str,
    pub(super) line: u64,
    pub(super) time: Option<i64>,
    pub(super) name: &'r str,
    pub(super) revenue: Option<Revenue>,
    pub(super) people: UserIds,
}

/// The rows so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    ids: FileMap,
    contents: FileMap,
    /// The first row of a content, which stands for itself if it is added, else only counts.
    pending: Option<(Key, u32)>,
    /// Room for the row that is added.
    encoded: Vec<u8>,
}

/// What an entry is; its input follows, as four bytes.
const COUNTS: u8 = 0;
const ROW: u8 = 1;
/// A row that stands in the other map, at the place that follows.
const ELSEWHERE: u8 = 2;

/// What else is kept under the hash of a content, by a number.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// The row with this ordinal, which is not 0.
    Ordinal = 1,
    /// How many rows of this input there are.
    Input,
    /// The highest ordinal of a row.
    Highest,
}

impl Seen {
    /// Counts a row. Gives how many of its content stood before it in its input.
    pub(super) fn ordinal(&mut self, content: &Key, input: u32) -> io::Result<u32> {
        if let Some((content, input)) = self.pending.take() {
            self.contents.insert(&content, &counts(input))?;
        }
        let Some(first) = self.contents.get(content)? else {
            self.pending = Some((*content, input));
            return Ok(0);
        };
        let first = u32::from_le_bytes(part(&first.value, 1));
        if first != input {
            self.number(content, (Of::Input, first), |count| count.max(1))?;
        }
        let least = u32::from(first == input);
        let count = self.number(content, (Of::Input, input), |count| count.max(least) + 1)?;
        Ok(count - 1)
    }

    /// The next rows that will be asked about.
    pub(super) fn fetch(&self, rows: impl Iterator<Item = Keys> + Clone) {
        self.ids.fetch(rows.clone().filter_map(|keys| keys.id));
        self.contents.fetch(rows.filter_map(|keys| keys.content));
    }

    /// Keeps a row.
    pub(super) fn add(&mut self, keys: &Keys, row: &SeenRow<'_>) -> io::Result<()> {
        encode(&mut self.encoded, row, keys.id);
        let mut value = self.encoded.as_slice();
        let there;
        if let Some(id) = &keys.id {
            there = elsewhere(row.input, self.ids.insert(id, value)?);
            value = &there;
        }
        let Some(content) = &keys.content else {
            return Ok(());
        };
        if keys.ordinal == 0 {
            self.pending = None;
            self.contents.insert(content, value)?;
            return Ok(());
        }
        let key = derived(content, (Of::Ordinal, keys.ordinal));
        self.contents.insert(&key, value)?;
        self.number(content, (Of::Highest, 0), |highest| {
            highest.max(keys.ordinal)
        })?;
        Ok(())
    }

    /// The row with this id. `name` is the one of the row that is asked about.
    pub(super) fn by_id(&self, run: &ThisRun, id: &Key, name: &str) -> io::Result<Option<Known>> {
        let found = self.ids.get(id)?;
        found.map_or(Ok(None), |found| known(run, found, &self.contents, name))
    }

    /// The row with this content and ordinal.
    pub(super) fn by_content(
        &self,
        run: &ThisRun,
        (content, ordinal): (&Key, u32),
        name: &str,
    ) -> io::Result<Option<Known>> {
        // Nearly every row: its content was looked for when it was counted.
        if self.pending.is_some_and(|(pending, _)| pending == *content) {
            return Ok(None);
        }
        let key = match ordinal {
            0 => *content,
            ordinal => derived(content, (Of::Ordinal, ordinal)),
        };
        let found = self.contents.get(&key)?;
        found.map_or(Ok(None), |found| known(run, found, &self.ids, name))
    }

    /// The first ordinal of this content that no row has, nor any row after it.
    pub(super) fn free_ordinal(&self, content: &Key) -> io::Result<u32> {
        if let Some(highest) = self.contents.get(&derived(content, (Of::Highest, 0)))? {
            return Ok(u32::from_le_bytes(part(&highest.value, 0)) + 1);
        }
        let first = self.contents.get(content)?;
        Ok(u32::from(
            first.is_some_and(|first| first.value[0] != COUNTS),
        ))
    }

    /// Of a mended row: its ordinal, if its place is known, and the number of rows of its content
    /// from the input where it stood at first.
    pub(super) fn equal_rows(
        &self,
        run: &ThisRun,
        content: &Key,
        origin: &Origin,
    ) -> io::Result<(Option<u32>, u32)> {
        let file = kept(&origin.file);
        let (mut own, mut all) = (None, 0);
        for ordinal in 0..self.free_ordinal(content)? {
            let known = self.by_content(run, (content, ordinal), "")?;
            if let Some(known) = known.filter(|known| kept(&known.file) == file) {
                all += 1;
                if known.line == origin.line {
                    own = own.or(Some(ordinal));
                }
            }
        }
        Ok((own, all))
    }

    /// From now on a row that was kept without an id has this one.
    pub(super) fn link(&mut self, known: &Known, id: &Key) -> io::Result<()> {
        let at = u32::try_from(known.row).map_err(io::Error::other)?;
        let mut value = self.contents.value(at)?;
        value[FLAGS] |= HAS_ID;
        value[ID..ID + id.len()].copy_from_slice(id);
        self.contents.replace(at, &value)?;
        let input = u32::from_le_bytes(part(&value, 1));
        self.ids.insert(id, &elsewhere(input, at))?;
        Ok(())
    }

    /// Changes a number that is kept of a content.
    fn number(
        &mut self,
        content: &Key,
        of: (Of, u32),
        change: impl FnOnce(u32) -> u32,
    ) -> io::Result<u32> {
        let key = derived(content, of);
        let Some(Entry { at, value }) = self.contents.get(&key)? else {
            let new = change(0);
            self.contents.insert(&key, &new.to_le_bytes())?;
            return Ok(new);
        };
        let new = change(u32::from_le_bytes(part(&value, 0)));
        self.contents.replace(at, &new.to_le_bytes())?;
        Ok(new)
    }
}

/// The row of an entry, if it is one; it may stand in the other map.
fn known(
    run: &ThisRun,
    Entry { mut at, mut value }: Entry,
    other: &FileMap,
    name: &str,
) -> io::Result<Option<Known>> {
    if value[0] == ELSEWHERE {
        at = u32::from_le_bytes(part(&value, 5));
        value = other.value(at)?;
    }
    Ok((value[0] == ROW).then(|| decoded(run, at, &value, name)))
}

/// The hash under which a number is kept of a content.
fn derived(content: &Key, (of, number): (Of, u32)) -> Key {
    // An odd factor: each number gives another hash.
    let what = u64::from(number) << 2 | of as u64;
    let mixed = what.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    let first = u64::from_le_bytes(part(content, 0)) ^ u64::from_le_bytes(mixed);
    let last = u32::from_le_bytes(part(content, 8)) ^ u32::from_le_bytes(part(&mixed, 2));
    let mut key = [0; 12];
    key[..8].copy_from_slice(&first.to_le_bytes());
    key[8..].copy_from_slice(&last.to_le_bytes());
    key
}

/// Counts rows of this input.
fn counts(input: u32) -> [u8; 5] {
    let [a, b, c, d] = input.to_le_bytes();
    [COUNTS, a, b, c, d]
}

/// A row of this input that stands at this place of the other map.
fn elsewhere(input: u32, at: u32) -> [u8; 9] {
    let mut value = [ELSEWHERE; 9];
    value[1..5].copy_from_slice(&input.to_le_bytes());
    value[5..].copy_from_slice(&at.to_le_bytes());
    value
}

/// Where the parts of a row stand; the people that it has and the file come behind the name.
const FLAGS: usize = 5;
const ID: usize = 6;
const HOME: usize = 18;
const LINE: usize = 26;
const TIME: usize = 34;
const AMOUNT: usize = 42;
const CURRENCY: usize = 58;
const NAME: usize = 61;
/// One of these for each part that may be missing; people have the four above them.
const HAS_ID: u8 = 1;
const HAS_TIME: u8 = 2;
const HAS_PEOPLE: u8 = 4;

fn encode(value: &mut Vec<u8>, row: &SeenRow<'_>, id: Option<Key>) {
    let mut flags = u8::from(id.is_some()) * HAS_ID + u8::from(row.time.is_some()) * HAS_TIME;
    for (at, person) in row.people.0.iter().enumerate() {
        flags |= u8::from(person.is_some()) * (HAS_PEOPLE << at);
    }
    let (amount, currency) = match row.revenue {
        Some((amount, Currency(code))) => (amount.serialize(), code),
        None => ([0; 16], [0; 3]),
    };
    let name = kept(row.name);
    value.clear();
    value.push(ROW);
    value.extend(row.input.to_le_bytes());
    value.push(flags);
    value.extend(id.unwrap_or_default());
    value.extend(row.home.to_le_bytes());
    value.extend(row.line.to_le_bytes());
    value.extend(row.time.unwrap_or_default().to_le_bytes());
    value.extend(amount);
    value.extend(currency);
    value.push(name.len().to_le_bytes()[0]);
    value.extend(name.as_bytes());
    for person in row.people.0.into_iter().flatten() {
        value.extend(person.to_le_bytes());
    }
    value.extend(kept(row.file).as_bytes());
}

fn decoded(run: &ThisRun, at: u32, value: &[u8], asked: &str) -> Known {
    let flags = value[FLAGS];
    let has = |flag: u8| flags & flag != 0;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut rest = NAME + 1 + usize::from(value[NAME]);
    let name = text(&value[NAME + 1..rest]);
    let people = UserIds([0, 1, 2, 3].map(|at| {
        has(HAS_PEOPLE << at).then(|| {
            rest += 8;
            i64::from_le_bytes(part(value, rest - 8))
        })
    }));
    let input = u32::from_le_bytes(part(value, 1));
    let input = run.inputs.get(input as usize);
    let currency: [u8; 3] = part(value, CURRENCY);
    Known {
        row: i64::from(at),
        state: State::Accepted,
        line: u64::from_le_bytes(part(value, LINE)),
        name: if name == kept(asked) {
            asked.into()
        } else {
            name.into()
        },
        time: has(HAS_TIME).then(|| i64::from_le_bytes(part(value, TIME))),
        revenue: (currency != [0; 3]).then(|| {
            (
                Decimal::deserialize(part(value, AMOUNT)),
                Currency(currency),
            )
        }),
        id: has(HAS_ID).then(|| part(value, ID)),
        people,
        input: i64::from_le_bytes(part(value, HOME)),
        read_by: run.id,
        file: match (value.len() > rest, input) {
            (true, _) => text(&value[rest..]).into(),
            (false, Some(input)) => Arc::clone(&input.name),
            (false, None) => "".into(),
        },
        run: Arc::clone(&run.name),
        identity: input.map_or_else(Arc::default, |input| Arc::clone(&input.identity)),
    }
}

/// A name as it is kept.
fn kept(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST {
        return name.into();
    }
    let hash = blake3::hash(name.as_bytes()).to_hex();
    let mut end = LONGEST - 40;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…{}", &name[..end], &hash[..16]).into()
}
