//! What the ledger says to a row that wants to be sent.

use std::sync::Arc;

use super::origin::Earlier;
use super::steps::ClaimId;
use crate::event::Event;

/// What a row wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To be sent, unless the ledger says no.
    Send,
    /// Not to be sent (it is too old, say), but to be recognised if it was accepted before.
    Recognise,
}

/// What becomes of a row.
#[derive(Debug)]
pub enum Claimed {
    /// It may leave. Its outcome must be settled.
    Send(ClaimId, Arc<Event>),
    /// The same, but nothing will recognise it in another run: it has neither id nor time, and
    /// its input has no name.
    Unremembered(ClaimId, Arc<Event>),
    /// It was accepted before, or occurred before in this run.
    Duplicate(Arc<Event>, Recognised, Earlier),
    /// It is in doubt since an earlier run, and nobody has resolved it.
    Held(Arc<Event>, Earlier),
    /// Another event has this id.
    IdConflict(Arc<Event>, Earlier),
    /// It is dated before what the ledger was told to forget.
    Forgotten(Arc<Event>),
    /// Money that could not be recognised again.
    MissingIdentity(Arc<Event>),
    /// It only wanted to be recognised, and is not known.
    Unknown(Arc<Event>),
}

/// How a duplicate was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Recognised {
    /// By its id.
    Id,
    /// By fingerprint and ordinal, neither having an id.
    Content,
    /// By fingerprint and ordinal, one having an id and the other none.
    MatchedByContent,
}

impl Recognised {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Recognised::Id => "id",
            Recognised::Content => "content",
            Recognised::MatchedByContent => "matched_by_content",
        }
    }
}
