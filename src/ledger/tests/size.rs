//! Size and speed, measured. Ignored: run with `--release -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::time::Instant;

use super::kit::{Changed, Shelf, claim_of, row};
use crate::event::{Event, Fingerprint};
use crate::ledger::{Claimed, Ledger};
use crate::outcome::Outcome;

fn wanted(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(default)
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

/// Sends rows in batches, two of them in flight. Gives seconds spent inside the ledger.
fn send(ledger: &mut Ledger, rows: std::ops::Range<u64>, ids: bool, batch: u64) -> (f64, u64) {
    let steps = ledger.steps();
    let (mut seconds, mut sent) = (0.0, 0);
    let mut start = rows.start;
    while start < rows.end {
        let end = rows.end.min(start + batch);
        let batch: Vec<Event> = (start..end).map(|number| numbered(number, ids)).collect();
        let clock = Instant::now();
        let answers: Vec<Claimed> = ledger.claim(batch).unwrap();
        for claim in answers.iter().filter_map(claim_of) {
            steps.leaving(claim).unwrap();
            steps.settle(claim, Outcome::Accepted);
            sent += 1;
        }
        seconds += clock.elapsed().as_secs_f64();
        start = end;
    }
    (seconds, sent)
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
        let (filling, _) = send(&mut ledger, new..old, ids, 20_000);
        let (full, _) = send(&mut ledger, old..old + new, ids, 500);
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
             {old} {:.2} µs/row, again {:.2} µs/row, open {:.0} ms, {:.1} bytes/row",
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
