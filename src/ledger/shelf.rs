//! Many small entries, sorted by key, in few large packs.
//!
//! A B-tree of random keys costs a page for each insert and stands a third empty. So entries
//! wait in memory (`fresh`), are then frozen and moved in small portions to level 1, and from
//! there, as a slice of it gets full, to the next level, sixteen times as large. A slice is all
//! keys with the same first byte, so every portion is small whatever the shelf holds. Keys are
//! hashes. Of two entries with the same key the newer one counts.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::error::LedgerError;

/// 16 bytes of a hash.
pub(super) type Key = [u8; 16];

/// How many entries wait in memory. Just below what a hash table of 65,536 places takes.
pub(super) const FRESH: usize = 57_000;
/// Bytes of a pack that fit in one page of 4,096 beside what `SQLite` keeps there.
const PAGE_ROOM: usize = 4_052;
const SLICES: u16 = 256;
const DEEPEST: usize = 4;

/// Entries of a key and `P` bytes.
#[derive(Debug)]
pub(super) struct Shelf<const P: usize> {
    table: &'static str,
    fresh: HashMap<Key, [u8; P]>,
    frozen: Vec<(Key, [u8; P])>,
    next_slice: u16,
    depth: usize,
}

impl<const P: usize> Shelf<P> {
    const WIDTH: usize = 16 + P;

    /// The shelf in this table, which must exist.
    pub(super) fn open(connection: &Connection, table: &'static str) -> Result<Self, LedgerError> {
        let sql = format!("SELECT max(id) FROM {table}");
        let last: Option<i64> = connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(Shelf {
            table,
            fresh: HashMap::new(),
            frozen: Vec::new(),
            next_slice: 0,
            depth: usize::try_from(last.unwrap_or(0) >> 60).unwrap_or(0),
        })
    }

    /// The statement that [`Shelf::get`] looks with; prepared once for many keys.
    pub(super) fn finder<'c>(
        &self,
        connection: &'c Connection,
    ) -> rusqlite::Result<CachedStatement<'c>> {
        connection.prepare_cached(&format!(
            "SELECT entries FROM {} WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1",
            self.table
        ))
    }

    /// What is kept under this key.
    pub(super) fn get(
        &self,
        finder: &mut CachedStatement<'_>,
        key: &Key,
    ) -> Result<Option<[u8; P]>, LedgerError> {
        if let Some(found) = self.fresh.get(key) {
            return Ok(Some(*found));
        }
        if let Ok(at) = self.frozen.binary_search_by(|(k, _)| k.cmp(key)) {
            return Ok(Some(self.frozen[at].1));
        }
        for level in 1..=self.depth {
            let find = |row: &rusqlite::Row<'_>| {
                let pack = row.get_ref(0)?.as_blob()?;
                Ok(search::<P>(pack, key))
            };
            let (from, to) = (pack_id(level, key), pack_id(level, &[0xff; 16]));
            if let Some(Some(found)) = finder.query_row([from, to], find).optional()? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Puts an entry on the shelf; in memory for now.
    pub(super) fn put(&mut self, key: Key, payload: [u8; P]) {
        self.fresh.insert(key, payload);
    }

    /// Puts an entry on the shelf as it stands in a pack.
    pub(super) fn put_entry(&mut self, entry: &[u8]) {
        self.put(key_of(entry), payload_of(entry));
    }

    /// Whether nothing was ever put here.
    pub(super) fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.frozen.is_empty() && self.depth == 0
    }

    /// Whether enough entries wait to be moved.
    pub(super) fn is_full(&self) -> bool {
        self.fresh.len() >= FRESH
    }

    /// Whether frozen entries still wait to be moved.
    pub(super) fn is_moving(&self) -> bool {
        !self.frozen.is_empty()
    }

    /// Sets all waiting entries apart, to be moved by [`Shelf::advance`]. Not while it is moving.
    pub(super) fn freeze(&mut self) {
        debug_assert!(self.frozen.is_empty(), "one freeze at a time");
        self.frozen = std::mem::take(&mut self.fresh).into_iter().collect();
        self.frozen.sort_unstable_by_key(|entry| entry.0);
        self.next_slice = 0;
    }

    /// Moves the next `slices` slices of what is frozen into the table, within the caller's
    /// transaction; moving one twice does no harm. Says whether that was the last of it.
    pub(super) fn advance(
        &mut self,
        connection: &Connection,
        slices: u16,
    ) -> Result<bool, LedgerError> {
        let end = SLICES.min(self.next_slice.saturating_add(slices));
        for slice in self.next_slice..end {
            let first = self
                .frozen
                .partition_point(|(key, _)| u16::from(key[0]) < slice);
            let past = self
                .frozen
                .partition_point(|(key, _)| u16::from(key[0]) <= slice);
            let entries = &self.frozen[first..past];
            let carried: Vec<u8> = entries
                .iter()
                .flat_map(|(k, p)| k.iter().chain(p))
                .copied()
                .collect();
            self.sink(connection, slice, carried)?;
        }
        self.next_slice = end;
        if end == SLICES {
            self.frozen = Vec::new();
        }
        Ok(end == SLICES)
    }

    /// Merges sorted entries of a slice into the first level that has room for them.
    fn sink(
        &mut self,
        connection: &Connection,
        slice: u16,
        carried: Vec<u8>,
    ) -> Result<(), LedgerError> {
        let mut carried = carried;
        if carried.is_empty() {
            return Ok(());
        }
        for level in 1..=DEEPEST {
            let there = self.take(connection, level, slice)?;
            carried = merge(&carried, &there, Self::WIDTH);
            if level == DEEPEST || carried.len() / Self::WIDTH <= room(level, slice) {
                self.depth = self.depth.max(level);
                return self.lay(connection, level, &carried);
            }
        }
        Ok(())
    }

    /// Takes a slice of a level off the table.
    fn take(
        &self,
        connection: &Connection,
        level: usize,
        slice: u16,
    ) -> Result<Vec<u8>, LedgerError> {
        if level > self.depth {
            return Ok(Vec::new());
        }
        let (from, to) = slice_ids(level, slice);
        let mut read = connection.prepare_cached(&format!(
            "SELECT entries FROM {} WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            self.table
        ))?;
        let mut entries = Vec::new();
        let mut rows = read.query([from, to])?;
        while let Some(row) = rows.next()? {
            entries.extend_from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
        }
        let sql = format!("DELETE FROM {} WHERE id BETWEEN ?1 AND ?2", self.table);
        connection.prepare_cached(&sql)?.execute([from, to])?;
        Ok(entries)
    }

    /// Lays sorted entries down in packs of a page each.
    fn lay(
        &self,
        connection: &Connection,
        level: usize,
        entries: &[u8],
    ) -> Result<(), LedgerError> {
        let sql = format!("INSERT INTO {} (id, entries) VALUES (?1, ?2)", self.table);
        let mut insert = connection.prepare_cached(&sql)?;
        for pack in packs(entries, Self::WIDTH) {
            let last = &pack[pack.len() - Self::WIDTH..];
            insert.execute(params![pack_id(level, &key_of(last)), pack])?;
        }
        Ok(())
    }

    /// The entries that wait in memory, sorted.
    pub(super) fn waiting(&self) -> Vec<(Key, [u8; P])> {
        let mut waiting: Vec<_> = self.fresh.iter().map(|(k, p)| (*k, *p)).collect();
        waiting.sort_unstable_by_key(|entry| entry.0);
        waiting
    }

    /// Goes over all entries in the table, by level and key.
    pub(super) fn each(
        &self,
        connection: &Connection,
        mut tell: impl FnMut(Key, [u8; P]) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let sql = format!("SELECT entries FROM {} ORDER BY id", self.table);
        let mut read = connection.prepare(&sql)?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let pack = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            for entry in pack.chunks_exact(Self::WIDTH) {
                tell(key_of(entry), payload_of(entry))?;
            }
        }
        Ok(())
    }

    /// Drops the entries that `goes` names, on all levels, and counts them. Nothing may be
    /// waiting in memory.
    pub(super) fn drop_where(
        &mut self,
        connection: &Connection,
        goes: impl Fn(&[u8; P]) -> bool,
    ) -> Result<u64, LedgerError> {
        debug_assert!(
            self.fresh.is_empty() && self.frozen.is_empty(),
            "all on the shelf"
        );
        let mut gone = 0;
        for (level, slice) in (1..=self.depth).flat_map(|l| (0..SLICES).map(move |s| (l, s))) {
            let there = self.take(connection, level, slice)?;
            let mut kept = Vec::with_capacity(there.len());
            for entry in there.chunks_exact(Self::WIDTH) {
                if !goes(&payload_of(entry)) {
                    kept.extend_from_slice(entry);
                }
            }
            gone += ((there.len() - kept.len()) / Self::WIDTH) as u64;
            self.lay(connection, level, &kept)?;
        }
        Ok(gone)
    }
}

/// How many entries a slice of a level may hold. Slices of level 1 get full at different times,
/// so that they do not all move at once.
fn room(level: usize, slice: u16) -> usize {
    match level {
        1 => 2048 + usize::from(slice) * 12,
        2 => 72_000,
        _ => 1_200_000,
    }
}

/// A pack goes by its last key: a page of the table holds one pack, and pages are found by the
/// last number in them, so that looking for a key reads the one page that may have it.
fn pack_id(level: usize, key: &Key) -> i64 {
    let first = key[..8]
        .iter()
        .fold(0, |first, &byte| first << 8 | u64::from(byte));
    let prefix = first >> 4;
    ((level as u64) << 60 | prefix).cast_signed()
}

fn slice_ids(level: usize, slice: u16) -> (i64, i64) {
    let [_, slice] = slice.to_be_bytes();
    let (mut first, mut last) = ([0; 16], [0xff; 16]);
    (first[0], last[0]) = (slice, slice);
    (pack_id(level, &first), pack_id(level, &last))
}

/// The four bytes of a payload from here on, as they were written little-endian.
pub(super) fn number_at(payload: &[u8], at: usize) -> u32 {
    payload[at..at + 4]
        .iter()
        .rfold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn key_of(entry: &[u8]) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&entry[..16]);
    key
}

fn payload_of<const P: usize>(entry: &[u8]) -> [u8; P] {
    let mut payload = [0; P];
    payload.copy_from_slice(&entry[16..16 + P]);
    payload
}

fn search<const P: usize>(pack: &[u8], key: &Key) -> Option<[u8; P]> {
    let width = 16 + P;
    let (mut low, mut high) = (0, pack.len() / width);
    while low < high {
        let middle = low.midpoint(high);
        let entry = &pack[middle * width..][..width];
        match entry[..16].cmp(key) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(payload_of(entry)),
        }
    }
    None
}

/// Merges two sorted runs; of equal keys, `newer`'s entry stays.
fn merge(newer: &[u8], older: &[u8], width: usize) -> Vec<u8> {
    let mut merged = Vec::with_capacity(newer.len() + older.len());
    let mut old = older.chunks_exact(width).peekable();
    for entry in newer.chunks_exact(width) {
        while let Some(before) = old.next_if(|o| o[..16] < entry[..16]) {
            merged.extend_from_slice(before);
        }
        old.next_if(|o| o[..16] == entry[..16]);
        merged.extend_from_slice(entry);
    }
    old.for_each(|entry| merged.extend_from_slice(entry));
    merged
}

/// Cuts sorted entries into packs. Keys that start with the same 60 bits stay in one pack, since
/// those bits are how it is found.
fn packs(entries: &[u8], width: usize) -> impl Iterator<Item = &[u8]> {
    let most = PAGE_ROOM / width * width;
    let mut rest = entries;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let prefix = |at: usize| pack_id(0, &key_of(&rest[at..]));
        let mut cut = most.min(rest.len());
        while cut < rest.len() && prefix(cut) == prefix(cut - width) {
            cut += width;
        }
        let (pack, after) = rest.split_at(cut);
        rest = after;
        Some(pack)
    })
}
