//! One `--input-name`, one content that only grows.
//!
//! Rows with neither id nor time are told apart by their order under that name. So what stood
//! there before must still stand there: otherwise equal rows of another day would be taken for
//! those of this one.

use rusqlite::{OptionalExtension, params};

use super::claim::Ledger;
use super::error::LedgerError;

/// What an input of this name held when it was last uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grown {
    /// The run.
    pub run: String,
    /// How many bytes, decompressed.
    pub bytes: u64,
    /// Their hash.
    pub hash: [u8; 16],
}

impl Ledger {
    /// What stood under the input name of this run before.
    pub fn grown(&self) -> Result<Option<Grown>, LedgerError> {
        let sql = "SELECT run.name, bytes, prefix_hash FROM input JOIN run ON run.id = input.run
                   WHERE input_name = ?1 AND scope = ?2 AND bytes NOT NULL AND run.id <> ?3
                   ORDER BY input.id DESC LIMIT 1";
        let memory = &self.memory;
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        let values = params![memory.input_name, memory.scope, memory.run.id];
        let found = connection.query_row(sql, values, |row| {
            Ok(Grown {
                run: row.get(0)?,
                bytes: row.get::<_, i64>(1)?.cast_unsigned(),
                hash: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Takes down what stands under that name now.
    pub fn note_grown(
        &mut self,
        input: u32,
        bytes: u64,
        hash: [u8; 16],
    ) -> Result<(), LedgerError> {
        if self.memory.rehearses {
            return Ok(());
        }
        self.transact(|memory, connection, _| {
            let id = memory.input(connection, input)?.id;
            let sql = "UPDATE input SET bytes = ?2, prefix_hash = ?3 WHERE id = ?1";
            connection.execute(sql, params![id, bytes.cast_signed(), hash])?;
            Ok(())
        })
    }
}
