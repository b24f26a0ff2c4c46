//! Under `--new-identity`: money that looks like what was sent before, when rows were identified
//! otherwise. The same app, product, amount and person, whatever the time.
//!
//! No index of the ledger finds that, so the rows in question are put into a temporary table, once for
//! each app and way to identify rows. One that was sent is alike to one row of the run at most.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::LedgerError;
use super::lookup::Tables;
use super::memory::Memory;
use crate::model::Event;

const TABLE: &str = "CREATE TEMP TABLE IF NOT EXISTS sent_otherwise (
        id INTEGER PRIMARY KEY, app, kind, name, input, event_time, amount, currency,
        installation, advertising_id, device_id, user);
    CREATE INDEX IF NOT EXISTS temp.by_installation ON sent_otherwise (installation, name);
    CREATE INDEX IF NOT EXISTS temp.by_advertising_id ON sent_otherwise (advertising_id, name);
    CREATE INDEX IF NOT EXISTS temp.by_device_id ON sent_otherwise (device_id, name);
    CREATE INDEX IF NOT EXISTS temp.by_user ON sent_otherwise (user, name);";

/// An amount is compared as a number, since 5, 5.0 and 5.00 are the same money.
const FILL: &str = "INSERT OR IGNORE INTO temp.sent_otherwise
    SELECT t.id, t.app, t.kind, t.name, t.input, t.event_time, CAST(t.amount AS REAL), t.currency,
        ifnull(t.installation, t.joined_installation),
        ifnull(t.advertising_id, t.joined_advertising_id),
        ifnull(t.device_id, t.joined_device_id), t.user
    FROM accepted t CROSS JOIN input ON input.id = t.input
    WHERE t.app = ?1 AND t.amount NOT NULL AND input.identity <> ?2 AND input.run <> ?3";

const FIND: &str = "SELECT t.id FROM temp.sent_otherwise t CROSS JOIN input ON input.id = t.input
    WHERE (t.installation = ?6 OR t.advertising_id = ?7 OR t.device_id = ?8 OR t.user = ?9)
        AND t.name = (SELECT id FROM name WHERE text = ?3)
        AND t.kind = (SELECT id FROM kind WHERE name = ?2)
        AND t.app = ?1 AND t.amount = CAST(?4 AS REAL) AND t.currency = ?5
        AND input.identity <> ?10
    ORDER BY abs(t.event_time - ?11), t.id LIMIT 1";

/// Whether a row that nothing forbids to send is money that looks sent.
pub(super) fn looks_sent(
    memory: &mut Memory,
    tables: Tables<'_>,
    event: &Event,
) -> Result<bool, LedgerError> {
    let input = memory.run.inputs.get(event.place.input as usize);
    let asked = input
        .filter(|_| memory.new_identity)
        .zip(sent_before(tables));
    let (Some((input, (connection, app))), Some((amount, currency))) =
        (asked, event.contribution.revenue)
    else {
        return Ok(false);
    };
    if memory.otherwise.insert((app, input.identity.clone())) {
        connection.execute_batch(TABLE)?;
        let values = params![app, input.identity, memory.run.id];
        connection.execute(FILL, values)?;
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
    let mut find = connection.prepare_cached(FIND)?;
    let found: Option<i64> = find.query_row(values, |row| row.get(0)).optional()?;
    if let Some(row) = found {
        let sql = "DELETE FROM temp.sent_otherwise WHERE id = ?1";
        connection.prepare_cached(sql)?.execute([row])?;
    }
    Ok(found.is_some())
}

/// Where the rows of earlier runs are, and the app's number there.
fn sent_before(tables: Tables<'_>) -> Option<(&Connection, i64)> {
    match tables.past {
        Some(past) => Some((past, tables.app.past?)),
        None => Some((tables.own, tables.app.id)),
    }
}
