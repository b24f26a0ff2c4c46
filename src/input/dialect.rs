//! How an input is written: what the user said, and what was found.
//!
//! A [`Dialect`] is all that is needed to cut a chunk into rows. All threads share it.

use std::sync::Arc;

use encoding_rs::Encoding;

use super::header::Header;
use crate::model::words::words;

words! {
    /// What an input consists of.
    pub enum Format {
        /// A header, then records of cells.
        Csv = "csv",
        /// One JSON object a line.
        Ndjson = "ndjson",
    }
}

/// What the user said about the inputs; what is left open is recognised.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// `--format`, unless it is `auto`.
    pub format: Option<Format>,
    /// `--delimiter`, unless it is `auto`.
    pub delimiter: Option<u8>,
    /// `--encoding`: of text that has no byte order mark. UTF-8 if nothing was said.
    pub encoding: Option<&'static Encoding>,
    /// `--max-row-bytes`: longer rows are skipped without being held.
    pub max_row_bytes: usize,
    /// `--input-name`: what is read only once is followed, see [`Growth`](super::Growth).
    pub grows: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            format: None,
            delimiter: None,
            encoding: None,
            max_row_bytes: 1 << 20,
            grows: false,
        }
    }
}

/// How one input is cut into rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) format: Format,
    pub(super) delimiter: u8,
    /// What ends a physical line: `\n`, or `\r` as on old Macs.
    pub(super) newline: u8,
    /// How many columns the export has, our own of a rejects file not counted.
    pub(super) columns: usize,
    /// How many empty cells without a column every row has at its end.
    pub(super) trailing: usize,
    /// What rows are compared with, to find the header of another export among them.
    pub(super) header: Option<Arc<Header>>,
    /// What the text seems to be, where much of it is no UTF-8.
    pub(super) likely: Option<&'static str>,
    /// Whether this is a rejects file of ours; NDJSON says so row by row.
    pub(super) rejects: bool,
    pub(super) max_row_bytes: usize,
}
