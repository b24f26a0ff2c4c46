//! Rows of consecutive lines, written as one range.
//!
//! Rows end in nearly, not wholly, input order, so some ranges are held open until their
//! neighbours come. Only true neighbours merge: a range names its rows exactly.

use std::collections::BTreeMap;

use crate::model::Place;

/// How many ranges are held open.
const OPEN: usize = 1_024;

/// Consecutive rows with the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Where the first row starts.
    pub first: Place,
    /// The line at which the last row starts.
    pub last_line: u64,
    /// How many rows.
    pub rows: u64,
    /// Why they were not sent.
    pub reason: Box<str>,
    /// The line behind the last row, which may have several.
    next_line: u64,
}

/// The ranges still open, by reason, input and first line.
#[derive(Debug, Default)]
pub struct Ranges {
    open: BTreeMap<(Box<str>, u32, u64), Range>,
}

impl Ranges {
    /// Adds a row of `lines` physical lines. Gives back a range that is closed to make room.
    pub fn add(&mut self, place: Place, lines: u64, reason: &str) -> Option<Range> {
        let key = |line| (Box::from(reason), place.input, line);
        let mut range = Range {
            first: place,
            last_line: place.line,
            rows: 1,
            reason: reason.into(),
            next_line: place.line + lines,
        };
        if let Some(after) = self.open.remove(&key(range.next_line)) {
            range = joined(range, &after);
        }
        let before = self.open.range(key(0)..key(place.line)).next_back();
        let first = before.filter(|(_, before)| before.next_line == place.line);
        let first = first.map(|(before, _)| before.2);
        if let Some(before) = first.and_then(|first| self.open.remove(&key(first))) {
            range = joined(before, &range);
        }
        self.open.insert(key(range.first.line), range);
        if self.open.len() > OPEN {
            self.pop()
        } else {
            None
        }
    }

    /// Takes one range out, until none is left.
    pub fn pop(&mut self) -> Option<Range> {
        self.open.pop_first().map(|(_, range)| range)
    }
}

fn joined(before: Range, after: &Range) -> Range {
    Range {
        last_line: after.last_line,
        rows: before.rows + after.rows,
        next_line: after.next_line,
        ..before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(rows: &[(u32, u64, u64, &str)]) -> Vec<(u32, u64, u64, u64, String)> {
        let mut ranges = Ranges::default();
        for (input, line, lines, reason) in rows {
            let place = Place {
                input: *input,
                line: *line,
            };
            assert_eq!(ranges.add(place, *lines, reason), None);
        }
        std::iter::from_fn(|| ranges.pop())
            .map(|r| {
                (
                    r.first.input,
                    r.first.line,
                    r.last_line,
                    r.rows,
                    r.reason.into(),
                )
            })
            .collect()
    }

    #[test]
    fn merges_neighbours_in_any_order() {
        let rows = [
            (0, 4, 1, "a"),
            (0, 2, 1, "a"),
            (0, 3, 1, "a"),
            (0, 5, 3, "a"),
            (0, 8, 1, "a"),
        ];
        assert_eq!(ranges(&rows), [(0, 2, 8, 5, "a".into())]);
    }

    #[test]
    fn keeps_gaps_inputs_and_reasons_apart() {
        let rows = [
            (0, 2, 1, "a"),
            (0, 4, 1, "a"),
            (1, 3, 1, "a"),
            (0, 3, 1, "b"),
        ];
        let expected = [
            (0, 2, 2, 1, "a".into()),
            (0, 4, 4, 1, "a".into()),
            (1, 3, 3, 1, "a".into()),
            (0, 3, 3, 1, "b".into()),
        ];
        assert_eq!(ranges(&rows), expected);
    }

    #[test]
    fn holds_a_bounded_number() {
        let mut ranges = Ranges::default();
        let mut closed = 0;
        for line in 0..5_000 {
            let place = Place {
                input: 0,
                line: line * 2,
            };
            closed += usize::from(ranges.add(place, 1, "a").is_some());
        }
        assert_eq!(closed, 5_000 - OPEN);
    }
}
