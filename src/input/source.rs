//! One input, opened: its header, and then its records in chunks.
//!
//! This is the sequential part, so it does as little as it can: it finds where the last whole
//! record in the buffer ends. A line over the limit is skipped without being held. What comes
//! before a read error is delivered; half a record before one is not, and the error says why.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use memchr::{memchr, memchr_iter};

use super::boundary::{PartialRecord, Position, RecordScanner};
use super::chunk::{self, Body, Chunk};
use super::damage;
use super::growth::Growth;
use super::header::{Dialect, Format, Header, ReadOptions};
use super::locate::Location;
use super::stream::{Shrunk, Stream};
use super::width::{self, TELLING};
use crate::model::Place;

/// How much of a file makes a chunk.
pub(super) const CHUNK_BYTES: usize = 128 * 1024;

/// In how many lines its records may begin: what rows become takes memory, too.
pub(super) const CHUNK_LINES: usize = 1_000;

/// An input that is being read, or will be.
pub struct Source {
    pub(super) index: u32,
    pub(super) name: Arc<str>,
    /// Nothing while it is closed.
    pub(super) stream: Option<Stream>,
    /// Where it can be opened again.
    pub(super) origin: Option<Origin>,
    pub(super) size: Option<u64>,
    pub(super) counter: Arc<AtomicU64>,
    pub(super) dialect: Arc<Dialect>,
    /// Whether it is known how wide rows are.
    pub(super) is_measured: bool,
    pub(super) buffer: Vec<u8>,
    /// About the record at the start of the buffer.
    pub(super) partial: PartialRecord,
    pub(super) scanner: RecordScanner,
    /// The line at the start of the buffer.
    pub(super) line: u64,
    pub(super) chunk_bytes: usize,
    pub(super) ended: bool,
    pub(super) failed: Option<io::Error>,
}

/// What it takes to open a file again.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    location: Location,
    options: ReadOptions,
}

/// Opens an input and reads as far as its header (of a pipe: waits for it).
///
/// # Errors
/// What cannot be opened or is no export: the message names the input and says why.
pub fn open(index: u32, location: &Location, options: &ReadOptions) -> anyhow::Result<Source> {
    let name: Arc<str> = location.to_string().into();
    let counter = Arc::new(AtomicU64::new(0));
    begin(index, &name, location, options, &counter).context(name)
}

fn begin(
    index: u32,
    name: &Arc<str>,
    location: &Location,
    options: &ReadOptions,
    counter: &Arc<AtomicU64>,
) -> anyhow::Result<Source> {
    let stream = Stream::open(location, options, counter)?;
    let mut source = Source::begin(index, Arc::clone(name), stream, options, CHUNK_BYTES)?;
    if let (Some(_), Location::File(path)) = (source.size, location) {
        // The file itself: a link on the way to it, as `latest` to a report, may lead elsewhere soon.
        let path = path.canonicalize().unwrap_or_else(|_| path.clone());
        source.origin = Some(Origin {
            location: Location::File(path),
            options: options.clone(),
        });
    }
    Ok(source)
}

impl Source {
    /// The input as people know it: its path, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same, for whoever keeps it.
    pub fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// The encoding that much of the text seems to be, if not UTF-8.
    pub fn likely_encoding(&self) -> Option<&'static str> {
        self.dialect.encoding.is_likely()
    }

    /// The columns of a CSV input. `None` for NDJSON, and for an input without a single row.
    pub fn header(&self) -> Option<&Header> {
        self.dialect.header.as_deref()
    }

    /// What it is; an empty input is CSV unless the user said otherwise.
    pub fn format(&self) -> Format {
        self.dialect.format
    }

    /// Whether this is a CSV rejects file of ours, read back.
    pub fn is_rejects(&self) -> bool {
        self.dialect.rejects
    }

    /// Bytes of the input itself (compressed, where it is) that have been read, for other threads to
    /// look at while this one reads.
    pub fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.counter)
    }

    /// How large the input itself is; `None` for pipes.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// What it holds compared with what it held before, if it is read only once.
    pub fn growth(&self) -> Option<&Growth> {
        self.stream.as_ref()?.growth()
    }

    /// Lets go of the file until its rows are asked for, so that any number of inputs can wait.
    /// Standard input and pipes stay open. `with_lines`: its first lines will be looked at.
    pub fn close(&mut self, with_lines: bool) {
        if self.origin.is_none() {
            return;
        }
        self.stream = None;
        self.counter.store(0, Ordering::Relaxed);
        if !with_lines {
            self.buffer = Vec::new();
        }
    }

    /// Shares the header in memory with another input, if both are read alike.
    pub fn share_with(&mut self, other: &Source) {
        if self.dialect == other.dialect {
            self.dialect = Arc::clone(&other.dialect);
        }
    }

    /// Opens it again. The columns were bound to the header that it had.
    fn reopen(&mut self) -> Result<(), ReadError> {
        let Some(Origin { location, options }) = self.origin.take() else {
            return Ok(());
        };
        let name = || self.name.to_string();
        let mut again =
            begin(self.index, &self.name, &location, &options, &self.counter).map_err(|error| {
                ReadError::Again {
                    name: name(),
                    error,
                }
            })?;
        if again.dialect.header != self.dialect.header
            || again.dialect.format != self.dialect.format
        {
            return Err(ReadError::Changed { name: name() });
        }
        again.origin = None;
        *self = again;
        Ok(())
    }

    /// The next whole records; `None` at the end.
    ///
    /// # Errors
    /// Reading failed or the input is cut off, or it is no longer what it was. Afterwards comes `None`.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ReadError> {
        if self.stream.is_none() {
            self.reopen()?;
        }
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
                self.begin_record();
                return Err(ReadError::after(&self.name, self.line - 1, error));
            }
            if self.ended {
                return Ok(None);
            }
            self.fill();
        }
    }

    pub(super) fn fill(&mut self) {
        let filled = match &mut self.stream {
            Some(stream) => stream.fill(&mut self.buffer, self.chunk_bytes),
            None => Ok(0),
        };
        match filled {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) => self.failed = Some(error),
        }
    }

    fn whole_records(&mut self) -> Option<Chunk> {
        let (scanner, partial) = (&mut self.scanner, &mut self.partial);
        let mut cut = chunk::split(&self.buffer, scanner, partial, &self.dialect, CHUNK_LINES);
        if cut.bytes == 0 && self.ended {
            // The last record may lack its line ending.
            let lines = memchr_iter(self.dialect.newline, &self.buffer).count();
            let bytes = self.buffer.len();
            cut = Position { bytes, lines };
            self.begin_record();
        }
        if cut.bytes == 0 {
            return None;
        }
        let mut rest = Vec::with_capacity(self.buffer.len() - cut.bytes + self.chunk_bytes);
        rest.extend_from_slice(&self.buffer[cut.bytes..]);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(cut.bytes);
        if !self.is_measured {
            self.measure(&width::widths(&bytes, &self.dialect, true, TELLING).0);
        }
        Some(self.chunk(Body::Records(bytes), cut.lines as u64))
    }

    fn chunk(&mut self, body: Body, lines: u64) -> Chunk {
        let first = Place {
            input: self.index,
            line: self.line,
        };
        self.line += lines;
        let dialect = Arc::clone(&self.dialect);
        Chunk {
            first,
            body,
            dialect,
        }
    }

    /// The buffer does not start with what was followed so far.
    fn begin_record(&mut self) {
        (self.scanner, self.partial) = (RecordScanner::default(), PartialRecord::default());
    }

    fn is_over_long(&self) -> bool {
        let max = self.dialect.max_row_bytes;
        self.buffer.len() > max && memchr(self.dialect.newline, &self.buffer[..=max]).is_none()
    }

    /// Skips to the next line ending, however far away.
    fn skip_line(&mut self) -> Chunk {
        let start = damage::start_of_long(&self.buffer, self.dialect.max_row_bytes);
        let start = Body::TooLong(start.into());
        self.begin_record();
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
    /// The file got shorter while it was read.
    #[error("{name}: {why} after line {line}; read it when nobody writes to it")]
    Shrunk {
        /// The input.
        name: String,
        /// The last whole line.
        line: u64,
        /// By how much.
        why: io::Error,
    },
    /// It could be opened before the run began, and now it cannot.
    #[error("{name}: cannot be opened again: {error:#}")]
    Again {
        /// The input.
        name: String,
        /// What the system said.
        error: anyhow::Error,
    },
    /// Its columns are no longer those that were bound.
    #[error("{name}: its header changed after the run had begun; run it again")]
    Changed {
        /// The input.
        name: String,
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

impl ReadError {
    /// Whether the system failed to read what is there, so that reading it again may do.
    pub fn is_of_system(&self) -> bool {
        let said = match self {
            ReadError::Io { why, .. } => Some(why),
            ReadError::Again { error, .. } => error.downcast_ref::<io::Error>(),
            _ => None,
        };
        let is_there = |error: &&io::Error| error.kind() != io::ErrorKind::NotFound;
        said.filter(is_there)
            .is_some_and(|error| error.raw_os_error().is_some())
    }

    /// What reading said behind the last whole line.
    pub(super) fn after(name: &str, line: u64, why: io::Error) -> Self {
        let name = name.to_owned();
        let has_shrunk = why
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<Shrunk>);
        match why.kind() {
            _ if has_shrunk => ReadError::Shrunk { name, line, why },
            io::ErrorKind::UnexpectedEof => ReadError::CutOff { name, line },
            _ => ReadError::Io { name, line, why },
        }
    }
}
