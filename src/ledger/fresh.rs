//! What a rehearsal has seen, as long as nothing came twice: two indexes over a million rows cost
//! more than all else that a dry run does.
//!
//! A filter knows which ids and contents occurred. A row of which it knows neither is asked of no
//! table of this run, and goes to the end of a temporary one without indexes. As soon as its id or
//! its content occurs again it is brought into the tables that are asked, and everything goes as
//! it does in an upload. So the answers are the same, and memory is flat: a filter that is full
//! lets more rows take the long way.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::LedgerError;
use super::row::{self, Key, Keys, NewRow};
use crate::model::Event;

/// The filter's words of 64 bits: 16 MiB, which is enough for some ten million ids and contents.
const WORDS: usize = 1 << 21;
/// How many chains there are of ids, and of contents: 4 MiB each.
const CHAINS: usize = 1 << 20;

/// What a row is found by here.
#[derive(Debug, Clone, Copy)]
enum By {
    Id,
    Content,
}

/// What of a row the filter had not known. A row without an id has no known one.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsNew {
    id: bool,
    content: bool,
}

/// The rows that are like no other row.
#[derive(Debug)]
pub(super) struct Fresh {
    filter: Vec<u64>,
    /// The newest row of each chain; each row names the one before it.
    newest: [Vec<u32>; 2],
    rows: u32,
    /// Rows of this batch that are not yet written.
    waiting: Vec<(NewRow, bool, Arc<Event>)>,
    /// Some row may be recognised by its likeness, which no filter knows.
    all_are_asked: bool,
}

impl Fresh {
    /// Nothing seen yet.
    pub(super) fn new(connection: &Connection) -> Result<Fresh, LedgerError> {
        connection.execute_batch(
            "CREATE TABLE fresh (
                 id INTEGER PRIMARY KEY, before_id INTEGER NOT NULL, before_content INTEGER NOT NULL,
                 brought INTEGER NOT NULL, claimed INTEGER NOT NULL, second INTEGER NOT NULL,
                 number INTEGER NOT NULL, run INTEGER NOT NULL, input INTEGER NOT NULL,
                 line INTEGER NOT NULL, app INTEGER NOT NULL, kind INTEGER NOT NULL,
                 name INTEGER NOT NULL, event_time INTEGER, amount TEXT, currency TEXT,
                 ordinal INTEGER NOT NULL, fingerprint BLOB, id_hash BLOB, installation INTEGER,
                 advertising_id INTEGER, device_id INTEGER, user INTEGER) STRICT",
        )?;
        Ok(Fresh {
            filter: vec![0; WORDS],
            newest: [vec![0; CHAINS], vec![0; CHAINS]],
            rows: 0,
            waiting: Vec::new(),
            all_are_asked: false,
        })
    }

    /// Takes these rows into the filter, in their order, and says what it had not known. All rows
    /// of a batch at once, since most of the time goes into waiting for memory.
    pub(super) fn note(&mut self, rows: &[Keys]) -> Vec<IsNew> {
        let note = |keys: &Keys| IsNew {
            id: keys.id.is_none_or(|id| self.is_new(&id)),
            content: keys.content.is_none_or(|content| self.is_new(&content)),
        };
        rows.iter().map(note).collect()
    }

    /// Whether the filter did not know this key; it does now.
    fn is_new(&mut self, key: &Key) -> bool {
        let word = &mut self.filter[reduce(number(key, 0), WORDS)];
        // Four bits, of the part of the hash that did not choose the word.
        let bits = number(key, 4);
        let mask = (0..4).fold(0_u64, |mask, at| mask | 1 << (bits >> (6 * at) & 63));
        let is_new = *word & mask != mask;
        *word |= mask;
        is_new
    }

    /// Whether nothing in this run can be this row. If something may be, it stands in the tables
    /// from now on.
    pub(super) fn enter(
        &mut self,
        connection: &Connection,
        keys: &Keys,
        is_new: IsNew,
    ) -> Result<bool, LedgerError> {
        if let (false, Some(id)) = (is_new.id, keys.id) {
            self.bring(connection, By::Id, &id)?;
        }
        if let (false, Some(content)) = (is_new.content, keys.content) {
            self.bring(connection, By::Content, &content)?;
        }
        Ok(is_new.id && is_new.content && !self.all_are_asked)
    }

    /// Puts the row with this id into the tables, if there is one.
    pub(super) fn bring_id(
        &mut self,
        connection: &Connection,
        id: &Key,
    ) -> Result<(), LedgerError> {
        self.bring(connection, By::Id, id)
    }

    /// From now on the tables are asked for every row.
    pub(super) fn ask_for_all(&mut self) {
        self.all_are_asked = true;
    }

    /// Takes a row down that is like no other: claimed, or only counted.
    pub(super) fn remember(&mut self, new: NewRow, claimed: bool, event: &Arc<Event>) {
        if new.keys.any() {
            self.waiting.push((new, claimed, Arc::clone(event)));
        }
    }

    /// Writes what was taken down.
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        const SQL: &str =
            "INSERT INTO fresh VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
            ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
        let mut insert = connection.prepare_cached(SQL)?;
        for (new, claimed, event) in std::mem::take(&mut self.waiting) {
            self.rows = self.rows.checked_add(1).ok_or(LedgerError::Full)?;
            let before_id = self.link(By::Id, new.keys.id);
            let before_content = self.link(By::Content, new.keys.content);
            let (amount, currency) = row::columns(event.contribution.revenue.as_ref());
            let [installation, advertising, device, user] = event.identity.people.0;
            insert.execute(params![
                self.rows,
                before_id,
                before_content,
                claimed,
                new.keys.second,
                event.place.input,
                new.run,
                new.input,
                row::line(&event).cast_signed(),
                new.app,
                new.kind,
                new.name,
                event.time,
                amount,
                currency,
                new.keys.ordinal,
                new.keys.content,
                new.keys.id,
                installation,
                advertising,
                device,
                user,
            ])?;
        }
        Ok(())
    }

    /// The newest row becomes the head of its chain. Gives the one before.
    fn link(&mut self, by: By, key: Option<Key>) -> u32 {
        let Some(key) = key else { return 0 };
        let head = &mut self.newest[by as usize][chain(&key)];
        std::mem::replace(head, self.rows)
    }

    /// Puts what has this key into the tables that are asked, once.
    fn bring(&mut self, connection: &Connection, by: By, key: &Key) -> Result<(), LedgerError> {
        const COLUMNS: &str = "run, input, line, app, kind, name, event_time, amount, currency,
            ordinal, fingerprint, id_hash, installation, advertising_id, device_id, user";
        self.write(connection)?;
        let Some(found) = self.find(connection, by, key)? else {
            return Ok(());
        };
        let once = "UPDATE fresh SET brought = 1 WHERE id = ?1 AND NOT brought";
        if connection.prepare_cached(once)?.execute([found])? == 0 {
            return Ok(());
        }
        let count = "INSERT INTO temp.seen SELECT second, fingerprint, number, app, 1 FROM fresh
                     WHERE id = ?1 AND fingerprint IS NOT NULL";
        connection.prepare_cached(count)?.execute([found])?;
        let accept = format!(
            "INSERT INTO accepted (accepted_at, {COLUMNS}) SELECT 0, {COLUMNS} FROM fresh
             WHERE id = ?1 AND claimed"
        );
        connection.prepare_cached(&accept)?.execute([found])?;
        Ok(())
    }

    fn find(&self, connection: &Connection, by: By, key: &Key) -> Result<Option<u32>, LedgerError> {
        let sql = match by {
            By::Id => "SELECT before_id, id_hash IS ?2 FROM fresh WHERE id = ?1",
            By::Content => "SELECT before_content, fingerprint IS ?2 FROM fresh WHERE id = ?1",
        };
        let mut read = connection.prepare_cached(sql)?;
        let mut at = self.newest[by as usize][chain(key)];
        while at != 0 {
            let step = read.query_row(params![at, key], |row| Ok((row.get(0)?, row.get(1)?)));
            match step.optional()? {
                Some((_, true)) => return Ok(Some(at)),
                Some((before, false)) => at = before,
                None => return Err(LedgerError::Broken),
            }
        }
        Ok(None)
    }
}

/// Eight bytes of a hash, from this one on.
fn number(key: &Key, from: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&key[from..from + 8]);
    u64::from_le_bytes(bytes)
}

/// A place among so many (a power of two).
fn reduce(hash: u64, places: usize) -> usize {
    usize::try_from(hash & (places as u64 - 1)).unwrap_or(0)
}

fn chain(key: &Key) -> usize {
    reduce(number(key, 0), CHAINS)
}
