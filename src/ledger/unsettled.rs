//! Unsettled rows: claimed, in doubt or released; and how they are settled.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use super::error::LedgerError;
use super::file_map::Key;
use super::row::{Keys, Known, State, columns, line, platform_of, revenue, word};
use super::store;
use crate::model::{
    App, Contribution, Event, Fingerprint, Identity, Installation, Outcome, Place, UserIds,
};

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

/// Writes a row into the table of unsettled ones.
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

/// Deletes an unsettled row.
pub(super) fn delete(connection: &Connection, id: i64) -> Result<(), LedgerError> {
    store::change(connection, "DELETE FROM unsettled WHERE id = ?1", [id])
}

/// From now on a row has this id, too.
pub(super) fn set_id(connection: &Connection, known: &Known, id: &Key) -> Result<(), LedgerError> {
    let sql = match known.state {
        State::Accepted => "UPDATE accepted SET id_hash = ?2 WHERE id = ?1",
        _ => "UPDATE unsettled SET id_hash = ?2 WHERE id = ?1",
    };
    store::change(connection, sql, params![known.row, id])
}

/// An unsettled row waits for something else from now on.
pub(super) fn set_state(
    connection: &Connection,
    id: i64,
    state: &str,
    why: Option<&str>,
) -> Result<(), LedgerError> {
    const SQL: &str = "UPDATE unsettled SET state = ?2, why = ?3 WHERE id = ?1";
    store::change(connection, SQL, params![id, state, why])
}

/// A claimed row has its outcome. One that a run took from the ledger stays there unless Tenjin
/// has answered it: its input may be gone.
pub(super) fn settle(
    connection: &Connection,
    id: i64,
    (outcome, why): (Outcome, Option<&str>),
    now: i64,
) -> Result<(), LedgerError> {
    match outcome {
        Outcome::Accepted => accept(connection, id, now),
        Outcome::InDoubt => set_state(connection, id, "in_doubt", why),
        Outcome::Refused => delete(connection, id),
        _ => {
            let sql = "DELETE FROM unsettled WHERE id = ?1 AND NOT from_ledger";
            connection.prepare_cached(sql)?.execute([id])?;
            let sql = "UPDATE unsettled SET state = 'released' WHERE id = ?1";
            connection.prepare_cached(sql)?.execute([id])?;
            Ok(())
        }
    }
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
            people: UserIds([row.get(13)?, row.get(14)?, row.get(15)?, row.get(16)?]),
            joined: [row.get(18)?, row.get(19)?, row.get(20)?],
        },
        origin: None,
    })
}
