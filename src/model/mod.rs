//! The types that all other modules share: plain values without I/O.

mod clock;
mod event;
mod kind;
mod outcome;
mod row;
pub mod text;
pub(crate) mod words;

pub use clock::{Clock, DEFAULT_MAX_AGE_DAYS, Moment, Rate};
pub use event::{
    Contribution, Currency, Event, Fingerprint, Identity, Installation, Origin, Revenue, SameUser,
    UserIds,
};
pub use kind::{App, Kind, Platform, Secret};
pub use outcome::{
    BEHIND_FAILED, Change, Changes, Concern, Detail, ENDED_FIRST, Exit, FirstSeen, Outcome,
    StopReason, answered_with, spot,
};
pub use row::{Cells, Code, Fault, Filter, NO_REVENUE, Place, RawRow, Rejection, User};
pub use text::{
    SCOPE_SANDBOX, SCOPE_TENJIN, drives_terminal, is_formula, plain, shown, without_guard,
};
