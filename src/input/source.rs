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
use crate::row::{Place, RawRow};

/// How much of a file makes a chunk.
pub(super) const CHUNK_BYTES: usize = 128 * 1024;

/// How many lines tell what an export is.
const FIRST_LINES: usize = 20;

/// How many lines tell how numbers are written, and how much is read for them.
const EXAMINED: usize = 1_000;
const EXAMINED_BYTES: usize = 512 * 1024;

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
    #[error("{name}: cannot be read on after line {line}: {why}")]
    Io {
        /// The input.
        name: String,
        /// The last whole line.
        line: u64,
        /// What the system said; not named `source`, since it is part of the text.
        why: io::Error,
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

    /// The first lines as they stand there, one whole line at least, if it is within the limit.
    /// Nothing is taken: they come again as rows.
    pub fn first_lines(&mut self) -> Vec<&str> {
        let (newline, limit) = (self.dialect.newline, self.dialect.max_row_bytes);
        while memchr(newline, &self.buffer).is_none()
            && self.buffer.len() <= limit
            && !self.ended
            && self.failed.is_none()
        {
            self.fill();
        }
        self.lines_at_hand()
    }

    /// Reads as far as the first thousand lines, but no more than half a megabyte, so that they
    /// are at hand; of a pipe, nothing more than has come. Nothing is taken.
    pub fn read_first_thousand(&mut self) {
        let lacks_lines = |source: &Source| {
            source.buffer.len() < EXAMINED_BYTES
                && memchr_iter(source.dialect.newline, &source.buffer).count() < EXAMINED
        };
        while self.size().is_some() && !self.ended && self.failed.is_none() && lacks_lines(self) {
            self.fill();
        }
    }

    /// Those of the first lines that were read already: a stream is not waited for. The last one
    /// may be cut off.
    pub fn lines_at_hand(&self) -> Vec<&str> {
        let lines = self.buffer.split(|byte| *byte == self.dialect.newline);
        lines
            .take(FIRST_LINES)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect()
    }

    /// Lends the first rows that were read already; they come again later. A record whose end was
    /// not read yet is none of them.
    pub fn rows_at_hand(&self, visit: impl FnMut(RawRow<'_>)) {
        let end = if self.ended {
            self.buffer.len()
        } else {
            boundary::split(&self.buffer, &mut Progress::default(), &self.dialect)
        };
        let first = Place {
            input: self.index,
            line: self.line,
        };
        let body = Body::Records(self.buffer[..end].to_vec());
        Chunk { first, body }.for_each(&self.dialect, visit);
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
            _ => ReadError::Io {
                name,
                line,
                why: source,
            },
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
