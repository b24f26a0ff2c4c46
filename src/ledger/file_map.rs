//! A map from hashes to small values in a temporary file that is gone with it.
//!
//! Memory grows with the entries and ends at [`LARGEST`]: a Bloom filter (of split blocks, as Parquet
//! has them) knows of nearly every new key that it is new, and an entry names the one before it in
//! its chain, so that a known key is found by a few reads. A block and its chain lie side by side:
//! looking for a key costs one access to memory that no cache holds.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

/// A hash of which every part is random: two fall together once in 2^96.
pub(super) type Key = [u8; 12];

/// Buckets at most, which take all that follows: 10 MiB.
const LARGEST: usize = 320 << 10;
/// Buckets at first; when they are full, there are four times as many.
const SMALLEST: usize = LARGEST >> 8;
/// The entries of a full bucket.
const FULL: usize = 16;
/// Entries stand at multiples of this many bytes, so that their places fit into 32 bits.
const UNIT: usize = 8;
/// What stands before a value: the entry before it in the chain, its length and its key.
const HEADER: usize = 4 + 2 + 12;
/// The bytes that are written at once.
const BUFFER: usize = 256 << 10;
/// The bytes that are read at once: nearly every entry is shorter.
const READ: usize = 256;

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: u32,
    pub(super) value: Vec<u8>,
}

/// The map. Takes no memory before the first entry.
#[derive(Debug, Default)]
pub(super) struct FileMap {
    buckets: Vec<Bucket>,
    entries: usize,
    file: Option<File>,
    /// Bytes in the file; the others are in the buffer.
    written: u64,
    buffer: Vec<u8>,
}

/// What is in memory of some entries. Aligned, so that it lies in one line of the cache.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Bucket {
    /// The place of the newest entry of the chain, counted from 1.
    newest: u32,
    /// A block of the filter: a key has one bit in each word.
    filter: [u32; 7],
}

impl Bucket {
    fn bits(key: &Key) -> [u32; 7] {
        let number = u64::from_le_bytes(part(key, 4));
        std::array::from_fn(|word| 1 << (number >> (5 * word) & 31))
    }

    fn may_have(&self, key: &Key) -> bool {
        let mut words = self.filter.iter().zip(Self::bits(key));
        words.all(|(word, bit)| word & bit != 0)
    }

    fn add(&mut self, key: &Key) {
        let words = self.filter.iter_mut().zip(Self::bits(key));
        words.for_each(|(word, bit)| *word |= bit);
    }
}

/// The bucket of a key among so many. With more of them a bucket becomes several that lie side by
/// side.
fn bucket(key: &Key, buckets: usize) -> usize {
    let hash = u64::from(u32::from_le_bytes(part(key, 0)));
    usize::try_from((hash * buckets as u64) >> 32).unwrap_or(0)
}

impl FileMap {
    /// The newest entry with this key.
    pub(super) fn get(&self, key: &Key) -> io::Result<Option<Entry>> {
        let bucket = self.buckets.get(bucket(key, self.buckets.len()));
        let Some(bucket) = bucket.filter(|bucket| bucket.may_have(key)) else {
            return Ok(None);
        };
        let mut at = bucket.newest;
        while at != 0 {
            let (before, found, value) = self.read(at)?;
            if found == *key {
                return Ok(Some(Entry { at, value }));
            }
            at = before;
        }
        Ok(None)
    }

    /// Brings what is in memory of these keys into the cache of the processor, all at once: asked
    /// for one by one, each is waited for.
    pub(super) fn fetch(&self, keys: impl Iterator<Item = Key>) {
        let buckets = keys.filter_map(|key| self.buckets.get(bucket(&key, self.buckets.len())));
        std::hint::black_box(buckets.fold(0, |all, bucket| all ^ bucket.newest));
    }

    /// The value at this place.
    pub(super) fn value(&self, at: u32) -> io::Result<Vec<u8>> {
        Ok(self.read(at)?.2)
    }

    /// Adds an entry, and gives its place. A value is shorter than 64 KiB.
    pub(super) fn insert(&mut self, key: &Key, value: &[u8]) -> io::Result<u32> {
        let length = u16::try_from(value.len()).map_err(io::Error::other)?;
        let offset = self.written + self.buffer.len() as u64;
        let at = u32::try_from(offset / UNIT as u64 + 1).map_err(io::Error::other)?;
        if self.entries >= FULL * self.buckets.len() && self.buckets.len() < LARGEST {
            self.grow()?;
        }
        self.entries += 1;
        let bucket = bucket(key, self.buckets.len());
        let bucket = &mut self.buckets[bucket];
        bucket.add(key);
        let before = std::mem::replace(&mut bucket.newest, at);
        self.buffer.extend(before.to_le_bytes());
        self.buffer.extend(length.to_le_bytes());
        self.buffer.extend(key);
        self.buffer.extend(value);
        let whole = self.buffer.len().next_multiple_of(UNIT);
        self.buffer.resize(whole, 0);
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(at)
    }

    /// Puts another value of the same length at a place.
    pub(super) fn replace(&mut self, at: u32, value: &[u8]) -> io::Result<()> {
        let offset = offset(at) + HEADER as u64;
        if let Some(place) = self.in_buffer(offset) {
            self.buffer[place..place + value.len()].copy_from_slice(value);
            return Ok(());
        }
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(value)
    }

    /// More buckets. They share the chains of those before them; their filters are made anew from
    /// the keys in the file.
    fn grow(&mut self) -> io::Result<()> {
        let before = std::mem::take(&mut self.buckets);
        let count = (4 * before.len()).clamp(SMALLEST, LARGEST);
        self.buckets.resize(count, Bucket::default());
        let times = count / before.len().max(1);
        for (bucket, before) in self.buckets.chunks_mut(times).zip(before) {
            bucket
                .iter_mut()
                .for_each(|bucket| bucket.newest = before.newest);
        }
        if !self.buffer.is_empty() {
            self.flush()?;
        }
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut file = BufReader::with_capacity(BUFFER, file);
        file.rewind()?;
        let mut start = [0; HEADER];
        for _ in 0..self.entries {
            file.read_exact(&mut start)?;
            let (_, length, key) = header(&start);
            self.buckets[bucket(&key, count)].add(&key);
            let behind = (HEADER + length).next_multiple_of(UNIT) - HEADER;
            file.seek_relative(i64::try_from(behind).map_err(io::Error::other)?)?;
        }
        Ok(())
    }

    fn file(&self) -> io::Result<&File> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        self.file.as_ref().ok_or_else(missing)
    }

    fn in_buffer(&self, offset: u64) -> Option<usize> {
        usize::try_from(offset.checked_sub(self.written)?).ok()
    }

    /// An entry: the one before it, its key and its value.
    fn read(&self, at: u32) -> io::Result<(u32, Key, Vec<u8>)> {
        let offset = offset(at);
        if let Some(place) = self.in_buffer(offset) {
            let bytes = &self.buffer[place..];
            let (before, length, key) = header(bytes);
            return Ok((before, key, bytes[HEADER..HEADER + length].to_vec()));
        }
        let mut bytes = [0; READ];
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(offset))?;
        let read = file.read(&mut bytes)?;
        if read < HEADER {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (before, length, key) = header(&bytes);
        let mut value = bytes[HEADER..read].to_vec();
        let known = value.len();
        value.resize(length, 0);
        if known < length {
            file.read_exact(&mut value[known..])?;
        }
        Ok((before, key, value))
    }

    fn flush(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(self.written))?;
        file.write_all(&self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

fn header(bytes: &[u8]) -> (u32, usize, Key) {
    let before = u32::from_le_bytes(part(bytes, 0));
    let length = u16::from_le_bytes(part(bytes, 4));
    (before, usize::from(length), part(bytes, 6))
}

fn offset(at: u32) -> u64 {
    u64::from(at - 1) * UNIT as u64
}

/// The `N` bytes from `from` on; the slice has them.
pub(super) fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[from..from + N]);
    part
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// So few bytes of it differ that chains and bits of the filter are shared.
    fn key(number: u64) -> Key {
        let mut key = [0; 12];
        key[3] = number.to_le_bytes()[0] % 251;
        key[4..].copy_from_slice(&number.to_le_bytes());
        key
    }

    fn value(number: u64) -> Vec<u8> {
        // Some are longer than what is read at once.
        number
            .to_le_bytes()
            .repeat(usize::from(number.to_le_bytes()[0]) % 50)
    }

    #[test]
    fn what_was_added_is_found_in_the_buffer_and_in_the_file() {
        let mut map = FileMap::default();
        assert_eq!(map.get(&key(0)).unwrap(), None);
        let rows = 30_000;
        let places: Vec<_> = (0..rows)
            .map(|number| {
                assert_eq!(map.get(&key(number)).unwrap(), None, "{number}");
                map.insert(&key(number), &value(number)).unwrap()
            })
            .collect();
        assert!(map.written > 0 && !map.buffer.is_empty(), "both are used");
        assert_eq!(map.buckets.len(), 4 * SMALLEST, "it has grown");
        for (number, at) in (0..rows).zip(places).step_by(97) {
            let value = value(number);
            assert_eq!(map.get(&key(number)).unwrap(), Some(Entry { at, value }));
        }
        assert_eq!(map.get(&key(rows)).unwrap(), None);
    }

    #[test]
    fn a_value_is_replaced_where_it_stands() {
        let mut map = FileMap::default();
        let first = map.insert(&key(1), b"once").unwrap();
        for number in 2..10_000 {
            map.insert(&key(number), &value(number)).unwrap();
        }
        let last = map.insert(&key(0), b"last").unwrap();
        assert!(map.in_buffer(offset(first)).is_none() && map.in_buffer(offset(last)).is_some());
        map.replace(first, b"more").unwrap();
        map.replace(last, b"less").unwrap();
        assert_eq!(map.value(first).unwrap(), b"more");
        assert_eq!(map.get(&key(0)).unwrap().unwrap().value, b"less");
        assert_eq!(map.get(&key(2)).unwrap().unwrap().value, value(2));
    }
}
