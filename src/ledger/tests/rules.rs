//! The rules of what is the same event, one by one.

use std::sync::Arc;
use std::time::Duration;

use super::kit::{Changed, Shelf, TODAY, claim_of, info, row, settle_all, words};
use crate::ledger::{Books, Forget, InputInfo, Intent, Ledger, LedgerError, OpenOptions, RunInfo};
use crate::model::{Currency, Event, Kind, Origin, Outcome, UserIds};

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

/// A purchase with an id, of this product, second, price and device.
fn purchase(line: u64, id: &str, product: &str, price: &str) -> Event {
    let mut event = row(line, product).id(id);
    event.identity.fingerprint = super::kit::print(&format!("{product} {price}"));
    event.contribution.revenue = Some((price.parse().unwrap(), Currency(*b"USD")));
    event
}

fn at(mut event: Event, time: i64) -> Event {
    event.time = Some(time);
    event
}

fn of(mut event: Event, user: Option<i64>, device: Option<i64>) -> Event {
    event.identity.people = UserIds([None, device, None, user]);
    let print = format!("{:?} {user:?} {device:?}", event.identity.fingerprint);
    event.identity.fingerprint = super::kit::print(&print);
    event
}

fn answered(shelf: &mut Shelf, outcome: Outcome, rows: Vec<Event>) -> Vec<String> {
    let mut ledger = shelf.ledger();
    let answers = ledger.claim(rows).unwrap();
    settle_all(&ledger, &answers, outcome);
    ledger.finish().unwrap();
    words(&answers)
}

/// An opening whose inputs are read so.
fn reading(shelf: &Shelf, run: &str, parts: &[(&str, &str)], new_identity: bool) -> Ledger {
    let identity = parts
        .iter()
        .map(|(name, from)| ((*name).into(), (*from).into()));
    let input = InputInfo {
        name: "a.csv".into(),
        signature: "appsflyer".into(),
        identity: identity.collect(),
    };
    let run = RunInfo {
        inputs: vec![input],
        new_identity,
        ..info(run)
    };
    let options = OpenOptions::default();
    Ledger::open(&shelf.path(), "tenjin", &run, &options)
        .unwrap()
        .ledger
}

#[test]
fn a_row_that_is_delivered_again_is_a_duplicate_whatever_has_changed() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![of(purchase(2, "A", "coins", "0.99"), Some(1), None)]);
    let again = vec![
        of(purchase(5, "A", "coins", "0.99"), Some(1), None),
        of(purchase(6, "A", "coins", "1.99"), Some(1), None),
        of(purchase(7, "A", "coins", "0.99"), Some(1), Some(8)),
        of(
            at(purchase(8, "A", "coins", "0.99"), TODAY + 999_999),
            Some(1),
            None,
        ),
    ];
    let first = "id run-1 a.csv:2";
    let changed = "id run-1 a.csv:2 changed";
    assert_eq!(shelf.upload(again), [first, changed, changed, first]);
    let ledger = &mut shelf.ledger();
    let answers = ledger.claim(vec![of(purchase(6, "A", "coins", "1.99"), Some(1), None)]);
    let crate::ledger::Decision::Duplicate(_, _, earlier) = &answers.unwrap()[0] else {
        panic!("not recognised");
    };
    assert_eq!(
        earlier.revenue,
        Some(("0.99".parse().unwrap(), Currency(*b"USD")))
    );
    let differs = earlier.changes;
    assert!(differs.amount && !differs.currency && !differs.ids);
}

#[test]
fn another_product_or_second_under_an_id_is_a_conflict_in_any_run() {
    for outcome in [Outcome::Accepted, Outcome::InDoubt] {
        let mut shelf = Shelf::new();
        answered(&mut shelf, outcome, vec![purchase(2, "A", "coins", "0.99")]);
        let others = vec![
            purchase(3, "A", "gems", "0.99"),
            at(purchase(4, "A", "coins", "0.99"), TODAY + SECOND),
        ];
        let conflict = "conflict run-1 a.csv:2";
        assert_eq!(shelf.upload(others), [conflict, conflict], "{outcome}");
    }
}

#[test]
fn lines_of_one_order_in_one_input_are_conflicts() {
    let mut shelf = Shelf::new();
    let lines = vec![
        purchase(2, "A", "coins", "0.99"),
        purchase(3, "A", "coins", "1.99"),
        purchase(4, "A", "coins", "0.99"),
        purchase(5, "A", "gems", "0.99"),
        // In another input of the run it is a delivery of its own.
        purchase(2, "A", "coins", "1.99").input(1),
    ];
    let conflict = "conflict run-1 a.csv:2";
    let (same, changed) = ("id run-1 a.csv:2", "id run-1 a.csv:2 changed");
    assert_eq!(
        shelf.upload(lines),
        ["send", conflict, same, conflict, changed]
    );
}

#[test]
fn the_state_of_an_id_decides_what_becomes_of_its_rows() {
    let rows = || vec![purchase(9, "A", "coins", "1.99").input(1)];
    for (outcome, expected) in [
        (Outcome::Accepted, "id run-1 a.csv:2 changed"),
        (Outcome::InDoubt, "held run-1 a.csv:2"),
        (Outcome::Refused, "send"),
        (Outcome::Failed, "send"),
    ] {
        let mut shelf = Shelf::new();
        answered(&mut shelf, outcome, vec![purchase(2, "A", "coins", "0.99")]);
        assert_eq!(shelf.upload(rows()), [expected], "{outcome}");
    }
    // Refused, it is free at once.
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let answers = ledger
        .claim(vec![purchase(2, "A", "coins", "0.99")])
        .unwrap();
    settle_all(&ledger, &answers, Outcome::Refused);
    assert_eq!(words(&ledger.claim(rows()).unwrap()), ["send"]);
}

#[test]
fn a_released_row_is_replaced_by_its_new_delivery() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    ledger
        .claim(vec![purchase(2, "A", "coins", "0.99")])
        .unwrap();
    drop(ledger);
    assert_eq!(
        shelf.upload(vec![purchase(7, "A", "coins", "1.99")]),
        ["send"]
    );
    let mut ledger = shelf.ledger();
    ledger.released_inputs().unwrap();
    assert!(ledger.claim_released(10).unwrap().is_empty());
}

#[test]
fn a_time_may_move_by_zones_if_it_is_read_otherwise() {
    let shelf = Shelf::new();
    let utc = [
        ("event_id", "order"),
        ("event_time", "when"),
        ("timezone", "UTC"),
    ];
    let rome = [
        ("event_id", "order"),
        ("event_time", "when"),
        ("timezone", "Europe/Rome"),
    ];
    let mut ledger = reading(&shelf, "run-1", &utc, false);
    let answers = ledger
        .claim(vec![purchase(2, "A", "coins", "0.99")])
        .unwrap();
    settle_all(&ledger, &answers, Outcome::Accepted);
    ledger.finish().unwrap();
    let moved = |hours: i64| vec![at(purchase(2, "A", "coins", "0.99"), TODAY - hours * HOUR)];
    let mut ledger = reading(&shelf, "run-2", &utc, false);
    assert_eq!(
        words(&ledger.claim(moved(1)).unwrap()),
        ["conflict run-1 a.csv:2"]
    );
    drop(ledger);
    let mut ledger = reading(&shelf, "run-3", &rome, false);
    assert_eq!(
        words(&ledger.claim(moved(1)).unwrap()),
        ["id run-1 a.csv:2"]
    );
    assert_eq!(
        words(&ledger.claim(moved(27)).unwrap()),
        ["conflict run-1 a.csv:2"]
    );
}

#[test]
fn known_content_under_a_new_id_is_said_for_money_and_known_for_the_rest() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![
        row(2, "x").id("A"),
        row(3, "y").id("B").kind(Kind::Event),
    ]);
    let renamed = || {
        vec![
            row(2, "x").id("A-1"),
            row(3, "y").id("B-1").kind(Kind::Event),
        ]
    };
    let expected = [
        "id_changed run-1 a.csv:2",
        "matched_by_content run-1 a.csv:3",
    ];
    assert_eq!(shelf.upload(renamed()), expected);
    let run = RunInfo {
        new_identity: true,
        ..shelf.run()
    };
    let options = OpenOptions::default();
    let opened = Ledger::open(&shelf.path(), "tenjin", &run, &options).unwrap();
    let mut ledger = opened.ledger;
    assert_eq!(words(&ledger.claim(renamed()).unwrap()), ["send", "send"]);
}

#[test]
fn a_row_in_doubt_holds_what_is_alike_and_a_released_one_is_replaced() {
    let bare = || of(row(2, "coins"), None, None);
    let alike = |line| of(row(line, "coins"), None, Some(7)).input(1);
    let of_another = |line| of(row(line, "coins"), Some(3), None).input(1);
    let mut shelf = Shelf::new();
    answered(&mut shelf, Outcome::InDoubt, vec![bare()]);
    assert_eq!(shelf.upload(vec![alike(5)]), ["held run-1 a.csv:2"]);

    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    ledger.claim(vec![bare()]).unwrap();
    drop(ledger);
    assert_eq!(shelf.upload(vec![alike(5)]), ["send"]);
    let mut ledger = shelf.ledger();
    ledger.released_inputs().unwrap();
    assert!(ledger.claim_released(10).unwrap().is_empty());
    drop(ledger);

    // Two persons that are known are two.
    let mut shelf = Shelf::new();
    let known = of(row(2, "coins"), Some(1), None);
    answered(&mut shelf, Outcome::InDoubt, vec![known]);
    assert_eq!(shelf.upload(vec![of_another(5)]), ["send"]);
    // The same one with another price is the same purchase.
    let mut repriced = of(row(6, "coins"), Some(1), None).input(1);
    repriced.contribution.revenue = Some(("1.99".parse().unwrap(), Currency(*b"USD")));
    repriced.identity.fingerprint = super::kit::print("repriced");
    assert_eq!(shelf.upload(vec![repriced]), ["held run-1 a.csv:2"]);
}

#[test]
fn a_mended_twin_is_not_taken_for_its_brother() {
    let mended = |line: u64, from: u64| {
        let mut event = row(line, "x").input(1);
        let file = "a.csv".into();
        event.origin = Some(Origin { file, line: from });
        event
    };
    let mut shelf = Shelf::new();
    // Of three twins two were rejected.
    assert_eq!(shelf.upload(vec![row(5, "x")]), ["send"]);
    let file = || vec![mended(2, 7), mended(3, 9)];
    assert_eq!(shelf.upload(file()), ["send", "send"]);
    let known = ["content run-2 a.csv:7", "content run-2 a.csv:9"];
    assert_eq!(shelf.upload(file()), known);
    // The whole input knows all three, and so does a rejects file of another night's.
    let all = vec![row(5, "x"), row(7, "x"), row(9, "x")];
    assert_eq!(
        shelf.upload(all),
        ["content run-1 a.csv:5", known[0], known[1]]
    );
    let mut other = mended(2, 30);
    other.origin.as_mut().unwrap().file = "b.csv".into();
    assert_eq!(shelf.upload(vec![other]), ["content run-1 a.csv:5"]);
}

#[test]
fn a_refund_is_recognised_by_the_id_of_what_was_accepted() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![purchase(2, "A", "coins", "0.99")]);
    let mut ledger = shelf.ledger();
    let asked = |id: &str| (Arc::new(purchase(9, id, "coins", "-0.99")), Intent::Refund);
    let answers = ledger.decide(vec![asked("A"), asked("B")]).unwrap();
    assert_eq!(words(&answers), ["refunded run-1 a.csv:2", "unknown"]);
    assert_eq!(ledger.unsettled(), 0);
}

#[test]
fn rows_that_are_identified_otherwise_stop_only_where_they_may_be_known() {
    let old = [("event_time", "when"), ("customer_user_id", "user")];
    let new = [("event_time", "when"), ("customer_user_id", "player")];
    let shelf = Shelf::new();
    let mut ledger = reading(&shelf, "run-1", &old, false);
    let answers = ledger
        .claim(vec![row(2, "x"), at(row(3, "y"), TODAY + HOUR)])
        .unwrap();
    settle_all(&ledger, &answers, Outcome::Accepted);
    ledger.finish().unwrap();

    let mut ledger = reading(&shelf, "run-2", &new, false);
    assert!(ledger.has_other_identities().unwrap());
    let rows = vec![
        row(2, "x"),
        row(3, "z"),
        at(row(4, "z"), TODAY + 28 * HOUR),
        at(row(5, "z"), TODAY - 27 * HOUR),
        row(6, "z").kind(Kind::Open),
    ];
    let expected = [
        "content run-1 a.csv:2",
        "other_identity",
        "send",
        "send",
        "send",
    ];
    assert_eq!(words(&ledger.claim(rows).unwrap()), expected);
    let difference = ledger.difference(&row(3, "z")).unwrap();
    assert_eq!(
        difference,
        "customer_user_id was read from user, now from player"
    );
    drop(ledger);

    let mut ledger = reading(&shelf, "run-3", &new, true);
    assert!(!ledger.has_other_identities().unwrap());
    assert_eq!(words(&ledger.claim(vec![row(3, "z")]).unwrap()), ["send"]);
    drop(ledger);
    // It was meant, so that nobody is asked again.
    let mut ledger = reading(&shelf, "run-4", &new, false);
    assert_eq!(words(&ledger.claim(vec![row(9, "w")]).unwrap()), ["send"]);
}

#[test]
fn ids_that_are_read_as_before_need_no_question() {
    let old = [("event_id", "order"), ("customer_user_id", "user")];
    let new = [("event_id", "order"), ("customer_user_id", "player")];
    let shelf = Shelf::new();
    let mut ledger = reading(&shelf, "run-1", &old, false);
    let answers = ledger.claim(vec![row(2, "x").id("A")]).unwrap();
    settle_all(&ledger, &answers, Outcome::Accepted);
    ledger.finish().unwrap();
    let mut ledger = reading(&shelf, "run-2", &new, false);
    assert_eq!(
        words(&ledger.claim(vec![row(3, "z").id("B")]).unwrap()),
        ["send"]
    );
}

#[test]
fn a_run_whose_ledger_another_has_opened_stops_before_it_sends() {
    let mut shelf = Shelf::new();
    let mut first = shelf.ledger();
    let answers = first.claim(vec![row(2, "x"), row(3, "y")]).unwrap();
    let claims: Vec<_> = answers.iter().filter_map(claim_of).collect();
    first.leaving(claims[0]).unwrap();
    // Its lock is gone: the other takes a copy of everything for the ledger itself.
    first.lock = None;
    let second = shelf.ledger();
    let replaced =
        |done: Result<(), LedgerError>| matches!(done, Err(LedgerError::Replaced { .. }));
    assert!(replaced(first.leaving(claims[1])));
    assert!(replaced(first.claim(vec![row(4, "z")]).map(|_| ())));
    drop(second);
}

#[test]
fn a_ledger_that_is_moved_away_takes_no_more_claims() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    ledger.claim(vec![row(2, "x")]).unwrap();
    let aside = shelf.folder.path().join("aside.sqlite");
    std::fs::rename(shelf.path(), &aside).unwrap();
    let error = ledger.claim(vec![row(3, "y")]).unwrap_err();
    assert!(
        error.to_string().contains("moved, removed or replaced"),
        "{error}"
    );
}

#[test]
fn what_was_released_is_exempt_from_the_horizon() {
    let mut shelf = Shelf::new();
    let old = |line, name: &str| at(row(line, name), TODAY - 40 * 24 * HOUR);
    shelf.upload(vec![old(2, "x")]);
    let mut ledger = shelf.ledger();
    ledger.claim(vec![old(3, "y")]).unwrap();
    drop(ledger);
    let mut books = Books::write(&shelf.path(), Duration::ZERO).unwrap();
    books
        .forget(&Forget::Before(TODAY - 30 * 24 * HOUR))
        .unwrap();
    drop(books);
    let rows = vec![old(2, "x"), old(3, "y"), old(4, "z")];
    assert_eq!(shelf.upload(rows), ["forgotten", "send", "forgotten"]);
}

#[test]
fn a_resolution_beside_a_running_upload_is_seen_by_it() {
    use crate::ledger::{Resolution, Selection};
    let mut shelf = Shelf::new();
    answered(&mut shelf, Outcome::InDoubt, vec![row(2, "x").id("A")]);
    let mut ledger = shelf.ledger();
    let again = || vec![row(2, "x").id("A")];
    assert_eq!(
        words(&ledger.claim(again()).unwrap()),
        ["held run-1 a.csv:2"]
    );
    let mut books = Books::write_beside(&shelf.path(), Duration::ZERO).unwrap();
    let all = [(Selection::Run("run-1".into()), Resolution::Accepted)];
    assert_eq!(books.resolve(&all).unwrap().total.rows, 1);
    drop(books);
    assert_eq!(words(&ledger.claim(again()).unwrap()), ["id run-1 a.csv:2"]);
}

#[test]
fn a_recovery_sends_again_what_its_policy_says_and_asks_for_the_rest() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let rows = vec![
        row(2, "open").kind(Kind::Open),
        row(3, "money"),
        row(4, "never"),
    ];
    let answers = ledger.claim(rows).unwrap();
    for claim in answers.iter().filter_map(claim_of).take(2) {
        ledger.leaving(claim).unwrap();
    }
    drop(ledger);
    let resends = |kind: Kind, _| !kind.is_money();
    let mut ledger = shelf.ledger();
    ledger.resend_recovered(resends).unwrap();
    ledger.released_inputs().unwrap();
    let answers = ledger.claim_released(10).unwrap();
    let lines = |answers: &[crate::ledger::Decision]| -> Vec<u64> {
        let line = |answer: &crate::ledger::Decision| match answer {
            crate::ledger::Decision::Send(_, event) => event.place.line,
            other => panic!("{other:?}"),
        };
        answers.iter().map(line).collect()
    };
    assert_eq!(lines(&answers), [2, 4]);
    settle_all(&ledger, &answers, Outcome::Accepted);
    ledger.finish().unwrap();
    // Money of that recovery is held for good, whatever a later run's policy is.
    let mut ledger = shelf.ledger();
    ledger.resend_recovered(|_, _| true).unwrap();
    ledger.released_inputs().unwrap();
    assert!(ledger.claim_released(10).unwrap().is_empty());
    assert_eq!(
        words(&ledger.claim(vec![row(3, "money")]).unwrap()),
        ["held run-1 a.csv:3"]
    );
}

#[test]
fn released_rows_are_left_over_until_they_are_sent() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    ledger.claim(vec![row(2, "x"), row(3, "y")]).unwrap();
    drop(ledger);
    let mut ledger = shelf.ledger();
    let left = ledger.left_over().unwrap();
    assert_eq!(
        (left.total.rows, &left.inputs[..]),
        (2, &["a.csv".to_owned()][..])
    );
    let sum = &left.total.revenue[&Currency(*b"USD")];
    assert_eq!(sum.to_string(), "1.98");
    assert_eq!(words(&ledger.claim(vec![row(2, "x")]).unwrap()), ["send"]);
    assert_eq!(ledger.left_over().unwrap().total.rows, 1);
}

/// What was never sent is replaced by what stands in its place now, whatever that says.
#[test]
fn a_released_row_may_be_mended_where_it_stands() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    ledger.claim(vec![purchase(2, "A", "USD", "0.99")]).unwrap();
    drop(ledger);
    let elsewhere = purchase(3, "A", "coins", "0.99");
    let mut ledger = shelf.ledger();
    let answers = ledger.claim(vec![elsewhere]).unwrap();
    assert_eq!(words(&answers), ["conflict run-1 a.csv:2"]);
    let answers = ledger
        .claim(vec![purchase(2, "A", "coins", "0.99")])
        .unwrap();
    assert_eq!(words(&answers), ["send"]);
    assert_eq!(ledger.left_over().unwrap().total.rows, 0);
}

/// Of a run that was forgotten it is still known whether a row with a known id differs.
#[test]
fn rule_one_holds_for_what_was_forgotten() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![purchase(2, "A", "coins", "0.99"), row(3, "x")]);
    let mut books = Books::write(&shelf.path(), Duration::ZERO).unwrap();
    books.forget(&Forget::Run("run-1".into())).unwrap();
    assert_eq!(books.status().unwrap().forgotten, 2);
    drop(books);
    for (again, expected) in [
        (
            purchase(2, "A", "coins", "0.990"),
            "forgotten_run run-1 a.csv",
        ),
        (
            purchase(2, "A", "coins", "1.99"),
            "forgotten_run run-1 a.csv changed",
        ),
        (purchase(2, "A", "gems", "0.99"), "conflict run-1 a.csv"),
        (
            at(purchase(2, "A", "coins", "0.99"), TODAY + HOUR),
            "conflict run-1 a.csv",
        ),
        (row(3, "x"), "forgotten_run run-1 a.csv"),
    ] {
        assert_eq!(shelf.upload(vec![again]), [expected]);
    }
    let mut ledger = shelf.ledger();
    let refund = (Arc::new(purchase(9, "A", "coins", "-0.99")), Intent::Refund);
    let answers = ledger.decide(vec![refund]).unwrap();
    assert_eq!(words(&answers), ["refunded run-1 a.csv"]);
}

#[test]
fn rows_of_a_day_that_are_dated_alike_are_not_all_looked_at_for_each() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![row(2, "one")]);
    let connection = rusqlite::Connection::open(shelf.path()).unwrap();
    let mut plan = connection
        .prepare(&format!(
            "EXPLAIN QUERY PLAN {}",
            crate::ledger::lookup::ALIKE
        ))
        .unwrap();
    let steps: Vec<String> = plan
        .query_map([1, 2, 3, 4, 5], |step| step.get("detail"))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let held = "SEARCH t USING INDEX unsettled_held (app=? AND <expr>=? AND kind=? AND name=?)";
    assert!(steps.iter().any(|step| step == held), "{steps:#?}");
}
