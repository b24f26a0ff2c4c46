//! The claims of this run that have no outcome yet.

use foldhash::{HashMap, HashMapExt};

use super::error::LedgerError;
use super::pack::Key;
use super::pending::Claim;
use super::seen::Tried;
use super::steps::{ClaimId, Steps};

/// Unsettled claims by number, id and content, and the slots of the steps file.
#[derive(Debug)]
pub(super) struct Flight {
    claims: HashMap<u64, Claim>,
    keys: HashMap<Key, u64>,
    next: u64,
    slots: u32,
    free: Vec<u32>,
}

impl Flight {
    /// Nothing in flight; claims are numbered from `next`.
    pub(super) fn new(next: u64) -> Self {
        Flight {
            claims: HashMap::new(),
            keys: HashMap::new(),
            next,
            slots: Steps::FIRST,
            free: (0..Steps::FIRST).rev().collect(),
        }
    }

    /// Makes sure that so many claims can be numbered.
    pub(super) fn reserve(&mut self, steps: &Steps, claims: usize) -> Result<(), LedgerError> {
        let missing = u32::try_from(claims.saturating_sub(self.free.len())).unwrap_or(u32::MAX);
        let slots = steps.reserve(self.slots, self.slots.saturating_add(missing))?;
        self.free.splice(0..0, (self.slots..slots).rev());
        self.slots = slots;
        Ok(())
    }

    /// A number that was never used.
    pub(super) fn number(&mut self) -> Result<ClaimId, LedgerError> {
        let slot = self.free.pop().ok_or(LedgerError::Broken)?;
        let id = self.next;
        self.next += 1;
        Ok(ClaimId { id, slot })
    }

    /// A claim is on its way.
    pub(super) fn add(&mut self, claim: Claim) {
        for key in claim.id_key.iter().chain(&claim.content_key) {
            self.keys.insert(*key, claim.id.id);
        }
        self.claims.insert(claim.id.id, claim);
    }

    /// A claim has its outcome. Its slot is not free before that is durable.
    pub(super) fn remove(&mut self, id: ClaimId) -> Option<Claim> {
        let claim = self.claims.remove(&id.id)?;
        for key in claim.id_key.iter().chain(&claim.content_key) {
            self.keys.remove(key);
        }
        Some(claim)
    }

    /// Slots whose claims are settled and durably so.
    pub(super) fn release(&mut self, slots: Vec<u32>) {
        self.free.extend(slots);
    }

    /// The claim with this id or content.
    pub(super) fn find(&self, key: &Key) -> Option<Tried> {
        let claim = self.claims.get(self.keys.get(key)?)?;
        Some(tried(claim))
    }

    /// How many claims have no outcome.
    pub(super) fn len(&self) -> usize {
        self.claims.len()
    }
}

/// What the run keeps in mind of a claim.
pub(super) fn tried(claim: &Claim) -> Tried {
    Tried {
        tag: claim.tag(),
        with_id: claim.id_key.is_some(),
        place: claim.place,
    }
}
