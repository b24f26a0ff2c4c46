//! The steps of a claimed row after its claim: it leaves, it is settled.
//!
//! A commit for each would be too slow, so they go into a small file beside the ledger: one slot
//! for each claim, overwritten in place, handed to the operating system and not synced. So they
//! outlive `kill -9` but not the machine. The file is as long as it will ever need to be before a
//! claim is given out: no step can fail for want of space.
//!
//! A slot has two cells: the step of its own claim, and the outcome of the row that its connection
//! had sent before it, so that "that one is settled, this one leaves" is one write.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::LedgerError;
use super::files;
use crate::outcome::Outcome;
use cell::{CELL, decoded};

mod cell;

pub(super) use cell::Step;

/// Bytes of a slot, and of the header in front of them.
const SLOT: usize = 2 * CELL;
/// What the header says after the ledger's nonce. Steps in another form are taken for lost, which
/// is the safe side.
const FORM: [u8; CELL] = *b"steps, two cells";
/// The file grows by this many slots.
const GROWTH: u32 = 1024;

/// One row's place in the ledger, from its claim until it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimId {
    /// Never used again, in any run.
    pub(super) id: u64,
    /// Where its steps are written.
    pub(super) slot: u32,
}

/// Takes down what became of claimed rows. Cheap to clone; every sender has one.
#[derive(Debug, Clone)]
pub struct Steps(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<File>,
    settled: Mutex<Vec<(ClaimId, Outcome)>>,
}

impl Steps {
    /// Steps that need not outlive the process.
    pub(super) fn nowhere() -> Steps {
        Steps::over(None)
    }

    /// Starts the file afresh. Whatever stood in it must have been dealt with, durably.
    pub(super) fn create(path: &Path, nonce: [u8; CELL]) -> Result<Steps, LedgerError> {
        let mut file = files::open_private(path)?;
        file.set_len(0)?;
        file.write_all(&header(nonce))?;
        file.write_all(&vec![0; SLOT * GROWTH as usize])?;
        file.sync_all()?;
        Ok(Steps::over(Some(file)))
    }

    fn over(file: Option<File>) -> Steps {
        let settled = Mutex::new(Vec::new());
        Steps(Arc::new(Inner { file, settled }))
    }

    /// Makes the file long enough for slots below `count`, which it already is below `have`.
    pub(super) fn reserve(&self, have: u32, count: u32) -> Result<u32, LedgerError> {
        if count <= have {
            return Ok(have);
        }
        let more = (count - have).div_ceil(GROWTH) * GROWTH;
        if let Some(file) = &self.0.file {
            write_at(file, &vec![0; SLOT * more as usize], offset(have))?;
            file.sync_data()?;
        }
        Ok(have + more)
    }

    /// How many slots a new file has.
    pub(super) const FIRST: u32 = GROWTH;

    /// The request of this claim is about to leave: to be called before its first byte goes, from
    /// any thread. If it fails the request must not be sent.
    pub fn leaving(&self, claim: ClaimId) -> Result<(), LedgerError> {
        self.write(claim, cell::left(claim.id))
            .map_err(LedgerError::from)
    }

    /// The same, and `before` has its outcome: one write for both. Not for a claim that left
    /// before, whose slot may still be the only one that knows of another outcome.
    pub fn leaving_after(
        &self,
        claim: ClaimId,
        (before, outcome): (ClaimId, Outcome),
    ) -> Result<(), LedgerError> {
        let written = self.0.file.as_ref().map_or(Ok(()), |file| {
            let mut slot = [0; SLOT];
            slot[..CELL].copy_from_slice(&cell::left(claim.id));
            slot[CELL..].copy_from_slice(&cell::settled(before.id, outcome));
            write_at(file, &slot, offset(claim.slot))
        });
        // Told last: a slot that is free again must hold nothing that is still needed.
        self.tell(before, outcome);
        written.map_err(LedgerError::from)
    }

    /// What left certainly was not recorded: the row is merely claimed again. From any thread.
    pub fn returned(&self, claim: ClaimId) -> Result<(), LedgerError> {
        let Some(file) = &self.0.file else {
            return Ok(());
        };
        write_at(file, &[0; CELL], offset(claim.slot)).map_err(LedgerError::from)
    }

    /// The row has its outcome; from any thread. Durable with the next claim or at the end.
    ///
    /// `accepted` is remembered for good, `in_doubt` is kept until it is resolved, anything else
    /// releases the row.
    pub fn settle(&self, claim: ClaimId, outcome: Outcome) {
        // If the file cannot be written the next commit still has it; after a kill before that,
        // the row is in doubt, which is true then.
        let _ = self.write(claim, cell::settled(claim.id, outcome));
        self.tell(claim, outcome);
    }

    fn tell(&self, claim: ClaimId, outcome: Outcome) {
        let mut settled = self
            .0
            .settled
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        settled.push((claim, outcome));
    }

    /// What was settled since the last call.
    pub(super) fn take_settled(&self) -> Vec<(ClaimId, Outcome)> {
        let mut settled = self
            .0
            .settled
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *settled)
    }

    /// Makes the steps outlive the machine, for when the ledger itself cannot take them.
    pub(super) fn sync(&self) -> Result<(), LedgerError> {
        self.0.file.as_ref().map_or(Ok(()), File::sync_data)?;
        Ok(())
    }

    fn write(&self, claim: ClaimId, cell: [u8; CELL]) -> io::Result<()> {
        let Some(file) = &self.0.file else {
            return Ok(());
        };
        write_at(file, &cell, offset(claim.slot))
    }
}

/// The steps a dead run left behind.
#[derive(Debug, Default)]
pub(super) struct Trail {
    slots: Vec<u8>,
    /// Outcomes that stand in the slot of the row that left next.
    outcomes: HashMap<u64, Outcome>,
}

impl Trail {
    /// Reads the file, if it is there and belongs to the ledger with this nonce.
    pub(super) fn read(path: &Path, nonce: [u8; CELL]) -> Result<Option<Trail>, LedgerError> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(bytes.strip_prefix(&header(nonce)).map(Trail::of))
    }

    fn of(slots: &[u8]) -> Trail {
        let outcomes = slots.chunks_exact(SLOT).filter_map(|slot| {
            let Step::Settled(id, outcome) = decoded(&slot[CELL..]) else {
                return None;
            };
            Some((id, outcome))
        });
        Trail {
            slots: slots.to_vec(),
            outcomes: outcomes.collect(),
        }
    }

    /// What is known of a claim: an outcome is final wherever it stands, else what its own cell
    /// says.
    pub(super) fn step(&self, claim: ClaimId) -> Step {
        if let Some(&outcome) = self.outcomes.get(&claim.id) {
            return Step::Settled(claim.id, outcome);
        }
        let start = claim.slot as usize * SLOT;
        self.slots
            .get(start..start + CELL)
            .map_or(Step::Torn, decoded)
    }

    /// The highest claim that left a step.
    pub(super) fn last_claim(&self) -> u64 {
        let ids = self
            .slots
            .chunks_exact(CELL)
            .map(|cell| match decoded(cell) {
                Step::Left(id) | Step::Settled(id, _) => id,
                Step::Blank | Step::Torn => 0,
            });
        ids.max().unwrap_or(0)
    }
}

fn header(nonce: [u8; CELL]) -> [u8; SLOT] {
    let mut header = [0; SLOT];
    header[..CELL].copy_from_slice(&nonce);
    header[CELL..].copy_from_slice(&FORM);
    header
}

fn offset(slot: u32) -> u64 {
    (u64::from(slot) + 1) * SLOT as u64
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    use std::os::windows::fs::FileExt;
    let mut done = 0;
    while done < bytes.len() {
        done += file.seek_write(&bytes[done..], offset + done as u64)?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const NONCE: [u8; CELL] = *b"0123456789abcdef";

    #[test]
    fn steps_outlive_their_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps");
        let steps = Steps::create(&path, NONCE).unwrap();
        steps.leaving(ClaimId { id: 7, slot: 0 }).unwrap();
        steps.leaving(ClaimId { id: 9, slot: 2 }).unwrap();
        steps.settle(ClaimId { id: 9, slot: 2 }, Outcome::Accepted);
        assert_eq!(steps.reserve(1024, 1025).unwrap(), 2048);
        drop(steps);
        let trail = Trail::read(&path, NONCE).unwrap().unwrap();
        let step = |id, slot| trail.step(ClaimId { id, slot });
        assert_eq!(step(7, 0), Step::Left(7));
        assert_eq!(step(8, 1), Step::Blank);
        assert_eq!(step(9, 2), Step::Settled(9, Outcome::Accepted));
        assert_eq!(step(10, 2047), Step::Blank);
        assert_eq!(step(11, 2048), Step::Torn);
        assert_eq!(trail.last_claim(), 9);
        assert!(Trail::read(&path, [1; CELL]).unwrap().is_none());
    }

    #[test]
    fn an_outcome_stands_with_the_row_that_left_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps");
        let steps = Steps::create(&path, NONCE).unwrap();
        let [first, next, last] = [(7, 0), (8, 1), (9, 2)].map(|(id, slot)| ClaimId { id, slot });
        steps.leaving(first).unwrap();
        steps
            .leaving_after(next, (first, Outcome::Accepted))
            .unwrap();
        steps.leaving_after(last, (next, Outcome::Refused)).unwrap();
        // what becomes of a row leaves alone what its slot says of the one before
        steps.returned(next).unwrap();
        steps.leaving(next).unwrap();
        steps.settle(last, Outcome::InDoubt);
        let told = [
            (first, Outcome::Accepted),
            (next, Outcome::Refused),
            (last, Outcome::InDoubt),
        ];
        assert_eq!(steps.take_settled(), told);
        let trail = Trail::read(&path, NONCE).unwrap().unwrap();
        for (claim, outcome) in told {
            assert_eq!(trail.step(claim), Step::Settled(claim.id, outcome));
        }
    }

    #[test]
    fn steps_in_another_form_are_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps");
        std::fs::write(&path, [&NONCE[..], &cell::left(7), &[0; 4096]].concat()).unwrap();
        assert!(Trail::read(&path, NONCE).unwrap().is_none());
    }
}
