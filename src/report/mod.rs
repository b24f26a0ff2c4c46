//! The report: what a run did, in numbers, files and a summary for people.
//!
//! [`crate::stats`] holds every number; [`view`] says what there is to say, once; each rendering is
//! a function from that view to text, and [`files`] writes what must be named row by row.
//!
//! ```text
//! stats, run -> view -> json (by its schema), html      the documents in the folder
//!                    -> text (the summary, or the plan of a dry run), metrics
//! folder     -> history -> the last run of the same inputs, index.html over all runs
//! rows       -> ci (annotations, JUnit)
//! rows       -> files -> rejects/, refused/, in_doubt/, not_sent/, outcomes.ndjson, changed.csv
//! ```

pub mod ci;
pub mod escape;
pub mod figures;
pub mod files;
pub mod history;
pub mod html;
pub mod json;
pub mod layout;
pub mod metrics;
pub mod run;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
pub mod typed;
pub mod users;
pub mod view;
pub mod warning;

pub use crate::stats::LIST_LIMIT;

/// The documents of a report. A new format is one file, and one line here.
pub const DOCUMENTS: [(&str, Render); 2] =
    [("report.json", json::document), ("report.html", html::page)];

/// A document of what there is to say.
type Render = fn(&view::View<'_>) -> String;
