//! Which rows are the same event: by id, by content, by neither.

use super::kit::{Changed, Shelf, row, settle_all, words};
use crate::ledger::{Intent, Ledger, OpenOptions};
use crate::model::{Kind, Outcome};

#[test]
fn a_file_uploaded_twice_goes_once() {
    let mut shelf = Shelf::new();
    let rows = || vec![row(2, "x"), row(3, "y"), row(4, "x")];
    assert_eq!(shelf.upload(rows()), ["send", "send", "send"]);
    assert_eq!(
        shelf.upload(rows()),
        [
            "content run-1 a.csv:2",
            "content run-1 a.csv:3",
            "content run-1 a.csv:4"
        ]
    );
}

#[test]
fn an_overlapping_export_sends_what_is_new() {
    let mut shelf = Shelf::new();
    assert_eq!(
        shelf.upload(vec![row(2, "x"), row(3, "y")]),
        ["send", "send"]
    );
    let next = vec![row(2, "y"), row(3, "z"), row(4, "y")];
    assert_eq!(
        shelf.upload(next),
        ["content run-1 a.csv:3", "send", "send"]
    );
}

#[test]
fn twins_of_two_inputs_are_one_event() {
    let mut shelf = Shelf::new();
    let rows = vec![row(2, "x"), row(7, "x").input(1), row(8, "x").input(1)];
    assert_eq!(
        shelf.upload(rows),
        ["send", "content run-1 a.csv:2", "send"]
    );
}

#[test]
fn an_id_is_the_same_event_anywhere() {
    let mut shelf = Shelf::new();
    let rows = vec![
        row(2, "x").id("1"),
        row(3, "x").id("2"),
        row(4, "x").id("1"),
    ];
    assert_eq!(shelf.upload(rows), ["send", "send", "id run-1 a.csv:2"]);
    let rows = vec![row(9, "x").id("2").input(2), row(10, "x").id("3")];
    // Its content was sent under another id.
    assert_eq!(
        shelf.upload(rows),
        ["id run-1 a.csv:3", "id_changed run-1 a.csv:2"]
    );
}

#[test]
fn an_id_with_another_content_is_a_conflict() {
    let mut shelf = Shelf::new();
    let rows = vec![row(2, "x").id("1"), row(3, "y").id("1")];
    assert_eq!(shelf.upload(rows), ["send", "conflict run-1 a.csv:2"]);
    assert_eq!(
        shelf.upload(vec![row(5, "z").id("1")]),
        ["conflict run-1 a.csv:2"]
    );
}

#[test]
fn without_an_id_first_and_with_one_later() {
    let mut shelf = Shelf::new();
    assert_eq!(
        shelf.upload(vec![row(2, "x"), row(3, "x")]),
        ["send", "send"]
    );
    let rows = || {
        vec![
            row(2, "x").id("1"),
            row(3, "x").id("2"),
            row(4, "x").id("3"),
        ]
    };
    assert_eq!(
        shelf.upload(rows()),
        [
            "matched_by_content run-1 a.csv:2",
            "matched_by_content run-1 a.csv:3",
            "send"
        ]
    );
    assert_eq!(
        shelf.upload(rows()),
        ["id run-1 a.csv:2", "id run-1 a.csv:3", "id run-2 a.csv:4"]
    );
}

#[test]
fn an_id_takes_only_one_content() {
    let mut shelf = Shelf::new();
    assert_eq!(shelf.upload(vec![row(2, "x")]), ["send"]);
    assert_eq!(
        shelf.upload(vec![row(2, "x").id("1")]),
        ["matched_by_content run-1 a.csv:2"]
    );
    // From now on the content is that id's.
    assert_eq!(
        shelf.upload(vec![row(2, "x").id("2")]),
        ["id_changed run-1 a.csv:2"]
    );
}

#[test]
fn with_an_id_first_and_without_one_later() {
    let mut shelf = Shelf::new();
    let rows = vec![row(2, "x").id("1"), row(9, "x").id("2")];
    assert_eq!(shelf.upload(rows), ["send", "send"]);
    assert_eq!(
        shelf.upload(vec![row(2, "x"), row(3, "x"), row(4, "x")]),
        [
            "matched_by_content run-1 a.csv:2",
            "matched_by_content run-1 a.csv:9",
            "send"
        ]
    );
}

#[test]
fn nothing_but_the_input_name_tells_undated_rows_apart() {
    let mut shelf = Shelf::new();
    let rows = || {
        vec![
            row(2, "x").undated(),
            row(3, "x").undated().kind(Kind::Open),
        ]
    };
    assert_eq!(shelf.upload(rows()), ["missing_identity", "unremembered"]);
    assert_eq!(shelf.upload(rows()), ["missing_identity", "unremembered"]);
    let mut named = |name: &str| {
        let mut run = shelf.run();
        run.input_name = Some(name.into());
        let options = OpenOptions::default();
        let mut ledger = Ledger::open(&shelf.path(), "tenjin", &run, &options)
            .unwrap()
            .ledger;
        let answers = ledger.claim(rows()).unwrap();
        settle_all(&ledger, &answers, Outcome::Accepted);
        ledger.finish().unwrap();
        words(&answers)
    };
    assert_eq!(named("monday"), ["send", "send"]);
    assert_eq!(
        named("monday"),
        ["content run-3 a.csv:2", "content run-3 a.csv:3"]
    );
    assert_eq!(named("tuesday"), ["send", "send"]);
}

#[test]
fn an_endpoint_knows_nothing_of_another() {
    let mut shelf = Shelf::new();
    assert_eq!(shelf.upload(vec![row(2, "x").id("1")]), ["send"]);
    let (path, run) = (shelf.path(), shelf.run());
    let opened = Ledger::open(&path, "sandbox", &run, &OpenOptions::default()).unwrap();
    let mut ledger = opened.ledger;
    assert_eq!(
        words(&ledger.claim(vec![row(2, "x").id("1")]).unwrap()),
        ["send"]
    );
}

#[test]
fn what_was_not_accepted_goes_again() {
    for outcome in [Outcome::Refused, Outcome::Failed, Outcome::NotSent] {
        let mut shelf = Shelf::new();
        let mut ledger = shelf.ledger();
        let answers = ledger
            .claim(vec![row(2, "x"), row(3, "y").id("1")])
            .unwrap();
        settle_all(&ledger, &answers, outcome);
        let again = vec![row(2, "x").input(1), row(3, "y").id("1").input(1)];
        assert_eq!(
            words(&ledger.claim(again.clone()).unwrap()),
            ["send", "send"]
        );
        drop(ledger);
        let mut ledger = shelf.ledger();
        assert_eq!(words(&ledger.claim(again).unwrap()), ["send", "send"]);
        ledger.finish().unwrap();
        let mut shelf = Shelf::new();
        let mut ledger = shelf.ledger();
        let answers = ledger
            .claim(vec![row(2, "x"), row(3, "y").id("1")])
            .unwrap();
        settle_all(&ledger, &answers, outcome);
        ledger.finish().unwrap();
        assert_eq!(
            shelf.upload(vec![row(2, "x"), row(3, "y").id("1")]),
            ["send", "send"]
        );
    }
}

#[test]
fn a_row_may_only_want_to_be_recognised() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![row(2, "x")]);
    let mut ledger = shelf.ledger();
    let rows = vec![
        (row(2, "x").into(), Intent::Recognise),
        (row(3, "y").into(), Intent::Recognise),
    ];
    assert_eq!(
        words(&ledger.decide(rows).unwrap()),
        ["content run-1 a.csv:2", "unknown"]
    );
    ledger.finish().unwrap();
    assert_eq!(shelf.upload(vec![row(3, "y")]), ["send"]);
}
