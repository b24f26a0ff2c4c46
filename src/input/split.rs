//! How much of a buffer is whole records. The one reading thread asks for every byte, so this does as
//! little as it can.

use memchr::{memchr, memchr_iter};

use super::boundary::{Progress, Trail};
use super::dialect::{Dialect, Format};

/// The size of some whole records.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) bytes: usize,
    pub(super) lines: usize,
}

/// How many of the bytes are whole records, from a record's start on: those that begin in the
/// first `most` lines. `progress` is about the record behind them.
pub(super) fn split(
    bytes: &[u8],
    trail: &mut Trail,
    progress: &mut Progress,
    dialect: &Dialect,
    most: usize,
) -> Whole {
    let mut found = Whole::default();
    if dialect.format == Format::Ndjson {
        return lines(bytes, most, dialect);
    }
    while found.lines < most {
        let rest = &bytes[found.bytes..];
        if *progress == Progress::default() {
            // Lines before the next quote are records as they are, however long.
            let plain = memchr(b'"', rest).unwrap_or(rest.len());
            let plain = lines(&rest[..plain], most - found.lines, dialect);
            trail.pass_plain(plain.bytes, plain.lines);
            found.bytes += plain.bytes;
            found.lines += plain.lines;
            if found.lines == most {
                break;
            }
        }
        match trail.step(&bytes[found.bytes..], *progress, dialect, false) {
            Ok(step) => {
                *progress = Progress::default();
                found.bytes += step.next;
                found.lines += usize::try_from(step.lines).unwrap_or(usize::MAX);
            }
            Err(further) => {
                *progress = further;
                break;
            }
        }
    }
    found
}

/// The first whole lines.
fn lines(bytes: &[u8], most: usize, dialect: &Dialect) -> Whole {
    let ends = memchr_iter(dialect.newline, bytes).take(most);
    ends.fold(Whole::default(), |found, end| Whole {
        bytes: end + 1,
        lines: found.lines + 1,
    })
}
