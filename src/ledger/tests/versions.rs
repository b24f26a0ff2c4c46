//! Ledgers that earlier versions wrote still count. Their files are never written anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::kit::{Changed, Shelf, TODAY, claim_of, info, row, words};
use crate::event::Event;
use crate::ledger::{Books, Forget, Ledger, OpenOptions, Resolution};
use crate::outcome::Outcome;

fn fixture(version: u32) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ledger");
    folder.join(format!("v{version}.sqlite"))
}

fn dated(line: u64, name: &str, time: i64) -> Event {
    Event {
        time: Some(time),
        ..row(line, name)
    }
}

/// What stands in every committed ledger.
fn rows() -> Vec<Event> {
    vec![
        row(2, "accepted"),
        row(3, "accepted"),
        row(4, "with an id").id("1"),
        row(5, "in doubt"),
        row(6, "released"),
        dated(7, "long ago", 0),
    ]
}

#[test]
fn every_version_still_counts() {
    for version in 1..=3 {
        let shelf = Shelf::new();
        fs::copy(fixture(version), shelf.path()).unwrap();
        let options = OpenOptions {
            require_existing: true,
            wait_lock: None,
        };
        let opened = Ledger::open(&shelf.path(), "tenjin", &info("now"), options).unwrap();
        assert!(!opened.created);
        assert_eq!(opened.recovered, None);
        let mut ledger = opened.ledger;
        let mut again = rows();
        again.push(row(8, "with an id"));
        again.push(row(9, "other").id("1"));
        assert_eq!(
            words(&ledger.claim(again).unwrap()),
            [
                "content first a.csv:?",
                "content first a.csv:?",
                "id first a.csv:4",
                "held first a.csv:5",
                "send",
                "forgotten",
                "send",
                "conflict first a.csv:4",
            ],
            "version {version}"
        );
    }
}

/// Before version 3 every claimed row stood in the table of what is kept.
#[test]
fn a_run_that_an_earlier_version_left_is_recovered() {
    let shelf = Shelf::new();
    fs::copy(fixture(2), shelf.path()).unwrap();
    let database = rusqlite::Connection::open(shelf.path()).unwrap();
    let killed = "UPDATE run SET ended_at = NULL WHERE name = 'first';
        UPDATE pending SET state = 0 WHERE line = 5";
    database.execute_batch(killed).unwrap();
    drop(database);
    let mut opened = Ledger::open(
        &shelf.path(),
        "tenjin",
        &info("now"),
        OpenOptions::default(),
    )
    .unwrap();
    let recovered = opened.recovered.unwrap();
    assert_eq!((&*recovered.run, recovered.in_doubt), ("first", 1));
    let answers = opened.ledger.claim(vec![row(5, "in doubt")]).unwrap();
    assert_eq!(words(&answers), ["held first a.csv:5"]);
}

/// Writes the file of the present version, once in its life.
#[test]
#[ignore = "writes a fixture"]
fn write_the_fixture() {
    let shelf = Shelf::new();
    let run = |name: &str, rows: Vec<Event>, outcomes: &[Outcome]| {
        let opened = Ledger::open(&shelf.path(), "tenjin", &info(name), OpenOptions::default());
        let mut ledger = opened.unwrap().ledger;
        let answers = ledger.claim(rows).unwrap();
        for (answer, &outcome) in answers.iter().zip(outcomes) {
            ledger.settle(claim_of(answer).unwrap(), outcome);
        }
        ledger.finish().unwrap();
    };
    let mut rows = rows();
    let long_ago = rows.pop().unwrap();
    let released = rows.pop().unwrap();
    run("zeroth", vec![long_ago], &[Outcome::Accepted]);
    run("released", vec![released], &[Outcome::InDoubt]);
    let mut books = Books::write(&shelf.path(), Duration::ZERO).unwrap();
    books
        .forget(&Forget::Before(TODAY - 86_400_000_000))
        .unwrap();
    books.resolve("released", Resolution::Resend).unwrap();
    drop(books);
    let outcomes = [
        Outcome::Accepted,
        Outcome::Accepted,
        Outcome::Accepted,
        Outcome::InDoubt,
    ];
    run("first", rows, &outcomes);
    let to = fixture(3);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    assert!(!to.exists(), "{} stays as it is", to.display());
    fs::copy(shelf.path(), to).unwrap();
}
