//! What this run has seen: how often each fingerprint occurred in each input, and which
//! identities were tried without being accepted.
//!
//! Exact for inputs of any length in bounded memory: it overflows into a temporary database.

use rusqlite::Connection;

use super::error::LedgerError;
use super::index::portion;
use super::key::{input_mask, xor};
use super::pack::{Key, number_at};
use super::shelf::Shelf;
use super::store;
use crate::event::Fingerprint;
use crate::row::Place;

/// A row of this run that was tried and not accepted (or is on its way).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tried {
    /// Tells whether it had the same fingerprint.
    pub(super) tag: [u8; 4],
    /// Whether it had an id.
    pub(super) with_id: bool,
    /// Where it stands.
    pub(super) place: Place,
}

/// The memory of one run.
#[derive(Debug)]
pub(super) struct Seen {
    overflow: Connection,
    counts: Shelf<4>,
    tried: Shelf<12>,
    masks: Vec<Key>,
}

impl Seen {
    /// Nothing seen yet.
    pub(super) fn new() -> Result<Self, LedgerError> {
        let overflow = store::open_temporary()?;
        overflow.execute_batch(&Shelf::<4>::schema("counts"))?;
        overflow.execute_batch(&Shelf::<12>::schema("tried"))?;
        Ok(Seen {
            counts: Shelf::open(&overflow, "counts")?,
            tried: Shelf::open(&overflow, "tried")?,
            masks: Vec::new(),
            overflow,
        })
    }

    /// The ordinals of these rows among equal fingerprints of their inputs, counted from 0.
    pub(super) fn ordinals<'e>(
        &mut self,
        rows: impl Iterator<Item = (u32, &'e Fingerprint)>,
    ) -> Result<Vec<u32>, LedgerError> {
        let mut ordinals = Vec::new();
        let mut finder = self.counts.finder(&self.overflow)?;
        for (input, fingerprint) in rows {
            while self.masks.len() <= input as usize {
                self.masks.push(input_mask(
                    u32::try_from(self.masks.len()).unwrap_or(u32::MAX),
                ));
            }
            let key = xor(fingerprint.0, self.masks[input as usize]);
            let found = self.counts.get(&mut finder, &key)?;
            let count = found.map_or(0, u32::from_le_bytes);
            self.counts.put(key, count.saturating_add(1).to_le_bytes());
            ordinals.push(count);
        }
        drop(finder);
        tidy(&mut self.counts, &self.overflow, ordinals.len())?;
        Ok(ordinals)
    }

    /// Keeps in mind that this identity was tried.
    pub(super) fn note_tried(&mut self, key: Key, tried: Tried) {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&tried.tag);
        let input = tried.place.input << 1 | u32::from(tried.with_id);
        bytes[4..8].copy_from_slice(&input.to_le_bytes());
        let line = u32::try_from(tried.place.line).unwrap_or(u32::MAX);
        bytes[8..].copy_from_slice(&line.to_le_bytes());
        self.tried.put(key, bytes);
    }

    /// What was tried under this key.
    pub(super) fn tried(&self, key: &Key) -> Result<Option<Tried>, LedgerError> {
        if self.tried.is_empty() {
            return Ok(None);
        }
        let mut finder = self.tried.finder(&self.overflow)?;
        let found = self.tried.get(&mut finder, key)?;
        Ok(found.map(|bytes| {
            let input = number_at(&bytes, 4);
            Tried {
                tag: number_at(&bytes, 0).to_le_bytes(),
                with_id: input & 1 != 0,
                place: Place {
                    input: input >> 1,
                    line: u64::from(number_at(&bytes, 8)),
                },
            }
        }))
    }

    /// Makes room in memory after a batch of this many rows.
    pub(super) fn tidy(&mut self, rows: usize) -> Result<(), LedgerError> {
        tidy(&mut self.tried, &self.overflow, rows)
    }
}

fn tidy<const P: usize>(
    shelf: &mut Shelf<P>,
    overflow: &Connection,
    rows: usize,
) -> Result<(), LedgerError> {
    if !shelf.is_moving() {
        if !shelf.is_full() {
            return Ok(());
        }
        shelf.freeze();
    }
    let transaction = overflow.unchecked_transaction()?;
    shelf.advance(&transaction, portion(rows))?;
    transaction.commit()?;
    Ok(())
}
