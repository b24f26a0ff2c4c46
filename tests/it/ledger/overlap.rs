//! Exports that overlap: what was accepted once is recognised in any file, format and order.

use super::place::{Ended, Place};
use super::rows::Row;
use super::tenjin::Tenjin;

/// How the rows of a test are identified.
const DRESSES: [fn(Row) -> Row; 3] = [|row| row, Row::with_id, |row| row.with_id().without_time()];

fn rows(numbers: std::ops::Range<usize>, dress: fn(Row) -> Row) -> Vec<Row> {
    numbers.map(|number| dress(Row::nth(number, 40))).collect()
}

fn each_once(tenjin: Tenjin, events: usize) {
    let counts = tenjin.counts();
    assert_eq!(counts.len(), events);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
}

/// How many rows were recognised in this way.
pub fn recognised(ended: &Ended, how: &str) -> u64 {
    let endings = ended.report["endings"].as_array().unwrap();
    let found = endings
        .iter()
        .filter(|ending| ending["outcome"] == "duplicate" && ending["reason"] == how);
    found.map(|ending| ending["count"].as_u64().unwrap()).sum()
}

#[test]
fn what_two_exports_have_in_common_goes_once() {
    for dress in DRESSES {
        for names in [
            ["yesterday.csv", "today.ndjson"],
            ["yesterday.ndjson", "today.csv"],
        ] {
            for turn in [false, true] {
                let (tenjin, place) = (Tenjin::new(), Place::new());
                place.export(names[0], &rows(0..100, dress));
                place.export(names[1], &rows(70..170, dress));
                let mut order = names;
                if turn {
                    order.reverse();
                }
                let first = place.upload(&tenjin.server, order[0]).end().expect(0);
                assert_eq!(first.four(), [100, 0, 0, 0]);
                let second = place.upload(&tenjin.server, order[1]).end().expect(0);
                assert_eq!(second.four(), [70, 30, 0, 0]);
                assert_eq!(tenjin.requests(), 170);
                each_once(tenjin, 170);
            }
        }
    }
}

#[test]
fn in_one_run_too() {
    for dress in DRESSES {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        place.export("yesterday.csv", &rows(0..100, dress));
        place.export("today.ndjson", &rows(70..170, dress));
        let both = place
            .upload(&tenjin.server, "yesterday.csv today.ndjson")
            .end()
            .expect(0);
        assert_eq!(both.four(), [170, 30, 0, 0]);
        each_once(tenjin, 170);
    }
}

#[test]
fn rows_that_get_or_lose_their_ids_are_the_same() {
    for turn in [false, true] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        place.export("plain.csv", &rows(0..100, DRESSES[0]));
        place.export("ids.ndjson", &rows(70..170, DRESSES[1]));
        let mut order = ["plain.csv", "ids.ndjson"];
        if turn {
            order.reverse();
        }
        let first = place.upload(&tenjin.server, order[0]).end().expect(0);
        assert_eq!(first.four(), [100, 0, 0, 0]);
        let second = place.upload(&tenjin.server, order[1]).end().expect(0);
        assert_eq!(second.four(), [70, 30, 0, 0]);
        assert_eq!(recognised(&second, "matched_by_content"), 30);
        // and with their ids, or without them, for good
        for (name, how) in [("plain.csv", "plain"), ("ids.ndjson", "ids")] {
            let again = place.upload(&tenjin.server, name).end().expect(0);
            assert_eq!(again.four(), [0, 100, 0, 0], "{how}");
        }
        each_once(tenjin, 170);
    }
}
