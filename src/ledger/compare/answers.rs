//! What came of a comparison: every row by day, kind, app, name and currency, and those that
//! differ, one by one.

use rusqlite::Row;
use rust_decimal::Decimal;

use super::{Comparison, IDS, What, amount};
use crate::ledger::books::Books;
use crate::ledger::error::LedgerError;
use crate::ledger::list::{FOUND, FoundRow, JOINED, found};
use crate::model::words::words;

/// How a row stands to the other list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Of the ledger: the export has it, with the same money.
    Found,
    /// Of the ledger: the export has it, with other money.
    OtherMoney,
    /// Of the ledger: the export does not have it.
    Missing,
    /// Of the ledger: not found, and nobody can say whether it should be: it has no id of a sort
    /// that the export has, or it was accepted just behind the start of the period and may have
    /// arrived before.
    Unnamed,
    /// Of the export: the ledger has it.
    Known,
    /// Of the export: the ledger does not have it. The app's own SDK may have sent it.
    Foreign,
    /// Of the export: the ledger has it once more, and that one was found.
    Again,
}

/// A row of either list.
#[derive(Debug, Clone)]
pub struct Line {
    /// The UTC day of its arrival, counted from 1970.
    pub day: i64,
    /// What it is: a number for [`Comparison::what`].
    pub what: i64,
    /// Empty if it is no money.
    pub currency: String,
    /// How it stands to the other list.
    pub state: State,
    /// What it is worth.
    pub amount: Option<Decimal>,
}

words! {
    /// Why a row is named.
    pub enum Cause {
        /// It was accepted, and the export does not have it.
        Missing = "missing",
        /// It was accepted, and the export has it with another amount or in another currency.
        OtherMoney = "other_money",
        /// The export has it more often than it was accepted.
        Again = "again",
        /// It is in doubt, and the export has it.
        InDoubtFound = "in_doubt_found",
        /// It is in doubt, and the export does not have it.
        InDoubtMissing = "in_doubt_missing",
        /// It is in doubt, and nobody can say whether the export has it.
        InDoubtUnnamed = "in_doubt_not_comparable",
    }
}

/// A row that differs.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What is wrong.
    pub why: Cause,
    /// The row as the ledger has it.
    pub sent: FoundRow,
    /// The row of the export.
    pub export: Option<Arrived>,
}

/// A row of the export.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// Which file, counted from 0.
    pub file: u32,
    /// Its line there.
    pub line: u64,
    /// When it arrived.
    pub at: i64,
    /// What it says; empty if it is no money.
    pub amount: String,
    /// In this currency.
    pub currency: String,
    /// Whether this is the money that was sent.
    pub is_same_money: bool,
}

/// How long a request may be on its way, retries included, in µs: it is accepted when its answer
/// comes, and arrived before that.
const EDGE: i64 = 15 * 60_000_000;

/// The length of a day, in µs.
const DAY: i64 = 86_400_000_000;

impl Comparison {
    /// Tells every row of the period, in the order of day, what and currency.
    pub fn each(
        &self,
        (from, to): (i64, i64),
        mut tell: impl FnMut(&Line) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let named = self.named(from);
        let sql = format!(
            "SELECT last / {DAY} AS day, s.what, s.currency, s.amount,
                CASE WHEN how = 'same' THEN 0 WHEN how = 'money' THEN 1
                     WHEN {named} THEN 2 ELSE 3 END
             FROM sent s LEFT JOIN found f ON f.partner = s.id AND f.how <> 'again'
             WHERE s.id > 0
             UNION ALL
             SELECT at / {DAY}, what, currency, amount,
                CASE WHEN how IS NULL THEN 5 WHEN how = 'again' THEN 6 ELSE 4 END
             FROM found WHERE at >= ?1 AND at < ?2
             ORDER BY 1, 2, 3"
        );
        let mut read = self.connection.prepare(&sql)?;
        let mut rows = read.query([from, to])?;
        while let Some(row) = rows.next()? {
            tell(&line(row)?)?;
        }
        Ok(())
    }

    /// SQL: whether a row of the ledger must be in the export, from this time on: it has an id of a
    /// sort that the export has.
    fn named(&self, from: i64) -> String {
        let from = from + EDGE;
        let ids = IDS.iter().zip(self.has).filter(|(_, has)| *has);
        let ids: Vec<String> = ids.map(|(id, _)| format!("s.{id} NOT NULL")).collect();
        if ids.is_empty() {
            return "FALSE".into();
        }
        format!("(s.last >= {from} AND ({}))", ids.join(" OR "))
    }

    /// What a number stands for.
    pub fn what(&self, number: i64) -> Result<What, LedgerError> {
        let sql = "SELECT kind, bundle_id, platform, name FROM what WHERE id = ?1";
        let mut read = self.connection.prepare_cached(sql)?;
        Ok(read.query_row([number], |row| {
            Ok(What {
                kind: row.get(0)?,
                bundle_id: row.get(1)?,
                platform: row.get(2)?,
                name: row.get(3)?,
            })
        })?)
    }

    /// Tells every row that differs, and every one in doubt: by what is wrong, in the order of the
    /// ledger.
    pub fn differences(
        &self,
        books: &Books,
        (from, to): (i64, i64),
        mut tell: impl FnMut(Difference) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let named = self.named(from);
        let sql = format!(
            "SELECT * FROM (
             SELECT s.id,
                CASE WHEN s.id > 0 THEN f.id NOT NULL
                     WHEN f.id NOT NULL THEN 3 WHEN {named} THEN 4 ELSE 5 END AS why,
                f.file, f.line, f.at, f.amount, f.currency, f.how = 'same'
             FROM sent s LEFT JOIN found f ON f.partner = s.id AND f.how <> 'again'
             WHERE f.how = 'money' OR f.id IS NULL AND {named} OR s.id < 0
             UNION ALL
             SELECT s.id, 2, file, line, at, f.amount, f.currency,
                (f.amount, f.currency) = (s.amount, s.currency)
             FROM found f JOIN sent s ON s.id = f.partner
             WHERE how = 'again' AND at >= ?1 AND at < ?2
             ) ORDER BY why > 1, why > 2, abs(id)"
        );
        let mut read = self.connection.prepare(&sql)?;
        let mut rows = read.query([from, to])?;
        while let Some(row) = rows.next()? {
            let why: usize = row.get(1)?;
            tell(Difference {
                why: Cause::ALL[why],
                sent: books.sent(row.get(0)?)?,
                export: arrived(row)?,
            })?;
        }
        Ok(())
    }

    /// Tells each row that Tenjin has and does not count: the filter, currency and amount.
    pub fn states(
        &self,
        (from, to): (i64, i64),
        mut tell: impl FnMut(&str, &str, Option<Decimal>, bool),
    ) -> Result<(), LedgerError> {
        let sql = "SELECT state, currency, amount, how NOT NULL FROM found
                   WHERE state NOT NULL AND at >= ?1 AND at < ?2";
        let mut read = self.connection.prepare(sql)?;
        let mut rows = read.query([from, to])?;
        while let Some(row) = rows.next()? {
            let text = |at| -> rusqlite::Result<String> { row.get(at) };
            tell(&text(0)?, &text(1)?, amount(&text(2)?), row.get(3)?);
        }
        Ok(())
    }
}

/// By the number that the query gives them.
const STATES: [State; 7] = [
    State::Found,
    State::OtherMoney,
    State::Missing,
    State::Unnamed,
    State::Known,
    State::Foreign,
    State::Again,
];

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let text: String = row.get(3)?;
    Ok(Line {
        day: row.get(0)?,
        what: row.get(1)?,
        currency: row.get(2)?,
        amount: amount(&text),
        state: STATES[row.get::<_, usize>(4)?],
    })
}

fn arrived(row: &Row<'_>) -> rusqlite::Result<Option<Arrived>> {
    let Some(file) = row.get(2)? else {
        return Ok(None);
    };
    let line: i64 = row.get(3)?;
    Ok(Some(Arrived {
        file,
        line: line.cast_unsigned(),
        at: row.get(4)?,
        amount: row.get(5)?,
        currency: row.get(6)?,
        is_same_money: row.get(7)?,
    }))
}

impl Books {
    /// A row by its number among those that are compared.
    fn sent(&self, id: i64) -> Result<FoundRow, LedgerError> {
        let (columns, table) = match id {
            0.. => ("'accepted', t.accepted_at", "accepted"),
            _ => ("t.state, NULL", "unsettled"),
        };
        let sql = format!("SELECT {FOUND}, {columns} FROM {table} t {JOINED} WHERE t.id = ?1");
        let mut read = self.connection.prepare_cached(&sql)?;
        Ok(read.query_row([id.abs()], found)?)
    }
}
