//! The header of a CSV input: its names, its text, and what it must not be.
//!
//! Names are kept as they are written, trimmed; matching them loosely is the mapping's task.
//! Of a rejects file only the original columns are shown.

use std::collections::HashMap;

use anyhow::{Context, bail};

use super::csv_rows::{raw_cells, unquoted};
use super::rejects;
use crate::row::shown;

/// What the columns are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
    text: String,
    delimiter: u8,
}

impl Header {
    /// Reads the header's record. Also tells whether it is that of a rejects file.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, and names that are empty or occur twice, with their columns.
    pub(super) fn read(record: &[u8], delimiter: u8) -> anyhow::Result<(Self, bool)> {
        let text = std::str::from_utf8(record)
            .context("the header is not UTF-8; save the export as UTF-8")?;
        let raw: Vec<&str> = raw_cells(text, delimiter).collect();
        let mut names: Vec<String> = raw
            .iter()
            .map(|cell| unquoted(cell).trim().to_owned())
            .collect();
        let is_rejects = rejects::is_header(&names);
        let mut original = text;
        if is_rejects {
            original = rejects::original(text, &raw);
            names.pop();
            names.drain(..rejects::BEFORE.len());
        }
        check(&names)?;
        let header = Header {
            names,
            text: original.to_owned(),
            delimiter,
        };
        Ok((header, is_rejects))
    }

    /// The columns' names in their order, trimmed, each there once.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The header as it stands in the input, without its line ending.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What separates the cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

fn check(names: &[String]) -> anyhow::Result<()> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (column, name) in (1..).zip(names) {
        if name.is_empty() {
            bail!("column {column} has no name in the header; name it or take it out");
        }
        if let Some(first) = seen.insert(name, column) {
            bail!(
                "columns {first} and {column} are both called {:?} in the header; rename one",
                shown(name)
            );
        }
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn message(record: &str) -> String {
        Header::read(record.as_bytes(), b',')
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn names_are_unquoted_and_trimmed_and_the_text_is_kept() {
        let (header, is_rejects) = Header::read(
            br#"a, "b" ,"c ""d"", e","#.strip_suffix(b",").unwrap(),
            b',',
        )
        .unwrap();
        assert_eq!(header.names(), ["a", "\"b\"", "c \"d\", e"]);
        assert_eq!(header.text(), r#"a, "b" ,"c ""d"", e""#);
        assert!(!is_rejects);
    }

    #[test]
    fn duplicate_and_empty_names_are_named() {
        assert_eq!(
            message("price,name, price"),
            "columns 1 and 3 are both called \"price\" in the header; rename one"
        );
        assert_eq!(
            message("price,,name"),
            "column 2 has no name in the header; name it or take it out"
        );
        assert!(Header::read(b"Price,price", b',').is_ok());
    }

    #[test]
    fn the_header_of_a_rejects_file_is_that_of_the_export() {
        let text = "_reason;_field;_hint;_file;_line;\"Event Time\";price;_raw";
        let (header, is_rejects) = Header::read(text.as_bytes(), b';').unwrap();
        assert!(is_rejects);
        assert_eq!(header.names(), ["Event Time", "price"]);
        assert_eq!(header.text(), "\"Event Time\";price");
    }
}
