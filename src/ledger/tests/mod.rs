//! The ledger from outside: what a run sees, and what the next one finds.

#![expect(clippy::unwrap_used, reason = "tests")]

mod batches;
mod identity;
mod keeping;
mod kit;
mod model;
mod recovery;
mod shelves;
mod size;
mod versions;
