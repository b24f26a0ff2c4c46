//! A run from its first row to its end: who owns its account and its output, what is worth a
//! warning, and how signals and panics end it.

pub mod bookkeeper;
pub mod panic;
pub mod signals;
pub mod warnings;
