//! What surrounds the program: the files to copy in `packaging/`, what a build says of itself.
//!
//! Checks by tools that are not everywhere say on standard error that they were left out;
//! `.ci/run` installs promtool.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests; they say what they leave out"
)]

mod alerts;
mod options;
mod package;
mod tool;
mod units;
mod version;
