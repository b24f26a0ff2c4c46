//! The report: what a run did, in numbers, files and a summary for people.
//!
//! [`crate::stats`] holds every number; [`files`] writes what must be named row by row; each
//! rendering is a function from the account to text. A new rendering is one new file and one line here.
//!
//! ```text
//! facts -> stats -> json (by its schema), html, metrics, terminal (the summary), plan (of a dry run)
//! rows  -> files -> rejects/, refused/, in_doubt/, not_sent/, outcomes.ndjson   (in a folder)
//! ```

pub mod changed;
pub mod control;
mod entries;
pub mod escape;
pub mod figures;
pub mod files;
pub mod folder;
mod headline;
pub mod html;
pub mod json;
pub mod layout;
pub mod left_out;
mod measures;
pub mod metrics;
pub mod metrics_file;
pub mod next;
pub mod outcomes;
pub mod plan;
mod proposals;
pub mod ranges;
pub mod rejects;
pub mod row_format;
pub mod run;
pub mod schema;
pub mod source;
mod table;
pub mod terminal;
#[cfg(test)]
pub(crate) mod tests;
mod totals;
pub mod typed;
pub mod warning;
pub mod why;

pub use crate::stats::LIST_LIMIT;
