//! The promise of the ledger, shown from outside: the built program against a sandbox, killed,
//! repeated, locked out, starved of disk. What the sandbox recorded is the evidence.
//!
//! The kill campaign in full (200 runs over 20,000 rows) is one command:
//! `cargo test --release --test it -- --ignored --nocapture in_full`
//!
//! Power losses in full: the same with `power_in_full`.

#![allow(clippy::unwrap_used, unreachable_pub, reason = "tests")]

mod after_kill;
mod again;
mod alike;
mod changes;
mod deciding;
#[cfg(target_os = "linux")]
mod disk;
mod full_disk;
mod killing;
mod late_ids;
mod lines;
mod lock;
mod model;
mod nameless;
mod overlap;
mod place;
#[cfg(target_os = "linux")]
mod places;
#[cfg(target_os = "linux")]
mod power;
#[cfg(target_os = "linux")]
mod reboot;
mod recovering;
mod redelivery;
mod refusal;
#[cfg(target_os = "linux")]
mod replay;
mod rows;
mod status;
mod tenjin;
#[cfg(target_os = "linux")]
mod trace;
mod twins;
