//! One input, opened: its header, and then its records in chunks.
//!
//! This is the sequential part, so it does as little as it can: it finds where the last whole
//! record in the buffer ends. A line over the limit is skipped without being held. What comes
//! before a read error is delivered; half a record before one is not.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use memchr::{memchr, memchr_iter};

use super::boundary::{self, Progress};
use super::chunk::{Body, Chunk};
use super::damage;
use super::dialect::{Dialect, Format, ReadOptions};
use super::header::Header;
use super::locate::Location;
use super::stream::Stream;
use crate::row::Place;

/// How much of a file makes a chunk.
const CHUNK_BYTES: usize = 256 * 1024;

/// Why reading an input ended early. Whole records before it were delivered.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Compressed data stops in the middle.
    #[error("{name}: cut off after line {line}; the file is not complete")]
    CutOff {
        /// The input.
        name: String,
        /// The last whole line.
        line: u64,
    },
    /// The disk, the pipe or the decompressor failed.
    #[error("{name}: cannot be read on after line {line}: {source}")]
    Io {
        /// The input.
        name: String,
        /// The last whole line.
        line: u64,
        /// What the system said.
        source: io::Error,
    },
}

/// An input that is being read.
pub struct Source {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) stream: Stream,
    pub(super) header: Option<Header>,
    pub(super) dialect: Dialect,
    pub(super) buffer: Vec<u8>,
    /// About the record at the start of the buffer.
    pub(super) progress: Progress,
    /// The line at the start of the buffer.
    pub(super) line: u64,
    pub(super) chunk_bytes: usize,
    pub(super) ended: bool,
    pub(super) failed: Option<io::Error>,
}

/// Opens an input and reads as far as its header (of a pipe: waits for it).
///
/// # Errors
/// What cannot be opened or is no export: the message names the input and says why.
pub fn open(index: u32, location: &Location, options: &ReadOptions) -> anyhow::Result<Source> {
    let name = location.to_string();
    Stream::open(location)
        .and_then(|stream| Source::begin(index, name.clone(), stream, options, CHUNK_BYTES))
        .context(name)
}

impl Source {
    /// The input as people know it: its path, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns of a CSV input. `None` for NDJSON, and for an input without a single row.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// What it is; an empty input is CSV unless the user said otherwise.
    pub fn format(&self) -> Format {
        self.dialect.format
    }

    /// How its chunks are cut.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether this is a CSV rejects file of ours, read back.
    pub fn is_rejects(&self) -> bool {
        self.dialect.rejects
    }

    /// Bytes of the input itself (compressed, where it is) that have been read.
    pub fn bytes_read(&self) -> u64 {
        self.stream.counter().load(Ordering::Relaxed)
    }

    /// The same number, for other threads to look at while this one reads.
    pub fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(self.stream.counter())
    }

    /// How large the input itself is; `None` for pipes.
    pub fn size(&self) -> Option<u64> {
        self.stream.size()
    }

    /// The next run of whole records; `None` at the end.
    ///
    /// # Errors
    /// Reading failed or the input is cut off. Afterwards comes `None`.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ReadError> {
        loop {
            if let Some(chunk) = self.whole_records() {
                return Ok(Some(chunk));
            }
            if self.is_over_long() {
                return Ok(Some(self.skip_line()));
            }
            if let Some(error) = self.failed.take() {
                self.ended = true;
                self.buffer.clear();
                return Err(self.error(error));
            }
            if self.ended {
                return Ok(None);
            }
            self.fill();
        }
    }

    pub(super) fn fill(&mut self) {
        match self.stream.fill(&mut self.buffer, self.chunk_bytes) {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) => self.failed = Some(error),
        }
    }

    fn error(&self, source: io::Error) -> ReadError {
        let (name, line) = (self.name.clone(), self.line - 1);
        match source.kind() {
            io::ErrorKind::UnexpectedEof => ReadError::CutOff { name, line },
            _ => ReadError::Io { name, line, source },
        }
    }

    fn whole_records(&mut self) -> Option<Chunk> {
        let cut = if self.ended {
            self.buffer.len()
        } else {
            boundary::split(&self.buffer, &mut self.progress, &self.dialect)
        };
        if cut == 0 {
            return None;
        }
        let mut rest = Vec::with_capacity(self.buffer.len() - cut + self.chunk_bytes);
        rest.extend_from_slice(&self.buffer[cut..]);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(cut);
        let lines = memchr_iter(self.dialect.newline, &bytes).count() as u64;
        Some(self.chunk(Body::Records(bytes), lines))
    }

    fn chunk(&mut self, body: Body, lines: u64) -> Chunk {
        let first = Place {
            input: self.index,
            line: self.line,
        };
        self.line += lines;
        Chunk { first, body }
    }

    fn is_over_long(&self) -> bool {
        let max = self.dialect.max_row_bytes;
        self.buffer.len() > max && memchr(self.dialect.newline, &self.buffer[..=max]).is_none()
    }

    /// Goes on behind the next line ending, however far away.
    fn skip_line(&mut self) -> Chunk {
        let start = damage::start_of_long(&self.buffer, self.dialect.max_row_bytes);
        let start = Body::TooLong(start.into());
        self.progress = Progress::default();
        loop {
            if let Some(end) = memchr(self.dialect.newline, &self.buffer) {
                self.buffer.drain(..=end);
                break;
            }
            self.buffer.clear();
            if self.ended || self.failed.is_some() {
                break;
            }
            self.fill();
        }
        self.chunk(start, 1)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::{Cursor, Read};
    use std::sync::mpsc;

    use super::super::seen::{refusal, rest, source, told};
    use super::super::wild::{gzip, zstd_frame};
    use super::*;

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
}
