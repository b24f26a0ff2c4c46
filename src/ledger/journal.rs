//! The journal: what happened to claimed rows after their claim: a row leaves, it is settled.
//!
//! A commit for each would be too slow, so they go into a small file beside the ledger: one slot
//! for each claim, overwritten in place, handed to the operating system and not synced. So they
//! outlive `kill -9` but not the machine. The file is as long as it will ever need to be before a
//! claim is given out: no step can fail for want of space.
//!
//! A slot has two cells: the step of its own claim, and the outcome of the row that its connection
//! had sent before it, so that "that one is settled, this one leaves" is one write.
//!
//! The header says which opening of which ledger the steps belong to. It is read back before every
//! request: a run whose ledger was opened by another stops before it sends what that one may send.
//!
//! The slots of the journal that no unsettled claim has.

mod cell;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cell::{CELL, checksum, decoded};

use super::error::LedgerError;
use super::files;
use crate::model::Outcome;

pub(super) use cell::Step;

/// Bytes of a slot, and of the header in front of them.
const SLOT: usize = 2 * CELL;
const HEADER: usize = 64;
/// How the header begins; a file in another form is taken for lost, which is the safe side.
const FORM: [u8; 8] = *b"steps 4\n";
/// The file grows by this many slots.
const GROWTH: u32 = 1024;

/// A claim with its outcome, and why it is in doubt.
type SettledClaim = (ClaimId, Outcome, Option<Box<str>>);

/// Which opening of which ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stamp {
    /// The ledger.
    pub(super) id: [u8; 16],
    /// How often it was opened for writing.
    pub(super) generation: i64,
    /// Drawn at the opening: a copy that was opened as often is another one.
    pub(super) token: i64,
    /// The number of its last claim at that time.
    pub(super) claims: i64,
}

impl Stamp {
    fn encoded(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(&FORM);
        header[8..24].copy_from_slice(&self.id);
        for (at, number) in [(24, self.generation), (32, self.token), (40, self.claims)] {
            header[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        let check = checksum(&header[..48]);
        header[48..52].copy_from_slice(&check.to_le_bytes());
        header
    }

    fn decoded(header: &[u8]) -> Option<Stamp> {
        let number = |at: usize| Some(i64::from_le_bytes(header.get(at..at + 8)?.try_into().ok()?));
        let stamp = Stamp {
            id: header.get(8..24)?.try_into().ok()?,
            generation: number(24)?,
            token: number(32)?,
            claims: number(40)?,
        };
        (stamp.encoded() == header).then_some(stamp)
    }
}

/// One row's place in the ledger, from its claim until it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimId {
    /// Never used again, in any run.
    pub(super) id: u64,
    /// Where its steps are written.
    pub(super) slot: u32,
}

impl ClaimId {
    /// Of a row that nothing is sent for.
    pub(super) const NONE: ClaimId = ClaimId { id: 0, slot: 0 };
}

/// Writes what became of claimed rows. Cheap to clone; every sender has one.
#[derive(Debug, Clone)]
pub struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<JournalFile>,
    settled: Mutex<Vec<SettledClaim>>,
}

#[derive(Debug)]
struct JournalFile {
    path: PathBuf,
    file: File,
    header: [u8; HEADER],
}

impl Journal {
    /// Journal that need not outlive the process.
    pub(super) fn in_memory() -> Journal {
        Journal::over(None)
    }

    /// Starts the file afresh. Whatever stood in it must have been dealt with, durably.
    pub(super) fn create(path: &Path, stamp: Stamp) -> Result<Journal, LedgerError> {
        let mut file = files::open_private(path)?;
        let header = stamp.encoded();
        file.set_len(0)?;
        file.write_all(&header)?;
        file.write_all(&vec![0; SLOT * GROWTH as usize])?;
        file.sync_all()?;
        files::sync_folder_of(path)?;
        let path = path.into();
        Ok(Journal::over(Some(JournalFile { path, file, header })))
    }

    fn over(file: Option<JournalFile>) -> Journal {
        let settled = Mutex::new(Vec::new());
        Journal(Arc::new(Inner { file, settled }))
    }

    /// Makes the file long enough for slots below `count`, which it already is below `have`.
    pub(super) fn reserve(&self, have: u32, count: u32) -> Result<u32, LedgerError> {
        if count <= have {
            return Ok(have);
        }
        let more = (count - have).div_ceil(GROWTH) * GROWTH;
        if let Some(JournalFile { file, .. }) = &self.0.file {
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
        self.check()?;
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
        let written = self.check().and_then(|()| {
            let Some(journal) = &self.0.file else {
                return Ok(());
            };
            let mut slot = [0; SLOT];
            slot[..CELL].copy_from_slice(&cell::left(claim.id));
            slot[CELL..].copy_from_slice(&cell::settled(before.id, outcome));
            Ok(write_at(&journal.file, &slot, offset(claim.slot))?)
        });
        // Told last: a slot that is free again must hold nothing that is still needed.
        self.settled().push((before, outcome, None));
        written
    }

    /// What left certainly was not recorded: the row is merely claimed again. From any thread.
    pub fn returned(&self, claim: ClaimId) -> Result<(), LedgerError> {
        self.write(claim, [0; CELL]).map_err(LedgerError::from)
    }

    /// The row has its outcome; from any thread. Durable with the next claim or at the end.
    ///
    /// `accepted` is remembered for good, `in_doubt` is kept until it is resolved, anything else
    /// releases the row.
    pub fn settle(&self, claim: ClaimId, outcome: Outcome) {
        self.settle_as(claim, outcome, None);
    }

    /// The same of a row that is in doubt, with the reason, for people; a kill loses that.
    pub fn doubt(&self, claim: ClaimId, why: &str) {
        self.settle_as(claim, Outcome::InDoubt, Some(why.into()));
    }

    fn settle_as(&self, claim: ClaimId, outcome: Outcome, why: Option<Box<str>>) {
        // If the file cannot be written the next commit still has it; after a kill before that,
        // the row is in doubt, which is true then.
        let _ = self.write(claim, cell::settled(claim.id, outcome));
        self.settled().push((claim, outcome, why));
    }

    /// Whether anything was settled since [`Journal::take_settled`] was called.
    pub(super) fn has_settled(&self) -> bool {
        !self.settled().is_empty()
    }

    /// What was settled since the last call.
    pub(super) fn take_settled(&self) -> Vec<SettledClaim> {
        std::mem::take(&mut *self.settled())
    }

    fn settled(&self) -> MutexGuard<'_, Vec<SettledClaim>> {
        let settled = self.0.settled.lock();
        settled.unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the steps outlive the machine, for when the ledger itself cannot take them.
    pub(super) fn sync(&self) -> Result<(), LedgerError> {
        let journal = self.0.file.as_ref();
        journal.map_or(Ok(()), |journal| journal.file.sync_data())?;
        Ok(())
    }

    fn write(&self, claim: ClaimId, cell: [u8; CELL]) -> io::Result<()> {
        let Some(JournalFile { file, .. }) = &self.0.file else {
            return Ok(());
        };
        write_at(file, &cell, offset(claim.slot))
    }

    /// Whether the journal is still this run's.
    fn check(&self) -> Result<(), LedgerError> {
        let Some(journal) = &self.0.file else {
            return Ok(());
        };
        let mut header = [0; HEADER];
        match read_at(&journal.file, &mut header) {
            Ok(()) if header == journal.header => Ok(()),
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error.into()),
            _ => Err(LedgerError::Replaced {
                path: journal.path.clone(),
                what: "opened by another run",
            }),
        }
    }
}

/// The journal that an earlier opening left behind.
#[derive(Debug, Default)]
pub(super) struct JournalRecords {
    /// Whose it is.
    pub(super) stamp: Stamp,
    slots: Vec<u8>,
    /// Outcomes that stand in the slot of the row that left next.
    outcomes: HashMap<u64, Outcome>,
}

impl JournalRecords {
    /// Reads the file, if it is there and readable.
    pub(super) fn read(path: &Path) -> Result<Option<JournalRecords>, LedgerError> {
        let Some(bytes) = files::read_beside(path)? else {
            return Ok(None);
        };
        let Some((header, slots)) = bytes.split_at_checked(HEADER) else {
            return Ok(None);
        };
        Ok(Stamp::decoded(header).map(|stamp| JournalRecords::of(stamp, slots)))
    }

    fn of(stamp: Stamp, slots: &[u8]) -> JournalRecords {
        let outcomes = slots.chunks_exact(SLOT).filter_map(|slot| {
            let Step::Settled(id, outcome) = decoded(&slot[CELL..]) else {
                return None;
            };
            Some((id, outcome))
        });
        JournalRecords {
            stamp,
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

    /// The highest claim that it knows of.
    pub(super) fn last_claim(&self) -> i64 {
        let cells = self.slots.chunks_exact(CELL);
        let ids = cells.map(|cell| match decoded(cell) {
            Step::Left(id) | Step::Settled(id, _) => id.cast_signed(),
            Step::Blank | Step::Torn => 0,
        });
        ids.max().unwrap_or(0).max(self.stamp.claims)
    }
}

fn offset(slot: u32) -> u64 {
    HEADER as u64 + u64::from(slot) * SLOT as u64
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, 0)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8]) -> io::Result<()> {
    use std::os::windows::fs::FileExt;
    let mut done = 0;
    while done < bytes.len() {
        match file.seek_read(&mut bytes[done..], done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            more => done += more,
        }
    }
    Ok(())
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

#[derive(Debug)]
pub(super) struct Slots {
    all: u32,
    free: Vec<u32>,
}

impl Slots {
    pub(super) fn new() -> Self {
        Slots {
            all: Journal::FIRST,
            free: (0..Journal::FIRST).rev().collect(),
        }
    }

    /// Makes sure that there is a free slot for each of `claims` claims.
    pub(super) fn reserve(&mut self, journal: &Journal, claims: usize) -> Result<(), LedgerError> {
        let missing = u32::try_from(claims.saturating_sub(self.free.len())).unwrap_or(u32::MAX);
        let all = journal.reserve(self.all, self.all.saturating_add(missing))?;
        self.free.splice(0..0, (self.all..all).rev());
        self.all = all;
        Ok(())
    }

    /// One that no claim has, if there is one.
    pub(super) fn take(&mut self) -> Option<u32> {
        self.free.pop()
    }

    /// Their claims are settled, and durably so.
    pub(super) fn release(&mut self, slots: Vec<u32>) {
        self.free.extend(slots);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp {
        id: *b"0123456789abcdef",
        generation: 3,
        token: -7,
        claims: 6,
    };

    #[test]
    fn steps_outlive_their_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps");
        let journal = Journal::create(&path, STAMP).unwrap();
        journal.leaving(ClaimId { id: 7, slot: 0 }).unwrap();
        journal.leaving(ClaimId { id: 9, slot: 2 }).unwrap();
        journal.settle(ClaimId { id: 9, slot: 2 }, Outcome::Accepted);
        assert_eq!(journal.reserve(1024, 1025).unwrap(), 2048);
        drop(journal);
        let records = JournalRecords::read(&path).unwrap().unwrap();
        let step = |id, slot| records.step(ClaimId { id, slot });
        assert_eq!(step(7, 0), Step::Left(7));
        assert_eq!(step(8, 1), Step::Blank);
        assert_eq!(step(9, 2), Step::Settled(9, Outcome::Accepted));
        assert_eq!(step(10, 2047), Step::Blank);
        assert_eq!(step(11, 2048), Step::Torn);
        assert_eq!((records.stamp, records.last_claim()), (STAMP, 9));
    }

    #[test]
    fn an_outcome_stands_with_the_row_that_left_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps");
        let journal = Journal::create(&path, STAMP).unwrap();
        let [first, next, last] = [(7, 0), (8, 1), (9, 2)].map(|(id, slot)| ClaimId { id, slot });
        journal.leaving(first).unwrap();
        journal
            .leaving_after(next, (first, Outcome::Accepted))
            .unwrap();
        journal
            .leaving_after(last, (next, Outcome::Refused))
            .unwrap();
        // what becomes of a row leaves alone what its slot says of the one before
        journal.returned(next).unwrap();
        journal.leaving(next).unwrap();
        journal.settle(last, Outcome::InDoubt);
        let told = [
            (first, Outcome::Accepted),
            (next, Outcome::Refused),
            (last, Outcome::InDoubt),
        ];
        let taken = journal.take_settled();
        let taken: Vec<_> = taken
            .into_iter()
            .map(|(claim, outcome, _)| (claim, outcome))
            .collect();
        assert_eq!(taken, told);
        let records = JournalRecords::read(&path).unwrap().unwrap();
        for (claim, outcome) in told {
            assert_eq!(records.step(claim), Step::Settled(claim.id, outcome));
        }
    }

    #[test]
    fn a_journal_with_a_damaged_header_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps");
        drop(Journal::create(&path, STAMP).unwrap());
        let whole = std::fs::read(&path).unwrap();
        for at in 0..52 {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            std::fs::write(&path, &bytes).unwrap();
            assert!(JournalRecords::read(&path).unwrap().is_none(), "byte {at}");
        }
        std::fs::write(&path, &whole[..40]).unwrap();
        assert!(JournalRecords::read(&path).unwrap().is_none());
    }

    #[test]
    fn nothing_leaves_once_another_run_has_begun_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps");
        let first = Journal::create(&path, STAMP).unwrap();
        let claim = ClaimId { id: 7, slot: 0 };
        first.leaving(claim).unwrap();
        let next = Stamp {
            generation: 4,
            ..STAMP
        };
        let second = Journal::create(&path, next).unwrap();
        let replaced = |left| matches!(left, Err(LedgerError::Replaced { .. }));
        assert!(replaced(first.leaving(claim)));
        assert!(replaced(first.leaving_after(
            ClaimId { id: 8, slot: 1 },
            (claim, Outcome::Refused)
        )));
        second.leaving(ClaimId { id: 9, slot: 0 }).unwrap();
    }
}
