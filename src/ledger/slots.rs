//! The slots of the journal that no unsettled claim has.

use super::error::LedgerError;
use super::steps::Steps;

#[derive(Debug)]
pub(super) struct Slots {
    all: u32,
    free: Vec<u32>,
}

impl Slots {
    pub(super) fn new() -> Self {
        Slots {
            all: Steps::FIRST,
            free: (0..Steps::FIRST).rev().collect(),
        }
    }

    /// Makes sure that there is a free slot for each of `claims` claims.
    pub(super) fn reserve(&mut self, steps: &Steps, claims: usize) -> Result<(), LedgerError> {
        let missing = u32::try_from(claims.saturating_sub(self.free.len())).unwrap_or(u32::MAX);
        let all = steps.reserve(self.all, self.all.saturating_add(missing))?;
        self.free.splice(0..0, (self.all..all).rev());
        self.all = all;
        Ok(())
    }

    /// One that no claim has, if there is one.
    pub(super) fn take(&mut self) -> Option<u32> {
        self.free.pop()
    }

    /// Their claims are settled, and durably so.
    pub(super) fn release(&mut self, slots: Vec<u32>) {
        self.free.extend(slots);
    }
}
