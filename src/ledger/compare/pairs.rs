//! Which row of the export is which of the ledger.
//!
//! The ledger's rows look for their like in the order in which they were accepted, each for the
//! earliest that nobody has taken: with windows of one length that pairs as many as can be paired.

use rusqlite::{OptionalExtension, Row, Statement, params};

use super::{Comparison, IDS, WINDOW};
use crate::ledger::error::LedgerError;
use crate::model::Kind;

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

/// The money of the two is the same.
const SAME_MONEY: &str = "currency = ?3 AND amount = ?4";
/// Both are money.
const OTHER_MONEY: &str = "currency <> '' AND ?3 <> '' AND ?4 <> ''";

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
    /// Finds the pairs: accepted rows first, then those in doubt, then rows of the export whose like
    /// was sent. Of rows without money only those that are `countable` can be there again: an app is
    /// opened many times.
    pub fn pair(&mut self, countable: &[Kind]) -> Result<(), LedgerError> {
        self.index()?;
        for state in ["id > 0", "id < 0"] {
            self.seek("same", state, SAME_MONEY, "at")?;
            let unpaired = format!(
                "{state} AND currency <> '' AND NOT EXISTS
                (SELECT 1 FROM found WHERE partner = sent.id)"
            );
            let nearest = format!("abs(at + {WINDOW} - ?6)");
            self.seek("money", &unpaired, OTHER_MONEY, &nearest)?;
        }
        let kinds: Vec<_> = countable.iter().map(|kind| kind.name()).collect();
        let kinds = kinds.join("', '");
        self.again(&format!("kind IN ('{kinds}')"), SAME_MONEY)?;
        self.again("currency <> ''", OTHER_MONEY)
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
        self.pass(
            &format!("SELECT {SEEKER}, first, last FROM sent WHERE {who} ORDER BY last, id"),
            &format!("FROM found WHERE {money} AND at BETWEEN ?5 AND ?6 AND how IS NULL"),
            order,
            &format!("UPDATE found SET how = '{how}', partner = ?1 WHERE id = ?2"),
        )
    }

    /// Rows of the export that nobody has look for one of the ledger that is like them. The one that
    /// is read is the one that changes, and it is read by its number.
    fn again(&self, who: &str, money: &str) -> Result<(), LedgerError> {
        self.pass(
            &format!(
                "SELECT f.{}, at, at FROM found f NOT INDEXED CROSS JOIN what w ON w.id = f.what
                 WHERE how IS NULL AND {who} ORDER BY f.id",
                SEEKER.replace(", ", ", f.")
            ),
            &format!("FROM sent WHERE {money} AND last BETWEEN ?5 AND ?6"),
            "last",
            "UPDATE found SET how = 'again', partner = ?2 WHERE id = ?1",
        )
    }

    /// Every one of `seekers` takes the first of the candidates; `update` writes it down.
    fn pass(
        &self,
        seekers: &str,
        candidates: &str,
        order: &str,
        update: &str,
    ) -> Result<(), LedgerError> {
        let look = |(at, id): (usize, &str)| {
            let sql = format!(
                "SELECT id {candidates} AND {id} = ?1 AND what = ?2 ORDER BY {order} LIMIT 1"
            );
            Ok((at, self.connection.prepare(&sql)?))
        };
        let looks = self.ids().map(look);
        let mut looks = looks.collect::<Result<Vec<_>, LedgerError>>()?;
        let mut update = self.connection.prepare(update)?;
        let mut read = self.connection.prepare(seekers)?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let seeker = seeker(row)?;
            if let Some(found) = first_of(&mut looks, &seeker)? {
                update.execute([seeker.id, found])?;
            }
        }
        Ok(())
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
