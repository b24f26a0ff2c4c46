//! One `--input-name`, one content that only grows.
//!
//! Rows with neither id nor time are told apart by their order under that name. So what stood
//! there before must still stand there: otherwise equal rows of another day would be taken for
//! those of this one.

use rusqlite::{Connection, OptionalExtension, params};

use super::claim::Ledger;
use super::error::LedgerError;
use super::memory::Memory;
use crate::input::{Extent, Growth};

impl Ledger {
    /// What stood under the input name of this run before, and the run that read it.
    pub fn grown(&self) -> Result<Option<(String, Extent)>, LedgerError> {
        let sql = "SELECT run.name, bytes, prefix_hash FROM input JOIN run ON run.id = input.run
                   WHERE input_name = ?1 AND scope = ?2 AND bytes NOT NULL AND run.id <> ?3
                   ORDER BY input.id DESC LIMIT 1";
        let memory = &self.memory;
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        let values = params![memory.input_name, memory.scope, memory.run.id];
        let found = connection.query_row(sql, values, |row| {
            let extent = Extent {
                bytes: row.get::<_, i64>(1)?.cast_unsigned(),
                hash: row.get(2)?,
            };
            Ok((row.get(0)?, extent))
        });
        Ok(found.optional()?)
    }

    /// Writes what stands under that name now.
    pub fn note_grown(&mut self, extent: Extent) -> Result<(), LedgerError> {
        self.transact(|memory, connection, _| note(memory, connection, extent))
    }

    /// With each claim writes how far the input of that name was read.
    pub fn follow(&mut self, growth: Growth) {
        self.memory.growth = Some(growth);
    }
}

impl Memory {
    /// Writes how far an input was read that is followed: at least as far as its rows that are
    /// claimed.
    pub(super) fn note_growth(&self, connection: &Connection) -> Result<(), LedgerError> {
        let growth = self.growth.as_ref();
        growth.map_or(Ok(()), |growth| note(self, connection, growth.so_far()))
    }
}

/// A run with such a name has one input.
fn note(memory: &Memory, connection: &Connection, extent: Extent) -> Result<(), LedgerError> {
    let sql = "UPDATE input SET bytes = ?2, prefix_hash = ?3 WHERE id = ?1";
    if let Some(input) = memory.run.inputs.first().filter(|_| !memory.rehearses) {
        let values = params![input.id, extent.bytes.cast_signed(), extent.hash];
        connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}
