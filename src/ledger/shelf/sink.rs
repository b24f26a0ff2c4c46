//! How entries go down a shelf, from tier to tier.
//!
//! The small tiers take what comes as runs of their own, so that it is written once in each; when
//! their runs are used up, all of them go further as one. The large tiers have one run each, which
//! is written anew with all that comes.

use rusqlite::Connection;

use super::Shelf;
use crate::ledger::error::LedgerError;
use crate::ledger::pack::{merge, slice_ids};

/// The levels of each tier, oldest first; what is kept in them is older from tier to tier. Version
/// 1 of the ledger knew the levels 1 to 3, each of them as large as it is here or larger. The levels
/// 8 and 9 once were the oldest of the first tier, which is the same order.
const TIERS: [&[usize]; 4] = [
    &[10, 11, 12, 13, 14, 15],
    &[1, 4, 5, 6, 7, 8, 9],
    &[2],
    &[3],
];

/// All levels, the newest entries first.
pub(super) fn newest_first() -> impl Iterator<Item = usize> {
    TIERS.iter().flat_map(|tier| tier.iter().rev().copied())
}

impl<const P: usize> Shelf<P> {
    /// Brings sorted entries of a slice into the first tier that has room for them.
    pub(super) fn sink(
        &mut self,
        connection: &Connection,
        slice: u8,
        entries: Vec<u8>,
    ) -> Result<(), LedgerError> {
        let mut carried = entries;
        for (tier, levels) in TIERS.iter().enumerate() {
            if carried.is_empty() {
                break;
            }
            carried = match room(tier, slice, &carried) {
                Room::Runs(most) => self.stack(connection, (levels, most), slice, carried)?,
                Room::Entries(most) => {
                    self.blend(connection, (levels[0], slice), most, &carried)?
                }
            };
        }
        Ok(())
    }

    /// Lays entries down as a run of their own, if that makes `most` at the most; else takes up
    /// all runs of the slice, and gives back what has to go further.
    fn stack(
        &mut self,
        connection: &Connection,
        (runs, most): (&[usize], usize),
        slice: u8,
        entries: Vec<u8>,
    ) -> Result<Vec<u8>, LedgerError> {
        let filled = self.filled(connection, runs, slice)?;
        if let Some(&free) = runs[..most].get(filled) {
            self.lay(connection, (free, slice), &entries)?;
            return Ok(Vec::new());
        }
        let mut carried = entries;
        for &run in runs.iter().rev() {
            let there = self.take(connection, run, slice)?;
            carried = merge(&carried, &there, Self::WIDTH);
            self.lay(connection, (run, slice), &[])?;
        }
        Ok(carried)
    }

    /// Merges entries into the one run of a slice; gives back all of them if that gets too long.
    fn blend(
        &mut self,
        connection: &Connection,
        (level, slice): (usize, u8),
        most: usize,
        entries: &[u8],
    ) -> Result<Vec<u8>, LedgerError> {
        let there = self.take(connection, level, slice)?;
        let merged = merge(entries, &there, Self::WIDTH);
        if merged.len() / Self::WIDTH > most {
            self.lay(connection, (level, slice), &[])?;
            return Ok(merged);
        }
        self.lay(connection, (level, slice), &merged)?;
        Ok(Vec::new())
    }

    /// How many of these runs, oldest first, are used up to the last one that holds anything.
    fn filled(
        &self,
        connection: &Connection,
        runs: &[usize],
        slice: u8,
    ) -> Result<usize, LedgerError> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE id BETWEEN ?1 AND ?2)",
            self.table
        );
        let mut read = connection.prepare_cached(&sql)?;
        for (at, &run) in runs.iter().enumerate().rev() {
            if read.query_row(slice_ids(run, slice), |row| row.get(0))? {
                return Ok(at + 1);
            }
        }
        Ok(0)
    }
}

/// What a tier may hold of a slice.
enum Room {
    /// So many runs, each as it came.
    Runs(usize),
    /// One run of so many entries, written anew with all that comes.
    Entries(usize),
}

/// Not the same for all slices, nor for a slice each time, so that they do not all move at once.
/// Keys are hashes, so the first one that comes is as good as a die.
fn room(tier: usize, slice: u8, coming: &[u8]) -> Room {
    let die = coming.get(15).map_or(0, |&byte| usize::from(byte));
    match tier {
        0 => Room::Runs(5 + die % 2),
        1 => Room::Runs(5 + die / 2 % 3),
        2 => Room::Entries(64_000 + 64 * usize::from(slice)),
        _ => Room::Entries(usize::MAX),
    }
}
