//! For tests: an input read whole, its rows as plain values.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use super::super::header::ReadOptions;
use super::super::source::Source;
use super::super::stream::Stream;
use crate::model::{Cells, Code, RawRow};

/// A row as it was lent, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::input) struct Seen {
    pub(in crate::input) line: u64,
    pub(in crate::input) text: Vec<u8>,
    pub(in crate::input) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::input) enum What {
    Csv(Vec<String>),
    Json(Vec<(String, String)>),
    Empty,
    Damaged(Code),
}

impl Seen {
    fn of(row: &RawRow<'_>) -> Self {
        let what = match &row.cells {
            Cells::Csv(cells) => What::Csv(cells.iter().map(ToString::to_string).collect()),
            Cells::Json(members) => What::Json(
                members
                    .iter()
                    .map(|(name, value)| (name.to_string(), (*value).to_owned()))
                    .collect(),
            ),
            Cells::Empty => What::Empty,
            Cells::Damaged(fault) => What::Damaged(fault.code),
        };
        Seen {
            line: row.place.line,
            text: row.text.to_vec(),
            what,
        }
    }
}

/// The line and the cells, joined by `|`, of a whole CSV row; or what else it was.
pub(in crate::input) fn told(rows: &[Seen]) -> Vec<String> {
    let one = |row: &Seen| {
        let what = match &row.what {
            What::Csv(cells) => cells.join("|"),
            What::Json(members) => members
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join("|"),
            What::Empty => "(empty)".to_owned(),
            What::Damaged(code) => format!("({code})"),
        };
        format!("{}: {what}", row.line)
    };
    rows.iter().map(one).collect()
}

/// A file in memory, read in chunks of that size.
pub(in crate::input) fn source(bytes: &[u8], options: &ReadOptions, chunk_bytes: usize) -> Source {
    let size = Some(bytes.len() as u64);
    begun(
        Box::new(std::io::Cursor::new(bytes.to_vec())),
        size,
        options,
        chunk_bytes,
    )
    .unwrap()
}

/// Anything, begun to be read.
pub(in crate::input) fn begun(
    reader: Box<dyn std::io::Read + Send>,
    size: Option<u64>,
    options: &ReadOptions,
    chunk_bytes: usize,
) -> anyhow::Result<Source> {
    let stream = Stream::over(reader, size, (options.encoding, false), &Arc::default())?;
    Source::begin(0, "test".into(), stream, options, chunk_bytes)
}

/// Every row of what is left in a source, and how reading ended.
pub(in crate::input) fn rest(source: &mut Source) -> (Vec<Seen>, Result<(), String>) {
    let mut rows = Vec::new();
    loop {
        match source.next_chunk() {
            Ok(Some(chunk)) => {
                if let Err(other) = chunk.for_each(|row| rows.push(Seen::of(&row))) {
                    return (
                        rows,
                        Err(format!("another header in line {}", other.0.line)),
                    );
                }
            }
            Ok(None) => return (rows, Ok(())),
            Err(error) => return (rows, Err(error.to_string())),
        }
    }
}

/// Every row of a file in memory.
pub(in crate::input) fn rows_with(
    bytes: &[u8],
    options: &ReadOptions,
    chunk_bytes: usize,
) -> Vec<Seen> {
    let (rows, ended) = rest(&mut source(bytes, options, chunk_bytes));
    ended.unwrap();
    rows
}

/// Every row of a file in memory, told shortly; the same for small and large chunks.
pub(in crate::input) fn rows(text: impl AsRef<[u8]>) -> Vec<String> {
    let options = ReadOptions::default();
    let whole = rows_with(text.as_ref(), &options, 1 << 20);
    for chunk_bytes in [1, 7, 64] {
        let small = rows_with(text.as_ref(), &options, chunk_bytes);
        assert_eq!(small, whole, "in chunks of {chunk_bytes} bytes");
    }
    told(&whole)
}

/// What opening said no to.
pub(in crate::input) fn refusal(text: impl AsRef<[u8]>) -> String {
    let bytes = text.as_ref().to_vec();
    let reader = Box::new(std::io::Cursor::new(bytes));
    let begun = begun(reader, Some(0), &ReadOptions::default(), 1 << 20);
    match begun {
        Ok(_) => String::new(),
        Err(error) => format!("{error:#}"),
    }
}
