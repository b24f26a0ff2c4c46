//! What the next run finds after a kill, and after power loss.

use super::kit::{Changed, Shelf, claim_of, open, row, settle_all, words};
use crate::ledger::{Books, LedgerError, Recovery, Resolution, Selection};
use crate::model::Outcome;

fn recovery(accepted: u64, in_doubt: u64, released: u64) -> Recovery {
    Recovery {
        run: "run-1".into(),
        inputs: vec!["a.csv".into(), "b.csv".into(), "c.csv".into()],
        started_at: super::kit::TODAY,
        failure: None,
        rebooted: false,
        accepted,
        in_doubt,
        released,
    }
}

fn resolve(books: &mut Books, run: &str, how: Resolution) -> Result<u64, LedgerError> {
    let resolved = books.resolve(&[(Selection::Run(run.into()), how)])?;
    Ok(resolved.total.rows)
}

/// Six rows, each ending differently, then a kill.
fn killed(shelf: &mut Shelf) {
    let mut ledger = shelf.ledger();
    let rows = ["accepted", "left", "never", "refused", "doubt", "failed"];
    let rows = (2..)
        .zip(rows)
        .map(|(line, name)| row(line, name))
        .collect();
    let answers = ledger.claim(rows).unwrap();
    let claims: Vec<_> = answers.iter().filter_map(claim_of).collect();
    for &claim in claims.iter().filter(|&&claim| claim != claims[2]) {
        ledger.leaving(claim).unwrap();
    }
    ledger.settle(claims[0], Outcome::Accepted);
    ledger.settle(claims[3], Outcome::Refused);
    ledger.settle(claims[4], Outcome::InDoubt);
    ledger.settle(claims[5], Outcome::Failed);
}

fn the_same_rows() -> Vec<crate::model::Event> {
    let names = ["accepted", "left", "never", "refused", "doubt", "failed"];
    (2..)
        .zip(names)
        .map(|(line, name)| row(line, name))
        .collect()
}

#[test]
fn a_kill_leaves_only_what_had_left_in_doubt() {
    let mut shelf = Shelf::new();
    killed(&mut shelf);
    let mut opened = shelf.open();
    assert_eq!(opened.recovered, Some(recovery(1, 2, 3)));
    assert!(!opened.created);
    assert_eq!(
        words(&opened.ledger.claim(the_same_rows()).unwrap()),
        [
            "content run-1 a.csv:2",
            "held run-1 a.csv:3",
            "send",
            "send",
            "held run-1 a.csv:6",
            "send"
        ]
    );
}

#[test]
fn power_loss_leaves_what_may_have_left_in_doubt() {
    let mut shelf = Shelf::new();
    killed(&mut shelf);
    // Another boot, and none of the steps reached the disk.
    shelf.reboot();
    shelf.lose_steps();
    let mut opened = shelf.open();
    let expected = Recovery {
        rebooted: true,
        ..recovery(0, 6, 0)
    };
    assert_eq!(opened.recovered, Some(expected));
    let answers = words(&opened.ledger.claim(the_same_rows()).unwrap());
    assert!(
        answers.iter().all(|answer| answer.starts_with("held")),
        "{answers:?}"
    );
}

#[test]
fn steps_that_reached_the_disk_count_after_power_loss() {
    let mut shelf = Shelf::new();
    killed(&mut shelf);
    shelf.reboot();
    let expected = Recovery {
        rebooted: true,
        ..recovery(1, 3, 2)
    };
    assert_eq!(shelf.open().recovered, Some(expected));
}

#[test]
fn an_outcome_counts_that_the_next_row_took_along() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let rows = (0..3).map(|line| row(line, &format!("row {line}")));
    let answers = ledger.claim(rows.collect()).unwrap();
    let claims: Vec<_> = answers.iter().filter_map(claim_of).collect();
    let journal = ledger.journal();
    journal.leaving(claims[0]).unwrap();
    journal
        .leaving_after(claims[1], (claims[0], Outcome::Accepted))
        .unwrap();
    drop(ledger);
    assert_eq!(shelf.open().recovered, Some(recovery(1, 1, 1)));
}

/// What a power loss leaves in the moment of creation: the length of the first page, nothing of it,
/// and the journal that says how many pages there were before.
fn cut_short(shelf: &Shelf, pages_before: u32) -> Vec<u8> {
    let mut journal = vec![0; 512];
    journal[..8].copy_from_slice(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7");
    journal[16..20].copy_from_slice(&pages_before.to_be_bytes());
    journal[20..24].copy_from_slice(&512_u32.to_be_bytes());
    journal[24..28].copy_from_slice(&4096_u32.to_be_bytes());
    std::fs::write(shelf.folder.path().join("ledger.sqlite-journal"), &journal).unwrap();
    std::fs::write(shelf.path(), vec![0; 3072]).unwrap();
    vec![0; 3072]
}

#[test]
fn a_creation_that_was_cut_short_is_done_again() {
    let mut shelf = Shelf::new();
    cut_short(&shelf, 0);
    assert!(shelf.open().created);
    assert_eq!(shelf.upload(vec![row(2, "x")]), ["send"]);
    assert_eq!(shelf.upload(vec![row(2, "x")]), ["content run-2 a.csv:2"]);
}

#[test]
fn a_ledger_that_held_something_is_never_taken_for_a_new_one() {
    let mut shelf = Shelf::new();
    let bytes = cut_short(&shelf, 1);
    let run = shelf.run();
    let opened = crate::ledger::Ledger::open(
        &shelf.path(),
        "tenjin",
        &run,
        &crate::ledger::OpenOptions::default(),
    );
    assert!(matches!(opened, Err(LedgerError::Corrupt { .. })));
    assert_eq!(std::fs::read(shelf.path()).unwrap(), bytes);
}

#[test]
fn a_second_kill_during_recovery_changes_nothing() {
    let mut shelf = Shelf::new();
    killed(&mut shelf);
    drop(Books::write(&shelf.path(), std::time::Duration::ZERO).unwrap());
    let opened = shelf.open();
    assert_eq!(opened.recovered, None);
    drop(opened);
    let rows = the_same_rows();
    assert_eq!(
        shelf.upload(rows),
        [
            "content run-1 a.csv:2",
            "held run-1 a.csv:3",
            "send",
            "send",
            "held run-1 a.csv:6",
            "send"
        ]
    );
}

#[test]
fn the_ends_of_a_run_are_told_apart() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![row(2, "x")]);
    assert_eq!(shelf.open().recovered, None);
    // That one was dropped without an end, with nothing in flight.
    let again = shelf.open().recovered.unwrap();
    assert_eq!(
        (again.run.as_str(), again.in_doubt, again.released),
        ("run-2", 0, 0)
    );
}

#[test]
fn slots_are_used_again_and_old_steps_mean_nothing() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    for batch in 0..20 {
        let rows = (0..400)
            .map(|line| row(line, &format!("{batch}-{line}")))
            .collect();
        let answers = ledger.claim(rows).unwrap();
        settle_all(&ledger, &answers, Outcome::Accepted);
    }
    ledger
        .claim(
            (0..500)
                .map(|line| row(line, &format!("last-{line}")))
                .collect(),
        )
        .unwrap();
    assert_eq!(ledger.unsettled(), 500);
    drop(ledger);
    assert_eq!(shelf.open().recovered, Some(recovery(0, 0, 500)));
    let size = std::fs::metadata(shelf.folder.path().join("ledger.sqlite.steps"))
        .unwrap()
        .len();
    assert_eq!(size, 64 + 32 * 1024);
}

#[test]
fn more_claims_than_slots() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let rows = (0..5000)
        .map(|line| row(line, &format!("{line}")))
        .collect();
    let answers = ledger.claim(rows).unwrap();
    for claim in answers.iter().filter_map(claim_of).take(4321) {
        ledger.leaving(claim).unwrap();
    }
    drop(ledger);
    assert_eq!(shelf.open().recovered, Some(recovery(0, 4321, 679)));
}

#[test]
fn released_rows_go_without_their_input() {
    let mut shelf = Shelf::new();
    killed(&mut shelf);
    let path = shelf.path();
    let mut books = Books::write(&path, std::time::Duration::ZERO).unwrap();
    assert_eq!(resolve(&mut books, "run-1", Resolution::Resend).unwrap(), 2);
    assert!(matches!(
        resolve(&mut books, "run-9", Resolution::Resend),
        Err(LedgerError::NoSuchRun(_))
    ));
    drop(books);
    let mut ledger = open(&path, &shelf.run()).ledger;
    assert_eq!(ledger.released_inputs().unwrap(), ["a.csv"]);
    let mut sent = Vec::new();
    loop {
        let answers = ledger.claim_released(2).unwrap();
        if answers.is_empty() {
            break;
        }
        assert!(answers.len() <= 2);
        for answer in &answers {
            let crate::ledger::Decision::Send(claim, event) = answer else {
                panic!("{answer:?}");
            };
            sent.push((
                event.place.line,
                event.body.to_string(),
                event.contribution.clone(),
            ));
            let accepted = event.place.line != 4;
            ledger.settle(
                *claim,
                if accepted {
                    Outcome::Accepted
                } else {
                    Outcome::Failed
                },
            );
        }
    }
    ledger.finish().unwrap();
    let expected = [(3, "left"), (4, "never"), (6, "doubt")].map(|(line, name)| {
        (
            line,
            format!("product_id={name}"),
            row(2, name).contribution,
        )
    });
    assert_eq!(sent, expected);
    // What failed is still there, for the next time; what was accepted is known.
    let mut ledger = open(&path, &shelf.run()).ledger;
    ledger.released_inputs().unwrap();
    assert_eq!(words(&ledger.claim_released(10).unwrap()), ["send"]);
    ledger.finish().unwrap();
    assert_eq!(
        shelf.upload(the_same_rows()),
        [
            "content run-1 a.csv:2",
            "content run-2 a.csv:3",
            "send",
            "send",
            "content run-2 a.csv:6",
            "send"
        ]
    );
}

#[test]
fn resolved_as_accepted_is_accepted() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let answers = ledger
        .claim(vec![row(2, "x").id("1"), row(3, "y")])
        .unwrap();
    settle_all(&ledger, &answers, Outcome::InDoubt);
    ledger.finish().unwrap();
    assert_eq!(
        shelf.upload(vec![row(2, "x").id("1"), row(3, "y")]),
        ["held run-1 a.csv:2", "held run-1 a.csv:3"]
    );
    let mut books = Books::write(&shelf.path(), std::time::Duration::ZERO).unwrap();
    assert_eq!(
        resolve(&mut books, "run-1", Resolution::Accepted).unwrap(),
        2
    );
    assert!(matches!(
        resolve(&mut books, "run-1", Resolution::Accepted),
        Err(LedgerError::NothingToDecide(_))
    ));
    assert_eq!(books.status().unwrap().apps[0].accepted, 2);
    drop(books);
    assert_eq!(
        shelf.upload(vec![row(2, "x").id("1"), row(3, "y")]),
        ["id run-1 a.csv:2", "content run-1 a.csv:3"]
    );
}

#[test]
fn a_released_twin_goes_though_its_twin_was_accepted() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let answers = ledger.claim(vec![row(2, "x"), row(3, "x")]).unwrap();
    ledger.settle(claim_of(&answers[0]).unwrap(), Outcome::Accepted);
    drop(ledger);
    let mut ledger = shelf.ledger();
    ledger.released_inputs().unwrap();
    assert_eq!(words(&ledger.claim_released(10).unwrap()), ["send"]);
}

#[test]
fn claims_are_synced_before_they_are_given_out() {
    let mut shelf = Shelf::new();
    let ledger = shelf.ledger();
    let pragma = |name: &str| -> String {
        ledger
            .connection
            .pragma_query_value(None, name, |row| {
                let value: rusqlite::types::Value = row.get(0)?;
                Ok(format!("{value:?}"))
            })
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("fullfsync"), "Integer(1)");
    assert_eq!(pragma("checkpoint_fullfsync"), "Integer(1)");
}
