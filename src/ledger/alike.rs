//! Money that looks like what was sent before, when rows were identified otherwise: the same app,
//! product, amount and person, at a time that may be the same moment, read in another way.
//!
//! Asked under `--new-identity`, and later of what is dated as rows of the earlier way were. No index
//! of the ledger finds it, so the rows in question are put into a temporary table, once for each app and
//! way to identify rows. One that was sent is alike to one row at most, in all runs together.

use rusqlite::{Connection, params};

use super::error::LedgerError;
use super::identity;
use super::lookup::Tables;
use super::memory::Memory;
use crate::model::Event;

/// The indexes are made anew after each filling: that takes a fifth of filling them row by row.
const TABLE: &str = "CREATE TEMP TABLE IF NOT EXISTS sent_otherwise (
        id INTEGER PRIMARY KEY, app, kind, name, input, event_time, amount, currency,
        installation, advertising_id, device_id, user);
    DROP INDEX IF EXISTS temp.by_installation;
    DROP INDEX IF EXISTS temp.by_advertising_id;
    DROP INDEX IF EXISTS temp.by_device_id;
    DROP INDEX IF EXISTS temp.by_user;";

const INDEXES: &str = "CREATE INDEX temp.by_installation ON sent_otherwise (installation, name)
        WHERE installation NOT NULL;
    CREATE INDEX temp.by_advertising_id ON sent_otherwise (advertising_id, name)
        WHERE advertising_id NOT NULL;
    CREATE INDEX temp.by_device_id ON sent_otherwise (device_id, name) WHERE device_id NOT NULL;
    CREATE INDEX temp.by_user ON sent_otherwise (user, name) WHERE user NOT NULL;";

/// An amount is compared as a number, since 5, 5.0 and 5.00 are the same money. ?4 is whether what was
/// left out goes now.
const FILL: &str = "INSERT OR IGNORE INTO temp.sent_otherwise
    SELECT t.id, t.app, t.kind, t.name, t.input, t.event_time, CAST(t.amount AS REAL), t.currency,
        ifnull(t.installation, t.joined_installation),
        ifnull(t.advertising_id, t.joined_advertising_id),
        ifnull(t.device_id, t.joined_device_id), t.user
    FROM accepted t CROSS JOIN input ON input.id = t.input
    WHERE t.app = ?1 AND t.amount NOT NULL AND input.identity <> ?2 AND input.run <> ?3
        AND t.id NOT IN (SELECT alike FROM main.forgotten WHERE alike NOT NULL
            AND (NOT ?4 OR ifnull(fingerprint, id_hash) IS NULL))";

const FIND: &str = "SELECT t.id, t.event_time, input.identity FROM temp.sent_otherwise t CROSS JOIN input ON input.id = t.input
    WHERE (t.installation = ?6 OR t.advertising_id = ?7 OR t.device_id = ?8 OR t.user = ?9)
        AND t.name = (SELECT id FROM name WHERE text = ?3)
        AND t.kind = (SELECT id FROM kind WHERE name = ?2)
        AND t.app = ?1 AND t.amount = CAST(?4 AS REAL) AND t.currency = ?5
        AND input.identity <> ?10
    ORDER BY abs(t.event_time - ?11), t.id";

/// The accepted event that this row of money looks like, if there is one.
pub(super) fn find(
    memory: &mut Memory,
    tables: Tables<'_>,
    event: &Event,
) -> Result<Option<i64>, LedgerError> {
    let input = memory.run.inputs.get(event.place.input as usize);
    let (Some(input), Some((connection, app)), Some((amount, currency))) =
        (input, sent_before(tables), event.contribution.revenue)
    else {
        return Ok(None);
    };
    if memory.otherwise.insert((app, input.identity.clone())) {
        connection.execute_batch(TABLE)?;
        let values = params![app, input.identity, memory.run.id, memory.sends_alike()];
        connection.execute(FILL, values)?;
        connection.execute_batch(INDEXES)?;
    }
    let [installation, advertising, device, user] = event.identity.sent_ids();
    let values = params![
        app,
        event.kind.name(),
        event.contribution.label,
        amount.to_string(),
        currency.code(),
        installation,
        advertising,
        device,
        user,
        input.identity,
        event.time
    ];
    let mut read = connection.prepare_cached(FIND)?;
    let mut rows = read.query(values)?;
    let mut found = None;
    while let (None, Some(row)) = (found, rows.next()?) {
        let (time, then): (Option<i64>, Box<str>) = (row.get(1)?, row.get(2)?);
        if identity::may_be_one_moment((event.time, &input.identity), (time, &then)) {
            found = Some(row.get(0)?);
        }
    }
    if let Some(row) = found {
        let sql = "DELETE FROM temp.sent_otherwise WHERE id = ?1";
        connection.prepare_cached(sql)?.execute([row])?;
    }
    Ok(found)
}

/// Where the rows of earlier runs are, and the app's number there.
fn sent_before(tables: Tables<'_>) -> Option<(&Connection, i64)> {
    match tables.past {
        Some(past) => Some((past, tables.app.past?)),
        None => Some((tables.own, tables.app.id)),
    }
}
