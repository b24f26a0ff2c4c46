//! What a row is in the tables: the keys it is found by, and how it is written and read.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use rust_decimal::Decimal;

use super::answer::Earlier;
use super::error::LedgerError;
use super::file_map::Key;
use crate::model::{
    App, Changes, Contribution, Currency, Event, Fingerprint, Identity, Installation, Origin,
    People, Place, Platform, Revenue,
};

/// What a row is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys {
    /// Its id, with kind and app.
    pub(super) id: Option<Key>,
    /// Its content; none if nothing tells it from its like.
    pub(super) content: Option<Key>,
    /// The second of its time; -1 if it has none.
    pub(super) second: i64,
    /// Its number among rows of its input with the same content, counted from 0.
    pub(super) ordinal: u32,
}

impl Keys {
    /// Of this row. Content without a time is bound to the input's name, and tells nothing apart
    /// without one.
    pub(super) fn of(event: &Event, input_name: Option<&str>, ordinal: u32) -> Keys {
        let fingerprint = event.identity.fingerprint;
        let content = match (event.time, input_name) {
            (Some(_), _) => Some(cut(&fingerprint.0)),
            (None, Some(name)) => Some(named(fingerprint, name)),
            (None, None) => None,
        };
        Keys {
            id: event.identity.id.map(|id| cut(&id.0)),
            content,
            second: second(event.time),
            ordinal,
        }
    }

    /// Whether anything will recognise the row.
    pub(super) fn any(&self) -> bool {
        self.id.is_some() || self.content.is_some()
    }
}

/// The second of a time, as the indexes of the tables have it.
pub(super) fn second(time: Option<i64>) -> i64 {
    time.map_or(-1, |time| time / 1_000_000)
}

fn named(fingerprint: Fingerprint, input_name: &str) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"input name\0").update(&fingerprint.0);
    cut(hasher.update(input_name.as_bytes()).finalize().as_bytes())
}

pub(super) fn cut(hash: &[u8]) -> Key {
    let mut key = [0; 12];
    key.copy_from_slice(&hash[..12]);
    key
}

/// Where a known row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Tenjin has it.
    Accepted,
    /// Its request is on its way, or waits for its turn.
    Claimed,
    /// Tenjin may have it.
    InDoubt,
    /// It may be sent again.
    Released,
}

impl State {
    fn of(word: &str) -> Option<State> {
        Some(match word {
            "accepted" => State::Accepted,
            "claimed" => State::Claimed,
            "in_doubt" => State::InDoubt,
            "released" => State::Released,
            _ => return None,
        })
    }
}

/// A row that the ledger knows.
#[derive(Debug)]
pub(super) struct Known {
    /// Its number in its table.
    pub(super) row: i64,
    pub(super) state: State,
    pub(super) line: u64,
    /// The event's name, or the product.
    pub(super) name: Box<str>,
    pub(super) time: Option<i64>,
    pub(super) revenue: Option<Revenue>,
    pub(super) id: Option<Key>,
    pub(super) people: People,
    pub(super) input: i64,
    /// The run that read the input.
    pub(super) read_by: i64,
    pub(super) file: Arc<str>,
    pub(super) run: Arc<str>,
    /// How rows of its input were identified.
    pub(super) identity: Box<str>,
}

impl Known {
    /// It, for people, to whom a row of `run` differs from it in this.
    pub(super) fn earlier(&self, run: i64, changes: Changes) -> Earlier {
        Earlier {
            run: Arc::clone(&self.run),
            file: Arc::clone(&self.file),
            line: Some(self.line),
            this_run: self.read_by == run,
            label: self.name.clone(),
            time: self.time,
            revenue: self.revenue,
            changes,
        }
    }
}

/// `SELECT` of what [`Known`] needs, from a table under the name `t`.
macro_rules! known {
    ($table:literal, $state:literal, $which:literal) => {
        concat!(
            "SELECT t.id, ",
            $state,
            ", t.line, name.text, t.event_time, t.amount, t.currency, ",
            "t.id_hash, t.installation, t.advertising_id, t.device_id, t.user, input.id, ",
            "input.run, input.name, run.name, input.identity FROM ",
            $table,
            " t ",
            "CROSS JOIN name ON name.id = t.name CROSS JOIN input ON input.id = t.input ",
            "CROSS JOIN run ON run.id = t.run WHERE ",
            $which
        )
    };
}

/// The row with this id: accepted, else unsettled.
pub(super) fn by_id(
    connection: &Connection,
    app: i64,
    id: &Key,
) -> Result<Option<Known>, LedgerError> {
    const ACCEPTED: &str = known!(
        "accepted",
        "'accepted'",
        "t.id_hash = ?1 AND t.app = ?2 ORDER BY t.id LIMIT 1"
    );
    const UNSETTLED: &str = known!("unsettled", "t.state", "t.id_hash = ?1 AND t.app = ?2");
    one(connection, [ACCEPTED, UNSETTLED], params![id, app])
}

/// The row with this content: accepted, else unsettled.
pub(super) fn by_content(
    connection: &Connection,
    app: i64,
    (second, content, ordinal): (i64, &Key, u32),
) -> Result<Option<Known>, LedgerError> {
    const ACCEPTED: &str = known!(
        "accepted",
        "'accepted'",
        "t.app = ?1 AND ifnull(t.event_time / 1000000, -1) = ?2 AND t.fingerprint = ?3
         AND t.ordinal = ?4 ORDER BY t.id LIMIT 1"
    );
    const UNSETTLED: &str = known!(
        "unsettled",
        "t.state",
        "t.app = ?1 AND ifnull(t.event_time / 1000000, -1) = ?2 AND t.fingerprint = ?3
         AND t.ordinal = ?4"
    );
    let values = params![app, second, content, ordinal];
    one(connection, [ACCEPTED, UNSETTLED], values)
}

fn one(
    connection: &Connection,
    tables: [&str; 2],
    values: &[&dyn rusqlite::ToSql],
) -> Result<Option<Known>, LedgerError> {
    for sql in tables {
        let mut read = connection.prepare_cached(sql)?;
        if let Some(known) = read.query_row(values, of).optional()? {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// See [`alike`]. An export may date all rows of a day alike: so only held rows are looked at, by an
/// index of their own, and 256 of one name at one second cannot be told apart anyway.
pub(super) const ALIKE: &str = known!(
    "unsettled",
    "t.state",
    "t.app = ?1 AND ifnull(t.event_time / 1000000, -1) = ?2
     AND t.kind = (SELECT id FROM kind WHERE name = ?4)
     AND t.name = (SELECT id FROM name WHERE text = ?3)
     AND t.state <> 'claimed' AND t.fingerprint IS NOT NULL AND t.fingerprint IS NOT ?5 LIMIT 256"
);

/// Rows in doubt or released that may be this one, though their content is another: the same app,
/// second, kind and name.
pub(super) fn alike(
    connection: &Connection,
    app: i64,
    (event, content): (&Event, Option<Key>),
) -> Result<Vec<Known>, LedgerError> {
    let (second, kind) = (second(event.time), event.kind.name());
    let values = params![app, second, event.contribution.label, kind, content];
    let mut read = connection.prepare_cached(ALIKE)?;
    let found = read.query_map(values, of)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Of a mended row: its ordinal, if it is known by its place, and the number of its brothers, which
/// are rows of the same content from the input where it stood at first, as an
/// earlier run read it.
pub(super) fn brothers(
    connection: &Connection,
    app: i64,
    (keys, run): (&Keys, i64),
    origin: &Origin,
) -> Result<(Option<u32>, u32), LedgerError> {
    const SQL: &str = "WITH known AS (
            SELECT t.input, t.line, t.ordinal FROM accepted t WHERE t.app = ?1
                AND ifnull(t.event_time / 1000000, -1) = ?2 AND t.fingerprint = ?3
            UNION ALL
            SELECT t.input, t.line, t.ordinal FROM unsettled t WHERE t.app = ?1
                AND ifnull(t.event_time / 1000000, -1) = ?2 AND t.fingerprint = ?3),
        brother AS (
            SELECT known.line, known.ordinal FROM known JOIN input ON input.id = known.input
            WHERE input.name = ?4 AND input.id >= ifnull(
                (SELECT max(id) FROM input WHERE name = ?4 AND NOT mended AND run <> ?6), 0))
        SELECT (SELECT min(ordinal) FROM brother WHERE line = ?5),
               (SELECT count(*) FROM brother)";
    let mut read = connection.prepare_cached(SQL)?;
    let line = origin.line.cast_signed();
    let values = params![app, keys.second, keys.content, origin.file, line, run];
    Ok(read.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The first ordinal of this content that nothing has.
pub(super) fn free_ordinal(
    connection: &Connection,
    app: i64,
    second: i64,
    content: &Key,
) -> Result<u32, LedgerError> {
    const SQL: &str = "SELECT max(
        (SELECT ifnull(max(ordinal), -1) FROM accepted WHERE app = ?1
            AND ifnull(event_time / 1000000, -1) = ?2 AND fingerprint = ?3),
        (SELECT ifnull(max(ordinal), -1) FROM unsettled WHERE app = ?1
            AND ifnull(event_time / 1000000, -1) = ?2 AND fingerprint = ?3),
        (SELECT ifnull(max(ordinal), -1) FROM forgotten WHERE app = ?1 AND fingerprint = ?3)) + 1";
    let mut read = connection.prepare_cached(SQL)?;
    Ok(read.query_row(params![app, second, content], |row| row.get(0))?)
}

fn of(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        row: row.get(0)?,
        state: word(row, 1, State::of)?,
        line: row.get::<_, i64>(2)?.cast_unsigned(),
        name: row.get(3)?,
        time: row.get(4)?,
        revenue: revenue(row, 5)?,
        id: row.get(7)?,
        people: People([row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?]),
        input: row.get(12)?,
        read_by: row.get(13)?,
        file: row.get(14)?,
        run: row.get(15)?,
        identity: row.get(16)?,
    })
}

/// A row that is claimed: what the tables have for it, beside the event.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewRow {
    pub(super) id: u64,
    pub(super) slot: u32,
    pub(super) state: &'static str,
    pub(super) why: Option<&'static str>,
    pub(super) run: i64,
    pub(super) input: i64,
    pub(super) app: i64,
    pub(super) kind: i64,
    pub(super) name: i64,
    pub(super) keys: Keys,
}

/// A mended row is known by the place where it stood at first.
pub(super) fn line(event: &Event) -> u64 {
    let origin = event.origin.as_ref().map(|origin| origin.line);
    origin.unwrap_or(event.place.line)
}

/// Puts a row down as unsettled.
pub(super) fn insert(
    connection: &Connection,
    new: &NewRow,
    event: &Event,
) -> Result<(), LedgerError> {
    const SQL: &str = "INSERT INTO unsettled VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10,
        ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)";
    let (amount, currency) = columns(event.contribution.revenue.as_ref());
    let [installation, advertising, device, user] = event.identity.people.0;
    let joined = event.identity.joined;
    connection.prepare_cached(SQL)?.execute(params![
        new.id.cast_signed(),
        new.state,
        new.why,
        new.slot,
        new.run,
        new.input,
        line(event).cast_signed(),
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
        joined[0],
        joined[1],
        joined[2],
        event.installation.0.cast_signed(),
        event.body,
        event.text,
    ])?;
    Ok(())
}

pub(super) fn columns(revenue: Option<&Revenue>) -> (Option<String>, Option<&str>) {
    let amount = revenue.map(|(amount, _)| amount.to_string());
    (amount, revenue.map(|(_, currency)| currency.code()))
}

/// An unsettled row is accepted: it moves to where it is kept for good.
pub(super) fn accept(connection: &Connection, id: i64, now: i64) -> Result<(), LedgerError> {
    const SQL: &str = "INSERT INTO accepted (run, input, line, app, kind, name, event_time,
            accepted_at, amount, currency, ordinal, fingerprint, id_hash, installation,
            advertising_id, device_id, user, joined_installation, joined_advertising_id,
            joined_device_id)
        SELECT run, input, line, app, kind, name, event_time, ?2, amount, currency, ordinal,
            fingerprint, id_hash, installation, advertising_id, device_id, user,
            joined_installation, joined_advertising_id, joined_device_id
        FROM unsettled WHERE id = ?1";
    connection.prepare_cached(SQL)?.execute([id, now])?;
    delete(connection, id)
}

/// Strikes an unsettled row off.
pub(super) fn delete(connection: &Connection, id: i64) -> Result<(), LedgerError> {
    let mut delete = connection.prepare_cached("DELETE FROM unsettled WHERE id = ?1")?;
    delete.execute([id])?;
    Ok(())
}

/// From now on a row has this id, too.
pub(super) fn set_id(connection: &Connection, known: &Known, id: &Key) -> Result<(), LedgerError> {
    let sql = match known.state {
        State::Accepted => "UPDATE accepted SET id_hash = ?2 WHERE id = ?1",
        _ => "UPDATE unsettled SET id_hash = ?2 WHERE id = ?1",
    };
    let mut update = connection.prepare_cached(sql)?;
    update.execute(params![known.row, id])?;
    Ok(())
}

/// An unsettled row waits for something else from now on.
pub(super) fn set_state(
    connection: &Connection,
    id: i64,
    state: &str,
    why: Option<&str>,
) -> Result<(), LedgerError> {
    const SQL: &str = "UPDATE unsettled SET state = ?2, why = ?3 WHERE id = ?1";
    let mut update = connection.prepare_cached(SQL)?;
    update.execute(params![id, state, why])?;
    Ok(())
}

/// What [`event_of`] reads, for `SELECT … FROM unsettled u JOIN app … JOIN kind … JOIN name …`.
pub(super) const EVENT: &str = "u.id, kind.name, bundle_id, platform, body, record, ordering, \
    event_time, name.text, amount, currency, id_hash, fingerprint, installation, advertising_id, \
    device_id, user, line, joined_installation, joined_advertising_id, joined_device_id";

/// The event in a row of [`EVENT`]. Of its identity there is what the tables keep.
pub(super) fn event_of(row: &Row<'_>, input: u32) -> rusqlite::Result<Event> {
    let bundle_id: String = row.get(2)?;
    let whole = |key: Option<Key>| {
        let mut hash = [0; 16];
        hash[..12].copy_from_slice(&key.unwrap_or_default());
        Fingerprint(hash)
    };
    Ok(Event {
        place: Place {
            input,
            line: row.get::<_, i64>(17)?.cast_unsigned(),
        },
        kind: word(row, 1, |name| name.parse().ok())?,
        app: Arc::new(App {
            bundle_id: bundle_id.into(),
            platform: platform_of(row, 3)?,
        }),
        body: row.get::<_, String>(4)?.into(),
        text: row.get::<_, Vec<u8>>(5)?.into(),
        installation: Installation(row.get::<_, i64>(6)?.cast_unsigned()),
        time: row.get(7)?,
        contribution: Contribution {
            label: row.get(8)?,
            revenue: revenue(row, 9)?,
        },
        identity: Identity {
            id: row.get::<_, Option<Key>>(11)?.map(|key| whole(Some(key))),
            id_text: None,
            fingerprint: whole(row.get(12)?),
            people: People([row.get(13)?, row.get(14)?, row.get(15)?, row.get(16)?]),
            joined: [row.get(18)?, row.get(19)?, row.get(20)?],
        },
        origin: None,
    })
}

/// A word of ours, which only a damaged ledger lacks.
pub(super) fn word<T>(
    row: &Row<'_>,
    column: usize,
    read: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    read(text).ok_or_else(|| {
        let why = format!("{} is not a word of the ledger", crate::model::shown(text));
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
    })
}

/// The platform that stands in the ledger.
pub(super) fn platform_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Platform> {
    word(row, column, |name| {
        let mut all = Platform::ALL.into_iter();
        all.find(|platform| platform.name() == name)
    })
}

/// Amount and currency, in two columns from this one on.
pub(super) fn revenue(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Revenue>> {
    let Some(amount) = row.get_ref(column)?.as_str_or_null()? else {
        return Ok(None);
    };
    let amount: Decimal = word(row, column, |_| amount.parse().ok())?;
    let code = word(row, column + 1, |code| code.as_bytes().try_into().ok())?;
    Ok(Some((amount, Currency(code))))
}
