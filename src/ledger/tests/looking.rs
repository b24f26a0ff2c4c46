//! Rows that are claimed and not settled: who looks sees them, and what was settled stays so.

use super::kit::{Changed, Shelf, claim_of, row, words};
use crate::ledger::{Books, ClaimId, Ledger, Which};
use crate::model::Outcome;

/// Five rows in one batch, of which the first is accepted and the second in doubt, both durably.
fn half_settled(ledger: &mut Ledger) -> Vec<ClaimId> {
    let rows = (2..7).map(|line| row(line, &format!("row {line}")).id(&line.to_string()));
    let answers = ledger.claim(rows.collect()).unwrap();
    let claims: Vec<_> = answers.iter().filter_map(claim_of).collect();
    for (&claim, outcome) in claims.iter().zip([Outcome::Accepted, Outcome::InDoubt]) {
        ledger.leaving(claim).unwrap();
        ledger.settle(claim, outcome);
    }
    ledger.claim(vec![row(7, "the next batch")]).unwrap();
    claims
}

fn states(shelf: &Shelf) -> Vec<String> {
    let books = Books::read(&shelf.path()).unwrap();
    let mut states = Vec::new();
    let all = Which::default();
    let count = books
        .each(&all, |row| {
            states.push(format!("{} {} {}", row.line, row.state, row.text));
            Ok(())
        })
        .unwrap();
    assert_eq!(count, states.len() as u64);
    states
}

#[test]
fn who_looks_while_a_run_goes_on_sees_its_rows() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    half_settled(&mut ledger);
    assert_eq!(
        states(&shelf),
        [
            "3 in_doubt row 3",
            "4 unsettled row 4",
            "5 unsettled row 5",
            "6 unsettled row 6",
            "7 unsettled the next batch",
        ]
    );
    let status = Books::read(&shelf.path()).unwrap().status().unwrap();
    let run = &status.open_runs[0];
    assert_eq!((run.unsettled, run.in_doubt, run.released), (4, 1, 0));
}

#[test]
fn what_was_settled_stays_so_whatever_happens_to_the_steps() {
    let mut shelf = Shelf::new();
    half_settled(&mut shelf.ledger());
    shelf.reboot();
    shelf.lose_steps();
    let mut opened = shelf.open();
    let recovered = opened.recovered.unwrap();
    assert_eq!((recovered.accepted, recovered.in_doubt), (0, 4));
    let rows = (2..7).map(|line| row(line, &format!("row {line}")).id(&line.to_string()));
    assert_eq!(
        words(&opened.ledger.claim(rows.collect()).unwrap()),
        [
            "id run-1 a.csv:2",
            "held run-1 a.csv:3",
            "held run-1 a.csv:4",
            "held run-1 a.csv:5",
            "held run-1 a.csv:6",
        ]
    );
}
