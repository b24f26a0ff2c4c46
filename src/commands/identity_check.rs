//! What identifies rows, looked at before anything is sent: something must, and it must be the
//! same as last time. If a mapping or an option changed it, all rows of an input that was uploaded
//! before would look new, and their revenue would count twice.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::event::{Event, Fingerprint};
use crate::input::Location;
use crate::ledger::{InputCheck, Ledger};
use crate::pipeline::claims::is_nameless;
use crate::pipeline::feed;
use crate::plan::{Bookkeeping, Reading, Sending};
use crate::row::shown;

/// How many rows of an input are looked at.
const ROWS: u64 = 200;

/// The files of so many bytes are known by all of them, larger ones by [`PIECES`] parts.
const WHOLE: u64 = 4 << 20;
const PIECES: u64 = 64;
const PIECE: u64 = 64 << 10;

/// Lines and fingerprints of an input's first valid rows.
pub(super) type Sample = Vec<(u64, Fingerprint)>;

/// Looks at the first rows of each input that can be read twice. That none of them has an id or
/// a time is a mistake of the options; if only some have none, those are rejected one by one.
pub(super) fn samples(reading: &Reading, books: &Bookkeeping) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for (number, location) in (0..).zip(&reading.locations) {
        let Some(path) = file(location) else {
            samples.push(Sample::new());
            continue;
        };
        let rows = feed::sample(reading.open_one(number)?, &reading.checking(true), ROWS);
        if books.needs_identity && !rows.is_empty() && rows.iter().all(|row| is_nameless(row)) {
            bail!(
                "{}: none of the first rows has event_id or event_time, so they could not be \
                 recognised when they come again: map one of them (--map event_id=COLUMN), or \
                 give this input a name of its own (--input-name NAME), the same name each time \
                 the same rows are uploaded",
                shown(&path.to_string_lossy())
            );
        }
        let entry = |row: &Arc<Event>| (row.place.line, row.identity.fingerprint);
        samples.push(rows.iter().map(entry).collect());
    }
    Ok(samples)
}

/// Compares the inputs with what was uploaded before, and takes them down for later runs.
pub(super) fn check(
    ledger: &mut Ledger,
    reading: &Reading,
    sending: &Sending,
    samples: &[Sample],
) -> anyhow::Result<()> {
    if sending.bookkeeping.path.is_none() {
        return Ok(());
    }
    for ((number, location), sample) in (0..).zip(&reading.locations).zip(samples) {
        let Some(path) = file(location) else {
            continue;
        };
        let name = || shown(&path.to_string_lossy()).into_string();
        let digest = digest(path).with_context(name)?;
        if !sending.new_identity
            && let InputCheck::Differs(earlier) = ledger.check_input(digest, sample)?
        {
            bail!(
                "{}: run {} has uploaded the same content, but with other ids or times, so every \
                 row would be sent again: use the mapping of that run, or say --new-identity if \
                 that is meant",
                name(),
                shown(&earlier.run)
            );
        }
        ledger.note_input(number, digest, sample)?;
    }
    Ok(())
}

/// A file, if it is one that can be read twice.
fn file(location: &Location) -> Option<&Path> {
    match location {
        Location::File(path) => Some(path.as_path()).filter(|path| path.is_file()),
        Location::Stdin => None,
    }
}

/// Tells contents apart, at the same price for any size: a large file is known by its length and
/// by parts of it, its beginning and its end among them. Two files that differ elsewhere only are
/// taken for one, which is no harm: their first rows are the same, so one mapping gives them one
/// identity, and another mapping must be asked about for both.
fn digest(path: &Path) -> anyhow::Result<[u8; 16]> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut hasher = blake3::Hasher::new();
    if length <= WHOLE {
        hasher.update_reader(file)?;
    } else {
        hasher.update(&length.to_le_bytes());
        for piece in 0..PIECES {
            file.seek(SeekFrom::Start((length - PIECE) / (PIECES - 1) * piece))?;
            hasher.update_reader((&file).take(PIECE))?;
        }
        file.seek(SeekFrom::Start(length - PIECE))?;
        hasher.update_reader(&file)?;
    }
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Ok(digest)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_apart_by_length_beginning_and_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        let of = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            digest(&path).unwrap()
        };
        for length in [0, 1, WHOLE, WHOLE + 1, 3 * WHOLE + 12_345] {
            let length = usize::try_from(length).unwrap();
            let bytes = vec![b'x'; length];
            let before = of(&bytes);
            assert_eq!(of(&bytes), before, "{length}");
            assert_ne!(of(&[&bytes[..], b"x"].concat()), before, "{length}");
            for at in [0, length.saturating_sub(1)] {
                let mut changed = bytes.clone();
                if let Some(byte) = changed.get_mut(at) {
                    *byte = b'y';
                    assert_ne!(of(&changed), before, "{length} at {at}");
                }
            }
        }
    }
}
