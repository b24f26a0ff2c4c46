//! A cell of the steps file: one claim, what became of it, and a sum that tells a whole cell from
//! one that was written halfway.

use crate::model::Outcome;

/// Bytes of a cell.
pub(super) const CELL: usize = 16;

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum Step {
    /// Nobody wrote here.
    Blank,
    /// Somebody did, and it is not readable.
    Torn,
    /// The claim's request may have left.
    Left(u64),
    /// The claim has its outcome.
    Settled(u64, Outcome),
}

/// A cell that says that the claim left.
pub(super) fn left(id: u64) -> [u8; CELL] {
    encoded(id, 1)
}

/// A cell that says how the claim ended.
pub(super) fn settled(id: u64, outcome: Outcome) -> [u8; CELL] {
    encoded(id, 2 + rank(outcome))
}

#[expect(clippy::cast_possible_truncation, reason = "there are eight outcomes")]
fn rank(outcome: Outcome) -> u8 {
    Outcome::ALL.iter().position(|&o| o == outcome).unwrap_or(0) as u8
}

fn encoded(id: u64, state: u8) -> [u8; CELL] {
    let mut cell = [0; CELL];
    cell[..8].copy_from_slice(&id.to_le_bytes());
    cell[8] = state;
    let check = checksum(&cell[..12]);
    cell[12..].copy_from_slice(&check.to_le_bytes());
    cell
}

/// What a cell says.
pub(super) fn decoded(cell: &[u8]) -> Step {
    if cell.iter().all(|&byte| byte == 0) {
        return Step::Blank;
    }
    let (Ok(id), Ok(check)) = (cell[..8].try_into(), cell[12..].try_into()) else {
        return Step::Torn;
    };
    if u32::from_le_bytes(check) != checksum(&cell[..12]) {
        return Step::Torn;
    }
    let id = u64::from_le_bytes(id);
    match cell[8].checked_sub(2).map(usize::from) {
        None if cell[8] == 1 => Step::Left(id),
        None => Step::Torn,
        Some(rank) => Outcome::ALL
            .get(rank)
            .map_or(Step::Torn, |&outcome| Step::Settled(id, outcome)),
    }
}

/// FNV-1a: tells a cell that was written halfway from a whole one.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_read_as_it_was_written() {
        for (rank, &outcome) in (0u8..).zip(&Outcome::ALL) {
            let slot = encoded(u64::MAX - 1, rank + 2);
            assert_eq!(decoded(&slot), Step::Settled(u64::MAX - 1, outcome));
        }
    }

    #[test]
    fn a_cell_written_halfway_is_torn() {
        let (old, new) = (encoded(1, 3), encoded(0x0102_0304_0506_0708, 2));
        for cut in 1..CELL {
            let half = [&new[..cut], &old[cut..]].concat();
            assert_eq!(decoded(&half), Step::Torn, "cut at {cut}");
        }
    }
}
