//! Size and speed, measured. Ignored: run with `--release -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Instant;

use rusqlite::Connection;

use super::kit::{Changed, Shelf, claim_of, row};
use crate::event::{Event, Fingerprint};
use crate::ledger::memory::Memory;
use crate::ledger::pending::Claim;
use crate::ledger::{ClaimId, Claimed, Ledger};
use crate::outcome::Outcome;

fn wanted(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Processor time of this process, which other work on the machine does not lengthen.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.unwrap_or_default().to_owned()
}

fn numbered(number: u64, ids: bool) -> Event {
    let mut event = row(number, "x");
    let hash = blake3::hash(&number.to_le_bytes());
    event.identity.fingerprint = Fingerprint(hash.as_bytes()[..16].try_into().unwrap());
    event.text = vec![b'x'; 200].into();
    event.body = "x".repeat(300).into();
    if ids {
        event.id(&number.to_string())
    } else {
        event
    }
}

/// Sends rows in batches, two of them in flight. Gives processor seconds spent inside.
fn send(ledger: &mut Ledger, rows: Range<u64>, ids: bool, batch: u64) -> (f64, u64) {
    let steps = ledger.steps();
    let (mut seconds, mut sent) = (0.0, 0);
    let mut start = rows.start;
    while start < rows.end {
        let end = rows.end.min(start + batch);
        let batch: Vec<Event> = (start..end).map(|number| numbered(number, ids)).collect();
        let clock = processor_seconds();
        let answers: Vec<Claimed> = ledger.claim(batch).unwrap();
        for claim in answers.iter().filter_map(claim_of) {
            steps.leaving(claim).unwrap();
            steps.settle(claim, Outcome::Accepted);
            sent += 1;
        }
        seconds += processor_seconds() - clock;
        start = end;
    }
    (seconds, sent)
}

/// Remembers rows as if they had been sent.
fn fill(ledger: &mut Ledger, rows: Range<u64>, ids: bool) {
    for start in rows.clone().step_by(2000) {
        let chunk = start..rows.end.min(start + 2000);
        let remember = |memory: &mut Memory, connection: &Connection| {
            for number in chunk.clone() {
                let event = numbered(number, ids);
                let claim = Claim {
                    id: ClaimId { id: 0, slot: 0 },
                    id_key: event.identity.id.map(|id| memory.masks.id(id)),
                    content_key: memory.masks.content(&event),
                    fingerprint: event.identity.fingerprint,
                    input: memory.input(connection, 0)?,
                    place: event.place,
                    app: memory.origins.app(connection, &event.app)?,
                    time: event.time,
                    from_ledger: false,
                };
                memory.accept(connection, &claim)?;
            }
            memory.index.write(connection)?;
            memory.index.tidy(connection)
        };
        ledger.transact(remember).unwrap();
    }
}

#[test]
#[ignore = "minutes; a measurement"]
fn remembers_millions() {
    let (old, new) = (wanted("OLD", 10_000_000), wanted("NEW", 200_000));
    let mut report = String::new();
    for ids in [false, true] {
        let mut shelf = Shelf::new();
        let mut ledger = shelf.ledger();
        let (empty, _) = send(&mut ledger, 0..new, ids, 500);
        let clock = processor_seconds();
        fill(&mut ledger, new..old, ids);
        let filling = processor_seconds() - clock;
        let (full, _) = send(&mut ledger, old..old + new, ids, 500);
        let memory = resident();
        ledger.finish().unwrap();
        let size = std::fs::metadata(shelf.path()).unwrap().len();
        let clock = Instant::now();
        let mut ledger = shelf.ledger();
        let open = clock.elapsed().as_secs_f64();
        let (again, sent) = send(&mut ledger, 0..new.max(1_000_000).min(old), ids, 500);
        assert_eq!(sent, 0);
        ledger.finish().unwrap();
        writeln!(
            report,
            "ids {ids}: {new} rows into none {:.2} µs/row, fill {filling:.0} s ({:.2} µs/row), into \
             {old} {:.2} µs/row, again {:.2} µs/row, open {:.0} ms, {:.1} bytes/row, {memory}",
            empty * 1e6 / new as f64,
            filling * 1e6 / (old - new) as f64,
            full * 1e6 / new as f64,
            again * 1e6 / new.max(1_000_000).min(old) as f64,
            open * 1e3,
            size as f64 / (old + new) as f64,
        )
        .unwrap();
    }
    std::fs::write(std::env::temp_dir().join("ledger-size.txt"), &report).unwrap();
    assert!(report.is_empty(), "{report}");
}
