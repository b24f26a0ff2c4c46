//! Inputs by content: the same one must yield the same fingerprints.
//!
//! If it does not, a mapping or an option changed what identifies its rows, and all of them
//! would look new. That is asked about before anything is sent (`--new-identity`).

use rusqlite::{OptionalExtension, params};

use super::claim::Ledger;
use super::error::LedgerError;
use super::origin::Earlier;
use crate::event::Fingerprint;

/// What the ledger thinks of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputCheck {
    /// This content was never uploaded.
    New,
    /// It was, and its rows had the same identity.
    Same,
    /// It was, and its rows had another identity.
    Differs(Earlier),
}

impl Ledger {
    /// Compares an input, by the digest of its content, with what was uploaded before. `rows`:
    /// lines and fingerprints of its first valid rows. Rows that are valid only in one of the two
    /// runs say nothing.
    pub fn check_input(
        &self,
        digest: [u8; 16],
        rows: &[(u64, Fingerprint)],
    ) -> Result<InputCheck, LedgerError> {
        let sql = "SELECT sample, run.name, input.name FROM input JOIN run ON run.id = input.run
            WHERE digest = ?1 AND sample NOT NULL AND run.id <> ?2 AND recipe = ?3 AND scope = ?4
              AND (EXISTS (SELECT 1 FROM origin WHERE origin.input = input.id)
                OR EXISTS (SELECT 1 FROM pending WHERE pending.input = input.id))
            ORDER BY input.id DESC LIMIT 1";
        let memory = &self.memory;
        let values = params![digest, memory.run, memory.recipe, memory.scope];
        let found = self.connection.query_row(sql, values, |row| {
            let earlier = Earlier {
                run: row.get(1)?,
                file: row.get(2)?,
                line: None,
                this_run: false,
            };
            Ok((row.get::<_, [u8; 16]>(0)?, earlier))
        });
        Ok(match found.optional()? {
            None => InputCheck::New,
            Some((sample, _)) if agrees(sample, rows) => InputCheck::Same,
            Some((_, earlier)) => InputCheck::Differs(earlier),
        })
    }

    /// Takes an input of this run down, for the checks of later ones.
    pub fn note_input(
        &mut self,
        input: u32,
        digest: [u8; 16],
        rows: &[(u64, Fingerprint)],
    ) -> Result<(), LedgerError> {
        if self.memory.peeks {
            return Ok(());
        }
        let Some(sample) = sample(rows) else {
            return Ok(());
        };
        let row = self.memory.input(&self.connection, input)?;
        let sql = "UPDATE input SET digest = ?2, sample = ?3 WHERE id = ?1";
        self.connection.execute(sql, params![row, digest, sample])?;
        Ok(())
    }
}

/// Two rows of an input, each as its line and the start of its fingerprint: 16 bytes.
fn sample(rows: &[(u64, Fingerprint)]) -> Option<[u8; 16]> {
    let (first, last) = (rows.first()?, rows.last()?);
    let mut sample = [0; 16];
    sample[..8].copy_from_slice(&entry(first));
    sample[8..].copy_from_slice(&entry(last));
    Some(sample)
}

fn entry((line, fingerprint): &(u64, Fingerprint)) -> [u8; 8] {
    let mut entry = [0; 8];
    let line = u32::try_from(*line).unwrap_or(u32::MAX);
    entry[..4].copy_from_slice(&line.to_le_bytes());
    entry[4..].copy_from_slice(&fingerprint.0[..4]);
    entry
}

/// Whether no row that is known from before has another fingerprint now.
fn agrees(sample: [u8; 16], rows: &[(u64, Fingerprint)]) -> bool {
    let now: Vec<[u8; 8]> = rows.iter().map(entry).collect();
    sample.chunks_exact(8).all(|before| {
        let same_line = now.iter().find(|entry| entry[..4] == before[..4]);
        same_line.is_none_or(|entry| entry == before)
    })
}
