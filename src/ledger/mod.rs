//! The ledger: what Tenjin accepted is never sent again.
//!
//! A row is **claimed** durably before it may leave ([`Ledger::claim`]), its request is **leaving**
//! before its first byte goes ([`Steps::leaving`]), and it is **settled** when its outcome is known
//! ([`Steps::settle`]). Whatever ends a run in between, the next opening knows for each row
//! whether it was accepted, never left, or is in doubt.
//!
//! ```text
//! files    where it stands             lock     one upload at a time
//! store    the database, its versions  steps    leaving and settled, beside the database
//! boot     which boot this is          recover  what became of a dead run's rows
//! key      what events are found by    shelf    many keys, few pages
//! index    accepted, for good          pending  in doubt, released
//! batch    claimed, together
//! origin   where rows came from        seen     ordinals, and what this run tried
//! flight   claims without an outcome   memory   all that a run has in mind
//! judge    may this row be sent?       claim    the run's own doing
//! released sending without the input   open     opening
//! input    the same content again      books    status, resolve
//! forget   with a horizon              list     list, export
//! pack, sieve, frozen                  what a shelf is made of
//! writeback  the journal into the database
//! ```

mod answer;
mod batch;
mod books;
mod boot;
mod claim;
mod error;
mod files;
mod flight;
mod forget;
mod frozen;
mod index;
mod input;
mod judge;
mod key;
mod list;
mod lock;
mod memory;
mod open;
mod origin;
mod pack;
mod pending;
mod recover;
mod released;
mod seen;
mod shelf;
mod sieve;
mod steps;
mod store;
#[cfg(test)]
mod tests;
mod writeback;

pub use answer::{Claimed, Recognised, Wish};
pub use books::{AppStatus, Books, Resolution, RunStatus, Status};
pub use claim::Ledger;
pub use error::LedgerError;
pub use files::{beside_it, default_path};
pub use forget::{Forget, Forgotten, Horizon};
pub use input::InputCheck;
pub use list::{Listed, Which};
pub use lock::Holder;
pub use open::{OpenOptions, Opened, RunInfo};
pub use origin::Earlier;
pub use recover::Recovery;
pub use rusqlite::version as sqlite_version;
pub use steps::{ClaimId, Steps};
