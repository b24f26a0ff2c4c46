//! Reading as a whole: pipes, archives that are cut off, disks that fail, lines without end.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{self, Cursor, Read};
use std::sync::mpsc;

use super::super::header::{Format, ReadOptions};
use super::super::source::{CHUNK_BYTES, Source};
use super::seen::{self, refusal, rest, rows, rows_with, source, told};
use super::wild::{gzip, zstd_frame};
use crate::model::Place;

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
    seen::begun(reader, None, &ReadOptions::default(), CHUNK_BYTES)
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
    let (mut lines, mut largest) = (Vec::new(), 0);
    while let Some(chunk) = source.next_chunk().unwrap() {
        largest = largest.max(source.buffer.capacity());
        chunk
            .for_each(|row| lines.push((row.place, row.text.len())))
            .unwrap();
    }
    let place = |line| Place { input: 0, line };
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
        (b"\x7FELF\x02\x01", "this is a program and no export"),
        (b"%PDF-1.7\n", "this is a PDF"),
        (b"MZ\x90\x00\x03\n", "binary data and no text"),
        (b"a\0,\0b\0\n\0", "binary data and no text"),
        (b"[{\"a\":1}]", "a JSON array"),
        (b"{\n\"a\":1}", "a JSON object spread over several lines"),
        (b"a,b,a\n", "columns 1 and 3 are both called \"a\""),
        (b"a,,b\n", "column 2 has no name"),
        (b"a,\"b\n1,2\n", "the header has a quote that is not closed"),
        (
            b"a,Gr\xF6\xDFe\n1,2\n",
            "the header is not UTF-8; it looks like windows-1252: pass --encoding windows-1252",
        ),
        (
            b"\n<!DOCTYPE html>\n<html></html>",
            "this is a web page or XML and no export",
        ),
        (b"<HTML><BODY>a,b</BODY></HTML>\n", "this is a web page"),
        (b"<?xml version=\"1.0\"?>\n", "this is a web page or XML"),
        (
            b"p1,2026-11-25T10:00:00Z,4.99\n",
            "the first line is a row and not a header",
        ),
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
    assert_eq!(rows("\"sep=;\";;\r\na;b,c\r\n1;2\r\n"), ["3: 1|2"]);
    assert_eq!(rows("sep=\t\r\na,a\tb,b\tc,c\r\n1\t2\t3\r\n"), ["3: 1|2|3"]);
    assert_eq!(rows("a,b\r1,\"x\ry\"\r2,z\r"), ["2: 1|x\ry", "4: 2|z"]);
    assert_eq!(rows("\u{feff}a,b\n1,2\n"), ["2: 1|2"]);
}

#[test]
fn nothing_at_all_is_no_rows() {
    for text in ["", "\n\n", "a,b", "a,b\n", "\u{feff}"] {
        assert_eq!(rows(text), [""; 0], "{text:?}");
    }
}

/// Reads from a string of bytes that ends before its time.
fn shrunk(bytes: &[u8], by: u64) -> Source {
    let size = Some(bytes.len() as u64 + by);
    seen::begun(
        Box::new(Cursor::new(bytes.to_vec())),
        size,
        &ReadOptions::default(),
        16,
    )
    .unwrap()
}

#[test]
fn a_file_that_got_shorter_is_not_taken_for_whole() {
    for bytes in [&b"a,b\n1,2\n3,4\n"[..], b"{\"a\":1}\n{\"a\":2}\n"] {
        let (rows, ended) = rest(&mut shrunk(bytes, 5));
        assert_eq!(rows.len(), 2);
        let said = ended.unwrap_err();
        let now = bytes.len();
        let (line, was) = (rows[1].line, now + 5);
        assert_eq!(
            said,
            format!(
                "test: it got shorter while it was read: {now} of its {was} bytes were there \
                 after line {line}; read it when nobody writes to it"
            )
        );
    }
    let packed = gzip("a,b\n1,2\n");
    let mut source = shrunk(&packed, 1);
    assert!(rest(&mut source).1.unwrap_err().contains("got shorter"));
}

#[test]
fn zeros_behind_a_gzip_are_read_over_and_other_bytes_are_not() {
    let two = [gzip("a,b\n1,2\n"), gzip("3,4\n")].concat();
    let padded = [&two[..], &[0; 1_000]].concat();
    let (rows, ended) = rest(&mut source(&padded, &ReadOptions::default(), 16));
    assert_eq!(told(&rows), ["2: 1|2", "3: 3|4"]);
    assert_eq!(ended, Ok(()));
    let spoilt = [&two[..], &[0; 1_000], b"junk that is no gzip at all"].concat();
    let (rows, ended) = rest(&mut source(&spoilt, &ReadOptions::default(), 16));
    assert_eq!(told(&rows), ["2: 1|2", "3: 3|4"]);
    let said = ended.unwrap_err();
    assert!(
        said.starts_with("test: cannot be read on after line 3"),
        "{said}"
    );
}

fn encoded(bytes: &[u8], label: &str) -> Vec<String> {
    let options = ReadOptions {
        encoding: encoding_rs::Encoding::for_label(label.as_bytes()),
        ..ReadOptions::default()
    };
    told(&rows_with(bytes, &options, 7))
}

#[test]
fn other_encodings_are_read_where_they_are_named() {
    let latin = b"id,Gr\xF6\xDFe\n1,Zo\xEB\x80\n";
    assert_eq!(encoded(latin, "windows-1252"), ["2: 1|Zoë€"]);
    assert_eq!(encoded(latin, "iso-8859-15"), ["2: 1|Zoë\u{80}"]);
    let japanese = b"id,name\n1,\x83\x65\x83\x58\x83\x67\n2,\xFD\n";
    assert_eq!(
        encoded(japanese, "shift_jis"),
        ["2: 1|テスト", "3: (invalid_utf8)"]
    );
    // a byte order mark knows better, and so do our own rejects files
    assert_eq!(
        encoded("\u{feff}id\né\n".as_bytes(), "windows-1252"),
        ["2: é"]
    );
    let rejects = "_reason,_field,_hint,_file,_line,id,_raw\nr,f,h,x,1,é,\n";
    assert_eq!(encoded(rejects.as_bytes(), "windows-1252"), ["2: é"]);
}

#[test]
fn text_that_is_no_utf8_says_what_it_seems_to_be() {
    let row = b"1,Stra\xDFe nach K\xF6ln\n".as_slice();
    let text = [b"id,name\n".as_slice(), row, b"2,x\n"].concat();
    let mut hints = Vec::new();
    let mut source = source(&text, &ReadOptions::default(), 1024);
    let chunk = source.next_chunk().unwrap().unwrap();
    let see = |row: crate::model::RawRow<'_>| {
        if let crate::model::Cells::Damaged(fault) = row.cells {
            hints.push(fault.hint.into_owned());
        }
    };
    chunk.for_each(see).unwrap();
    assert_eq!(
        hints,
        [
            "byte 7 of the record is not UTF-8; it looks like windows-1252: pass --encoding windows-1252"
        ]
    );
    let header = refusal([b"id,Stra\xDFe in K\xF6ln\n".as_slice(), row, row].concat());
    assert!(
        header.ends_with("it looks like windows-1252: pass --encoding windows-1252"),
        "{header}"
    );
}

#[test]
fn lines_that_never_close_are_damaged_one_by_one() {
    // each line closes the cell of the one before and opens another, which never ends
    let lines = 100_000;
    let text = format!("a,b\n{}", "aa\",\"bb\n".repeat(lines));
    let seen = rows_with(text.as_bytes(), &ReadOptions::default(), CHUNK_BYTES);
    assert_eq!(seen.len(), lines);
    assert!(
        told(&seen)
            .iter()
            .all(|row| row.ends_with("(malformed_row)"))
    );
}
