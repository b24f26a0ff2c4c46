//! One input, opened: its header, and then its records in chunks.
//!
//! This is the sequential part, so it does as little as it can: it finds where the last whole
//! record in the buffer ends. A line over the limit is skipped without being held. What comes
//! before a read error is delivered; half a record before one is not.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use memchr::{memchr, memchr_iter};

use super::boundary::{self, Progress, Verdict};
use super::chunk::{Body, Chunk};
use super::damage;
use super::dialect::{Dialect, Format, ReadOptions};
use super::header::Header;
use super::locate::Location;
use super::recognise::{self, Guess};
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
    index: u32,
    name: String,
    stream: Stream,
    header: Option<Header>,
    dialect: Dialect,
    buffer: Vec<u8>,
    /// About the record at the start of the buffer.
    progress: Progress,
    /// The line at the start of the buffer.
    line: u64,
    chunk_bytes: usize,
    ended: bool,
    failed: Option<io::Error>,
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
    /// Recognises what it is and reads the header.
    pub(super) fn begin(
        index: u32,
        name: String,
        stream: Stream,
        options: &ReadOptions,
        chunk_bytes: usize,
    ) -> anyhow::Result<Self> {
        let mut source = Source {
            index,
            name,
            stream,
            header: None,
            dialect: Dialect {
                format: options.format.unwrap_or(Format::Csv),
                delimiter: options.delimiter.unwrap_or(b','),
                newline: b'\n',
                columns: 0,
                rejects: false,
                max_row_bytes: options.max_row_bytes,
            },
            buffer: Vec::new(),
            progress: Progress::default(),
            line: 1,
            chunk_bytes,
            ended: false,
            failed: None,
        };
        source.recognise_format(options)?;
        if source.dialect.format == Format::Csv && source.skip_blank_lines()? {
            source.read_header(options.delimiter)?;
        }
        Ok(source)
    }

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

    fn fill(&mut self) {
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
        let kept = self.buffer.len().min(damage::KEPT);
        let start = Body::TooLong(self.buffer[..kept].into());
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

    /// Fills, where an error means that there is nothing to begin with.
    fn fill_or_fail(&mut self) -> anyhow::Result<()> {
        self.fill();
        match self.failed.take() {
            Some(error) => Err(error).context("cannot read it"),
            None => Ok(()),
        }
    }

    fn recognise_format(&mut self, options: &ReadOptions) -> anyhow::Result<()> {
        loop {
            let guess = recognise::format(&self.buffer, self.ended);
            let guess = match options.format {
                Some(Format::Csv) => return Ok(()),
                _ => guess?,
            };
            match guess {
                Guess::Is(format) => {
                    self.dialect.format = options.format.unwrap_or(format);
                    return Ok(());
                }
                _ if self.ended => return Ok(()),
                Guess::Blank if self.buffer.len() > self.dialect.max_row_bytes => {
                    bail!("nothing but blanks at its start")
                }
                Guess::Blank | Guess::Undecided => self.fill_or_fail()?,
            }
        }
    }

    /// Whether there is a header behind the blank lines, `sep=` counting as one.
    fn skip_blank_lines(&mut self) -> anyhow::Result<bool> {
        loop {
            let blank = self.buffer.len() - self.buffer.trim_ascii_start().len();
            let rest = &self.buffer[blank..];
            if rest.is_empty() && self.ended {
                self.buffer.clear();
                return Ok(false);
            }
            match recognise::newline(rest, self.ended) {
                Some(newline) if !rest.is_empty() => {
                    self.dialect.newline = newline;
                    return Ok(true);
                }
                _ => {
                    self.check_header_length(rest.len())?;
                    self.fill_or_fail()?;
                }
            }
        }
    }

    fn check_header_length(&self, length: usize) -> anyhow::Result<()> {
        let max = self.dialect.max_row_bytes;
        if length > max {
            bail!("the header is over {max} bytes; is this a CSV or NDJSON export?");
        }
        Ok(())
    }

    fn read_header(&mut self, told: Option<u8>) -> anyhow::Result<()> {
        self.skip_to_text();
        let told = told.or_else(|| self.take_announcement());
        loop {
            self.skip_to_text();
            self.dialect.delimiter =
                told.unwrap_or_else(|| recognise::delimiter(&self.buffer, self.dialect.newline));
            let progress = Progress::default();
            match boundary::step(&self.buffer, progress, &self.dialect, self.ended) {
                Ok(step) => return self.take_header(step),
                Err(_) => self.fill_or_fail()?,
            }
        }
    }

    /// Takes away the lines before the one with the first text on it.
    fn skip_to_text(&mut self) {
        let newline = self.dialect.newline;
        let blank = self.buffer.len() - self.buffer.trim_ascii_start().len();
        let start = memchr::memrchr(newline, &self.buffer[..blank]).map_or(0, |at| at + 1);
        self.line += memchr_iter(newline, &self.buffer[..start]).count() as u64;
        self.buffer.drain(..start);
    }

    fn take_announcement(&mut self) -> Option<u8> {
        let end = memchr(self.dialect.newline, &self.buffer)?;
        let delimiter = recognise::announced(self.buffer[..end].trim_ascii_end())?;
        self.buffer.drain(..=end);
        self.line += 1;
        Some(delimiter)
    }

    fn take_header(&mut self, step: boundary::Step) -> anyhow::Result<()> {
        match step.verdict {
            Verdict::Unclosed => bail!("the header has a quote that is not closed"),
            Verdict::TooLong => self.check_header_length(step.next)?,
            Verdict::Plain | Verdict::Quoted => {}
        }
        let (header, is_rejects) = Header::read(&self.buffer[..step.end], self.dialect.delimiter)?;
        self.dialect.columns = header.names().len();
        self.dialect.rejects = is_rejects;
        self.header = Some(header);
        self.buffer.drain(..step.next);
        self.line += step.lines;
        Ok(())
    }
}
