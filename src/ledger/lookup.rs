//! Looking for rows in the tables: the ledger's own, and in a rehearsal the real one's.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::decision::Resembling;
use super::error::LedgerError;
use super::file_map::Key;
use super::row::{Keys, Known, State, columns, revenue, second, without_seconds, word};
use super::store;
use crate::model::{Event, Kind, Origin, UserIds};

/// An app in the tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct AppRow {
    /// Its number, here.
    pub(super) id: i64,
    /// Its number in the ledger that a rehearsal looks into, if it is known there.
    pub(super) past: Option<i64>,
    /// Events dated before it were forgotten.
    pub(super) horizon: Option<i64>,
    /// Of events dated before it some may have been lost.
    pub(super) gap_until: Option<i64>,
}

/// The tables, and whose rows of them are asked for.
#[derive(Clone, Copy)]
pub(super) struct Tables<'c> {
    pub(super) own: &'c Connection,
    pub(super) past: Option<&'c Connection>,
    pub(super) app: AppRow,
    /// Whether there is anything in the own ones.
    pub(super) asks_own: bool,
}

impl<'c> Tables<'c> {
    /// Each of them, with the app's number there.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'c Connection, i64)> + use<'c> {
        let own = self.asks_own.then_some((self.own, self.app.id));
        own.into_iter().chain(self.past.zip(self.app.past))
    }

    /// The first that any of them knows.
    pub(super) fn find<T>(
        &self,
        ask: impl Fn(&Connection, i64) -> Result<Option<T>, LedgerError>,
    ) -> Result<Option<T>, LedgerError> {
        for (connection, app) in self.each() {
            if let Some(found) = ask(connection, app)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
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
        if let Some(known) = read.query_row(values, known).optional()? {
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
     AND t.state <> 'claimed' AND t.state <> 'accepted'
     AND t.fingerprint IS NOT NULL AND t.fingerprint IS NOT ?5 LIMIT 256"
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
    store::all(connection, ALIKE, values, known)
}

/// Of a mended row: its ordinal, if it is known by its place, and how many rows of the same content
/// the input had where it stood at first, as an earlier run read it.
pub(super) fn equal_rows(
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
        equal_row AS (
            SELECT known.line, known.ordinal FROM known JOIN input ON input.id = known.input
            WHERE input.name = ?4 AND input.id >= ifnull(
                (SELECT max(id) FROM input WHERE name = ?4 AND NOT mended AND run <> ?6), 0))
        SELECT (SELECT min(ordinal) FROM equal_row WHERE line = ?5),
               (SELECT count(*) FROM equal_row)";
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

/// A purchase without an id that may have been sent before under another price, currency, product
/// or user: the accepted one of an earlier run that has this one's app, second and an id of its
/// person (one that a lookup gave, too), but another content; or that is equal but for the seconds of
/// its time, which a spreadsheet's copy lacks. Nothing but an id can tell whether they are the same: it
/// is only counted.
pub(super) fn resembling<'c>(
    tables: impl Iterator<Item = (&'c Connection, i64)>,
    run: i64,
    event: &Event,
    keys: &Keys,
) -> Result<Option<Resembling>, LedgerError> {
    // An export may date all rows of a day alike: the first LIMIT bounds the work for each row.
    const SQL: &str = "SELECT t.amount, t.currency
        FROM accepted t CROSS JOIN input ON input.id = t.input
        WHERE t.id IN (SELECT id FROM accepted
                WHERE app = ?1 AND ifnull(event_time / 1000000, -1) BETWEEN ?10 AND ?11 LIMIT 256)
            AND t.kind = (SELECT id FROM kind WHERE name = ?3) AND t.fingerprint IS NOT ?4
            AND (t.event_time / 1000000 = ?2
                OR t.name = (SELECT id FROM name WHERE text = ?12) AND t.currency = ?14
                    AND CAST(t.amount AS REAL) = CAST(?13 AS REAL))
            AND (ifnull(t.installation, t.joined_installation) = ?5
                OR ifnull(t.advertising_id, t.joined_advertising_id) = ?6
                OR ifnull(t.device_id, t.joined_device_id) = ?7 OR t.user = ?8)
            AND input.run <> ?9
        ORDER BY t.id LIMIT 1";
    let is_asked = event.kind == Kind::Purchase && keys.id.is_none() && event.time.is_some();
    if !is_asked {
        return Ok(None);
    }
    let [installation, advertising, device, user] = event.identity.sent_ids();
    let (second, content, kind) = (keys.second, keys.content, event.kind.name());
    let (amount, currency) = columns(event.contribution.revenue.as_ref());
    for (connection, app) in tables {
        let mut read = connection.prepare_cached(SQL)?;
        for (from, to) in [(second, second), without_seconds(second)] {
            let values = params![
                app,
                second,
                kind,
                content,
                installation,
                advertising,
                device,
                user,
                run,
                from,
                to,
                event.contribution.label,
                amount,
                currency
            ];
            let found = read.query_row(values, |row| revenue(row, 0));
            if let Some(earlier) = found.optional()? {
                let now = event.contribution.revenue;
                return Ok(Some(Resembling { earlier, now }));
            }
        }
    }
    Ok(None)
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        row: row.get(0)?,
        state: word(row, 1, State::of)?,
        line: row.get::<_, i64>(2)?.cast_unsigned(),
        name: row.get(3)?,
        time: row.get(4)?,
        revenue: revenue(row, 5)?,
        id: row.get(7)?,
        people: UserIds([row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?]),
        input: row.get(12)?,
        read_by: row.get(13)?,
        file: row.get(14)?,
        run: row.get(15)?,
        identity: row.get(16)?,
    })
}
