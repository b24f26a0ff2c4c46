//! What goes when: feed (rayon) -> claim -> send -> settle.
//!
//! Every deciding part is a plain state machine that takes time as a value ([`flow`] and what it
//! is made of); threads, locks and clocks are in [`feed`], [`claim`] and [`send`] only.

mod apps;
mod breaker;
pub mod claim;
pub mod claimed;
pub mod claims;
mod conflict;
pub mod facts;
pub mod feed;
pub mod flow;
pub mod ids;
mod key_finder;
mod pacer;
mod pause;
mod queue;
mod retry;
pub mod send;
mod step;
pub mod workers;

pub use apps::{OneApp, several};
pub use key_finder::KeyFinder;
pub use retry::InDoubt;
pub use step::{InvalidRowLimit, RowLimit};

#[cfg(test)]
mod laws;
