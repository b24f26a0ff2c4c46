//! What the program says about itself, held to its word: examples run, mistakes are answered,
//! completions complete, and who follows the proposals arrives.
//!
//! Lines of a shell are run by bash, since that is what people paste them into.

#![allow(clippy::unwrap_used, reason = "tests")]

mod claims;
mod completions;
mod examples;
mod first_touch;
mod guides;
mod json;
mod man;
mod mistakes;
mod prepared;
