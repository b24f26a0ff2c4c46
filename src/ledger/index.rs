//! What was accepted, for good: by content and by id.

use rusqlite::{CachedStatement, Connection, params};

use super::error::LedgerError;
use super::pack::{Key, number_at};
use super::shelf::{FRESH, Shelf};
use super::sieve::Levels;

/// What is remembered under a content key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where it came from: a row of the table `origin`.
    pub(super) origin: u32,
    /// It was sent without an id.
    pub(super) plain: bool,
    /// It was sent with an id, or an id was later found to be its own.
    pub(super) with_id: bool,
}

impl Mark {
    fn encoded(self) -> [u8; 4] {
        (self.origin << 2 | u32::from(self.plain) | u32::from(self.with_id) << 1).to_le_bytes()
    }

    fn decoded(bytes: [u8; 4]) -> Mark {
        let number = u32::from_le_bytes(bytes);
        Mark {
            origin: number >> 2,
            plain: number & 1 != 0,
            with_id: number & 2 != 0,
        }
    }
}

/// What is remembered under an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Tells whether it had the same fingerprint.
    pub(super) tag: [u8; 4],
    /// Where it came from.
    pub(super) origin: u32,
    /// Its line there; 0 where that is not known.
    pub(super) line: u32,
}

impl Known {
    fn encoded(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&self.tag);
        bytes[4..8].copy_from_slice(&self.origin.to_le_bytes());
        bytes[8..].copy_from_slice(&self.line.to_le_bytes());
        bytes
    }

    fn decoded(bytes: [u8; 12]) -> Known {
        Known {
            tag: number_at(&bytes, 0).to_le_bytes(),
            origin: number_at(&bytes, 4),
            line: number_at(&bytes, 8),
        }
    }
}

type Contents = Shelf<4>;
type Ids = Shelf<12>;

/// The two shelves, and the log that makes what is not yet on them durable.
#[derive(Debug)]
pub(super) struct Index {
    content: Contents,
    ids: Ids,
    log: (Vec<u8>, Vec<u8>),
    /// The last log entry that is being moved to the shelves.
    moving: Option<i64>,
    /// Events written down since a portion was last moved.
    grown: usize,
}

/// Prepared statements to look with.
pub(super) struct Finder<'c> {
    content: CachedStatement<'c>,
    ids: CachedStatement<'c>,
}

impl Index {
    /// Reads what is not yet on the shelves.
    pub(super) fn open(connection: &Connection) -> Result<Self, LedgerError> {
        let mut index = Index {
            content: Shelf::open(connection, "content")?,
            ids: Shelf::open(connection, "ids")?,
            log: (Vec::new(), Vec::new()),
            moving: None,
            grown: 0,
        };
        let mut read = connection.prepare("SELECT content, ids FROM fresh ORDER BY id")?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let (content, ids): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            content
                .chunks_exact(Contents::WIDTH)
                .for_each(|e| index.content.put_entry(e));
            ids.chunks_exact(Ids::WIDTH)
                .for_each(|e| index.ids.put_entry(e));
        }
        Ok(index)
    }

    /// Statements for a batch of questions.
    pub(super) fn finder<'c>(&self, connection: &'c Connection) -> rusqlite::Result<Finder<'c>> {
        Ok(Finder {
            content: self.content.finder(connection)?,
            ids: self.ids.finder(connection)?,
        })
    }

    /// Where to look for this content key; for [`Index::content`] in the same transaction.
    pub(super) fn content_levels(&self, key: &Key) -> Levels {
        self.content.levels(key)
    }

    /// Where to look for this id; for [`Index::id`] in the same transaction.
    pub(super) fn id_levels(&self, key: &Key) -> Levels {
        self.ids.levels(key)
    }

    /// What is remembered under this content key.
    pub(super) fn content(
        &self,
        finder: &mut Finder<'_>,
        key: &Key,
        levels: Levels,
    ) -> Result<Option<Mark>, LedgerError> {
        let found = self.content.get_in(&mut finder.content, key, levels)?;
        Ok(found.map(Mark::decoded))
    }

    /// What is remembered under this id.
    pub(super) fn id(
        &self,
        finder: &mut Finder<'_>,
        key: &Key,
        levels: Levels,
    ) -> Result<Option<Known>, LedgerError> {
        let found = self.ids.get_in(&mut finder.ids, key, levels)?;
        Ok(found.map(Known::decoded))
    }

    /// Remembers content; durable with the transaction that calls [`Index::write`].
    pub(super) fn remember_content(&mut self, key: Key, mark: Mark) {
        self.content.put(key, mark.encoded());
        self.log.0.extend_from_slice(&key);
        self.log.0.extend_from_slice(&mark.encoded());
    }

    /// Remembers an id, likewise.
    pub(super) fn remember_id(&mut self, key: Key, known: Known) {
        self.ids.put(key, known.encoded());
        self.log.1.extend_from_slice(&key);
        self.log.1.extend_from_slice(&known.encoded());
    }

    /// Writes what was remembered since the last call.
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let (content, ids) = &mut self.log;
        if content.is_empty() && ids.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO fresh (content, ids) VALUES (?1, ?2)";
        connection
            .prepare_cached(sql)?
            .execute(params![&*content, &*ids])?;
        self.grown += (content.len() / Contents::WIDTH).max(ids.len() / Ids::WIDTH);
        content.clear();
        ids.clear();
        Ok(())
    }

    /// Whether [`Index::tidy`] has anything to do.
    pub(super) fn is_untidy(&self) -> bool {
        self.moving.is_some() || self.content.is_full() || self.ids.is_full()
    }

    /// Moves a portion to the shelves, in proportion to the events that came in: done twice as
    /// fast as the next portion gathers. Within the caller's transaction, with nothing to write.
    pub(super) fn tidy(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        if !self.is_untidy() {
            return Ok(());
        }
        if self.moving.is_none() {
            self.freeze(connection)?;
            self.grown = 0;
        }
        let grown = std::mem::take(&mut self.grown);
        self.advance(connection, portion(grown))
    }

    fn freeze(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "SELECT coalesce(max(id), 0) FROM fresh";
        self.moving = Some(connection.query_row(sql, [], |row| row.get(0))?);
        self.content.freeze();
        self.ids.freeze();
        Ok(())
    }

    fn advance(&mut self, connection: &Connection, slices: u16) -> Result<(), LedgerError> {
        let Some(last) = self.moving else {
            return Ok(());
        };
        let (content, ids) = (
            self.content.advance(connection, slices)?,
            self.ids.advance(connection, slices)?,
        );
        if content && ids {
            connection.execute("DELETE FROM fresh WHERE id <= ?1", [last])?;
            self.moving = None;
        }
        Ok(())
    }

    /// Moves all that waits to the shelves.
    pub(super) fn settle(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        self.advance(connection, u16::MAX)?;
        self.freeze(connection)?;
        self.advance(connection, u16::MAX)
    }

    /// Forgets every entry of these origins, and counts those known by content. Everything must
    /// be on the shelves.
    pub(super) fn forget(
        &mut self,
        connection: &Connection,
        goes: impl Fn(u32) -> bool,
    ) -> Result<u64, LedgerError> {
        let content = |bytes: &[u8; 4]| goes(Mark::decoded(*bytes).origin);
        let gone = self.content.drop_where(connection, content)?;
        let ids = |bytes: &[u8; 12]| goes(Known::decoded(*bytes).origin);
        self.ids.drop_where(connection, ids)?;
        Ok(gone)
    }

    /// Goes over all that is remembered and not yet on the shelves.
    pub(super) fn each_waiting(
        &self,
        mut tell: impl FnMut(Key, Remembered) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        for (key, bytes) in self.content.waiting() {
            tell(key, Remembered::Content(Mark::decoded(bytes)))?;
        }
        for (key, bytes) in self.ids.waiting() {
            tell(key, Remembered::Id(Known::decoded(bytes)))?;
        }
        Ok(())
    }

    /// Goes over all that is remembered and on the shelves.
    pub(super) fn each(
        &self,
        connection: &Connection,
        mut tell: impl FnMut(Key, Remembered) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.content.each(connection, |key, bytes| {
            tell(key, Remembered::Content(Mark::decoded(bytes)))
        })?;
        self.ids.each(connection, |key, bytes| {
            tell(key, Remembered::Id(Known::decoded(bytes)))
        })
    }
}

/// One remembered key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remembered {
    /// A content.
    Content(Mark),
    /// An id.
    Id(Known),
}

/// Slices to move for so many rows.
pub(super) fn portion(rows: usize) -> u16 {
    u16::try_from(rows * 256 * 2 / FRESH + 1).unwrap_or(u16::MAX)
}
