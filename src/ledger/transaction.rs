//! One durable step after the other: what was settled is folded in, then something is done.

use rusqlite::Connection;

use super::claim::Ledger;
use super::error::LedgerError;
use super::memory::Memory;
use super::store;
use super::unsettled::settle;

impl Ledger {
    /// Makes durable what was settled since the last claim: for a stream that has fallen quiet.
    pub fn commit(&mut self) -> Result<(), LedgerError> {
        if !self.memory.journal.has_settled() {
            return Ok(());
        }
        self.transact(|_, _, _| Ok(()))
    }

    /// One durable step: what was settled is folded in, then `work` is done.
    pub(super) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut Memory, &Connection, Option<&Connection>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        if self.broken {
            return Err(LedgerError::Broken);
        }
        let claims = self.memory.stamp.claims;
        let done = self.attempt(work);
        if let Err(error) = &done {
            // The report must not know of claims that the database has not.
            self.memory.stamp.claims = claims;
            self.failure.get_or_insert_with(|| error.to_string());
        }
        done
    }

    fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Memory, &Connection, Option<&Connection>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        // Only a whole pass may lead out of here; anything else leaves memory ahead of the disk.
        self.broken = true;
        if let Some(lock) = &self.lock {
            lock.check()?;
        }
        let transaction = store::transaction(&self.connection)?;
        let freed = self.memory.fold(&transaction)?;
        let done = work(&mut self.memory, &transaction, self.past.as_ref())?;
        self.memory.stamp_claims(&transaction)?;
        transaction.commit()?;
        self.memory.slots.release(freed);
        self.broken = false;
        Ok(done)
    }

    /// Makes everything settled durable and ends the run. Claims without an outcome stay claimed,
    /// and the next run finds them as it would after a kill.
    pub fn finish(mut self) -> Result<(), LedgerError> {
        if self.broken {
            return self.leave();
        }
        let ended = self.transact(|memory, connection, _| {
            memory.note_growth(connection)?;
            if memory.open.is_empty() {
                let now = jiff::Timestamp::now().as_microsecond();
                let sql = "UPDATE run SET ended_at = ?2 WHERE id = ?1";
                connection.execute(sql, [memory.run.id, now])?;
                connection.execute("UPDATE ledger SET clean = 1", [])?;
            }
            Ok(())
        });
        if ended.is_err() {
            self.leave()?;
        }
        ended
    }

    /// Ends a run whose database cannot be written: what was settled stands in the steps, and
    /// what happened beside the lock.
    fn leave(&mut self) -> Result<(), LedgerError> {
        if let (Some(lock), Some(failure)) = (&mut self.lock, &self.failure) {
            lock.note_end(failure);
        }
        self.memory.journal.sync()
    }

    /// Whether the log of the database has grown beyond all measure, as it does while another
    /// program reads for long.
    pub fn log_is_large(&self) -> bool {
        const LARGE: u64 = 1 << 30;
        let path = self.connection.path().map(std::path::Path::new);
        path.is_some_and(|path| super::files::wal_size(path) > LARGE)
    }
}

impl Memory {
    /// Writes what was settled since the last call. Gives the slots that are free once that is
    /// committed.
    fn fold(&mut self, connection: &Connection) -> Result<Vec<u32>, LedgerError> {
        let mut slots = Vec::new();
        let now = jiff::Timestamp::now().as_microsecond();
        for (claim, outcome, why) in self.journal.take_settled() {
            if self.open.remove(&claim.id) {
                let outcome = (outcome, why.as_deref());
                settle(connection, claim.id.cast_signed(), outcome, now)?;
                slots.push(claim.slot);
            }
        }
        Ok(slots)
    }

    /// Writes the number of the last claim, if the ledger is still the one that was opened.
    fn stamp_claims(&self, connection: &Connection) -> Result<(), LedgerError> {
        const SQL: &str = "UPDATE ledger SET claims = ?3 WHERE generation = ?1 AND token = ?2";
        let stamp = &self.stamp;
        let mut update = connection.prepare_cached(SQL)?;
        match update.execute([stamp.generation, stamp.token, stamp.claims])? {
            1 => Ok(()),
            _ => Err(LedgerError::Replaced {
                path: connection.path().unwrap_or("ledger").into(),
                what: "opened by another run",
            }),
        }
    }
}
