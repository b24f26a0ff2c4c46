//! What was accepted, held against another list of events: Tenjin's own export.
//!
//! Both lists are put into a temporary database, so that ten million rows of either take the same
//! memory as ten. A row of the export is a row of the ledger if both are of the same kind, app and
//! name or product, share an id of a device or a person, and arrived within a day of each other:
//! first those with the same money, then those with other money. What is left over of the export is
//! `again` if its like was sent, else somebody else's. Rows in doubt come after all that is known to
//! be accepted.

mod answers;
mod pairs;

use std::collections::HashMap;

use rusqlite::{Connection, params};
use rust_decimal::Decimal;

pub use answers::{Arrived, Cause, Difference, Line, State};

use super::books::Books;
use super::error::LedgerError;
use super::list::{FOUND, FoundRow, JOINED, found};
use super::row::revenue;
use super::store;
use crate::model::{Revenue, UserIds};

/// How far apart the times of one event can be in both lists, in µs: clocks differ, and a request
/// takes time.
const WINDOW: i64 = 86_400_000_000;
/// How many names are kept in memory.
const NAMES: usize = 10_000;
/// How many rows are read from the ledger at once: few, so that a run that goes on is not held up.
const PAGE: usize = 5_000;

/// The hashes that rows are matched by, the one that tells most first.
const IDS: [&str; 4] = ["installation", "advertising_id", "device_id", "user"];

/// What two rows must have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct What {
    /// `com.example.game`
    pub bundle_id: String,
    /// Its platform.
    pub platform: String,
    /// `purchase`
    pub kind: String,
    /// The event's name, or the product.
    pub name: String,
}

/// A row of the export.
#[derive(Debug, Clone)]
pub struct ExportRow {
    /// Which file, counted from 0.
    pub file: u32,
    /// Its line there.
    pub line: u64,
    /// What it is.
    pub what: What,
    /// When it arrived, µs since 1970 UTC.
    pub at: i64,
    /// What it is worth.
    pub revenue: Option<Revenue>,
    /// Hashes of its ids.
    pub people: UserIds,
    /// Why Tenjin does not count it, if it says so.
    pub state: Option<String>,
}

/// The two lists.
#[derive(Debug)]
pub struct Comparison {
    connection: Connection,
    names: HashMap<What, i64>,
    /// Which ids the export has at all.
    has: [bool; IDS.len()],
}

impl Comparison {
    /// Two empty lists.
    pub fn new() -> Result<Self, LedgerError> {
        let connection = Connection::open("")?;
        connection.pragma_update(None, "journal_mode", "off")?;
        connection.pragma_update(None, "synchronous", "off")?;
        connection.pragma_update(None, "temp_store", "file")?;
        // A sort takes as much again.
        connection.pragma_update(None, "cache_size", -8_192)?;
        connection.execute_batch(include_str!("tables.sql"))?;
        connection.execute_batch("BEGIN")?;
        Ok(Comparison {
            connection,
            names: HashMap::new(),
            has: [false; IDS.len()],
        })
    }

    /// Adds a row of the export.
    pub fn add(&mut self, row: &ExportRow) -> Result<(), LedgerError> {
        const SQL: &str = "INSERT INTO found (file, line, what, at, amount, currency,
            installation, advertising_id, device_id, user, state)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let what = self.number(&row.what)?;
        let (amount, currency) = columns(row.revenue.as_ref());
        let [installation, advertising, device, user] = row.people.0;
        for (has, id) in self.has.iter_mut().zip(row.people.0) {
            *has |= id.is_some();
        }
        self.connection.prepare_cached(SQL)?.execute(params![
            row.file,
            row.line.cast_signed(),
            what,
            row.at,
            amount,
            currency,
            installation,
            advertising,
            device,
            user,
            row.state,
        ])?;
        Ok(())
    }

    /// When the first and the last row of the export arrived.
    pub fn span(&self) -> Result<Option<(i64, i64)>, LedgerError> {
        let sql = "SELECT min(at), max(at) FROM found";
        let (first, last): (Option<i64>, Option<i64>) =
            self.connection
                .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(first.zip(last))
    }

    /// Takes from the ledger what was sent to the endpoint of this name, arrived in this time (the
    /// end does not count) and is wanted; `ask` hears of every row, and whether it lies in the time.
    pub fn take(
        &mut self,
        books: &Books,
        scope: &str,
        (from, to): (i64, i64),
        mut ask: impl FnMut(&FoundRow, bool) -> bool,
    ) -> Result<(), LedgerError> {
        for table in [ACCEPTED, OPEN] {
            let mut last = 0;
            loop {
                let page = page(books, table, scope, last)?;
                let Some(end) = page.last() else {
                    break;
                };
                last = end.id;
                for sent in &page {
                    // What is in doubt arrived at some time of its run.
                    let first = if sent.is_open() {
                        sent.first
                    } else {
                        sent.last
                    };
                    let is_inside = first < to && sent.last >= from;
                    if ask(&sent.row, is_inside) && is_inside {
                        self.put(sent)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, sent: &Sent) -> Result<(), LedgerError> {
        let row = &sent.row;
        let what = self.number(&What {
            kind: row.kind.clone(),
            bundle_id: row.bundle_id.clone(),
            platform: row.platform.clone(),
            name: row.name.clone(),
        })?;
        let (amount, currency) = columns(sent.revenue.as_ref());
        let [installation, advertising, device, user] = sent.people.0;
        let sql = "INSERT INTO sent VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.connection.prepare_cached(sql)?.execute(params![
            if sent.is_open() { -sent.id } else { sent.id },
            what,
            sent.first,
            sent.last,
            amount,
            currency,
            installation,
            advertising,
            device,
            user
        ])?;
        Ok(())
    }

    /// The number of what a row is.
    fn number(&mut self, what: &What) -> Result<i64, LedgerError> {
        if let Some(number) = self.names.get(what) {
            return Ok(*number);
        }
        let values = [&what.kind, &what.bundle_id, &what.platform, &what.name];
        let sql = "INSERT OR IGNORE INTO what (kind, bundle_id, platform, name)
                   VALUES (?1, ?2, ?3, ?4)";
        self.connection.prepare_cached(sql)?.execute(values)?;
        let sql = "SELECT id FROM what
                   WHERE kind = ?1 AND bundle_id = ?2 AND platform = ?3 AND name = ?4";
        let mut read = self.connection.prepare_cached(sql)?;
        let number = read.query_row(values, |row| row.get(0))?;
        if self.names.len() < NAMES {
            self.names.insert(what.clone(), number);
        }
        Ok(number)
    }
}

/// A row of the ledger that was sent, or may have been.
struct Sent {
    id: i64,
    row: FoundRow,
    revenue: Option<Revenue>,
    people: UserIds,
    first: i64,
    last: i64,
}

impl Sent {
    /// Whether nobody knows whether it was recorded.
    fn is_open(&self) -> bool {
        self.row.state != "accepted"
    }
}

/// Where rows are, and when they arrived at the earliest and at the latest. Where a person has said
/// later that a row was accepted, or where its run was killed, it arrived at some time of the run.
const ACCEPTED: (&str, &str) = (
    "'accepted', t.accepted_at",
    "CASE WHEN t.accepted_at > ifnull(ended_at, 0) THEN started_at ELSE t.accepted_at END,
     min(t.accepted_at, ifnull(ended_at, t.accepted_at))
     FROM accepted t",
);
/// The same of rows in doubt, and of those that a person has released and that were not sent again.
/// A run that was killed has ended before the next one.
const OPEN: (&str, &str) = (
    "t.state, NULL",
    "started_at,
     coalesce(ended_at, (SELECT min(started_at) FROM run later WHERE later.id > run.id), ?3)
     FROM (SELECT * FROM unsettled WHERE state IN ('in_doubt', 'released')) t",
);

/// The next rows of an endpoint.
fn page(
    books: &Books,
    (state, place): (&str, &str),
    scope: &str,
    after: i64,
) -> Result<Vec<Sent>, LedgerError> {
    let ids = IDS.map(|id| match id {
        "user" => "t.user".to_owned(),
        id => format!("ifnull(t.{id}, t.joined_{id})"),
    });
    let sql = format!(
        "SELECT {FOUND}, {state}, t.id, {}, {place} {JOINED}
         WHERE t.id > ?1 AND app.scope = ?2 AND ?3 NOT NULL ORDER BY t.id LIMIT {PAGE}",
        ids.join(", ")
    );
    let now = jiff::Timestamp::now().as_microsecond();
    store::all(&books.connection, &sql, params![after, scope, now], |row| {
        Ok(Sent {
            row: found(row)?,
            revenue: revenue(row, 8)?,
            id: row.get(13)?,
            people: UserIds([row.get(14)?, row.get(15)?, row.get(16)?, row.get(17)?]),
            first: row.get(18)?,
            last: row.get(19)?,
        })
    })
}

/// Events of an app of which `ledger forget --run` has left nothing but hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgottenRows {
    /// `com.example.game`
    pub bundle_id: String,
    /// Its platform.
    pub platform: String,
    /// How many.
    pub rows: u64,
}

impl Books {
    /// What was forgotten of runs that went on in this time, by app.
    pub fn forgotten_of(
        &self,
        scope: &str,
        (from, to): (i64, i64),
    ) -> Result<Vec<ForgottenRows>, LedgerError> {
        let sql = "SELECT bundle_id, platform, count(*) FROM forgotten
                   JOIN app ON app.id = forgotten.app JOIN input ON input.id = forgotten.input
                   JOIN run ON run.id = input.run
                   WHERE app.scope = ?1 AND started_at < ?3 AND ifnull(ended_at, ?2) >= ?2
                       AND alike IS NULL
                   GROUP BY app.id ORDER BY bundle_id, platform";
        store::all(&self.connection, sql, params![scope, from, to], |row| {
            Ok(ForgottenRows {
                bundle_id: row.get(0)?,
                platform: row.get(1)?,
                rows: row.get(2)?,
            })
        })
    }
}

/// The same money is the same text.
fn columns(revenue: Option<&Revenue>) -> (String, &str) {
    let amount = revenue.map(|(amount, _)| amount.normalize().to_string());
    (
        amount.unwrap_or_default(),
        revenue.map_or("", |(_, currency)| currency.code()),
    )
}

/// The amount in a column that [`columns`] has filled.
fn amount(text: &str) -> Option<Decimal> {
    text.parse().ok()
}
