//! Reading as a whole: pipes, archives that are cut off, disks that fail, lines without end.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{self, Cursor, Read};
use std::sync::mpsc;

use super::dialect::{Format, ReadOptions};
use super::seen::{refusal, rest, rows, rows_with, source, told};
use super::source::{CHUNK_BYTES, Source};
use super::stream::Stream;
use super::wild::{gzip, zstd_frame};
use crate::row::Place;

/// A pipe. Reading it where nothing is there fails, in place of waiting for ever.
struct Pipe(mpsc::Receiver<Vec<u8>>, Cursor<Vec<u8>>);

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.1.position() == self.1.get_ref().len() as u64 {
            self.1 = Cursor::new(match self.0.try_recv() {
                Ok(piece) => piece,
                Err(mpsc::TryRecvError::Disconnected) => Vec::new(),
                Err(waits) => return Err(io::Error::other(waits)),
            });
        }
        self.1.read(out)
    }
}

fn begun(reader: Box<dyn Read + Send>) -> anyhow::Result<Source> {
    let stream = Stream::over(reader, None)?;
    let options = ReadOptions::default();
    Source::begin(3, "test".to_owned(), stream, &options, CHUNK_BYTES)
}

#[test]
fn of_a_pipe_each_row_comes_out_at_once() {
    for (first, second, third) in [
        ("a,b\n1,2\n", "3,\"x\n", "y\"\n"),
        ("{\"a\":1}\n", "{\"a\":\n", "{}\n"),
    ] {
        let (sender, receiver) = mpsc::channel();
        sender.send(first.as_bytes().to_vec()).unwrap();
        let mut source = begun(Box::new(Pipe(receiver, Cursor::default()))).unwrap();
        let chunk = source.next_chunk().unwrap().unwrap();
        assert!(first.len() >= chunk.bytes() && chunk.bytes() > 0);
        for piece in [second, third] {
            sender.send(piece.as_bytes().to_vec()).unwrap();
        }
        assert!(source.next_chunk().unwrap().is_some());
        assert_eq!(source.size(), None);
    }
}

#[test]
fn a_row_in_many_pieces_is_one_row() {
    let (sender, receiver) = mpsc::channel();
    for byte in b"a,b\n1,\"x\"\"\ny\"\n2,3" {
        sender.send(vec![*byte]).unwrap();
    }
    drop(sender);
    let mut source = begun(Box::new(Pipe(receiver, Cursor::default()))).unwrap();
    assert_eq!(source.header().unwrap().names(), ["a", "b"]);
    assert_eq!(told(&rest(&mut source).0), ["2: 1|x\"\ny", "4: 2|3"]);
}

#[test]
fn what_is_cut_off_delivers_whole_rows_and_says_so() {
    let rows: Vec<String> = (0..20_000)
        .map(|row| format!("{row},{}", row * 7919))
        .collect();
    let text = format!(
        "a,b
{}
",
        rows.join(
            "
"
        )
    );
    for (what, packed) in [("gzip", gzip(&text)), ("zstd", zstd_frame(&text))] {
        let cut = &packed[..packed.len() / 2];
        let mut source = source(cut, &ReadOptions::default(), 1 << 16);
        let (rows, ended) = rest(&mut source);
        let last = rows.last().unwrap();
        let number = last.line - 2;
        let whole = format!("{number},{}", number * 7919);
        assert_eq!(last.text, whole.as_bytes(), "{what}");
        assert_eq!(
            ended.unwrap_err(),
            format!(
                "test: cut off after line {}; the file is not complete",
                last.line
            )
        );
        assert!(source.next_chunk().unwrap().is_none());
    }
}

#[test]
fn a_disk_that_fails_keeps_what_came_before() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk on fire"))
        }
    }
    let reader = Cursor::new(b"a,b\n1,2\n3,4".to_vec()).chain(Failing);
    let mut source = begun(Box::new(reader)).unwrap();
    let (rows, ended) = rest(&mut source);
    assert_eq!(told(&rows), ["2: 1|2"]);
    assert_eq!(
        ended.unwrap_err(),
        "test: cannot be read on after line 2: disk on fire"
    );
}

#[test]
fn a_line_without_end_is_not_held() {
    let reader = Cursor::new(b"a,b\n".to_vec())
        .chain(io::repeat(b'x').take(64 << 20))
        .chain(Cursor::new(b"\n1,2\n".to_vec()));
    let mut source = begun(Box::new(reader)).unwrap();
    let dialect = source.dialect();
    let (mut lines, mut largest) = (Vec::new(), 0);
    while let Some(chunk) = source.next_chunk().unwrap() {
        largest = largest.max(source.buffer.capacity());
        chunk.for_each(&dialect, |row| lines.push((row.place, row.text.len())));
    }
    let place = |line| Place { input: 3, line };
    assert_eq!(lines, [(place(2), 200), (place(3), 3)]);
    assert!(largest < 4 << 20, "{largest}");
}

#[test]
fn what_is_no_export_is_refused_with_a_reason() {
    for (bytes, reason) in [
        (
            &b"PK\x03\x04rest"[..],
            "this is a zip archive or a spreadsheet",
        ),
        (b"PAR1rest", "this is a Parquet file"),
        (b"[{\"a\":1}]", "a JSON array"),
        (b"{\n\"a\":1}", "a JSON object spread over several lines"),
        (b"a,b,a\n", "columns 1 and 3 are both called \"a\""),
        (b"a,,b\n", "column 2 has no name"),
        (b"a,\"b\n1,2\n", "the header has a quote that is not closed"),
        (b"a,\xFF\n", "the header is not UTF-8"),
    ] {
        let said = refusal(bytes);
        assert!(said.starts_with(reason), "{said:?}");
    }
}

#[test]
fn what_the_user_says_counts() {
    let options = ReadOptions {
        format: Some(Format::Csv),
        delimiter: Some(b'|'),
        ..ReadOptions::default()
    };
    let mut source = source(b"{\"a\",\"b\"|c\n1|2\n", &options, 1 << 10);
    assert_eq!(source.header().unwrap().names(), ["{\"a\",\"b\"", "c"]);
    assert_eq!(told(&rest(&mut source).0), ["2: 1|2"]);
}

#[test]
fn an_archive_cut_off_in_its_first_bytes_delivers_them_too() {
    let packed = gzip("a,b\n1,2\n3,4\n");
    let cut = &packed[..packed.len() - 6];
    let (rows, ended) = rest(&mut source(cut, &ReadOptions::default(), 1 << 16));
    assert_eq!(told(&rows), ["2: 1|2", "3: 3|4"]);
    assert!(ended.unwrap_err().contains("cut off after line 3"));
    assert!(refusal(&packed[..12]).starts_with("cannot read it"));
}

#[test]
fn a_start_that_decides_nothing_ends() {
    for start in [&b" "[..], b"{ ", b"sep=;\na", b"\n"] {
        let reader = Cursor::new(start.to_vec()).chain(io::repeat(start[start.len() - 1]));
        let Err(error) = begun(Box::new(reader)) else {
            panic!("{start:?} was accepted");
        };
        assert!(error.to_string().starts_with("no header within"), "{error}");
    }
}

#[test]
fn rows_over_the_limit_are_skipped_and_only_their_start_is_kept() {
    let options = ReadOptions {
        max_row_bytes: 1_000,
        ..ReadOptions::default()
    };
    let long = "x".repeat(5_000);
    let many = "y\n".repeat(600);
    let text = format!("a,b\n1,{long}\n2,x\n3,\"{many}\"\n4,z\n5,{long}");
    for chunk_bytes in [10, 1 << 20] {
        let seen = rows_with(text.as_bytes(), &options, chunk_bytes);
        let lines = told(&seen);
        assert_eq!(lines[..2], ["2: (too_long)", "3: 2|x"]);
        assert_eq!(lines[2], "4: (malformed_row)");
        assert_eq!(lines[lines.len() - 2..], ["605: 4|z", "606: (too_long)"]);
        assert_eq!(seen[0].text, format!("1,{}", "x".repeat(198)).as_bytes());
    }
}

#[test]
fn other_delimiters_and_lone_carriage_returns_are_found() {
    assert_eq!(rows("a;b\n1,5;\"x;y\"\n"), ["2: 1,5|x;y"]);
    assert_eq!(rows("a|b\n1|2\n"), ["2: 1|2"]);
    assert_eq!(rows("sep=;\r\na;b,c\r\n1;2\r\n"), ["3: 1|2"]);
    assert_eq!(rows("a,b\r1,\"x\ry\"\r2,z\r"), ["2: 1|x\ry", "4: 2|z"]);
    assert_eq!(rows("\u{feff}a,b\n1,2\n"), ["2: 1|2"]);
}

#[test]
fn nothing_at_all_is_no_rows() {
    for text in ["", "\n\n", "a,b", "a,b\n", "\u{feff}"] {
        assert_eq!(rows(text), [""; 0], "{text:?}");
    }
}
