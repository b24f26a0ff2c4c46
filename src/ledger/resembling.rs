//! Purchases without an id that may have been sent before under another price, currency or product.
//!
//! Nothing but an id can tell whether they are the same, so they are only counted, for a warning.

use rusqlite::{Connection, OptionalExtension, params};

use super::answer::Resembling;
use super::error::LedgerError;
use super::row::{self, Keys};
use crate::model::{Event, Kind};

/// The accepted purchase of an earlier run that has this one's app, person and second, but another
/// content.
pub(super) fn find<'c>(
    tables: impl Iterator<Item = (&'c Connection, i64)>,
    run: i64,
    event: &Event,
    keys: &Keys,
) -> Result<Option<Resembling>, LedgerError> {
    // An export may date all rows of a day alike: the first LIMIT bounds the work for each row.
    const SQL: &str = "SELECT t.amount, t.currency
        FROM accepted t CROSS JOIN input ON input.id = t.input
        WHERE t.id IN (SELECT id FROM accepted
                WHERE app = ?1 AND ifnull(event_time / 1000000, -1) = ?2 LIMIT 256)
            AND t.kind = (SELECT id FROM kind WHERE name = ?3) AND t.fingerprint IS NOT ?4
            AND (t.installation = ?5 OR t.advertising_id = ?6 OR t.device_id = ?7 OR t.user = ?8)
            AND input.run <> ?9
        ORDER BY t.id LIMIT 1";
    let is_asked = event.kind == Kind::Purchase && keys.id.is_none() && event.time.is_some();
    if !is_asked {
        return Ok(None);
    }
    let [installation, advertising, device, user] = event.identity.people.0;
    for (connection, app) in tables {
        let mut read = connection.prepare_cached(SQL)?;
        let kind = event.kind.name();
        let (second, content) = (keys.second, keys.content);
        let values = params![
            app,
            second,
            kind,
            content,
            installation,
            advertising,
            device,
            user,
            run
        ];
        let found = read.query_row(values, |row| row::revenue(row, 0));
        if let Some(earlier) = found.optional()? {
            let now = event.contribution.revenue;
            return Ok(Some(Resembling { earlier, now }));
        }
    }
    Ok(None)
}
