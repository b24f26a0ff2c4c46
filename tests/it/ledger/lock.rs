//! One upload per ledger at a time, and a lock that dies with its process.

use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::Place;
use super::rows::Row;
use super::tenjin::{Tenjin, wait};

fn one_open(place: &Place) {
    place.export("in.csv", &[Row::nth(0, 1)]);
}

#[test]
fn a_second_upload_is_told_who_is_there_and_may_wait() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    one_open(&place);
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = place
        .upload(&tenjin.server, "in.csv --timeout 1s --retries 1000")
        .start();
    wait(|| tenjin.requests() > 0);

    let second = place.upload(&tenjin.server, "in.csv").end().expect(4);
    let holder = format!("(process {}) since 20", first.pid());
    for part in ["is in use by run ", &holder] {
        assert!(second.err.contains(part), "{part}: {}", second.err);
    }
    let brief = "in.csv --wait-lock 300ms";
    let waited = place.upload(&tenjin.server, brief).end().expect(4);
    let said = "waiting up to 300 ms: the ledger is in use by run ";
    assert!(waited.err.contains(said), "{}", waited.err);
    // a look needs no lock, another ledger is another matter
    place
        .upload(&tenjin.server, "in.csv --dry-run")
        .end()
        .expect(0);
    assert!(!place.path("other.sqlite").exists());

    let third = place
        .upload(&tenjin.server, "in.csv --wait-lock 10m")
        .start();
    tenjin.server.outage(Outage::None, None);
    let first = first.end().expect(0);
    assert_eq!(first.four(), [1, 0, 0, 0]);
    assert_eq!(third.end().expect(0).four(), [0, 1, 0, 0]);
    assert_eq!(tenjin.counts()["r0"], 1);
}

#[test]
fn a_killed_run_holds_nothing() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    one_open(&place);
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = place.upload(&tenjin.server, "in.csv").start();
    wait(|| tenjin.requests() > 0);
    let run = first.kill();
    tenjin.server.outage(Outage::None, None);
    // It was an open, which goes again with its input.
    let next = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(next.four(), [1, 0, 0, 0]);
    let line = next.err.lines().find(|line| line.contains("was killed"));
    let line = line.unwrap_or_else(|| panic!("{next:#?} after {run:#?}"));
    assert!(line.contains("(in.csv)"), "{line}");
    assert!(line.ends_with(": of what it was sending, 0 rows accepted, 1 in doubt, 0 not sent"));
}

#[test]
fn another_ledger_is_another_matter() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    one_open(&place);
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = place
        .upload(&tenjin.server, "in.csv --ledger a.sqlite")
        .start();
    wait(|| tenjin.requests() > 0);
    tenjin.server.outage(Outage::None, None);
    let second = place
        .upload(&tenjin.server, "in.csv --ledger b.sqlite")
        .end()
        .expect(0);
    assert_eq!(second.four(), [1, 0, 0, 0]);
    first.kill();
}

#[test]
fn a_run_that_could_not_begin_was_not_killed() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    one_open(&place);
    let no_folder = "in.csv --report-dir in.csv/reports";
    place.upload(&tenjin.server, no_folder).end().expect(2);
    let next = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert!(!next.err.contains("was killed"), "{}", next.err);
}
