//! The ledger from outside: what a run sees, and what the next one finds.

#![expect(clippy::unwrap_used, reason = "tests")]

mod identity;
mod keeping;
mod kit;
mod looking;
mod recovery;
mod rehearsal;
mod rules;
