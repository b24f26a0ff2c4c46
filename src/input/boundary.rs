//! Where one record ends and the next begins: the one rule that both the sequential splitter
//! and the parallel cutter obey, so that they can never disagree.
//!
//! A quoted cell may span lines. One that never closes properly costs its first physical line
//! and nothing else.

use std::collections::VecDeque;

use memchr::{memchr, memchr_iter, memchr2};

use super::damage::MAX_LINES;
use super::header::Dialect;

/// One record, measured from its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) shape: RecordShape,
    /// Where its text ends, the line ending not included.
    pub(super) end: usize,
    /// Where the next one starts.
    pub(super) next: usize,
    /// How many physical lines it takes.
    pub(super) lines: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordShape {
    /// Whole, and no cell of it is quoted.
    Plain,
    /// Whole, with quoted cells.
    Quoted,
    /// The first physical line of something that never closes its quotes.
    Unclosed,
    /// A physical line over the limit.
    TooLong,
}

/// How far a record was read when the bytes ran out, so that a slow stream is not read from the
/// record's start again each time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PartialRecord {
    at: usize,
    inside: bool,
    quoted: bool,
    lines: usize,
}

/// Follows one record after the other, in time that grows with the bytes.
///
/// A record that never closes costs its first line, so the next line is followed, too, and soon
/// meets a quote inside of a cell where the first one met it. From there on both see the same,
/// so what the first one passed is not looked at again.
#[derive(Debug, Default)]
pub(super) struct RecordScanner {
    /// The quotes met inside of a cell, in their order, by those records that never closed.
    quotes: VecDeque<Position>,
    /// Where the record starts that met the last of them.
    followed: usize,
    /// Bytes and lines before the record that is followed.
    start: Position,
}

/// A place, counted in bytes and lines from where reading began.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) bytes: usize,
    pub(super) lines: usize,
}

impl RecordScanner {
    /// Follows the record that starts at the first byte. Without `last` there may be more bytes
    /// to come: what is not decided yet comes back as partial.
    pub(super) fn step(
        &mut self,
        bytes: &[u8],
        mut from: PartialRecord,
        dialect: &Dialect,
        last: bool,
    ) -> Result<Step, PartialRecord> {
        let window = &bytes[..bytes.len().min(dialect.max_row_bytes.saturating_add(1))];
        let is_all = bytes.len() <= dialect.max_row_bytes;
        let step = loop {
            let found = if from.inside {
                self.inside(window, &mut from, dialect)
            } else {
                outside(window, &mut from, dialect)
            };
            match found {
                Found::GoOn => {}
                Found::End { end, next } => break whole(bytes, from, end, next, dialect),
                Found::OutOfBytes if is_all && !last => return Err(from),
                Found::OutOfBytes if is_all && closed(bytes, from) => {
                    break whole(bytes, from, bytes.len(), bytes.len(), dialect);
                }
                Found::Broken | Found::OutOfBytes => {
                    break first_line(bytes, from, dialect, last)?;
                }
            }
        };
        self.advance(step.next, usize::try_from(step.lines).unwrap_or(usize::MAX));
        Ok(step)
    }

    /// Moves the start past this many bytes and lines.
    fn advance(&mut self, bytes: usize, lines: usize) {
        self.start.bytes += bytes;
        self.start.lines += lines;
        let start = self.start.bytes;
        if self.quotes.back().is_none_or(|quote| quote.bytes < start) {
            *self = RecordScanner::default();
        }
        while self.quotes.front().is_some_and(|quote| quote.bytes < start) {
            self.quotes.pop_front();
        }
    }

    /// The same for lines without quotes.
    pub(super) fn skip_plain_lines(&mut self, bytes: usize, lines: usize) {
        if !self.quotes.is_empty() {
            self.advance(bytes, lines);
        }
    }

    fn inside(&mut self, window: &[u8], from: &mut PartialRecord, dialect: &Dialect) -> Found {
        let rest = &window[from.at..];
        let Some(found) = memchr(b'"', rest) else {
            from.lines += memchr_iter(dialect.newline, rest).count();
            from.at = window.len();
            return if from.lines < MAX_LINES {
                Found::OutOfBytes
            } else {
                Found::Broken
            };
        };
        from.lines += memchr_iter(dialect.newline, &rest[..found]).count();
        from.at += found;
        if from.lines > 0 && from.lines < MAX_LINES {
            self.skip_or_remember(from);
        }
        if from.lines >= MAX_LINES {
            return Found::Broken;
        }
        behind_quote(window, from, dialect)
    }

    /// A quote after the first line: skips to where an earlier record got from there, or remembers it.
    fn skip_or_remember(&mut self, from: &mut PartialRecord) {
        let here = Position {
            bytes: self.start.bytes + from.at,
            lines: self.start.lines + from.lines,
        };
        let known = self
            .quotes
            .binary_search_by_key(&here.bytes, |quote| quote.bytes);
        if let (Ok(_), Some(furthest)) = (known, self.quotes.back()) {
            from.at = furthest.bytes - self.start.bytes;
            from.lines = furthest.lines - self.start.lines;
        } else {
            if self.followed != self.start.bytes {
                self.quotes.clear();
            }
            self.quotes.push_back(here);
        }
        self.followed = self.start.bytes;
    }
}

enum Found {
    GoOn,
    End { end: usize, next: usize },
    Broken,
    OutOfBytes,
}

fn outside(window: &[u8], from: &mut PartialRecord, dialect: &Dialect) -> Found {
    let Some(found) = memchr2(b'"', dialect.newline, &window[from.at..]) else {
        from.at = window.len();
        return Found::OutOfBytes;
    };
    let place = from.at + found;
    if window[place] == dialect.newline {
        return Found::End {
            end: place,
            next: place + 1,
        };
    }
    from.inside = place == 0 || window[place - 1] == dialect.delimiter;
    from.quoted |= from.inside;
    from.at = place + 1;
    Found::GoOn
}

/// What stands behind a quote decides what it was.
fn behind_quote(window: &[u8], from: &mut PartialRecord, dialect: &Dialect) -> Found {
    let behind = from.at + 1;
    let line_end = behind + returns(&window[behind..], dialect);
    match window.get(line_end) {
        None => Found::OutOfBytes,
        Some(&byte) if byte == dialect.newline => Found::End {
            end: line_end,
            next: line_end + 1,
        },
        Some(_) if line_end > behind => Found::Broken,
        Some(b'"') => {
            from.at = behind + 1;
            Found::GoOn
        }
        Some(&byte) if byte == dialect.delimiter => {
            from.inside = false;
            from.at = behind + 1;
            Found::GoOn
        }
        Some(_) => Found::Broken,
    }
}

fn returns(bytes: &[u8], dialect: &Dialect) -> usize {
    if dialect.newline == b'\r' {
        return 0;
    }
    bytes.iter().take_while(|&&byte| byte == b'\r').count()
}

/// At the end of input: outside of quotes, or behind the quote that closes.
fn closed(bytes: &[u8], from: PartialRecord) -> bool {
    !from.inside || bytes.get(from.at) == Some(&b'"')
}

fn whole(bytes: &[u8], from: PartialRecord, end: usize, next: usize, dialect: &Dialect) -> Step {
    Step {
        shape: if from.quoted {
            RecordShape::Quoted
        } else {
            RecordShape::Plain
        },
        end: without_returns(&bytes[..end], dialect),
        next,
        lines: from.lines as u64 + 1,
    }
}

/// What is left of a record that is none: its first physical line.
fn first_line(
    bytes: &[u8],
    from: PartialRecord,
    dialect: &Dialect,
    last: bool,
) -> Result<Step, PartialRecord> {
    let (end, next) = match memchr(dialect.newline, bytes) {
        Some(place) => (place, place + 1),
        None if last => (bytes.len(), bytes.len()),
        None => return Err(from),
    };
    let (shape, end) = if end > dialect.max_row_bytes {
        (RecordShape::TooLong, end)
    } else {
        let end = without_returns(&bytes[..end], dialect);
        (RecordShape::Unclosed, end)
    };
    Ok(Step {
        shape,
        end,
        next,
        lines: 1,
    })
}

pub(super) fn without_returns(line: &[u8], dialect: &Dialect) -> usize {
    if dialect.newline == b'\r' {
        return line.len();
    }
    let kept = line.iter().rposition(|&byte| byte != b'\r');
    kept.map_or(0, |place| place + 1)
}
