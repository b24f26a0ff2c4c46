//! An input that was uploaded before must yield the same events: if a mapping or an option changed
//! what identifies its rows, all of them would look new, and their revenue would count twice.

use std::fs::File;
use std::path::Path;

use anyhow::Context;

use crate::input::Location;
use crate::ledger::{InputCheck, Ledger};
use crate::pipeline::feed;
use crate::plan::{Reading, Sending};
use crate::row::shown;

/// How many rows of an input are looked at.
const ROWS: u64 = 200;

/// What is wrong, for people, if an input has changed its identity. Takes the inputs down for
/// later runs.
pub(super) fn check(
    ledger: &mut Ledger,
    reading: &Reading,
    sending: &Sending,
) -> anyhow::Result<Option<String>> {
    if sending.bookkeeping.path.is_none() {
        return Ok(None);
    }
    for (number, location) in (0..).zip(&reading.locations) {
        let Location::File(path) = location else {
            continue;
        };
        if !path.is_file() {
            continue;
        }
        let digest = digest(path).with_context(|| shown(&path.to_string_lossy()).into_string())?;
        let sample = feed::sample(reading.open_one(number)?, &reading.checking(true), ROWS);
        if !sending.new_identity
            && let InputCheck::Differs(earlier) = ledger.check_input(digest, &sample)?
        {
            let path = shown(&path.to_string_lossy());
            return Ok(Some(format!(
                "{path}: run {} has uploaded the same content, but with other ids or times, so every \
                 row would be sent again: use the mapping of that run, or say --new-identity if \
                 that is meant",
                shown(&earlier.run)
            )));
        }
        ledger.note_input(number, digest, &sample)?;
    }
    Ok(None)
}

fn digest(path: &Path) -> anyhow::Result<[u8; 16]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Ok(digest)
}
