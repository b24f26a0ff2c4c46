//! The start of an input, looked at before its rows are read for good. Nothing is taken.

use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::boundary::{PartialRecord, RecordScanner};
use super::chunk::{self, Body, Chunk};
use super::source::{CHUNK_LINES, Source};
use crate::model::{Place, RawRow};

/// How many lines tell what an export is.
const FIRST_LINES: usize = 20;

/// The most lines, and the most bytes, that are read to see how numbers are written.
const EXAMINED: usize = 1_000;
const EXAMINED_BYTES: usize = 512 * 1024;

impl Source {
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
            let (scanner, partial) = (&mut RecordScanner::default(), &mut PartialRecord::default());
            chunk::split(&self.buffer, scanner, partial, &self.dialect, CHUNK_LINES).bytes
        };
        let first = Place {
            input: self.index,
            line: self.line,
        };
        let body = Body::Records(self.buffer[..end].to_vec());
        let dialect = Arc::clone(&self.dialect);
        let chunk = Chunk {
            first,
            body,
            dialect,
        };
        // What is behind another header will be said when it is read for good.
        let _ = chunk.for_each(visit);
    }
}
