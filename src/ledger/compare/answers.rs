//! What came of a comparison: every row by day, kind, app, name and currency, and those that
//! differ, one by one.

use rusqlite::{Row, params};
use rust_decimal::Decimal;

use super::{Comparison, IDS, What, amount};
use crate::ledger::books::Books;
use crate::ledger::error::LedgerError;
use crate::ledger::list::{FOUND, FoundRow, JOINED, found};

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
    /// The number of what it is.
    pub what: i64,
    /// Empty if it is no money.
    pub currency: String,
    /// How it stands to the other list.
    pub state: State,
    /// What it is worth.
    pub amount: Option<Decimal>,
}

/// Why a row is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was accepted, and the export does not have it.
    Missing,
    /// The export has it with another amount or in another currency.
    OtherMoney,
    /// The export has it more often than it was accepted.
    Again,
}

impl Why {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Why::Missing => "missing",
            Why::OtherMoney => "other_money",
            Why::Again => "again",
        }
    }
}

/// A row that differs.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What is wrong.
    pub why: Why,
    /// The row as the ledger has it.
    pub sent: FoundRow,
    /// The row of the export: file and line, arrival, amount and currency.
    pub export: Option<(u32, u64, i64, String, String)>,
}

/// How long a request may have been on its way, or tried again: it is accepted when its answer is
/// there, and arrived before that.
const EDGE: i64 = 15 * 60_000_000;

/// The length of a day.
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

    /// Whether a row of the ledger must be in the export, from this time on: it has an id of a sort
    /// that the export has.
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

    /// Tells every row that differs, in the order of the ledger, those that are there again last.
    pub fn differences(
        &self,
        books: &Books,
        (from, to): (i64, i64),
        mut tell: impl FnMut(Difference) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let named = self.named(from);
        let sql = format!(
            "SELECT * FROM (
             SELECT s.id, CASE WHEN f.id IS NULL THEN 0 ELSE 1 END AS why, f.file, f.line, f.at, f.amount,
                f.currency
             FROM sent s LEFT JOIN found f ON f.partner = s.id AND f.how <> 'again'
             WHERE f.how = 'money' OR f.id IS NULL AND {named}
             UNION ALL
             SELECT partner, 2, file, line, at, amount, currency FROM found
             WHERE how = 'again' AND at >= ?1 AND at < ?2
             ) ORDER BY why = 2, id"
        );
        let mut read = self.connection.prepare(&sql)?;
        let mut rows = read.query([from, to])?;
        while let Some(row) = rows.next()? {
            let why = match row.get(1)? {
                0 => Why::Missing,
                1 => Why::OtherMoney,
                _ => Why::Again,
            };
            let file: Option<u32> = row.get(2)?;
            let export = match file {
                None => None,
                Some(file) => {
                    let line: i64 = row.get(3)?;
                    let (at, amount, currency) = (row.get(4)?, row.get(5)?, row.get(6)?);
                    Some((file, line.cast_unsigned(), at, amount, currency))
                }
            };
            let sent = books.accepted(row.get(0)?)?;
            tell(Difference { why, sent, export })?;
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

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let text: String = row.get(3)?;
    Ok(Line {
        day: row.get(0)?,
        what: row.get(1)?,
        currency: row.get(2)?,
        amount: amount(&text),
        state: match row.get(4)? {
            0 => State::Found,
            1 => State::OtherMoney,
            2 => State::Missing,
            3 => State::Unnamed,
            4 => State::Known,
            5 => State::Foreign,
            _ => State::Again,
        },
    })
}

impl Books {
    /// An accepted row by its number.
    fn accepted(&self, id: i64) -> Result<FoundRow, LedgerError> {
        let sql = format!(
            "SELECT {FOUND}, 'accepted', t.accepted_at FROM accepted t {JOINED} WHERE t.id = ?1"
        );
        let mut read = self.connection.prepare_cached(&sql)?;
        Ok(read.query_row(params![id], found)?)
    }
}
