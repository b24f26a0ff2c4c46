//! How an input begins: what it is, how its lines end, its header.
//!
//! All that is decided once per input is decided here, from the first bytes and from what the
//! user said. Of a pipe no more is read than that takes.

use anyhow::{Context, bail};
use memchr::{memchr, memchr_iter, memrchr};

use super::boundary::{self, Progress, Verdict};
use super::dialect::{Dialect, Format, ReadOptions};
use super::header::Header;
use super::recognise::{self, Guess};
use super::source::Source;
use super::stream::Stream;

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
            dialect: undecided(options),
            buffer: Vec::new(),
            progress: Progress::default(),
            line: 1,
            chunk_bytes,
            ended: false,
            failed: None,
        };
        source.recognise_format(options)?;
        if source.dialect.format == Format::Csv && source.find_header()? {
            source.read_header(options.delimiter)?;
        }
        Ok(source)
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
                    self.dialect.format = options.format.unwrap_or(format);
                    return Ok(());
                }
                _ if self.ended => return Ok(()),
                Guess::Blank | Guess::Undecided => self.fill_or_fail()?,
            }
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
                    self.dialect.newline = newline;
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
        let start = memrchr(newline, &self.buffer[..blank]).map_or(0, |at| at + 1);
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
            Verdict::TooLong => self.check_length(step.next)?,
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

fn undecided(options: &ReadOptions) -> Dialect {
    Dialect {
        format: options.format.unwrap_or(Format::Csv),
        delimiter: options.delimiter.unwrap_or(b','),
        newline: b'\n',
        columns: 0,
        rejects: false,
        max_row_bytes: options.max_row_bytes,
    }
}
