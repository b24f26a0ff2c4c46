//! The ledger: what Tenjin accepted is never sent again.
//!
//! A row is **claimed** durably before it may leave ([`Ledger::decide`]), its request is
//! **leaving** before its first byte goes ([`Journal::leaving`]), and it is **settled** when its
//! outcome is known ([`Journal::settle`]). Whatever ends a run in between, the next opening knows for
//! each row whether it was accepted, never left, or is in doubt.
//!
//! ```text
//! schema.sql  the tables                  store       the database
//! files       which file, is it safe      mounts      is the file system
//! lock        one upload at a time        journal     leaving and settled
//! open        opening                     consistency does the journal know more?
//! recover     what a dead run left        row         what a row is in tables
//! lookup      looking for rows in them    unsettled   rows without an outcome
//! file_map    hashes in a temporary file  seen        the rows of this run
//! transaction one durable step            identity    how rows are identified
//! source      and were before             memory      numbers at hand
//! judge       may this row be sent?       claim       the way to the wire
//! released    rows free to be sent        ids         `validate`'s ids
//! input       one name, one content       books       status, backup
//! list        list, find, export          forget      by age, by run
//! remains     hashes of forgotten runs    compare     held against another list
//! resolve     what a person decides       subscribed  what was sent as both kinds
//! ```

mod alike;
mod books;
mod claim;
pub mod compare;
mod consistency;
mod decision;
mod error;
mod file_map;
mod files;
mod forget;
mod identity;
mod ids;
mod input;
mod journal;
mod judge;
mod list;
mod lock;
mod lookup;
mod memory;
mod mounts;
mod open;
mod recover;
mod released;
mod remains;
mod resolve;
mod row;
mod seen;
mod source;
mod store;
mod subscribed;
#[cfg(test)]
mod tests;
mod transaction;
mod unsettled;

pub use books::{AppStatus, Books, RunStatus, Status, Unknown};
pub use claim::Ledger;
pub use consistency::Witness;
pub use decision::{Decision, Earlier, Intent, Recognised, Resembling};
pub use error::{Holder, LedgerError};
pub use files::{beside_it, default_path};
pub use forget::{Forget, Forgotten, Horizon, Kept};
pub use identity::IdentityParts;
pub use ids::{DistinctRows, First, Ids};
pub use journal::{ClaimId, Journal};
pub use list::{FoundRow, Listed, Wanted, Which};
pub use open::{OpenOptions, Opened, RunInfo};
pub use recover::Recovery;
pub use released::{LeftOver, Total};
pub use resolve::{Resolution, Resolved, Selection};
pub use rusqlite::version as sqlite_version;
pub use source::InputInfo;
