//! `outcomes.ndjson`: every row that was not accepted, by name.
//!
//! One object a line, written as rows end. Rows that were not sent are line ranges; duplicate and
//! filtered rows stand there only if they were asked for.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::row_format::{Source, Verbosity};
use crate::model::{App, Fault, Kind, Outcome, Place, Rejection};
use crate::report::escape;
use crate::stats::Settled;

/// A line of the file. Keys without a value are left out.
#[derive(Debug, Serialize)]
struct Entry<'r> {
    outcome: Outcome,
    file: &'r str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<String>,
    #[serde(flatten)]
    why: Cause<'r>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Cause<'r> {
    Faults {
        #[serde(flatten)]
        first: FaultLine<'r>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        more_faults: Vec<FaultLine<'r>>,
        /// How many are not listed here; `report.json` counts them.
        #[serde(skip_serializing_if = "Option::is_none")]
        further_faults: Option<usize>,
    },
    Answer {
        #[serde(skip_serializing_if = "Option::is_none")]
        http: Option<u16>,
        reason: &'r str,
        attempts: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        row: Option<String>,
    },
    Rule {
        reason: &'r str,
    },
}

#[derive(Debug, Default, Serialize)]
struct FaultLine<'r> {
    code: &'r str,
    field: &'r str,
    /// The culprit, where it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'r str>,
    /// What to do about it, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'r str>,
}

impl<'r> FaultLine<'r> {
    fn new(fault: &'r Fault, detail: Verbosity) -> Self {
        let is_whole = detail == Verbosity::Whole;
        FaultLine {
            code: fault.code.name(),
            field: &fault.field,
            value: is_whole.then_some(&*fault.value),
            hint: is_whole.then_some(&*fault.hint),
        }
    }
}

#[derive(Debug, Serialize)]
struct RangeLine<'r> {
    outcome: Outcome,
    file: &'r str,
    first_line: u64,
    last_line: u64,
    rows: u64,
    reason: &'r str,
}

/// Writes the file.
#[derive(Debug)]
pub(super) struct Outcomes<W> {
    out: W,
    /// Also the rows that nobody has to do anything about.
    all: bool,
    ranges: Ranges,
}

impl<W: Write> Outcomes<W> {
    /// Starts with nothing written. `all`: duplicate and filtered rows, too.
    pub(super) fn new(out: W, all: bool) -> Self {
        Outcomes {
            out,
            all,
            ranges: Ranges::default(),
        }
    }

    /// A row that validation rejected, and how much to tell about it.
    pub(super) fn rejected(
        &mut self,
        source: &Source,
        rejection: &Rejection,
        detail: Verbosity,
    ) -> io::Result<()> {
        let listed = detail.faults(&rejection.faults);
        let further = rejection.faults.len().checked_sub(listed.len());
        let mut faults = listed.iter().map(|fault| FaultLine::new(fault, detail));
        let why = Cause::Faults {
            first: faults.next().unwrap_or_default(),
            more_faults: faults.collect(),
            further_faults: further.filter(|more| *more > 0),
        };
        let (kind, app) = match detail {
            Verbosity::Whole => (rejection.kind, rejection.app.as_deref()),
            Verbosity::Brief => (None, None),
        };
        self.line(Outcome::Rejected, source, rejection.place, kind, app, why)
    }

    /// A row that a rule left out.
    pub(super) fn filtered(
        &mut self,
        source: &Source,
        place: Place,
        reason: &str,
    ) -> io::Result<()> {
        if !self.all {
            return Ok(());
        }
        let why = Cause::Rule { reason };
        self.line(Outcome::Filtered, source, place, None, None, why)
    }

    /// A valid row that has ended. A rejected one is for [`Outcomes::rejected`].
    pub(super) fn settled(&mut self, sources: &[Source], settled: &Settled) -> io::Result<()> {
        let (event, detail) = (&settled.event, &settled.detail);
        let row = || String::from_utf8_lossy(&event.text).into_owned();
        let row = match settled.outcome {
            Outcome::Accepted | Outcome::Rejected => return Ok(()),
            Outcome::NotSent => return self.not_sent(sources, settled),
            Outcome::Filtered | Outcome::Duplicate if !self.all => return Ok(()),
            Outcome::Failed => Some(row()),
            // What is refused or in doubt has a file of its own with its rows.
            Outcome::Filtered | Outcome::Duplicate | Outcome::Refused | Outcome::InDoubt => None,
        };
        let why = Cause::Answer {
            http: detail.http,
            reason: &detail.reason,
            attempts: detail.attempts,
            row,
        };
        let source = &sources[event.place.input as usize];
        let app = Some(&*event.app);
        self.line(
            settled.outcome,
            source,
            event.place,
            Some(event.kind),
            app,
            why,
        )
    }

    /// Writes the ranges that are still open, and hands everything on.
    pub(super) fn finish(&mut self, sources: &[Source]) -> io::Result<()> {
        while let Some(range) = self.ranges.pop() {
            self.range(sources, &range)?;
        }
        self.out.flush()
    }

    /// Hands what is written to the operating system.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn not_sent(&mut self, sources: &[Source], settled: &Settled) -> io::Result<()> {
        let event = &settled.event;
        let lines = 1 + memchr::memchr_iter(b'\n', &event.text).count() as u64;
        match self.ranges.add(event.place, lines, &settled.detail.reason) {
            Some(closed) => self.range(sources, &closed),
            None => Ok(()),
        }
    }

    fn range(&mut self, sources: &[Source], range: &Range) -> io::Result<()> {
        self.object(&RangeLine {
            outcome: Outcome::NotSent,
            file: sources[range.first.input as usize].name(),
            first_line: range.first.line,
            last_line: range.last_line,
            rows: range.rows,
            reason: &range.reason,
        })
    }

    fn line(
        &mut self,
        outcome: Outcome,
        source: &Source,
        place: Place,
        kind: Option<Kind>,
        app: Option<&App>,
        why: Cause<'_>,
    ) -> io::Result<()> {
        self.object(&Entry {
            outcome,
            file: source.name(),
            line: place.line,
            kind,
            app: app.map(ToString::to_string),
            why,
        })
    }

    fn object(&mut self, object: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string(object)?;
        self.out.write_all(escape::json(&text).as_bytes())?;
        self.out.write_all(b"\n")
    }
}

/// How many ranges are held open.
const OPEN: usize = 1_024;

/// Consecutive rows with the same reason. Rows end in nearly, not wholly, input order, so some
/// ranges are held open until their neighbours come. Only true neighbours merge: a range names its
/// rows exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Range {
    /// Where the first row starts.
    first: Place,
    /// The line at which the last row starts.
    last_line: u64,
    /// How many rows.
    rows: u64,
    /// Why they were not sent.
    reason: Box<str>,
    /// The line behind the last row, which may have several.
    next_line: u64,
}

/// The ranges still open, by reason, input and first line.
#[derive(Debug, Default)]
struct Ranges {
    open: BTreeMap<(Box<str>, u32, u64), Range>,
}

impl Ranges {
    /// Adds a row of `lines` physical lines. Gives back a range that is closed to make room.
    fn add(&mut self, place: Place, lines: u64, reason: &str) -> Option<Range> {
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
    fn pop(&mut self) -> Option<Range> {
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
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    fn lines(all: bool) -> String {
        let sources = [sample::csv("events.csv")];
        let mut bytes = Vec::new();
        let mut outcomes = Outcomes::new(&mut bytes, all);
        let faults = vec![
            sample::price_fault("12,50\u{202e}"),
            sample::price_fault("x"),
        ];
        let rejection = sample::rejection(4, "1,\"12,50\"", faults);
        outcomes
            .rejected(&sources[0], &rejection, Verbosity::Whole)
            .unwrap();
        outcomes
            .filtered(&sources[0], sample::place(5), "too_old")
            .unwrap();
        for settled in [
            sample::settled(6, Outcome::Accepted, 200, ""),
            sample::settled(7, Outcome::Refused, 202, "invalid device identifier"),
            sample::settled(8, Outcome::InDoubt, 0, "timed out"),
            sample::settled(9, Outcome::NotSent, 0, "interrupted"),
            sample::settled(11, Outcome::NotSent, 0, "interrupted"),
            sample::settled(10, Outcome::NotSent, 0, "interrupted"),
            sample::settled(12, Outcome::Duplicate, 0, "accepted before"),
        ] {
            outcomes.settled(&sources, &settled).unwrap();
        }
        outcomes.finish(&sources).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn names_every_row_that_was_not_accepted() {
        insta::assert_snapshot!(lines(false), @r###"
{"outcome":"rejected","file":"events.csv","line":4,"kind":"purchase","app":"com.example.game (ios)","code":"invalid_number","field":"price","value":"12,50\\u{202e}","hint":"decimal commas need a mapping that says so","more_faults":[{"code":"invalid_number","field":"price","value":"x","hint":"decimal commas need a mapping that says so"}]}
{"outcome":"refused","file":"events.csv","line":7,"kind":"purchase","app":"com.example.game (ios)","http":202,"reason":"invalid device identifier","attempts":1}
{"outcome":"in_doubt","file":"events.csv","line":8,"kind":"purchase","app":"com.example.game (ios)","reason":"timed out","attempts":1}
{"outcome":"not_sent","file":"events.csv","first_line":9,"last_line":11,"rows":3,"reason":"interrupted"}
"###);
    }

    #[test]
    fn names_the_others_when_asked() {
        let with = lines(true);
        let without = lines(false);
        let more: Vec<_> = with
            .lines()
            .filter(|line| !without.contains(*line))
            .collect();
        insta::assert_snapshot!(more.join("\n"), @r###"
{"outcome":"filtered","file":"events.csv","line":5,"reason":"too_old"}
{"outcome":"duplicate","file":"events.csv","line":12,"kind":"purchase","app":"com.example.game (ios)","reason":"accepted before","attempts":1}
"###);
    }

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
