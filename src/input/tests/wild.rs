//! Small damaged files as they are met in the wild, in `fixtures/wild/`, and what they hold.
//!
//! The files are made here: `BLESS=1 cargo test --lib wild` writes them anew. Compressed ones
//! are compared by what is in them, since compressors change. The folder holds other files as
//! well: those of `tests/wild/`.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::super::header::ReadOptions;
use super::super::locate::Location;
use super::super::source::open;
use super::seen::{rest, told};

struct Sample {
    name: &'static str,
    made: Vec<u8>,
    rows: &'static [&'static str],
}

fn sample(name: &'static str, made: impl Into<Vec<u8>>, rows: &'static [&'static str]) -> Sample {
    Sample {
        name,
        made: made.into(),
        rows,
    }
}

fn samples() -> Vec<Sample> {
    let plain = "id,event,price\n1,open,\n2,\"buy, twice\",12.50\n";
    let plain_rows = &["2: 1|open|", "3: 2|buy, twice|12.50"];
    let (head, tail) = plain.split_at(20);
    vec![
        sample("plain.csv", plain, plain_rows),
        sample("bom.csv", format!("\u{feff}{plain}"), plain_rows),
        sample(
            "excel-semicolon.csv",
            "\u{feff}id;event;price\r\n1;open;\r\n;;\r\n2;\"buy; \"\"twice\"\"\r\nor more\";12,50\r\n3;late;1\r\n",
            &[
                "2: 1|open|",
                "3: (empty)",
                "4: 2|buy; \"twice\"\r\nor more|12,50",
                "6: 3|late|1",
            ],
        ),
        sample(
            "excel-sep-line.csv",
            "sep=;\r\nid;event\r\n1;open\r\n",
            &["3: 1|open"],
        ),
        sample("old-mac.csv", plain.replace('\n', "\r"), plain_rows),
        sample("tabs.tsv", "id\tevent\n1\ta,b;c\n", &["2: 1|a,b;c"]),
        sample(
            "adjust-definitions.csv",
            "{idfa||gps_adid},{created_at},[user]\na1,1700000000,u\n",
            &["2: a1|1700000000|u"],
        ),
        sample("utf16-le.csv", utf16(plain, u16::to_le_bytes), plain_rows),
        sample("utf16-be.csv", utf16(plain, u16::to_be_bytes), plain_rows),
        sample(
            "latin1.csv",
            b"id,name\n1,Zo\xEB\n2,Anna\n",
            &["2: (invalid_utf8)", "3: 2|Anna"],
        ),
        sample(
            "ragged.csv",
            "id,event,price\n1,open\n2,buy,1,5\n3,buy,2\n",
            &["2: (malformed_row)", "3: (malformed_row)", "4: 3|buy|2"],
        ),
        sample(
            "unclosed-quotes.csv",
            "id,note\n1,\"never closed\n2,fine\n3,\"in\"side\n4,\"two\nlines\"\n5,6\" disk\n6,\"at the end\n",
            &[
                "2: (malformed_row)",
                "3: 2|fine",
                "4: (malformed_row)",
                "5: 4|two\nlines",
                "7: 5|6\" disk",
                "8: (malformed_row)",
            ],
        ),
        sample("empty.csv", "", &[]),
        sample(
            "broken-lines.ndjson",
            "{\"id\":1,\"price\":12.50}\n\n{\"id\":2,\n{\"id\":3}{\"id\":4}\n[5]\n{\"id\":6,\"id\":7}\n{\"id\":8}",
            &[
                "1: id=1|price=12.50",
                "3: (malformed_row)",
                "4: (malformed_row)",
                "5: (malformed_row)",
                "6: (malformed_row)",
                "7: id=8",
            ],
        ),
        sample(
            "rejects.csv",
            "_reason,_field,_hint,_file,_line,id,event,price,_raw\ninvalid_number,price,write it plainly,events.csv,3,2,\"buy, twice\",12.50,\nmalformed_row,,3 cells expected,events.csv,4,,,,MixidXk=\n",
            &["2: 2|buy, twice|12.50", "3: (malformed_row)"],
        ),
        sample(
            "two-members.csv.gz",
            [gzip(head), gzip(tail)].concat(),
            plain_rows,
        ),
        // the name says nothing: content decides
        sample("named-plain-but-gzip.csv", gzip(plain), plain_rows),
        sample(
            "two-frames.csv.zst",
            [zstd_frame(head), zstd_frame(tail)].concat(),
            plain_rows,
        ),
    ]
}

fn utf16<const N: usize>(text: &str, order: fn(u16) -> [u8; N]) -> Vec<u8> {
    let text = format!("\u{feff}{text}");
    text.encode_utf16().flat_map(order).collect()
}

pub(super) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd_frame(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 3).unwrap()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/wild")
}

#[test]
fn the_files_are_those_made_here() {
    for sample in samples() {
        let path = folder().join(sample.name);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &sample.made).unwrap();
        }
        let compressed = ["gz", "zst"].iter().any(|end| sample.name.contains(end));
        if !compressed {
            assert_eq!(
                std::fs::read(&path).unwrap(),
                sample.made,
                "{}",
                sample.name
            );
        }
    }
}

#[test]
fn each_file_reads_as_people_see_it() {
    for sample in samples() {
        let place = Location::File(folder().join(sample.name));
        let mut source = open(0, &place, &ReadOptions::default()).unwrap();
        let (rows, ended) = rest(&mut source);
        assert_eq!(told(&rows), sample.rows, "{}", sample.name);
        assert_eq!(ended, Ok(()), "{}", sample.name);
        assert_eq!(
            Some(source.counter().load(Ordering::Relaxed)),
            source.size(),
            "{}",
            sample.name
        );
    }
}
