//! Inputs by content: the same one must yield the same fingerprints.
//!
//! If it does not, a mapping or an option changed what identifies its rows, and all of them
//! would look new. That is asked about before anything is sent (`--new-identity`).

use rusqlite::{OptionalExtension, params};

use super::claim::Ledger;
use super::error::LedgerError;
use super::origin::Earlier;

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
    /// Compares an input, by the digest of its content, with what was uploaded before. `sample`
    /// is a digest of its first fingerprints.
    pub fn check_input(
        &self,
        digest: [u8; 16],
        sample: [u8; 16],
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
            Some((earlier, _)) if earlier == sample => InputCheck::Same,
            Some((_, earlier)) => InputCheck::Differs(earlier),
        })
    }

    /// Takes an input of this run down, for the checks of later ones.
    pub fn note_input(
        &mut self,
        input: u32,
        digest: [u8; 16],
        sample: [u8; 16],
    ) -> Result<(), LedgerError> {
        if self.memory.peeks {
            return Ok(());
        }
        let row = self.memory.input(&self.connection, input)?;
        let sql = "UPDATE input SET digest = ?2, sample = ?3 WHERE id = ?1";
        self.connection.execute(sql, params![row, digest, sample])?;
        Ok(())
    }
}
