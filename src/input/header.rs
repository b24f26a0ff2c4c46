//! The header of a CSV input: its names, its text, and what it must not be.
//!
//! Names are kept as they are written, trimmed; matching them loosely is the mapping's task.
//! Of a rejects file only the original columns are shown. Exports are glued together, so a header
//! also knows when a row is a header.
//!
//! How an input is written: what the user said, and what was found.
//!
//! A [`Dialect`] is all that is needed to cut a chunk into rows. All threads share it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use anyhow::bail;
use encoding_rs::Encoding;
use jiff::civil::DateTime;
use uuid::Uuid;

use super::cells::{raw_cells, unquoted};
use super::encoding::Seen;
use super::rejects;
use crate::model::words::words;
use crate::model::{Place, shown};

/// What the columns are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
    text: Arc<str>,
    delimiter: u8,
    /// Columns without a name behind the others.
    unnamed: usize,
    /// A bit for each length that a name has.
    lengths: u64,
}

/// A row that is a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// The same as the first.
    Same,
    /// It names other columns, or these in another order: what follows is another export.
    Other,
}

/// A row is the header of another export: its columns are not those that rows were read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherHeader(
    /// Where it stands.
    pub Place,
);

/// A header that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8 {
    /// The encoding that it seems to be.
    pub likely: Option<&'static str>,
}

impl std::error::Error for NotUtf8 {}

impl fmt::Display for NotUtf8 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.likely {
            Some(name) => write!(
                out,
                "the header is not UTF-8; it looks like {name}: pass --encoding {name}"
            ),
            None => out.write_str(
                "the header is not UTF-8; save the export as UTF-8, or name what it is with \
                 --encoding",
            ),
        }
    }
}

/// How a web page or an XML document begins, in lower case.
const MARKUP: [&str; 5] = ["<!doctype", "<html", "<?xml", "<head", "<body"];

impl Header {
    /// Reads the header's record. Also tells whether it is that of a rejects file.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, and names that are empty or occur twice, with their columns.
    pub(super) fn read(
        record: &[u8],
        delimiter: u8,
        encoding: Seen,
    ) -> anyhow::Result<(Self, bool)> {
        let text = std::str::from_utf8(record).map_err(|_| NotUtf8 {
            likely: encoding.likely(record),
        })?;
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
        let last = names.iter().rposition(|name| !name.is_empty());
        let unnamed = last.map_or(0, |last| names.len() - last - 1);
        names.truncate(names.len() - unnamed);
        check(&names)?;
        let header = Header {
            text: original.into(),
            delimiter,
            unnamed,
            lengths: names.iter().fold(0, |bits, name| bits | length_bit(name)),
            names,
        };
        Ok((header, is_rejects))
    }

    /// How many columns without a name stand behind the others.
    pub(super) fn unnamed(&self) -> usize {
        self.unnamed
    }

    /// Whether a row is a header, this one or another. Values that are names of columns by chance
    /// are few in a row.
    pub(super) fn again(&self, cells: &[Cow<'_, str>]) -> Option<Again> {
        let is_name = |cell: &str| {
            let has_length = self.lengths & length_bit(cell) != 0;
            has_length && self.names.iter().any(|name| name == cell)
        };
        // Nearly every row ends here.
        if ![cells.first()?, cells.last()?]
            .iter()
            .any(|cell| is_name(cell.trim()))
        {
            return None;
        }
        let mut cells = cells.iter().map(|cell| cell.trim());
        let named: HashSet<&str> = cells.clone().filter(|cell| is_name(cell)).collect();
        let begins_alike = self.names.iter().all(|name| cells.next() == Some(name));
        if begins_alike && cells.all(str::is_empty) {
            return Some(Again::Same);
        }
        (named.len() > 1 && named.len() * 2 > self.names.len()).then_some(Again::Other)
    }

    /// The columns' names in their order, trimmed, each there once.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The header as it stands in the input, without its line ending.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What separates the cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

fn length_bit(name: &str) -> u64 {
    1 << name.len().min(63)
}

/// Whether text begins like a web page or an XML document.
pub(super) fn is_markup(text: &[u8]) -> bool {
    let start = text.trim_ascii_start();
    MARKUP.iter().any(|mark| {
        let start = start.get(..mark.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()))
    })
}

/// Whether this is a value that no column is called by: an id, a point of time, an address.
fn is_value(name: &str) -> bool {
    let is_time = || name.contains(':') && name.trim_end_matches('Z').parse::<DateTime>().is_ok();
    Uuid::try_parse(name).is_ok() || name.parse::<IpAddr>().is_ok() || is_time()
}

fn check(names: &[String]) -> anyhow::Result<()> {
    if let Some((column, name)) = (1..).zip(names).find(|(_, name)| is_value(name)) {
        bail!(
            "the first line is a row and not a header: its cell {column} is {:?}; put a line with \
             the names of the columns before it",
            shown(name)
        );
    }
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
    /// What the first lines show of the encoding.
    pub(super) encoding: Seen,
    /// Whether this is a rejects file of ours; NDJSON says so row by row.
    pub(super) rejects: bool,
    pub(super) max_row_bytes: usize,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn message(record: &str) -> String {
        Header::read(record.as_bytes(), b',', Seen::default())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn names_are_unquoted_and_trimmed_and_the_text_is_kept() {
        let (header, is_rejects) = Header::read(
            br#"a, "b" ,"c ""d"", e","#.strip_suffix(b",").unwrap(),
            b',',
            Seen::default(),
        )
        .unwrap();
        assert_eq!(header.names(), ["a", "\"b\"", "c \"d\", e"]);
        assert_eq!(&**header.text(), r#"a, "b" ,"c ""d"", e""#);
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
        assert!(Header::read(b"Price,price", b',', Seen::default()).is_ok());
    }

    #[test]
    fn columns_without_a_name_count_only_at_the_end() {
        let (header, _) = Header::read(b"a,b, ,", b',', Seen::default()).unwrap();
        assert_eq!(header.names(), ["a", "b"]);
        assert_eq!((header.unnamed(), &**header.text()), (2, "a,b, ,"));
        assert_eq!(
            message(",,"),
            "column 1 has no name in the header; name it or take it out"
        );
    }

    #[test]
    fn a_row_of_values_is_no_header() {
        for row in [
            "p1,11111111-2222-4333-8444-555555555555",
            "p1,111111112222433384445555555555AA",
            "p1,2026-11-25T10:00:00Z",
            "p1,2026-11-25 10:00:00",
            "p1,203.0.113.5",
            "p1,2001:db8::1",
        ] {
            let said = message(row);
            assert!(
                said.starts_with("the first line is a row and not a header: its cell 2 is "),
                "{said}"
            );
        }
        for names in ["day,2026-11-25,2026-11-26", "1,2,3.5", "a:b,::"] {
            assert_eq!(
                Header::read(names.as_bytes(), b',', Seen::default()).is_ok(),
                names != "a:b,::",
                "{names}"
            );
        }
    }

    #[test]
    fn a_header_knows_headers() {
        let (header, _) = Header::read(b"kind,id,price,currency", b',', Seen::default()).unwrap();
        let again = |row: &str| {
            let cells: Vec<Cow<'_, str>> = row.split(',').map(Cow::Borrowed).collect();
            header.again(&cells)
        };
        assert_eq!(again("kind,id, price,currency"), Some(Again::Same));
        assert_eq!(again("kind,id,currency,price"), Some(Again::Other));
        assert_eq!(again("id,kind,price,currency"), Some(Again::Other));
        assert_eq!(again("kind,id,price,currency,note"), Some(Again::Other));
        assert_eq!(again("kind,id,price"), Some(Again::Other));
        assert_eq!(again("kind,1,4.99,USD"), None);
        assert_eq!(again("kind,kind,kind,kind"), None);
        assert_eq!(again("open,1,,"), None);
    }

    #[test]
    fn the_header_of_a_rejects_file_is_that_of_the_export() {
        let text = "_reason;_field;_hint;_file;_line;\"Event Time\";price;_raw";
        let (header, is_rejects) = Header::read(text.as_bytes(), b';', Seen::default()).unwrap();
        assert!(is_rejects);
        assert_eq!(header.names(), ["Event Time", "price"]);
        assert_eq!(&**header.text(), "\"Event Time\";price");
    }
}
