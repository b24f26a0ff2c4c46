//! Where one record ends and the next begins: the one rule that both the sequential splitter
//! and the parallel cutter obey, so that they can never disagree.
//!
//! A quoted cell may span lines. One that never closes properly costs its first physical line
//! and nothing else.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::dialect::{Dialect, Format};

/// A record over this many lines is taken for an unclosed quote.
pub(super) const MAX_LINES: usize = 1_000;

/// One record, measured from its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) verdict: Verdict,
    /// Where its text ends, the line ending not included.
    pub(super) end: usize,
    /// Where the next one starts.
    pub(super) next: usize,
    /// How many physical lines it takes.
    pub(super) lines: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Whole, and no cell of it is quoted.
    Plain,
    /// Whole, with quoted cells.
    Quoted,
    /// The first physical line of something that never closes its quotes.
    Unclosed,
    /// A physical line over the limit.
    TooLong,
}

/// How far a record was followed when the bytes ran out, so that slow streams are not read
/// from its start again and again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Progress {
    at: usize,
    inside: bool,
    quoted: bool,
    lines: usize,
}

/// Follows the record that starts at the first byte. Without `last` there may be more bytes to
/// come: what is not decided yet comes back as progress.
pub(super) fn step(
    bytes: &[u8],
    mut from: Progress,
    dialect: &Dialect,
    last: bool,
) -> Result<Step, Progress> {
    let window = &bytes[..bytes.len().min(dialect.max_row_bytes.saturating_add(1))];
    loop {
        let found = if from.inside {
            inside(window, &mut from, dialect)
        } else {
            outside(window, &mut from, dialect)
        };
        match found {
            Found::GoOn => {}
            Found::End { end, next } => return Ok(whole(bytes, from, end, next, dialect)),
            Found::OutOfBytes if bytes.len() <= dialect.max_row_bytes && !last => return Err(from),
            Found::OutOfBytes if bytes.len() <= dialect.max_row_bytes && closed(bytes, from) => {
                return Ok(whole(bytes, from, bytes.len(), bytes.len(), dialect));
            }
            Found::Broken | Found::OutOfBytes => return first_line(bytes, from, dialect, last),
        }
    }
}

enum Found {
    GoOn,
    End { end: usize, next: usize },
    Broken,
    OutOfBytes,
}

fn outside(window: &[u8], from: &mut Progress, dialect: &Dialect) -> Found {
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

fn inside(window: &[u8], from: &mut Progress, dialect: &Dialect) -> Found {
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
    if from.lines >= MAX_LINES {
        return Found::Broken;
    }
    behind_quote(window, from, dialect)
}

/// What stands behind a quote decides what it was.
fn behind_quote(window: &[u8], from: &mut Progress, dialect: &Dialect) -> Found {
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
fn closed(bytes: &[u8], from: Progress) -> bool {
    !from.inside || bytes.get(from.at) == Some(&b'"')
}

fn whole(bytes: &[u8], from: Progress, end: usize, next: usize, dialect: &Dialect) -> Step {
    Step {
        verdict: if from.quoted {
            Verdict::Quoted
        } else {
            Verdict::Plain
        },
        end: without_returns(&bytes[..end], dialect),
        next,
        lines: from.lines as u64 + 1,
    }
}

/// What is left of a record that is none: its first physical line.
fn first_line(
    bytes: &[u8],
    from: Progress,
    dialect: &Dialect,
    last: bool,
) -> Result<Step, Progress> {
    let (end, next) = match memchr(dialect.newline, bytes) {
        Some(place) => (place, place + 1),
        None if last => (bytes.len(), bytes.len()),
        None => return Err(from),
    };
    let (verdict, end) = if end > dialect.max_row_bytes {
        (Verdict::TooLong, end)
    } else {
        let end = without_returns(&bytes[..end], dialect);
        (Verdict::Unclosed, end)
    };
    Ok(Step {
        verdict,
        end,
        next,
        lines: 1,
    })
}

fn without_returns(line: &[u8], dialect: &Dialect) -> usize {
    if dialect.newline == b'\r' {
        return line.len();
    }
    let kept = line.iter().rposition(|&byte| byte != b'\r');
    kept.map_or(0, |place| place + 1)
}

/// How many of the bytes are whole records, from a record's start on. `progress` is about the
/// record behind them.
pub(super) fn split(bytes: &[u8], progress: &mut Progress, dialect: &Dialect) -> usize {
    if dialect.format == Format::Ndjson {
        return memrchr(dialect.newline, bytes).map_or(0, |place| place + 1);
    }
    let mut at = 0;
    loop {
        if *progress == Progress::default() {
            at = skip_plain_lines(bytes, at, dialect);
        }
        match step(&bytes[at..], *progress, dialect, false) {
            Ok(step) => {
                *progress = Progress::default();
                at += step.next;
            }
            Err(further) => {
                *progress = further;
                return at;
            }
        }
    }
}

/// Lines before the next quote are records as they are, however long.
fn skip_plain_lines(bytes: &[u8], at: usize, dialect: &Dialect) -> usize {
    let rest = &bytes[at..];
    let plain = memchr(b'"', rest).unwrap_or(rest.len());
    memrchr(dialect.newline, &rest[..plain]).map_or(at, |place| at + place + 1)
}
