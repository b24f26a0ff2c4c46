//! The types that all other modules share: plain values without I/O.

mod clock;
mod event;
mod exit;
mod kind;
pub(crate) mod names;
mod outcome;
mod rate;
mod row;
mod secret;
pub mod shell;
pub(crate) mod words;

pub use clock::{Clock, DEFAULT_MAX_AGE_DAYS, Moment};
pub use event::{
    Contribution, Currency, Event, Fingerprint, Identity, Installation, Origin, Revenue, SameUser,
    UserIds,
};
pub use exit::Exit;
pub use kind::{App, Kind, Platform, UnknownKind};
pub use names::{SCOPE_SANDBOX, SCOPE_TENJIN, plain};
pub use outcome::{
    BEHIND_FAILED, Change, Changes, Concern, Detail, ENDED_FIRST, FirstSeen, Outcome, StopReason,
    answered_with, spot,
};
pub use rate::{InvalidRate, Rate};
pub use row::{
    Cells, Code, Fault, Filter, Place, RawRow, Rejection, User, drives_terminal, is_formula, shown,
    without_guard,
};
pub use secret::Secret;
