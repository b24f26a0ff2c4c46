//! Many small entries, sorted by key, in few large packs.
//!
//! A B-tree of random keys costs a page for each insert and stands a third empty. So entries
//! wait in memory (`fresh`), are then frozen and moved in small portions to the first of several
//! tiers ([`sink`]), so that each is written a few times only. A slice is all keys with the same
//! first byte, so every portion is small whatever the shelf holds. Keys are hashes. Of two entries
//! with the same key the newer one counts.

use foldhash::{HashMap, HashMapExt};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::error::LedgerError;
use super::frozen::Frozen;
use super::pack::{self, Key, key_of, pack_id, packs, payload_of, slice_ids};
use super::sieve::{Levels, Sieve};
use sink::newest_first;

mod sink;

/// How many entries wait in memory. Just below what a hash table of 65,536 places takes.
pub(super) const FRESH: usize = 57_000;
const SLICES: u16 = 256;

/// Entries of a key and `P` bytes.
#[derive(Debug)]
pub(super) struct Shelf<const P: usize> {
    table: &'static str,
    fresh: HashMap<Key, [u8; P]>,
    frozen: Frozen<P>,
    next_slice: u16,
    /// The levels that hold anything, the newest entries first.
    levels: Vec<usize>,
    sieve: Sieve,
}

impl<const P: usize> Shelf<P> {
    /// Bytes of an entry.
    pub(super) const WIDTH: usize = 16 + P;

    /// The tables of a shelf with this name.
    pub(super) fn schema(table: &str) -> String {
        format!(
            "CREATE TABLE {table} (id INTEGER PRIMARY KEY, entries BLOB NOT NULL);{};",
            Sieve::schema(table)
        )
    }

    /// The shelf in this table, which must exist.
    pub(super) fn open(connection: &Connection, table: &'static str) -> Result<Self, LedgerError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id BETWEEN ?1 AND ?2)");
        let mut read = connection.prepare(&sql)?;
        let mut levels = Vec::new();
        for level in newest_first() {
            let whole = (slice_ids(level, 0).0, slice_ids(level, u8::MAX).1);
            if read.query_row(whole, |row| row.get(0))? {
                levels.push(level);
            }
        }
        Ok(Shelf {
            table,
            fresh: HashMap::new(),
            frozen: Frozen::default(),
            next_slice: 0,
            levels,
            sieve: Sieve::open(connection, table)?,
        })
    }

    /// Gives every slice of a shelf that had no filters its own.
    pub(super) fn sift(connection: &Connection, table: &'static str) -> Result<(), LedgerError> {
        let mut shelf = Self::open(connection, table)?;
        for (level, slice) in shelf.slices() {
            let entries = shelf.read(connection, level, slice)?;
            let place = (level, slice);
            shelf.sieve.set(connection, place, &entries, Self::WIDTH)?;
        }
        Ok(())
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

    /// Which levels may have this key, until more is moved to them. Each is a look at memory far
    /// from the others, so many keys are better asked about at once than each when it is needed.
    pub(super) fn levels(&self, key: &Key) -> Levels {
        self.sieve.levels(&self.levels, key)
    }

    /// What is kept under this key.
    pub(super) fn get(
        &self,
        finder: &mut CachedStatement<'_>,
        key: &Key,
    ) -> Result<Option<[u8; P]>, LedgerError> {
        self.get_in(finder, key, self.levels(key))
    }

    /// The same, where it is known which levels may have it.
    pub(super) fn get_in(
        &self,
        finder: &mut CachedStatement<'_>,
        key: &Key,
        levels: Levels,
    ) -> Result<Option<[u8; P]>, LedgerError> {
        if let Some(found) = self.fresh.get(key) {
            return Ok(Some(*found));
        }
        if let Some(found) = self.frozen.get(key) {
            return Ok(Some(found));
        }
        for &level in &self.levels {
            if !levels.include(level) {
                continue;
            }
            let find = |row: &rusqlite::Row<'_>| {
                let pack = row.get_ref(0)?.as_blob()?;
                Ok(pack::search::<P>(pack, key))
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
        self.fresh.is_empty() && self.frozen.is_empty() && self.levels.is_empty()
    }

    /// All slices of these levels.
    fn slices(&self) -> Vec<(usize, u8)> {
        let slices = |&level| (0..=u8::MAX).map(move |slice| (level, slice));
        self.levels.iter().flat_map(slices).collect()
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
        self.frozen = Frozen::new(std::mem::take(&mut self.fresh).into_iter());
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
            let [_, slice] = slice.to_be_bytes();
            let carried = self.frozen.slice(slice);
            self.sink(connection, slice, carried)?;
        }
        self.next_slice = end;
        if end == SLICES {
            self.frozen = Frozen::default();
        }
        Ok(end == SLICES)
    }

    /// Takes a slice of a level off the table.
    fn take(
        &self,
        connection: &Connection,
        level: usize,
        slice: u8,
    ) -> Result<Vec<u8>, LedgerError> {
        if !self.levels.contains(&level) {
            return Ok(Vec::new());
        }
        let entries = self.read(connection, level, slice)?;
        let sql = format!("DELETE FROM {} WHERE id BETWEEN ?1 AND ?2", self.table);
        connection
            .prepare_cached(&sql)?
            .execute(slice_ids(level, slice))?;
        Ok(entries)
    }

    fn read(
        &self,
        connection: &Connection,
        level: usize,
        slice: u8,
    ) -> Result<Vec<u8>, LedgerError> {
        let mut read = connection.prepare_cached(&format!(
            "SELECT entries FROM {} WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            self.table
        ))?;
        let mut entries = Vec::new();
        let mut rows = read.query(slice_ids(level, slice))?;
        while let Some(row) = rows.next()? {
            entries.extend_from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
        }
        Ok(entries)
    }

    /// Lays all entries of a slice down, sorted, in packs of a page each.
    fn lay(
        &mut self,
        connection: &Connection,
        (level, slice): (usize, u8),
        entries: &[u8],
    ) -> Result<(), LedgerError> {
        if !entries.is_empty() && !self.levels.contains(&level) {
            let used = |l: &usize| *l == level || self.levels.contains(l);
            self.levels = newest_first().filter(used).collect();
        }
        let sql = format!("INSERT INTO {} (id, entries) VALUES (?1, ?2)", self.table);
        let mut insert = connection.prepare_cached(&sql)?;
        for pack in packs(entries, Self::WIDTH) {
            let last = &pack[pack.len() - Self::WIDTH..];
            insert.execute(params![pack_id(level, &key_of(last)), pack])?;
        }
        self.sieve
            .set(connection, (level, slice), entries, Self::WIDTH)
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
        for (level, slice) in self.slices() {
            let there = self.take(connection, level, slice)?;
            let mut kept = Vec::with_capacity(there.len());
            for entry in there.chunks_exact(Self::WIDTH) {
                if !goes(&payload_of(entry)) {
                    kept.extend_from_slice(entry);
                }
            }
            gone += ((there.len() - kept.len()) / Self::WIDTH) as u64;
            self.lay(connection, (level, slice), &kept)?;
        }
        Ok(gone)
    }
}
