//! How an input is written: what the user said, and what was found.
//!
//! A [`Dialect`] is all that is needed to cut a chunk into rows. It is small, so that every
//! thread has its own.

use std::str::FromStr;

/// What an input consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A header, then records of cells.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// The word in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is no format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a format; known are csv and ndjson")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        [Format::Csv, Format::Ndjson]
            .into_iter()
            .find(|format| format.name() == word)
            .ok_or(UnknownFormat)
    }
}

/// What the user said about the inputs; what is left open is recognised.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// `--format`, unless it is `auto`.
    pub format: Option<Format>,
    /// `--delimiter`, unless it is `auto`.
    pub delimiter: Option<u8>,
    /// `--max-row-bytes`: longer rows are skipped without being held.
    pub max_row_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            format: None,
            delimiter: None,
            max_row_bytes: 1 << 20,
        }
    }
}

/// How one input is cut into rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    pub(super) format: Format,
    pub(super) delimiter: u8,
    /// What ends a physical line: `\n`, or `\r` in files of old.
    pub(super) newline: u8,
    /// How many columns the export has, our own of a rejects file not counted.
    pub(super) columns: usize,
    /// Whether this is a rejects file of ours; NDJSON says so row by row.
    pub(super) rejects: bool,
    pub(super) max_row_bytes: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_read_their_own_names() {
        assert_eq!("csv".parse(), Ok(Format::Csv));
        assert_eq!("ndjson".parse(), Ok(Format::Ndjson));
        assert_eq!("CSV".parse::<Format>(), Err(UnknownFormat));
    }
}
