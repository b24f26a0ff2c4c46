//! The table of rows that are kept: in doubt, released, or released before and claimed again. Other
//! claimed rows stand in their [`super::batch`].

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use rust_decimal::Decimal;

use super::batch;
use super::error::LedgerError;
use super::pack::Key;
use super::steps::ClaimId;
use crate::event::{Currency, Event, Fingerprint, Identity, Installation, Worth};
use crate::kind::{App, Kind, Platform};
use crate::row::Place;

/// What an unsettled row waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The outcome of its request.
    Claimed = 0,
    /// Somebody who can say whether it was recorded.
    InDoubt = 1,
    /// The next run.
    Released = 2,
}

/// What identifies an unsettled row, and where it came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub(super) id: ClaimId,
    pub(super) id_key: Option<Key>,
    pub(super) content_key: Option<Key>,
    pub(super) fingerprint: Fingerprint,
    /// The row of the table `input`, and the input's number in this run with the line.
    pub(super) input: i64,
    pub(super) place: Place,
    pub(super) app: i64,
    pub(super) time: Option<i64>,
    /// It was released before, so it is kept if it is not accepted.
    pub(super) from_ledger: bool,
}

impl Claim {
    /// Tells two fingerprints of one id apart.
    pub(super) fn tag(&self) -> [u8; 4] {
        tag(self.fingerprint)
    }
}

/// What is kept of a fingerprint beside an id.
pub(super) fn tag(fingerprint: Fingerprint) -> [u8; 4] {
    let [a, b, c, d, ..] = fingerprint.0;
    [a, b, c, d]
}

/// A row of an earlier run that is not settled.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) id: i64,
    pub(super) state: State,
    pub(super) with_id: bool,
    pub(super) fingerprint: Fingerprint,
    pub(super) run: Arc<str>,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
}

/// Puts a row of a batch down, in `pending` or a table like it.
pub(super) fn insert(
    connection: &Connection,
    table: &str,
    run: i64,
    state: State,
    row: &batch::Row<'_>,
) -> Result<(), LedgerError> {
    let sql = format!(
        "INSERT INTO {table} VALUES
        (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15, ?16, ?17, ?18)"
    );
    connection.prepare_cached(&sql)?.execute(params![
        row.id.cast_signed(),
        state as i64,
        row.slot,
        run,
        row.input,
        row.line.cast_signed(),
        row.kind,
        row.app,
        row.time,
        row.installation.cast_signed(),
        row.id_key,
        row.fingerprint,
        row.content_key,
        row.name,
        row.amount,
        row.currency,
        row.body,
        row.text,
    ])?;
    Ok(())
}

/// Takes a released row up again.
pub(super) fn reclaim(
    connection: &Connection,
    run: i64,
    row: i64,
    claim: &Claim,
) -> Result<(), LedgerError> {
    let sql =
        "UPDATE pending SET id = ?1, slot = ?2, run = ?3, state = 0, from_ledger = 1 WHERE id = ?4";
    let id = claim.id.id.cast_signed();
    connection
        .prepare_cached(sql)?
        .execute(params![id, claim.id.slot, run, row])?;
    Ok(())
}

/// Strikes a row off.
pub(super) fn delete(connection: &Connection, id: i64) -> Result<(), LedgerError> {
    connection
        .prepare_cached("DELETE FROM pending WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// A row waits for something else from now on.
pub(super) fn set_state(connection: &Connection, id: i64, state: State) -> Result<(), LedgerError> {
    let sql = "UPDATE pending SET state = ?2 WHERE id = ?1";
    connection
        .prepare_cached(sql)?
        .execute(params![id, state as i64])?;
    Ok(())
}

/// How many rows are in doubt or released.
pub(super) fn held_count(connection: &Connection) -> Result<u64, LedgerError> {
    let sql = "SELECT count(*) FROM pending WHERE state > 0";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// A held row with this id.
pub(super) fn held_by_id(connection: &Connection, key: &Key) -> Result<Option<Held>, LedgerError> {
    held(connection, "pending.state > 0 AND pending.id_key = ?1", key)
}

/// A held row with this content.
pub(super) fn held_by_content(
    connection: &Connection,
    key: &Key,
) -> Result<Option<Held>, LedgerError> {
    held(
        connection,
        "pending.state > 0 AND pending.content_key = ?1",
        key,
    )
}

/// What is in doubt goes before what is released: holding is the safe side.
fn held(connection: &Connection, which: &str, key: &Key) -> Result<Option<Held>, LedgerError> {
    let sql = format!(
        "SELECT pending.id, state, id_key IS NOT NULL, fingerprint, run.name, input.name, line
         FROM pending JOIN run ON run.id = pending.run JOIN input ON input.id = pending.input
         WHERE {which} ORDER BY state LIMIT 1"
    );
    let found = connection.prepare_cached(&sql)?.query_row([key], |row| {
        Ok(Held {
            id: row.get(0)?,
            state: state(row.get(1)?),
            with_id: row.get(2)?,
            fingerprint: Fingerprint(row.get(3)?),
            run: row.get(4)?,
            file: row.get(5)?,
            line: row.get::<_, i64>(6)?.cast_unsigned(),
        })
    });
    Ok(found.optional()?)
}

fn state(number: i64) -> State {
    match number {
        0 => State::Claimed,
        2 => State::Released,
        _ => State::InDoubt,
    }
}

/// The columns that [`claim_of`] and [`event_of`] read, for `SELECT … FROM pending JOIN app …`.
pub(super) const COLUMNS: &str = "pending.id, slot, id_key, content_key, fingerprint, input, line, \
    app, time, from_ledger, kind, bundle_id, platform, installation, pending.name, amount, \
    currency, body, text";

/// The claim in a row of [`COLUMNS`]; its input has no number in this run yet.
pub(super) fn claim_of(row: &Row<'_>) -> rusqlite::Result<Claim> {
    Ok(Claim {
        id: ClaimId {
            id: row.get::<_, i64>(0)?.cast_unsigned(),
            slot: row.get(1)?,
        },
        id_key: row.get(2)?,
        content_key: row.get(3)?,
        fingerprint: Fingerprint(row.get(4)?),
        input: row.get(5)?,
        place: Place {
            input: 0,
            line: row.get::<_, i64>(6)?.cast_unsigned(),
        },
        app: row.get(7)?,
        time: row.get(8)?,
        from_ledger: row.get(9)?,
    })
}

/// The event in a row of [`COLUMNS`]. Its identity has the key of its id instead of the id.
pub(super) fn event_of(row: &Row<'_>, place: Place) -> rusqlite::Result<Event> {
    let bundle_id: String = row.get(11)?;
    Ok(Event {
        place,
        kind: word(row, 10, |name| name.parse().ok())?,
        app: Arc::new(App {
            bundle_id: bundle_id.into(),
            platform: word(row, 12, platform)?,
        }),
        body: row.get::<_, String>(17)?.into(),
        text: row.get::<_, Vec<u8>>(18)?.into(),
        installation: Installation(row.get::<_, i64>(13)?.cast_unsigned()),
        time: row.get(8)?,
        worth: Worth {
            label: row.get(14)?,
            revenue: revenue(row.get(15)?, row.get(16)?),
        },
        identity: Identity {
            id: row.get::<_, Option<Key>>(2)?.map(Fingerprint),
            id_text: None,
            fingerprint: Fingerprint(row.get(4)?),
        },
    })
}

/// A word of ours, which only a damaged ledger lacks.
fn word<T>(row: &Row<'_>, column: usize, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    read(text).ok_or_else(|| {
        let why = format!("{} is not a word of the ledger", crate::row::shown(text));
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
    })
}

fn platform(name: &str) -> Option<Platform> {
    Platform::ALL
        .into_iter()
        .find(|platform| platform.name() == name)
}

fn revenue(amount: Option<String>, currency: Option<String>) -> Option<(Decimal, Currency)> {
    let amount = amount?.parse().ok()?;
    let code = currency?.into_bytes().try_into().ok()?;
    Some((amount, Currency(code)))
}

/// The platform that stands in the ledger.
pub(super) fn platform_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Platform> {
    word(row, column, platform)
}

/// The name of a kind that stands in the ledger.
pub(super) fn kind_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Kind> {
    word(row, column, |name| name.parse().ok())
}
