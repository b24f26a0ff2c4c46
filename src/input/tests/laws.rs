//! The laws of reading, for any input: what the `csv` crate writes comes back whatever the
//! chunks, each row at its line; damage costs its own line and nothing else.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::header::ReadOptions;
use super::seen::{Seen, What, rows_with};
use crate::model::Code;

/// Cells of what hurts: quotes, delimiters, line endings, blanks, letters of several bytes.
fn cell() -> impl Strategy<Value = String> + Clone {
    "[a-z0-9\",;\n\r ü😀]{0,12}"
}

/// Cells that begin with a letter: behind an unclosed quote, the next one opens a cell and is
/// seen not to close.
fn tame_cell() -> impl Strategy<Value = String> + Clone {
    "[a-z][a-z0-9\",;\n ü]{0,10}"
}

fn records(
    cell: impl Strategy<Value = String> + Clone,
    least: usize,
) -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..5).prop_flat_map(move |columns| vec(vec(cell.clone(), columns), least..30))
}

struct Written {
    bytes: Vec<u8>,
    /// Where each record starts, and what it should come back as.
    expected: Vec<(u64, What)>,
    /// Where each record starts in the bytes.
    starts: Vec<usize>,
}

/// What the `csv` crate makes of it, with a header of its own.
fn written(records: &[Vec<String>], crlf: bool) -> Written {
    let columns = records.first().map_or(1, Vec::len);
    let terminator = if crlf {
        csv::Terminator::CRLF
    } else {
        csv::Terminator::Any(b'\n')
    };
    let mut writer = csv::WriterBuilder::new()
        .terminator(terminator)
        .from_writer(Vec::new());
    // No cell has this letter: a row that repeats the header is damaged.
    writer
        .write_record((0..columns).map(|column| format!("é{column}")))
        .unwrap();
    let (mut expected, mut starts) = (Vec::new(), Vec::new());
    for record in records {
        writer.flush().unwrap();
        let before = writer.get_ref();
        let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
        starts.push(before.len());
        let only_blanks = record.iter().all(|cell| cell.trim().is_empty());
        let what = if only_blanks {
            What::Empty
        } else {
            What::Csv(record.clone())
        };
        writer.write_record(record).unwrap();
        writer.flush().unwrap();
        let text = &writer.get_ref()[*starts.last().unwrap()..];
        if !text.iter().all(|byte| b" \r\n".contains(byte)) {
            expected.push((line, what));
        }
    }
    let bytes = writer.into_inner().unwrap();
    Written {
        bytes,
        expected,
        starts,
    }
}

fn short(rows: &[Seen]) -> Vec<(u64, What)> {
    rows.iter()
        .map(|row| (row.line, row.what.clone()))
        .collect()
}

proptest! {
    #[test]
    fn what_was_written_comes_back(
        records in records(cell(), 0),
        crlf: bool,
        chunk_bytes in 1_usize..200,
    ) {
        let written = written(&records, crlf);
        let rows = rows_with(&written.bytes, &ReadOptions::default(), chunk_bytes);
        prop_assert_eq!(short(&rows), written.expected);
    }

    #[test]
    fn a_damaged_line_costs_only_itself(
        records in records(tame_cell(), 1),
        damage in prop::sample::select(vec![
            &b"\"never closed\n"[..], b"a,\"b\"c,d\n", b"x,\"\"\"y\n", b"bad \xFF bytes\n",
            b"1,2,3,4,5,6,7,8\n",
        ]),
        place in any::<prop::sample::Index>(),
        chunk_bytes in 1_usize..200,
    ) {
        let mut written = written(&records, false);
        let at = written.starts[place.index(written.starts.len())];
        let line = 1 + memchr::memchr_iter(b'\n', &written.bytes[..at]).count() as u64;
        written.bytes.splice(at..at, damage.iter().copied());
        for row in &mut written.expected {
            row.0 += u64::from(row.0 >= line);
        }
        let rows = rows_with(&written.bytes, &ReadOptions::default(), chunk_bytes);
        let (damaged, whole): (Vec<_>, Vec<_>) =
            short(&rows).into_iter().partition(|row| row.0 == line);
        prop_assert_eq!(whole, written.expected);
        prop_assert_eq!(damaged.len(), 1);
        prop_assert!(matches!(damaged[0].1, What::Damaged(Code::MalformedRow | Code::InvalidUtf8)));
    }

    #[test]
    fn chunks_never_change_the_rows(
        body in vec(prop::sample::select(b"ab\"\",\n\r \xFF{}:1".to_vec()), 0..400),
        chunk_bytes in 1_usize..50,
        max_row_bytes in 8_usize..60,
    ) {
        for header in [&b"h,i\n"[..], b"{\"a\":1}\n"] {
            let bytes = [header, &body].concat();
            let options = ReadOptions { max_row_bytes, ..ReadOptions::default() };
            let whole = rows_with(&bytes, &options, 1 << 20);
            prop_assert_eq!(rows_with(&bytes, &options, chunk_bytes), whole);
        }
    }

    #[test]
    fn every_line_with_text_is_in_some_row(
        body in vec(prop::sample::select(b"ab\"\",\n".to_vec()), 0..400),
    ) {
        let bytes = [b"h,i\n", &body[..]].concat();
        let rows = rows_with(&bytes, &ReadOptions::default(), 64);
        let covered: usize = rows.iter().map(|row| 1 + memchr::memchr_iter(b'\n', &row.text).count()).sum();
        let blank = body.split(|&byte| byte == b'\n').filter(|line| line.is_empty()).count();
        let lines = body.split(|&byte| byte == b'\n').count();
        // blank lines inside of quoted cells belong to their row
        prop_assert!(covered >= lines - blank && covered <= lines);
    }
}
