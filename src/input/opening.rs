//! How an input begins: what it is, how its lines end, its header.
//!
//! All that is decided once per input is decided here, from the first bytes and from what the
//! user said. Of a pipe no more is read than that takes.

use std::sync::Arc;

use anyhow::{Context, bail};
use memchr::{memchr, memchr_iter, memrchr};

use super::boundary::{PartialRecord, RecordScanner, RecordShape, Step};
use super::encoding::{self, Seen};
use super::header::{self, Dialect, Format, Header, ReadOptions};
use super::recognise::{self, Guess};
use super::source::Source;
use super::stream::Stream;
use super::width::{self, TELLING, Width};

/// The most bytes of a file that are read to see how wide its rows are.
const LOOKED_AHEAD: usize = 1 << 20;

impl Source {
    /// Recognises what it is and reads the header.
    pub(super) fn begin(
        index: u32,
        name: Arc<str>,
        stream: Stream,
        options: &ReadOptions,
        chunk_bytes: usize,
    ) -> anyhow::Result<Self> {
        let mut source = Source {
            index,
            name,
            size: stream.size(),
            counter: Arc::clone(stream.counter()),
            stream: Some(stream),
            origin: None,
            dialect: Arc::new(undecided(options)),
            is_measured: false,
            buffer: Vec::new(),
            partial: PartialRecord::default(),
            scanner: RecordScanner::default(),
            line: 1,
            chunk_bytes,
            ended: false,
            failed: None,
        };
        source.recognise_format(options)?;
        // Objects have no columns that could be missing or too many.
        source.is_measured = source.dialect.format == Format::Ndjson;
        if source.dialect.format == Format::Csv && source.find_header()? {
            source.read_header(options.delimiter)?;
            source.look_ahead();
        }
        source.decide().encoding = source.encoding();
        Ok(source)
    }

    fn encoding(&self) -> Seen {
        let now = encoding::seen(&self.buffer, self.dialect.newline);
        self.dialect.encoding.and(now)
    }

    fn decide(&mut self) -> &mut Dialect {
        Arc::make_mut(&mut self.dialect)
    }

    /// Reads of a file as much as tells how wide its rows are. Of a pipe the first chunk tells.
    fn look_ahead(&mut self) {
        if self.stream.as_ref().is_none_or(Stream::is_live) {
            return;
        }
        loop {
            let is_all = self.ended || self.failed.is_some() || self.buffer.len() >= LOOKED_AHEAD;
            let (widths, told) = width::widths(&self.buffer, &self.dialect, self.ended, TELLING);
            if told || is_all {
                self.measure(&widths);
                self.is_measured = true;
                return;
            }
            self.fill();
        }
    }

    /// How wide rows are, as the first of them say: all of them have the same empty cells at
    /// their end, or those that the header has.
    pub(super) fn measure(&mut self, widths: &[Width]) {
        let Some(first) = widths.first() else {
            return;
        };
        self.is_measured = true;
        let columns = self.dialect.columns;
        let is_wide = |width: &Width| {
            width.cells == first.cells && width.cells >= columns && width.filled <= columns
        };
        if widths.iter().all(is_wide) {
            Arc::make_mut(&mut self.dialect).trailing = first.cells - columns;
        }
    }

    /// Fills, or fails where that failed before: what came before an error may be enough.
    fn fill_or_fail(&mut self) -> anyhow::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error).context("cannot read it");
        }
        self.check_length(self.buffer.len())?;
        self.fill();
        Ok(())
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
                    self.decide().format = options.format.unwrap_or(format);
                    return match format {
                        Format::Csv => Ok(()),
                        Format::Ndjson => self.refuse_envelope(),
                    };
                }
                _ if self.ended => return Ok(()),
                Guess::Blank | Guess::Undecided => self.fill_or_fail()?,
            }
        }
    }

    /// The first line, or as much of it as a row may have, tells whether all rows are in it.
    fn refuse_envelope(&mut self) -> anyhow::Result<()> {
        loop {
            let text = self.buffer.trim_ascii_start();
            if recognise::list_in_front(text).is_none() {
                return Ok(());
            }
            let end = memchr(b'\n', text);
            let is_all =
                self.ended || self.failed.is_some() || text.len() > self.dialect.max_row_bytes;
            if end.is_some() || is_all {
                return recognise::refuse_envelope(&text[..end.unwrap_or(text.len())]);
            }
            self.fill();
        }
    }

    /// Whether there is anything but blank lines; tells how lines end.
    fn find_header(&mut self) -> anyhow::Result<bool> {
        loop {
            let blank = self.buffer.len() - self.buffer.trim_ascii_start().len();
            let rest = &self.buffer[blank..];
            if rest.is_empty() && self.ended {
                self.buffer.clear();
                return Ok(false);
            }
            match recognise::newline(rest, self.ended) {
                Some(newline) if !rest.is_empty() => {
                    self.decide().newline = newline;
                    return Ok(true);
                }
                _ => self.fill_or_fail()?,
            }
        }
    }

    /// What is not decided within a row's limit never will be.
    fn check_length(&self, length: usize) -> anyhow::Result<()> {
        let max = self.dialect.max_row_bytes;
        if length > max {
            bail!("no header within its first {max} bytes; is this a CSV or NDJSON export?");
        }
        Ok(())
    }

    fn read_header(&mut self, told: Option<u8>) -> anyhow::Result<()> {
        self.skip_to_text();
        if header::is_markup(&self.buffer) {
            bail!("this is a web page or XML and no export; was a log-in page saved instead?");
        }
        let told = told.or_else(|| self.take_announcement());
        loop {
            self.skip_to_text();
            let found = || recognise::delimiter(&self.buffer, self.dialect.newline);
            let delimiter = told.unwrap_or_else(found);
            self.decide().delimiter = delimiter;
            let (mut scanner, partial) = (RecordScanner::default(), PartialRecord::default());
            match scanner.step(&self.buffer, partial, &self.dialect, self.ended) {
                Ok(step) => return self.take_header(step),
                Err(_) => self.fill_or_fail()?,
            }
        }
    }

    /// Takes away the lines before the one with the first text on it.
    fn skip_to_text(&mut self) {
        let newline = self.dialect.newline;
        let blank = self.buffer.len() - self.buffer.trim_ascii_start().len();
        let start = memrchr(newline, &self.buffer[..blank]).map_or(0, |at| at + 1);
        self.line += memchr_iter(newline, &self.buffer[..start]).count() as u64;
        self.buffer.drain(..start);
    }

    fn take_announcement(&mut self) -> Option<u8> {
        let end = memchr(self.dialect.newline, &self.buffer)?;
        let delimiter = recognise::announced(&self.buffer[..end])?;
        self.buffer.drain(..=end);
        self.line += 1;
        Some(delimiter)
    }

    fn take_header(&mut self, step: Step) -> anyhow::Result<()> {
        match step.shape {
            RecordShape::Unclosed => bail!("the header has a quote that is not closed"),
            RecordShape::TooLong => self.check_length(step.next)?,
            RecordShape::Plain | RecordShape::Quoted => {}
        }
        let record = &self.buffer[..step.end];
        if record.contains(&0) {
            bail!(
                "binary data and no text: a program, an image or an archive? If it is text in \
                 UTF-16 without a mark, pass --encoding utf-16le"
            );
        }
        let encoding = self.encoding();
        let (header, is_rejects) = Header::read(record, self.dialect.delimiter, encoding)?;
        let dialect = self.decide();
        dialect.encoding = encoding;
        dialect.columns = header.names().len();
        dialect.trailing = header.unnamed();
        dialect.rejects = is_rejects;
        dialect.header = Some(Arc::new(header));
        self.buffer.drain(..step.next);
        self.line += step.lines;
        Ok(())
    }
}

fn undecided(options: &ReadOptions) -> Dialect {
    Dialect {
        format: options.format.unwrap_or(Format::Csv),
        delimiter: options.delimiter.unwrap_or(b','),
        newline: b'\n',
        columns: 0,
        trailing: 0,
        header: None,
        encoding: Seen::default(),
        rejects: false,
        max_row_bytes: options.max_row_bytes,
    }
}
