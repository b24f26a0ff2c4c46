//! Events that are recognised by hashes alone, which also say whether a row with the same id differs:
//! what is left of those that `ledger forget --run` forgot, and those that `--skip-alike` left out.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::decision::Earlier;
use super::error::LedgerError;
use super::file_map::Key;
use super::row::{self, Keys};
use crate::model::{Changes, Event, Revenue};

/// What is left of an event with an id: whether another row differs from it can be asked, but not
/// what it was.
pub(super) struct Meaning {
    pub(super) name: Key,
    pub(super) second: Key,
    pub(super) amount: Key,
    pub(super) currency: Key,
}

impl Meaning {
    fn of_event(id: &Key, event: &Event) -> Meaning {
        let worth = &event.contribution;
        Meaning::of(id, &worth.label, event.time, worth.revenue)
    }

    pub(super) fn of(id: &Key, name: &str, time: Option<i64>, revenue: Option<Revenue>) -> Meaning {
        let hash = |what: &str, value: &str| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(id).update(what.as_bytes()).update(b"\0");
            row::cut(hasher.update(value.as_bytes()).finalize().as_bytes())
        };
        let amount = revenue.map(|(amount, _)| amount.normalize().to_string());
        let currency = revenue.map(|(_, currency)| currency.code().to_owned());
        Meaning {
            name: hash("name", name),
            second: hash("second", &row::second(time).to_string()),
            amount: hash("amount", &amount.unwrap_or_default()),
            currency: hash("currency", &currency.unwrap_or_default()),
        }
    }
}

/// An event that was forgotten, and what of it a row has in common with it.
pub(super) struct Remains {
    pub(super) row: i64,
    pub(super) run: Arc<str>,
    pub(super) file: Arc<str>,
    /// How rows of its input were identified.
    pub(super) identity: Box<str>,
    pub(super) same_name: bool,
    pub(super) same_second: bool,
    pub(super) same_amount: bool,
    pub(super) same_currency: bool,
    pub(super) has_id: bool,
    /// `--skip-alike` left it out.
    pub(super) is_alike: bool,
}

impl Remains {
    /// What is known of it, for people; and in what this row differs.
    pub(super) fn earlier(self, event: &Event) -> Earlier {
        Earlier {
            run: self.run,
            file: self.file,
            line: None,
            this_run: false,
            label: if self.same_name {
                Box::from(&*event.contribution.label)
            } else {
                Box::default()
            },
            time: event.time.filter(|_| self.same_second),
            revenue: None,
            changes: Changes {
                amount: !self.same_amount,
                currency: !self.same_currency,
                ..Changes::default()
            },
            other_times: false,
        }
    }
}

/// What an event is recognised by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Id,
    /// The same content is the same in everything.
    Content,
}

/// What is left of the event that has this row's id, or its content.
pub(super) fn find(
    connection: &Connection,
    app: i64,
    (event, keys): (&Event, &Keys),
    by: By,
) -> Result<Option<Remains>, LedgerError> {
    const FROM: &str = "FROM forgotten t JOIN input ON input.id = t.input
        JOIN run ON run.id = input.run WHERE app = ?1";
    let found = match (by, &keys.id) {
        (By::Id, None) => return Ok(None),
        (By::Id, Some(id)) => {
            let sql = format!(
                "SELECT t.id, run.name, input.name, identity, t.name = ?3, second = ?4, amount = ?5,
                     currency = ?6, 1, alike NOT NULL {FROM} AND id_hash = ?2 LIMIT 1"
            );
            let now = Meaning::of_event(id, event);
            let values = params![app, id, now.name, now.second, now.amount, now.currency];
            connection.prepare_cached(&sql)?.query_row(values, remains)
        }
        (By::Content, _) => {
            let sql = format!(
                "SELECT t.id, run.name, input.name, identity, 1, 1, 1, 1, id_hash NOT NULL,
                     alike NOT NULL
                 {FROM} AND fingerprint = ?2 AND ordinal = ?3 LIMIT 1"
            );
            let values = params![app, keys.content, keys.ordinal];
            connection.prepare_cached(&sql)?.query_row(values, remains)
        }
    };
    Ok(found.optional()?)
}

fn remains(row: &rusqlite::Row<'_>) -> rusqlite::Result<Remains> {
    Ok(Remains {
        row: row.get(0)?,
        run: row.get(1)?,
        file: row.get(2)?,
        identity: row.get(3)?,
        same_name: row.get(4)?,
        same_second: row.get(5)?,
        same_amount: row.get(6)?,
        same_currency: row.get(7)?,
        has_id: row.get(8)?,
        is_alike: row.get(9)?,
    })
}

/// The row that is left has this id, too. A rehearsal, which changes nothing of the real ledger,
/// writes it as one of its own input.
pub(super) fn add_id(
    (own, app): (&Connection, i64),
    (row, new): (i64, Option<i64>),
    (event, keys): (&Event, &Keys),
) -> Result<(), LedgerError> {
    let Some(id) = &keys.id else { return Ok(()) };
    let now = Meaning::of_event(id, event);
    let hashes = params![
        new.unwrap_or(row),
        id,
        now.name,
        now.second,
        now.amount,
        now.currency,
        app,
        event.kind.name(),
    ];
    if new.is_some() {
        let sql = "INSERT INTO forgotten (input, app, kind, ordinal, id_hash, name, second, amount,
                       currency)
                   SELECT ?1, ?7, id, 0, ?2, ?3, ?4, ?5, ?6 FROM kind WHERE name = ?8";
        own.prepare_cached(sql)?.execute(hashes)?;
    } else {
        let sql = "UPDATE forgotten SET id_hash = ?2, name = ?3, second = ?4, amount = ?5,
                       currency = ?6 WHERE id = ?1 AND id_hash IS NULL";
        let mut update = own.prepare_cached(sql)?;
        update.execute(&hashes[..6])?;
    }
    Ok(())
}

/// A row of this input is like an accepted event, which is like no other from now on. With its keys the
/// row was left out, and is recognised; without them it goes.
pub(super) fn note_alike(
    (own, app, input): (&Connection, i64, i64),
    (event, left_out): (&Event, Option<&Keys>),
    alike: i64,
) -> Result<(), LedgerError> {
    let id = left_out.and_then(|keys| keys.id);
    let now = id.map(|id| Meaning::of_event(&id, event));
    let now = now.as_ref();
    let values = params![
        input,
        app,
        event.kind.name(),
        left_out.map_or(0, |keys| keys.ordinal),
        left_out.and_then(|keys| keys.content),
        id,
        now.map(|now| now.name),
        now.map(|now| now.second),
        now.map(|now| now.amount),
        now.map(|now| now.currency),
        alike
    ];
    let sql =
        "INSERT INTO forgotten (input, app, kind, ordinal, fingerprint, id_hash, name, second,
                   amount, currency, alike)
               SELECT ?1, ?2, id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM kind WHERE name = ?3";
    own.prepare_cached(sql)?.execute(values)?;
    Ok(())
}
