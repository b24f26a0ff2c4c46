//! A rehearsal says of every row what the upload says, though it asks the tables of few of them.

use fastrand::Rng;

use super::kit::{Changed, Shelf, info, open, row, settle_all, words};
use crate::ledger::{Intent, Ledger, OpenOptions};
use crate::model::{Event, Kind, Outcome};

/// A row of few contents and few ids, which is like another one more often than not.
fn some_row(rng: &mut Rng, line: u64) -> Event {
    let content = match rng.u8(..3) {
        0 => format!("alone {line}"),
        _ => format!("often {}", rng.u8(..30)),
    };
    let mut some = row(line, &content).input(rng.u32(..3));
    if rng.bool() {
        let id = match rng.u8(..3) {
            0 => format!("alone {line}"),
            _ => format!("often {}", rng.u8(..30)),
        };
        some = some.id(&id);
    }
    if rng.u8(..10) == 0 {
        some = some.kind(Kind::Event);
    }
    if rng.u8(..10) == 0 {
        some = some.undated();
    }
    if let (0, Some((amount, _))) = (rng.u8(..10), &mut some.contribution.revenue) {
        *amount += *amount;
    }
    some
}

/// The intent of a batch: a refund is listed once its sale is accepted, so not in the same batch.
fn some_intent(rng: &mut Rng) -> Intent {
    match rng.u8(..10) {
        0 => Intent::Recognise,
        1 => Intent::Refund,
        _ => Intent::Send,
    }
}

/// What the ledger says to 400 rows from this seed, in batches.
fn answers(ledger: &mut Ledger, seed: u64) -> Vec<String> {
    let mut rng = Rng::with_seed(seed);
    let mut said = Vec::new();
    while said.len() < 400 {
        let lines = said.len() as u64..said.len() as u64 + rng.u64(1..40);
        let intent = some_intent(&mut rng);
        let rows = lines.map(|line| (some_row(&mut rng, line).into(), intent));
        let batch = ledger.decide(rows.collect()).unwrap();
        settle_all(ledger, &batch, Outcome::Accepted);
        said.extend(words(&batch));
    }
    said
}

#[test]
fn a_rehearsal_says_what_the_upload_says() {
    for seed in 0..20 {
        let mut shelf = Shelf::new();
        let mut rng = Rng::with_seed(1_000 + seed);
        // A rehearsal takes down no id beside what an earlier run sent without one.
        let earlier = (0..seed * 5).map(|line| some_row(&mut rng, line));
        let earlier = earlier.filter(|row| row.identity.id.is_some());
        shelf.upload(earlier.collect());
        let (path, run) = (shelf.path(), info("this"));
        let rehearsal =
            Ledger::rehearse(Some(&path), "tenjin", &run, &OpenOptions::default()).unwrap();
        let rehearsed = answers(&mut { rehearsal.ledger }, seed);
        let real = answers(&mut open(&path, &run).ledger, seed);
        assert!(rehearsed.contains(&"send".into()));
        for (at, (rehearsed, real)) in rehearsed.iter().zip(&real).enumerate() {
            assert_eq!(rehearsed, real, "row {at} of seed {seed}");
        }
    }
}
