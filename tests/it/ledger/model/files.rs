//! The files of a ledger, as a kill or a power loss leaves them, and how they come to harm.

use std::fs;
use std::path::Path;

use fastrand::Rng;

/// What may stand beside a database, and the database itself.
const NAMES: [&str; 3] = ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite.steps"];
const REST: [&str; 2] = ["ledger.sqlite-shm", "ledger.sqlite-journal"];
/// Blocks of the journal that reach the disk whole or not at all.
const BLOCK: usize = 16;

/// The files at one moment.
#[derive(Clone, Default)]
pub struct Image {
    pub database: Option<Vec<u8>>,
    pub log: Option<Vec<u8>>,
    pub journal: Option<Vec<u8>>,
}

impl Image {
    pub fn of(folder: &Path) -> Image {
        let [database, log, journal] = NAMES.map(|name| fs::read(folder.join(name)).ok());
        Image {
            database,
            log,
            journal,
        }
    }

    /// Puts it there instead of what is there. Nobody must have it open.
    pub fn put(&self, folder: &Path) {
        for name in NAMES.into_iter().chain(REST) {
            let _ = fs::remove_file(folder.join(name));
        }
        for (name, bytes) in NAMES
            .into_iter()
            .zip([&self.database, &self.log, &self.journal])
        {
            if let Some(bytes) = bytes {
                fs::write(folder.join(name), bytes).unwrap();
            }
        }
    }

    /// What a power loss leaves of `now`: the database as the last commit synced it (`self`), and
    /// of the journal, which nobody synced since, any blocks.
    pub fn after_power_loss(mut self, now: &Image, dice: &mut Rng) -> Image {
        let (old, new) = (self.journal.take().unwrap(), now.journal.as_ref().unwrap());
        let mut mixed = new.clone();
        let blocks = mixed.chunks_mut(BLOCK).zip(old.chunks(BLOCK));
        for (new, old) in blocks {
            if new != old && dice.bool() {
                new.copy_from_slice(old);
            }
        }
        self.journal = Some(mixed);
        self
    }
}

/// The machine was started anew: what runs wrote before was another boot's.
pub fn reboot(path: &Path) {
    let database = rusqlite::Connection::open(path).unwrap();
    database
        .execute("UPDATE run SET boot = 'before'", [])
        .unwrap();
}

/// Every row that stands in the tables: its state (and whether a recovery put it there), input, line.
pub fn rows(path: &Path) -> Vec<(String, String, u64)> {
    let database = rusqlite::Connection::open(path).unwrap();
    let sql = "SELECT 'accepted', input.name, line FROM accepted t JOIN input ON input.id = t.input
               UNION ALL
               SELECT state || iif(why = 'recovered', ' recovered', ''), input.name, line FROM unsettled t JOIN input ON input.id = t.input";
    let mut read = database.prepare(sql).unwrap();
    let rows = read.query_map([], |row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get::<_, i64>(2)?.cast_unsigned(),
        ))
    });
    let mut rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    rows.sort();
    rows
}
