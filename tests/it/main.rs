//! The tests of the built program: one binary, a module for each subject, so that everything is
//! linked once. `cargo test --test it ledger::` runs one subject, `cargo test --test it NAME` the
//! tests whose names hold it.
//!
//! What is measured alone (pace, memory) is a binary of its own: `endurance`.

mod support;

mod config;
mod help;
mod house;
mod http;
mod ledger;
mod metrics;
mod packaging;
mod presets;
mod reconcile;
mod report_html;
mod sandbox;
mod schema;
mod terminal;
mod upload;
mod validate;
mod wild;
