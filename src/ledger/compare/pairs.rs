//! Which row of the export is which of the ledger.
//!
//! The ledger's rows look for their like in the order in which they were accepted, each for the
//! earliest that nobody has taken: with windows of one length that pairs as many as can be paired.

use rusqlite::{OptionalExtension, Row, Statement, params};

use super::{Comparison, IDS, WINDOW};
use crate::ledger::error::LedgerError;

/// So many rows at once.
const PAGE: usize = 5_000;

/// What a row is looked for by.
struct Seeker {
    id: i64,
    what: i64,
    amount: String,
    currency: String,
    first: i64,
    last: i64,
    ids: [Option<i64>; IDS.len()],
}

/// What [`seeker`] reads.
const SEEKER: &str = "id, what, amount, currency, installation, advertising_id, device_id, user";

fn seeker(row: &Row<'_>) -> rusqlite::Result<Seeker> {
    Ok(Seeker {
        id: row.get(0)?,
        what: row.get(1)?,
        amount: row.get(2)?,
        currency: row.get(3)?,
        ids: [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?],
        first: row.get(8)?,
        last: row.get(9)?,
    })
}

impl Comparison {
    /// Finds the pairs. Of rows without money only those that are `countable` can be there again:
    /// an app is opened many times.
    pub fn pair(&mut self, countable: &[&str]) -> Result<(), LedgerError> {
        self.index()?;
        self.seek("same", "", "AND currency = ?3 AND amount = ?4", "at")?;
        let unpaired = "AND currency <> '' AND NOT EXISTS
            (SELECT 1 FROM found WHERE partner = sent.id)";
        self.seek(
            "money",
            unpaired,
            "AND ?3 <> '' AND ?4 <> ''",
            &format!("abs(at + {WINDOW} - ?6)"),
        )?;
        self.again(countable)
    }

    /// The ids that the export has.
    fn ids(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let has = self.has;
        let all = IDS.into_iter().enumerate();
        all.filter(move |(at, _)| has[*at])
    }

    fn index(&self) -> Result<(), LedgerError> {
        for (_, id) in self.ids() {
            self.connection.execute_batch(&format!(
                "CREATE INDEX found_by_{id} ON found ({id}, what, currency, amount, at)
                    WHERE {id} NOT NULL AND how IS NULL;
                 CREATE INDEX sent_by_{id} ON sent ({id}, what, currency, amount, last)
                    WHERE {id} NOT NULL;"
            ))?;
        }
        self.connection.execute_batch(
            "CREATE INDEX sent_in_time ON sent (last);
             CREATE INDEX found_by_partner ON found (partner) WHERE partner NOT NULL;",
        )?;
        Ok(())
    }

    /// Rows of the ledger look for rows of the export that nobody has.
    fn seek(&self, how: &str, who: &str, money: &str, order: &str) -> Result<(), LedgerError> {
        let look = |(at, id): (usize, &str)| {
            let sql = format!(
                "SELECT id FROM found WHERE {id} = ?1 AND what = ?2 {money}
                 AND at BETWEEN ?5 AND ?6 AND how IS NULL ORDER BY {order} LIMIT 1"
            );
            Ok((at, self.connection.prepare(&sql)?))
        };
        let mut looks = self
            .ids()
            .map(look)
            .collect::<Result<Vec<_>, LedgerError>>()?;
        let sql = "UPDATE found SET how = ?2, partner = ?3 WHERE id = ?1";
        let mut update = self.connection.prepare(sql)?;
        let sql =
            format!("SELECT {SEEKER}, first, last FROM sent WHERE TRUE {who} ORDER BY last, id");
        let mut read = self.connection.prepare(&sql)?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let seeker = seeker(row)?;
            if let Some(found) = first_of(&mut looks, &seeker)? {
                update.execute(params![found, how, seeker.id])?;
            }
        }
        Ok(())
    }

    /// Rows of the export that nobody has look for one of the ledger that is just like them.
    fn again(&self, countable: &[&str]) -> Result<(), LedgerError> {
        let look = |(at, id): (usize, &str)| {
            let sql = format!(
                "SELECT id FROM sent WHERE {id} = ?1 AND what = ?2 AND currency = ?3
                 AND amount = ?4 AND last BETWEEN ?5 AND ?6 ORDER BY last LIMIT 1"
            );
            Ok((at, self.connection.prepare(&sql)?))
        };
        let mut looks = self
            .ids()
            .map(look)
            .collect::<Result<Vec<_>, LedgerError>>()?;
        let sql = "UPDATE found SET how = 'again', partner = ?2 WHERE id = ?1";
        let mut update = self.connection.prepare(sql)?;
        let sql = format!(
            "SELECT {SEEKER}, at, at FROM found WHERE how IS NULL AND id > ?1 AND what IN
                (SELECT id FROM what WHERE kind IN (SELECT value FROM json_each(?2)))
             ORDER BY id LIMIT {PAGE}"
        );
        let mut read = self.connection.prepare(&sql)?;
        let kinds = format!("[\"{}\"]", countable.join("\",\""));
        let mut last = 0;
        loop {
            let page = read.query_map(params![last, kinds], seeker)?;
            let page: Vec<Seeker> = page.collect::<Result<_, _>>()?;
            let Some(end) = page.last() else {
                return Ok(());
            };
            last = end.id;
            for seeker in &page {
                if let Some(sent) = first_of(&mut looks, seeker)? {
                    update.execute([seeker.id, sent])?;
                }
            }
        }
    }
}

/// The first that is found by one of the ids.
fn first_of(
    looks: &mut [(usize, Statement<'_>)],
    seeker: &Seeker,
) -> Result<Option<i64>, LedgerError> {
    for (at, look) in looks {
        let Some(id) = seeker.ids[*at] else { continue };
        let (from, to) = (seeker.first - WINDOW, seeker.last + WINDOW);
        let values = params![id, seeker.what, seeker.currency, seeker.amount, from, to];
        let found = look.query_row(values, |row| row.get(0)).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
