//! Rows that were claimed together: one value of the database, so that claiming 500 of them costs
//! a few pages, and not 500 rows of a table that are each written and struck off again.
//!
//! Promise: a row stands in its batch from its claim until it is settled, and a mark beside the
//! rows says which are. A row that is kept for longer moves to the table `pending` in the same
//! transaction.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::error::LedgerError;
use super::pack::Key;
use super::pending::{self, Claim, State};
use super::steps::ClaimId;
use crate::event::Event;

/// Of zstd: a request repeats most of its record, and what is not written need not be synced.
const LEVEL: i32 = -1;

/// A claimed row in a batch. What old ledgers hold is read by this, so it is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row<'a> {
    pub(super) id: u64,
    pub(super) slot: u32,
    pub(super) input: i64,
    pub(super) line: u64,
    pub(super) kind: &'a str,
    pub(super) app: i64,
    pub(super) time: Option<i64>,
    pub(super) installation: u64,
    pub(super) id_key: Option<Key>,
    pub(super) fingerprint: [u8; 16],
    pub(super) content_key: Option<Key>,
    pub(super) name: &'a str,
    pub(super) amount: Option<String>,
    pub(super) currency: Option<&'a str>,
    pub(super) body: &'a str,
    #[serde(with = "serde_bytes")]
    pub(super) text: &'a [u8],
}

impl<'a> Row<'a> {
    fn of(claim: &Claim, event: &'a Event) -> Self {
        let revenue = event.worth.revenue.as_ref();
        Row {
            id: claim.id.id,
            slot: claim.id.slot,
            input: claim.input,
            line: claim.place.line,
            kind: event.kind.name(),
            app: claim.app,
            time: event.time,
            installation: event.installation.0,
            id_key: claim.id_key,
            fingerprint: claim.fingerprint.0,
            content_key: claim.content_key,
            name: &event.worth.label,
            amount: revenue.map(|(amount, _)| amount.to_string()),
            currency: revenue.map(|(_, currency)| currency.code()),
            body: &event.body,
            text: &event.text,
        }
    }
}

/// The batches of a run that are not settled, and the one that is being claimed.
pub(super) struct Batches {
    /// By the number of the first claim.
    open: BTreeMap<u64, Marks>,
    /// That number and how many rows were taken in since the last [`Batches::write`].
    coming: Option<(u64, usize)>,
    packed: Vec<u8>,
    /// Kept, since it takes a megabyte to start one.
    press: zstd::bulk::Compressor<'static>,
}

impl std::fmt::Debug for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batches")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

/// Which rows of a batch are settled.
#[derive(Debug)]
struct Marks {
    settled: Vec<u8>,
    changed: bool,
}

impl Marks {
    fn has_open(&self) -> bool {
        self.settled.contains(&0)
    }
}

impl Batches {
    /// Nothing claimed yet.
    pub(super) fn new() -> Result<Self, LedgerError> {
        Ok(Batches {
            open: BTreeMap::new(),
            coming: None,
            packed: Vec::new(),
            press: zstd::bulk::Compressor::new(LEVEL)?,
        })
    }

    /// Takes a claimed row in. Claims of one batch have numbers that follow each other.
    pub(super) fn add(&mut self, claim: &Claim, event: &Event) -> Result<(), LedgerError> {
        let (first, count) = self.coming.unwrap_or((claim.id.id, 0));
        debug_assert_eq!(claim.id.id, first + count as u64, "one after the other");
        let packed = std::mem::take(&mut self.packed);
        self.packed = postcard::to_extend(&Row::of(claim, event), packed).map_err(unreadable)?;
        self.coming = Some((first, count + 1));
        Ok(())
    }

    /// Writes down what was taken in, as one batch.
    pub(super) fn write(&mut self, connection: &Connection, run: i64) -> Result<(), LedgerError> {
        let Some((first, count)) = self.coming.take() else {
            return Ok(());
        };
        let pressed = self.press.compress(&self.packed)?;
        connection
            .prepare_cached("INSERT INTO batch VALUES (?1, ?2, ?3)")?
            .execute(params![first.cast_signed(), run, pressed])?;
        self.packed.clear();
        let marks = Marks {
            settled: vec![0; count],
            changed: false,
        };
        self.open.insert(first, marks);
        Ok(())
    }

    /// A row has its outcome; known to the database with [`Batches::mark`].
    pub(super) fn settle(&mut self, claim: ClaimId) {
        let Some((first, marks)) = self.open.range_mut(..=claim.id).next_back() else {
            return;
        };
        let place = usize::try_from(claim.id - first).unwrap_or(usize::MAX);
        if let Some(settled) = marks.settled.get_mut(place) {
            *settled = 1;
            marks.changed = true;
        }
    }

    /// Moves these rows, sorted, to the table of what is kept for longer: they are in doubt.
    pub(super) fn keep(
        &self,
        connection: &Connection,
        run: i64,
        claims: &[u64],
    ) -> Result<(), LedgerError> {
        for (&first, marks) in &self.open {
            let past = first + marks.settled.len() as u64;
            let from = claims.partition_point(|&id| id < first);
            let to = claims.partition_point(|&id| id < past);
            if from == to {
                continue;
            }
            let packed = rows(connection, first)?;
            for row in unpacked(&packed) {
                let row = row?;
                if claims[from..to].binary_search(&row.id).is_ok() {
                    pending::insert(connection, "pending", run, State::InDoubt, &row)?;
                }
            }
        }
        Ok(())
    }

    /// Marks what was settled; a batch goes with its last row.
    pub(super) fn mark(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        for (first, marks) in self.open.iter_mut().filter(|(_, marks)| marks.changed) {
            let id = first.cast_signed();
            if marks.has_open() {
                connection
                    .prepare_cached("REPLACE INTO settled VALUES (?1, ?2)")?
                    .execute(params![id, marks.settled])?;
            } else {
                strike(connection, id)?;
            }
            marks.changed = false;
        }
        self.open.retain(|_, marks| marks.has_open());
        Ok(())
    }
}

fn strike(connection: &Connection, batch: i64) -> Result<(), LedgerError> {
    for sql in [
        "DELETE FROM settled WHERE batch = ?1",
        "DELETE FROM batch WHERE id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([batch])?;
    }
    Ok(())
}

fn rows(connection: &Connection, batch: u64) -> Result<Vec<u8>, LedgerError> {
    let sql = "SELECT rows FROM batch WHERE id = ?1";
    let mut read = connection.prepare_cached(sql)?;
    let pressed: Vec<u8> = read.query_row([batch.cast_signed()], |row| row.get(0))?;
    zstd::decode_all(&*pressed).map_err(unreadable)
}

/// The rows of a batch, in order; ends with the first that cannot be read.
fn unpacked(packed: &[u8]) -> impl Iterator<Item = Result<Row<'_>, LedgerError>> {
    let mut rest = packed;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let taken = postcard::take_from_bytes(std::mem::take(&mut rest));
        Some(taken.map_err(unreadable).map(|(row, after)| {
            rest = after;
            row
        }))
    })
}

/// Moves every row that is not settled to `pending`, as claimed, for who looks after a dead run.
pub(super) fn unpack(connection: &Connection) -> Result<(), LedgerError> {
    spread(connection, "pending")?;
    connection.execute_batch("DELETE FROM settled; DELETE FROM batch")?;
    Ok(())
}

/// Lets who may only look find claimed rows in `pending` too, all of them as of this moment.
pub(super) fn show(connection: &Connection) -> Result<(), LedgerError> {
    if !connection.table_exists(None, "batch")? {
        return Ok(());
    }
    connection.execute_batch(
        "BEGIN;
         CREATE TEMP TABLE claimed AS SELECT * FROM main.pending WHERE 0;
         CREATE TEMP VIEW pending AS
             SELECT * FROM main.pending UNION ALL SELECT * FROM claimed",
    )?;
    spread(connection, "claimed")
}

fn spread(connection: &Connection, to: &str) -> Result<(), LedgerError> {
    let sql = "SELECT id, run FROM batch ORDER BY id";
    let batches: Vec<(i64, i64)> = connection
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (batch, run) in batches {
        let packed = rows(connection, batch.cast_unsigned())?;
        let sql = "SELECT rows FROM settled WHERE batch = ?1";
        let settled: Option<Vec<u8>> = connection
            .query_row(sql, [batch], |row| row.get(0))
            .optional()?;
        let settled = settled.unwrap_or_default();
        for (place, row) in unpacked(&packed).enumerate() {
            let row = row?;
            if settled.get(place).is_none_or(|&mark| mark == 0) {
                pending::insert(connection, to, run, State::Claimed, &row)?;
            }
        }
    }
    Ok(())
}

fn unreadable(error: impl std::fmt::Display) -> LedgerError {
    LedgerError::Corrupt {
        path: "ledger".into(),
        why: format!("a batch of claimed rows: {error}"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn row() -> Row<'static> {
        Row {
            id: 300,
            slot: 7,
            input: 1,
            line: 2,
            kind: "purchase",
            app: 1,
            time: Some(-1),
            installation: u64::MAX,
            id_key: None,
            fingerprint: [0xf1; 16],
            content_key: Some([0xc0; 16]),
            name: "p",
            amount: Some("4.99".into()),
            currency: Some("EUR"),
            body: "a=b",
            text: b"\xff,\n",
        }
    }

    #[test]
    fn rows_are_packed_as_they_always_were() {
        let packed = postcard::to_extend(&row(), Vec::new()).unwrap();
        let hex: Vec<String> = packed.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex.concat(),
            "ac02070202087075726368617365020101ffffffffffffffffff0100f1f1f1f1f1f1f1f1f1f1f1f1f1f1\
             f1f101c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c001700104342e393901034555520361\
             3d6203ff2c0a"
        );
        let twice = [&packed[..], &packed].concat();
        let read = unpacked(&twice).collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(read, [row(), row()]);
    }

    #[test]
    fn a_damaged_batch_is_no_row() {
        let packed = postcard::to_extend(&row(), Vec::new()).unwrap();
        let mut read = unpacked(&packed[..packed.len() - 1]);
        assert!(matches!(
            read.next(),
            Some(Err(LedgerError::Corrupt { .. }))
        ));
        assert!(read.next().is_none());
    }
}
