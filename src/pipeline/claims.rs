//! The station before sending: what the ledger says to each row of a batch.
//!
//! The road knows the ledger only as this contract, so that a run without one (a throw-away
//! sandbox) and a run with one go the same way.

use std::fmt;
use std::sync::Arc;

use crate::event::Event;
use crate::outcome::Outcome;
use crate::row::{Filter, Rejection};

/// What the ledger calls a claimed row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimId(pub u64);

/// What the ledger says to a row.
#[derive(Debug)]
pub enum Claimed {
    /// Send it; nobody else will.
    Send(ClaimId, Arc<Event>),
    /// Accepted before, or the same identity occurred before in this run.
    Duplicate(Arc<Event>, &'static str),
    /// In doubt since an earlier run, and not resolved.
    Held(Arc<Event>),
    /// Its identity is in conflict with another row, or it has none.
    Rejected(Arc<Event>, Box<Rejection>),
    /// A rule of the ledger leaves it out.
    Filtered(Arc<Event>, Filter),
}

/// Why a claim could not be made or kept.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The disk is full.
    #[error("the ledger's disk is full: {0}")]
    Full(String),
    /// Too many rows share an event id.
    #[error("{0}")]
    NoIdentity(String),
    /// Anything else.
    #[error("the ledger could not be written: {0}")]
    Broken(String),
}

/// Claim, leave, settle.
pub trait Claims: Sync + fmt::Debug {
    /// Decides for each row of a batch, in input order; durable on return.
    fn claim(&self, batch: &[Arc<Event>]) -> Result<Vec<Claimed>, ClaimError>;
    /// A request for this row is about to leave: known to the operating system on return.
    fn leaving(&self, claim: ClaimId) -> Result<(), ClaimError>;
    /// The request certainly was not recorded: the row is merely claimed again.
    fn returned(&self, claim: ClaimId) -> Result<(), ClaimError>;
    /// The row has its outcome: known to the operating system on return.
    fn settle(&self, claim: ClaimId, outcome: Outcome) -> Result<(), ClaimError>;
}

/// Remembers nothing: every row is sent.
#[derive(Debug, Default)]
pub struct NoLedger;

impl Claims for NoLedger {
    fn claim(&self, batch: &[Arc<Event>]) -> Result<Vec<Claimed>, ClaimError> {
        Ok(batch
            .into_iter()
            .map(|event| Claimed::Send(ClaimId(0), event.clone()))
            .collect())
    }

    fn leaving(&self, _: ClaimId) -> Result<(), ClaimError> {
        Ok(())
    }

    fn returned(&self, _: ClaimId) -> Result<(), ClaimError> {
        Ok(())
    }

    fn settle(&self, _: ClaimId, _: Outcome) -> Result<(), ClaimError> {
        Ok(())
    }
}
