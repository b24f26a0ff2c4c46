//! The laws under pressure: every fault, outages, pace, live streams, memory.
//!
//! What is measured here is measured alone: each test waits for its turn. The full sizes run with
//! `cargo test --release --test endurance -- --ignored`.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../it/support/mod.rs"]
mod support;

mod hostile;
mod laws;
mod live;
mod lookup;
mod memory;
mod outages;
mod pace;
mod reconcile;

use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// Waits until no other test runs; a failed one does not stop the next.
fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
