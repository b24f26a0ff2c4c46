//! A run from its first row to its end: what is looked at beforehand, what goes on meanwhile, and
//! how it ended.

pub mod bookkeeper;
pub mod ending;
pub mod facts;
pub mod identity;
pub mod ledger;
pub mod prepare;
pub mod read;
pub mod signals;
pub mod streams;
pub mod transfer;
pub mod warnings;
