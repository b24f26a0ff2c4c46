//! The stand-in for Tenjin, seen through raw sockets: exact bytes, exact counts.

#![allow(clippy::unwrap_used, reason = "tests")]

mod books;
mod client;
mod faults;
mod hostile;
mod outages;
