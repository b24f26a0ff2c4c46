//! What surrounds the program: the files to copy in `packaging/`, what a build says of itself.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod version;
