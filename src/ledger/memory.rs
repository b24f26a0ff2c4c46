//! What a run keeps in memory of its ledger: numbers of rows in small tables, and the slots of the
//! journal. Everything else stands in the database.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::HashMap;
use rusqlite::{Connection, OptionalExtension, params};

use super::decision::Resembling;
use super::error::LedgerError;
use super::file_map::Key;
use super::journal::{ClaimId, Journal, Slots, Stamp};
use super::lookup::{self, AppRow, Tables};
use super::row::{self, Keys, Known, platform_of};
use super::seen::{Input, Seen, SeenRow, ThisRun};
use super::source::Sources;
use super::store;
use crate::input::Growth;
use crate::model::{App, Event, Kind, Revenue};

/// How many names and apps are kept at hand, whatever the inputs hold.
const AT_HAND: usize = 4_096;

/// The memory of one run.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) run: ThisRun,
    /// The endpoint's name.
    pub(super) scope: String,
    /// `--input-name`.
    pub(super) input_name: Option<String>,
    /// What is read under that name, if it can be read only once.
    pub(super) growth: Option<Growth>,
    /// Which opening of the ledger this is; its claims count on.
    pub(super) stamp: Stamp,
    pub(super) sources: Sources,
    /// `--new-identity`.
    pub(super) new_identity: bool,
    /// `--skip-alike`.
    pub(super) skip_alike: bool,
    /// For which apps and ways to identify rows it is known what was sent otherwise.
    pub(super) otherwise: HashSet<(i64, Arc<str>)>,
    /// Whether a row that nothing identifies is not sent, of whatever kind it is.
    pub(super) needs_identity: bool,
    /// Nothing is sent: what could be sent counts as accepted at once.
    pub(super) rehearses: bool,
    /// Whether there is anything in the tables: in a rehearsal only what would be held.
    pub(super) asks_own: bool,
    /// The rows of this run.
    pub(super) seen: Seen,
    /// Money of the last batch that repeats a row of its input, and goes all the same.
    pub(super) repeated: Vec<Option<Revenue>>,
    /// Purchases of the last batch that may have been sent before otherwise.
    pub(super) resembling: Vec<Resembling>,
    /// Money of the last batch that looks sent, identified otherwise, and goes all the same.
    pub(super) alike: Vec<Option<Revenue>>,
    /// Whether a run was forgotten, so that hashes are left of it.
    pub(super) has_forgotten: bool,
    pub(super) journal: Journal,
    pub(super) slots: Slots,
    /// Claims without an outcome.
    pub(super) open: HashSet<u64>,
    /// The inputs of released rows that this run takes: rows of the table, in their order.
    pub(super) released: Vec<i64>,
    /// What inputs are numbered from, if not by the database.
    pub(super) first_input: Option<i64>,
    /// Inputs that rows stood in which are read from a file of rejects.
    homes: HashMap<Box<str>, i64>,
    apps: HashMap<Arc<App>, AppRow>,
    kinds: HashMap<Kind, i64>,
    names: HashMap<Arc<str>, i64>,
}

impl Memory {
    /// Nothing known yet.
    pub(super) fn new(run: i64, info: &super::RunInfo, scope: &str, journal: Journal) -> Self {
        Memory {
            run: ThisRun {
                id: run,
                name: info.id.as_str().into(),
                inputs: Vec::new(),
            },
            scope: scope.into(),
            input_name: info.input_name.clone(),
            growth: None,
            stamp: Stamp::default(),
            sources: Sources::default(),
            new_identity: info.new_identity,
            skip_alike: info.skip_alike,
            otherwise: HashSet::new(),
            needs_identity: info.needs_identity,
            rehearses: false,
            asks_own: true,
            seen: Seen::default(),
            repeated: Vec::new(),
            resembling: Vec::new(),
            alike: Vec::new(),
            has_forgotten: false,
            journal,
            slots: Slots::new(),
            open: HashSet::new(),
            released: Vec::new(),
            first_input: None,
            homes: HashMap::default(),
            apps: HashMap::default(),
            kinds: HashMap::default(),
            names: HashMap::default(),
        }
    }

    /// Whether the user says that money which looks sent is new, also if it was left out before.
    pub(super) fn sends_alike(&self) -> bool {
        self.new_identity && !self.skip_alike
    }

    /// The row of an app, made if it is new.
    pub(super) fn app(
        &mut self,
        connection: &Connection,
        past: Option<&Connection>,
        app: &Arc<App>,
    ) -> Result<AppRow, LedgerError> {
        if let Some(row) = self.apps.get(app) {
            return Ok(*row);
        }
        let key = params![self.scope, app.bundle_id, app.platform.name()];
        let sql = "INSERT OR IGNORE INTO app (scope, bundle_id, platform, gap_until)
                   VALUES (?1, ?2, ?3, (SELECT gap_until FROM ledger))";
        connection.execute(sql, key)?;
        let find = "SELECT id, horizon, gap_until FROM app
                    WHERE scope = ?1 AND bundle_id = ?2 AND platform = ?3";
        let read = |row: &rusqlite::Row<'_>| {
            Ok(AppRow {
                id: row.get(0)?,
                past: None,
                horizon: row.get(1)?,
                gap_until: row.get(2)?,
            })
        };
        let mut row = connection.query_row(find, key, read)?;
        if let Some(past) = past {
            let known = past.query_row(find, key, read).optional()?;
            let sql = "SELECT gap_until FROM ledger";
            let of_all = || past.query_row(sql, [], |row| row.get(0));
            row.past = known.map(|known| known.id);
            row.horizon = known.and_then(|known| known.horizon);
            row.gap_until = known.map_or_else(of_all, |known| Ok(known.gap_until))?;
        }
        clear_if_full(&mut self.apps);
        self.apps.insert(Arc::clone(app), row);
        Ok(row)
    }

    /// The number of a kind.
    pub(super) fn kind(&mut self, connection: &Connection, kind: Kind) -> Result<i64, LedgerError> {
        if let Some(id) = self.kinds.get(&kind) {
            return Ok(*id);
        }
        let sql = (
            "INSERT OR IGNORE INTO kind (name) VALUES (?1)",
            "SELECT id FROM kind WHERE name = ?1",
        );
        let id = number(connection, sql, kind.name())?;
        self.kinds.insert(kind, id);
        Ok(id)
    }

    /// The number of a name.
    pub(super) fn name(
        &mut self,
        connection: &Connection,
        name: &Arc<str>,
    ) -> Result<i64, LedgerError> {
        if let Some(id) = self.names.get(name) {
            return Ok(*id);
        }
        let sql = (
            "INSERT OR IGNORE INTO name (text) VALUES (?1)",
            "SELECT id FROM name WHERE text = ?1",
        );
        let id = number(connection, sql, name)?;
        clear_if_full(&mut self.names);
        self.names.insert(Arc::clone(name), id);
        Ok(id)
    }

    /// An input of this run, by its number; inputs that nobody named are numbered.
    pub(super) fn input(
        &mut self,
        connection: &Connection,
        number: u32,
    ) -> Result<&Input, LedgerError> {
        while self.run.inputs.len() <= number as usize {
            let name = format!("input {}", self.run.inputs.len());
            self.add_input(connection, &name, "{}")?;
        }
        Ok(&self.run.inputs[number as usize])
    }

    /// The input where a row stood at first: of a mended one that is not the file of rejects.
    pub(super) fn home(
        &mut self,
        connection: &Connection,
        event: &Event,
    ) -> Result<i64, LedgerError> {
        let input = self.input(connection, event.place.input)?;
        let Some(origin) = &event.origin else {
            return Ok(input.id);
        };
        let identity = input.identity.clone();
        if let Some(id) = self.homes.get(&origin.file) {
            return Ok(*id);
        }
        let sql = "INSERT INTO input (run, name, identity, mended) VALUES (?1, ?2, ?3, 1)
                   RETURNING id";
        let values = params![self.run.id, origin.file, identity];
        let id = connection.query_row(sql, values, |row| row.get(0))?;
        clear_if_full(&mut self.homes);
        self.homes.insert(origin.file.clone(), id);
        Ok(id)
    }

    /// Looks up the source of a row, before any row of its batch is judged.
    pub(super) fn enter_source(
        &mut self,
        tables: Tables<'_>,
        event: &Event,
    ) -> Result<(), LedgerError> {
        if self.sources.has(event, tables.app.id) {
            return Ok(());
        }
        self.kind(tables.own, event.kind)?;
        self.sources.enter(tables, event, self.new_identity)
    }

    /// Counts a row, which gives its ordinal.
    pub(super) fn number(&mut self, event: &Event, keys: Keys) -> Result<Keys, LedgerError> {
        let ordinal = match &keys.content {
            Some(content) => self.seen.ordinal(content, event.place.input)?,
            None => 0,
        };
        Ok(Keys { ordinal, ..keys })
    }

    /// In a rehearsal: the row is known from now on.
    pub(super) fn keep(
        &mut self,
        connection: &Connection,
        event: &Event,
        keys: &Keys,
    ) -> Result<(), LedgerError> {
        let row = SeenRow {
            input: event.place.input,
            home: self.home(connection, event)?,
            file: event.origin.as_ref().map_or("", |origin| &origin.file),
            line: row::line(event),
            time: event.time,
            name: &event.contribution.label,
            revenue: event.contribution.revenue,
            people: event.identity.people,
        };
        Ok(self.seen.add(keys, &row)?)
    }

    /// The row with this id: one of this run, else what the tables know.
    pub(super) fn by_id(
        &self,
        tables: Tables<'_>,
        event: &Event,
        id: &Key,
    ) -> Result<Option<Known>, LedgerError> {
        let name = &event.contribution.label;
        if let Some(known) = self.seen.by_id(&self.run, id, name)? {
            return Ok(Some(known));
        }
        tables.find(|tables, app| lookup::by_id(tables, app, id))
    }

    /// The row with this content and the ordinal of these keys.
    pub(super) fn by_content(
        &self,
        tables: Tables<'_>,
        event: &Event,
        (content, keys): (&Key, &Keys),
    ) -> Result<Option<Known>, LedgerError> {
        if self.rehearses {
            let name = &event.contribution.label;
            let place = (content, keys.ordinal);
            if let Some(known) = self.seen.by_content(&self.run, place, name)? {
                return Ok(Some(known));
            }
        }
        let place = (keys.second, content, keys.ordinal);
        tables.find(|tables, app| lookup::by_content(tables, app, place))
    }

    /// A mended row would be taken for its twin, which was accepted, if it were counted among the
    /// rows of the file of rejects alone.
    pub(super) fn among_equal_rows(
        &self,
        tables: Tables<'_>,
        event: &Event,
        keys: Keys,
    ) -> Result<Keys, LedgerError> {
        let (Some(origin), None, Some(content)) = (&event.origin, keys.id, &keys.content) else {
            return Ok(keys);
        };
        let (mut own, mut all) = (None, 0);
        if self.rehearses {
            (own, all) = self.seen.equal_rows(&self.run, content, origin)?;
        }
        for (connection, app) in tables.each() {
            let (known, equal_rows) =
                lookup::equal_rows(connection, app, (&keys, self.run.id), origin)?;
            own = own.or(known);
            all += equal_rows;
        }
        let ordinal = own.unwrap_or(all);
        Ok(Keys { ordinal, ..keys })
    }

    /// The input of this name, if mended rows of it were claimed in this run.
    pub(super) fn home_of(&self, file: &str) -> Option<i64> {
        self.homes.get(file).copied()
    }

    /// Writes an input of this run into its table.
    pub(super) fn add_input(
        &mut self,
        connection: &Connection,
        name: &str,
        identity: &str,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT INTO input (id, run, name, identity, input_name)
                   VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
        let number = self
            .first_input
            .map(|first| first + i64::try_from(self.run.inputs.len()).unwrap_or(i64::MAX));
        let values = params![number, self.run.id, name, identity, self.input_name];
        let id = connection.query_row(sql, values, |row| row.get(0))?;
        self.run.inputs.push(Input {
            id,
            name: name.into(),
            identity: identity.into(),
        });
        Ok(())
    }

    /// A number that was never used, and a slot of the journal.
    pub(super) fn next_claim(&mut self) -> Result<ClaimId, LedgerError> {
        let slot = self.slots.take().ok_or(LedgerError::Broken)?;
        self.stamp.claims += 1;
        let id = self.stamp.claims.cast_unsigned();
        self.open.insert(id);
        Ok(ClaimId { id, slot })
    }

    /// Nothing will leave for this claim.
    pub(super) fn give_back(&mut self, claim: ClaimId) {
        self.open.remove(&claim.id);
        self.slots.release(vec![claim.slot]);
    }
}

/// The number of a text in a small table, put down if it is new.
fn number(
    connection: &Connection,
    (insert, find): (&str, &str),
    text: &str,
) -> Result<i64, LedgerError> {
    store::change(connection, insert, [text])?;
    let mut find = connection.prepare_cached(find)?;
    Ok(find.query_row([text], |row| row.get(0))?)
}

/// What is at hand is bounded.
pub(super) fn clear_if_full<K, V>(map: &mut HashMap<K, V>) {
    if map.len() >= AT_HAND {
        map.clear();
    }
}

/// The app in two columns of a row, from this one on.
pub(super) fn app_of(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<App> {
    Ok(App {
        bundle_id: row.get::<_, String>(column)?.into(),
        platform: platform_of(row, column + 1)?,
    })
}
