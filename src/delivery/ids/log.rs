//! The rows of a run by their ids, in a temporary file that is gone with it.
//!
//! Memory stays flat: a filter knows of nearly every id that it is new, and a row names the one
//! before it in its chain, so that an id is found by a few reads.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::model::{Currency, Fingerprint, Revenue};
use crate::stats::IdSeen;

/// Words of 64 bits in the filter: 8 MiB.
const WORDS: usize = 1 << 20;
/// Chains of rows: 4 MiB.
const CHAINS: usize = 1 << 20;
/// Labels that are known by their text; more are known by their hash only.
const LABELS: usize = 4_096;
/// The bytes of a row.
const ROW: usize = 68;
/// The bytes that are written at once.
const BUFFER: usize = ROW * 4_096;

/// A row, as far as another one with its id is compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct First {
    pub(super) input: u32,
    pub(super) line: u64,
    pub(super) time: Option<i64>,
    pub(super) revenue: Option<Revenue>,
    /// The hash of its label.
    pub(super) label: u64,
    /// The label, if it is one of the first few thousand.
    pub(super) text: Option<Arc<str>>,
}

/// The rows so far. Takes no memory before the first one.
#[derive(Debug, Default)]
pub(super) struct Log {
    filter: Vec<u64>,
    /// The number of the newest row of each chain, counted from 1.
    newest: Vec<u32>,
    labels: HashMap<u64, Arc<str>>,
    file: Option<File>,
    /// Rows in the file; the others are in the buffer.
    written: u32,
    buffer: Vec<u8>,
    rows: u32,
}

impl Log {
    /// How many there are.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// The row with this id, if there is one.
    pub(super) fn find(&mut self, id: &Fingerprint) -> io::Result<Option<First>> {
        if self.rows == 0 || !self.may_know(id) {
            return Ok(None);
        }
        let mut at = self.newest[chain(id)];
        while at != 0 {
            let row = self.row(at)?;
            if row[..16] == id.0 {
                return Ok(Some(self.read(&row)));
            }
            at = u32::from_le_bytes(part(&row, 16));
        }
        Ok(None)
    }

    /// Adds a row with an id that is not there yet.
    pub(super) fn add(&mut self, input: u32, row: &IdSeen) -> io::Result<()> {
        if self.filter.is_empty() {
            self.filter = vec![0; WORDS];
            self.newest = vec![0; CHAINS];
        }
        let (word, mask) = place(&row.id);
        self.filter[word] |= mask;
        self.rows += 1;
        let before = std::mem::replace(&mut self.newest[chain(&row.id)], self.rows);
        let label = hash(&row.label);
        if self.labels.len() < LABELS {
            let text = || Arc::clone(&row.label);
            self.labels.entry(label).or_insert_with(text);
        }
        let (amount, currency) = match row.revenue {
            Some((amount, Currency(code))) => (amount.serialize(), code),
            None => ([0; 16], [0; 3]),
        };
        let buffer = &mut self.buffer;
        buffer.extend(row.id.0);
        buffer.extend(before.to_le_bytes());
        buffer.extend(input.to_le_bytes());
        buffer.extend(row.line.to_le_bytes());
        buffer.extend([u8::from(row.time.is_some())]);
        buffer.extend(row.time.unwrap_or_default().to_le_bytes());
        buffer.extend(amount);
        buffer.extend(currency);
        buffer.extend(label.to_le_bytes());
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    fn read(&self, row: &[u8; ROW]) -> First {
        let currency: [u8; 3] = part(row, 57);
        let label = u64::from_le_bytes(part(row, 60));
        First {
            input: u32::from_le_bytes(part(row, 20)),
            line: u64::from_le_bytes(part(row, 24)),
            time: (row[32] == 1).then(|| i64::from_le_bytes(part(row, 33))),
            revenue: (currency != [0; 3])
                .then(|| (Decimal::deserialize(part(row, 41)), Currency(currency))),
            label,
            text: self.labels.get(&label).cloned(),
        }
    }

    fn may_know(&self, id: &Fingerprint) -> bool {
        let (word, mask) = place(id);
        self.filter[word] & mask == mask
    }

    /// A row by its number.
    fn row(&mut self, number: u32) -> io::Result<[u8; ROW]> {
        let mut row = [0; ROW];
        let before = number - 1;
        if let Some(in_buffer) = before.checked_sub(self.written) {
            let start = in_buffer as usize * ROW;
            row.copy_from_slice(&self.buffer[start..start + ROW]);
            return Ok(row);
        }
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(u64::from(before) * ROW as u64))?;
            file.read_exact(&mut row)?;
        }
        Ok(row)
    }

    fn flush(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(u64::from(self.written) * ROW as u64))?;
        file.write_all(&self.buffer)?;
        self.written = self.rows;
        self.buffer.clear();
        Ok(())
    }
}

/// The hash of a label.
pub(super) fn hash(label: &str) -> u64 {
    u64::from_le_bytes(part(blake3::hash(label.as_bytes()).as_bytes(), 0))
}

/// A word of the filter, and three of its bits.
fn place(id: &Fingerprint) -> (usize, u64) {
    let word = u32::from_le_bytes(part(&id.0, 4));
    let bits = u32::from_le_bytes(part(&id.0, 8));
    let mask = (0..3).fold(0, |mask, at| mask | 1 << (bits >> (6 * at) & 63));
    (word as usize % WORDS, mask)
}

fn chain(id: &Fingerprint) -> usize {
    u32::from_le_bytes(part(&id.0, 0)) as usize % CHAINS
}

/// So many bytes from there on.
fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[from..from + N]);
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(number: u64) -> u32 {
        u32::from(!number.is_multiple_of(2))
    }

    fn row(number: u64) -> IdSeen {
        // So few bytes of it differ that chains and bits of the filter are shared.
        let mut id = [0; 16];
        id[..2].copy_from_slice(&(number % 7).to_le_bytes()[..2]);
        id[8..].copy_from_slice(&number.to_le_bytes());
        let money = (Decimal::new(499, 2), Currency(*b"USD"));
        IdSeen {
            id: Fingerprint(id),
            line: number + 2,
            time: (!number.is_multiple_of(3)).then_some(number.cast_signed()),
            label: format!("product {}", number % 5_000).into(),
            revenue: (input(number) == 1).then_some(money),
        }
    }

    #[test]
    fn what_was_added_is_found_in_the_buffer_and_in_the_file() {
        let mut log = Log::default();
        for number in 0..10_000 {
            assert_eq!(log.find(&row(number).id).expect("a file"), None, "{number}");
            log.add(input(number), &row(number)).expect("a file");
        }
        assert!(
            log.written > 0 && log.written < log.rows(),
            "both are looked into"
        );
        for number in [0, 1, 5, 4_095, 4_096, 4_500, 8_192, 9_999] {
            let IdSeen {
                id,
                line,
                time,
                label,
                revenue,
            } = row(number);
            let first = First {
                input: input(number),
                line,
                time,
                revenue,
                label: hash(&label),
                text: (number % 5_000 < LABELS as u64).then_some(label),
            };
            assert_eq!(log.find(&id).expect("a file"), Some(first), "{number}");
        }
        assert_eq!(log.find(&row(10_000).id).expect("a file"), None);
    }
}
