//! `report.html` in a real browser: it asks nobody for anything, fits every width, can be read
//! by everybody, says what `report.json` says, and foreign text in it does nothing.
//!
//! Pictures of every page are left in the build's folder for tests, to be looked at.

#![allow(clippy::unwrap_used, reason = "tests")]

pub(crate) mod browser;
mod hostile;
mod large;
pub(crate) mod look;
mod numbers;
mod reading;
