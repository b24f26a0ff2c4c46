//! What the ledger decides when it is asked whether a row may be sent.

use std::sync::Arc;

use super::journal::ClaimId;
use crate::model::{Changes, Event, Revenue};

/// What the ledger is asked about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// To be sent, unless the ledger says no.
    Send,
    /// Not to be sent (it is too old, say), but to be recognised if it was accepted before.
    Recognise,
    /// Not to be sent, since a rule of the mapping leaves it out; but its id may have been
    /// accepted before: then it is a refund.
    Refund,
}

/// What becomes of a row.
#[derive(Debug)]
pub enum Decision {
    /// It may leave. Its outcome must be settled.
    Send(ClaimId, Arc<Event>),
    /// The same, but nothing will recognise it in another run: it has neither id nor time, and
    /// its input has no name.
    Unremembered(ClaimId, Arc<Event>),
    /// It was accepted before, or occurred before in this run.
    Duplicate(Arc<Event>, Recognised, Earlier),
    /// A rule leaves it out, but its id was accepted before.
    Refunded(Arc<Event>, Earlier),
    /// It is in doubt since an earlier run, and nobody has resolved it.
    InDoubt(Arc<Event>, Earlier),
    /// Money that may be among what a recovered ledger has lost: in doubt from now on.
    MaybeLost(Arc<Event>),
    /// Another event has this id.
    IdConflict(Arc<Event>, Earlier),
    /// Money with an id that nobody knows, whose content was accepted under another one.
    IdChanged(Arc<Event>, Earlier),
    /// Rows like it were accepted, but identified otherwise: it may be one of them.
    OtherIdentity(Arc<Event>),
    /// Money that looks like what was sent before, identified otherwise, and is to be left out then.
    LooksSent(Arc<Event>),
    /// It is dated before this time, and the ledger was told to forget what is.
    Forgotten(Arc<Event>, i64),
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
    /// By fingerprint and ordinal, one having an id and the other none or another one.
    MatchedByContent,
    /// By the hash that is left of a run that was forgotten.
    Forgotten,
    /// By the hash of a row that `--skip-alike` left out.
    LooksSent,
}

impl Recognised {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Recognised::Id => "id",
            Recognised::Content => "content",
            Recognised::MatchedByContent => "matched_by_content",
            Recognised::Forgotten => "forgotten_run",
            Recognised::LooksSent => "looks_sent",
        }
    }
}

/// The row that was there first, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The run's id.
    pub run: Arc<str>,
    /// The input's name.
    pub file: Arc<str>,
    /// The line; none if its run was forgotten.
    pub line: Option<u64>,
    /// Whether it was read by this very run.
    pub this_run: bool,
    /// The event's name, or the product.
    pub label: Box<str>,
    /// When it happened, µs since 1970 UTC.
    pub time: Option<i64>,
    /// What was sent for it.
    pub revenue: Option<Revenue>,
    /// What its source says otherwise now.
    pub changes: Changes,
    /// Whether times were read otherwise: by another format, zone or column.
    pub other_times: bool,
}

/// A purchase that may have been sent before: what was sent by an earlier run, and what is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resembling {
    /// The amount that was sent.
    pub earlier: Option<Revenue>,
    /// The amount of the row.
    pub now: Option<Revenue>,
}
