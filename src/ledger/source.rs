//! Sources: from where an app's rows come, and how they are identified.
//!
//! If the columns, the zone or the constants that make a row's identity change, rows that were
//! sent look new. So for each source the ledger keeps how it was read, and from when to when its
//! events were dated. A row that nothing recognises, dated within what was read otherwise (or whose
//! time was read from another column or by another format), is not sent before somebody says that it
//! is meant (`--new-identity`).
//!
//! Then the earlier way to read them is over: of what is dated as its rows were, only money like its own
//! is in question from then on. If the earlier way comes back, it is in question as a whole. Only
//! ways that differ in nothing but constants (`--set`) stay side by side: one export for each currency
//! is usual.

use std::collections::BTreeSet;

use foldhash::HashMap;
use rusqlite::{Connection, params};

use super::error::LedgerError;
use super::identity::{
    IdentityParts, ZONES, differing, field, is_of_time_source, only_constants_differ, parts,
};
use super::lookup::Tables;
use super::store;
use crate::mapping::in_words;
use crate::model::{Event, Kind, shown};

/// What a run says of one of its inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputInfo {
    /// Its name.
    pub name: String,
    /// What kind of export it is: the preset, or its header.
    pub signature: String,
    /// How its rows are identified.
    pub identity: IdentityParts,
}

impl InputInfo {
    /// An input of which nothing but its name is known.
    pub fn named(name: impl Into<String>) -> Self {
        InputInfo {
            name: name.into(),
            ..InputInfo::default()
        }
    }

    pub(super) fn written(&self) -> String {
        serde_json::to_string(&self.identity).unwrap_or_default()
    }
}

/// The number of an input, an app and a kind.
type SourceKey = (u32, i64, Kind);

fn key_of(event: &Event, app: i64) -> SourceKey {
    (event.place.input, app, event.kind)
}

/// The sources of a run.
#[derive(Debug, Default)]
pub(super) struct Sources {
    all: HashMap<SourceKey, Source>,
    inputs: Vec<InputInfo>,
    /// Whether rows of any source were read in another way before.
    any_other: bool,
}

#[derive(Debug, Default)]
struct Source {
    id: i64,
    /// The times of its rows in this batch.
    span: Option<(i64, i64)>,
    /// The other ways in which rows of this source were read before. Each has a span.
    others: Vec<EarlierReading>,
    /// Some row has an id that is known: ids are what they were.
    ids_are_known: bool,
}

#[derive(Debug)]
struct EarlierReading {
    written: String,
    identity: IdentityParts,
    is_beside: bool,
    /// `--new-identity` has ended it.
    is_over: bool,
    /// When its rows happened.
    span: Option<(i64, i64)>,
}

impl Sources {
    /// Of these inputs.
    pub(super) fn new(inputs: &[InputInfo]) -> Self {
        Sources {
            inputs: inputs.to_vec(),
            ..Sources::default()
        }
    }

    /// Whether rows of one of the inputs may have been identified otherwise before.
    pub(super) fn were_other(
        &self,
        connection: &Connection,
        scope: &str,
    ) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM source JOIN app ON app.id = source.app
                   WHERE scope = ?1 AND signature = ?2 AND identity <> ?3 AND first_time NOT NULL)";
        for input in &self.inputs {
            let values = params![scope, input.signature, input.written()];
            if connection.query_row(sql, values, |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the source of a row is known already.
    pub(super) fn has(&self, event: &Event, app: i64) -> bool {
        self.all.contains_key(&key_of(event, app))
    }

    /// Looks up the source of a row.
    pub(super) fn enter(
        &mut self,
        tables: Tables<'_>,
        event: &Event,
        new_identity: bool,
    ) -> Result<(), LedgerError> {
        let unnamed = InputInfo::default();
        let input = self.inputs.get(event.place.input as usize);
        let input = input.unwrap_or(&unnamed);
        let written = input.written();
        let (mut others, mut is_beside) = (Vec::new(), false);
        for (connection, app) in tables.each() {
            for known in known_sources(connection, app, event.kind, input)? {
                if known.written == written {
                    is_beside |= known.is_beside;
                } else {
                    others.push(known);
                }
            }
        }
        others.retain(|other| {
            let are_beside = is_beside || other.is_beside;
            other.span.is_some()
                && !(are_beside && only_constants_differ(&input.identity, &other.identity))
        });
        let id = own(tables, event.kind, input, &written)?;
        if new_identity {
            let now = (tables.app.id, event.kind, input, id);
            others
                .drain(..)
                .try_for_each(|other| end(tables.own, now, &other))?;
        }
        self.any_other |= !others.is_empty();
        let source = Source {
            id,
            others,
            ..Source::default()
        };
        self.all.insert(key_of(event, tables.app.id), source);
        Ok(())
    }

    /// Whether rows like this one were identified otherwise before, so that it is of interest
    /// whether any of their ids is known.
    pub(super) fn is_in_question(&self, event: &Event, app: i64) -> bool {
        if !self.any_other {
            return false;
        }
        let source = self.all.get(&key_of(event, app));
        source.is_some_and(|source| !source.others.is_empty() && !source.ids_are_known)
    }

    /// The id of this row is known.
    pub(super) fn has_known_id(&mut self, event: &Event, app: i64) {
        let source = self.all.get_mut(&key_of(event, app));
        source
            .into_iter()
            .for_each(|source| source.ids_are_known = true);
    }

    /// Whether a row that nothing recognises may be known as it was read before.
    pub(super) fn may_be_known(&self, event: &Event, app: i64) -> bool {
        self.any_other
            && !self.is_decided_by_id(event, app)
            && self.other_reading(event, app).is_some()
    }

    /// Whether the row has an id, and ids are what they were.
    fn is_decided_by_id(&self, event: &Event, app: i64) -> bool {
        let source = self.all.get(&key_of(event, app));
        event.identity.id.is_some() && source.is_some_and(|source| source.ids_are_known)
    }

    /// How a row that nothing recognises may have been read before, and what differs from that: it is
    /// dated within what was read so, or its time comes from another column or by another format, and
    /// may have been any.
    fn other_reading(&self, event: &Event, app: i64) -> Option<(&EarlierReading, BTreeSet<&str>)> {
        let source = self.all.get(&key_of(event, app))?;
        let (time, now) = (event.time?, self.identity(event)?);
        let may_be = |other: &EarlierReading, differing: &BTreeSet<&str>| {
            !differing.is_empty() && (other.covers(time) || is_of_time_source(differing))
        };
        let others = source.others.iter().filter(|other| !other.is_over);
        let mut readings = others.map(|other| (other, differing(now, &other.identity, event)));
        readings.find(|(other, differing)| may_be(other, differing))
    }

    /// Whether a row is dated as rows were of a way to read them that is over, so that it may be one of
    /// them.
    pub(super) fn is_dated_as_earlier(&self, event: &Event, app: i64) -> bool {
        self.any_other && !self.is_decided_by_id(event, app) && self.over(event, app).is_some()
    }

    /// What differs, in words: `event_id was read from "order_id", now from "transaction"`.
    pub(super) fn difference(&self, event: &Event, app: i64) -> String {
        let found = self.other_reading(event, app);
        let found = found.or_else(|| self.over(event, app));
        let Some((now, (other, names))) = self.identity(event).zip(found) else {
            return String::new();
        };
        let from = |part: Option<&String>| {
            part.map_or("no column of another name".into(), |part| in_words(part))
        };
        let zone = |part: Option<&String>| part.map_or("the one they carry".into(), |p| shown(p));
        let sentences = names.into_iter().map(|name| {
            let (then, now) = (other.identity.get(name), now.get(name));
            if name == "timezone" {
                return format!("the zone of times was {}, now {}", zone(then), zone(now));
            }
            let (then, now) = (from(then), from(now));
            let (name, _) = field(name);
            format!("{name} was read from {then}, now from {now}")
        });
        sentences.collect::<Vec<_>>().join("; ")
    }

    /// The way that is over of which a row may be, and what differs from it.
    fn over(&self, event: &Event, app: i64) -> Option<(&EarlierReading, BTreeSet<&str>)> {
        let source = self.all.get(&key_of(event, app))?;
        let (time, now) = (event.time?, self.identity(event)?);
        let over = source.others.iter();
        let mut over = over.filter(|other| other.is_over && other.covers(time));
        over.find_map(|other| {
            let differing = differing(now, &other.identity, event);
            (!differing.is_empty()).then_some((other, differing))
        })
    }

    fn identity(&self, event: &Event) -> Option<&IdentityParts> {
        let input = self.inputs.get(event.place.input as usize)?;
        Some(&input.identity)
    }

    /// A row of this time is known from now on.
    pub(super) fn claimed(&mut self, event: &Event, app: i64) {
        let source = self.all.get_mut(&key_of(event, app));
        if let (Some(source), Some(time)) = (source, event.time) {
            let (first, last) = source.span.unwrap_or((time, time));
            source.span = Some((first.min(time), last.max(time)));
        }
    }

    /// Writes the times of what was claimed.
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        const SQL: &str = "UPDATE source SET first_time = min(ifnull(first_time, ?2), ?2),
                               last_time = max(ifnull(last_time, ?3), ?3), is_over = 0
                           WHERE id = ?1";
        for source in self.all.values_mut() {
            if let Some((first, last)) = source.span.take() {
                let mut update = connection.prepare_cached(SQL)?;
                update.execute([source.id, first, last])?;
            }
        }
        Ok(())
    }
}

impl EarlierReading {
    /// Whether rows of this time may have been read so.
    fn covers(&self, time: i64) -> bool {
        let within = |(first, last)| first - ZONES <= time && time <= last + ZONES;
        self.span.is_some_and(within)
    }
}

/// The user says that rows are meant to be read in another way now: the earlier one ends, or, if
/// only constants differ, both stay.
fn end(
    connection: &Connection,
    (app, kind, input, id): (i64, Kind, &InputInfo, i64),
    other: &EarlierReading,
) -> Result<(), LedgerError> {
    if only_constants_differ(&input.identity, &other.identity) {
        connection.execute("UPDATE source SET is_beside = 1 WHERE id = ?1", [id])?;
        return Ok(());
    }
    let sql = "UPDATE source SET is_over = 1 WHERE app = ?1
               AND kind = (SELECT id FROM kind WHERE name = ?2) AND signature = ?3 AND identity = ?4";
    let values = params![app, kind.name(), input.signature, other.written];
    connection.execute(sql, values)?;
    Ok(())
}

/// The number of a source, made if it is new.
fn own(
    tables: Tables<'_>,
    kind: Kind,
    input: &InputInfo,
    written: &str,
) -> Result<i64, LedgerError> {
    let values = params![tables.app.id, kind.name(), input.signature, written];
    let sql = "INSERT OR IGNORE INTO source (app, kind, signature, identity)
               VALUES (?1, (SELECT id FROM kind WHERE name = ?2), ?3, ?4)";
    tables.own.execute(sql, values)?;
    let sql = "SELECT id FROM source WHERE app = ?1
               AND kind = (SELECT id FROM kind WHERE name = ?2) AND signature = ?3 AND identity = ?4";
    Ok(tables.own.query_row(sql, values, |row| row.get(0))?)
}

/// The sources of rows like these, whichever way they were read.
fn known_sources(
    connection: &Connection,
    app: i64,
    kind: Kind,
    input: &InputInfo,
) -> Result<Vec<EarlierReading>, LedgerError> {
    let sql =
        "SELECT identity, first_time, last_time, is_beside, is_over FROM source WHERE app = ?1
               AND kind = (SELECT id FROM kind WHERE name = ?2) AND signature = ?3
               ORDER BY id";
    let values = params![app, kind.name(), input.signature];
    store::all(connection, sql, values, |row| {
        let written: String = row.get(0)?;
        Ok(EarlierReading {
            identity: parts(&written),
            written,
            span: row.get::<_, Option<i64>>(1)?.zip(row.get(2)?),
            is_beside: row.get(3)?,
            is_over: row.get(4)?,
        })
    })
}
