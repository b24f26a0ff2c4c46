//! Ids that come after their rows, and rows that are equal but for their ids: the id decides, also
//! about what is in doubt or released, and no money goes twice.

use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::{Ended, Place};
use super::rows::Row;
use super::tenjin::Tenjin;

/// A purchase of so many cents, with an id or none.
fn purchase(id: &str, cents: usize) -> Row {
    Row {
        id: id.into(),
        number: cents,
        ..Row::nth(2, 1)
    }
}

fn upload(tenjin: &Tenjin, place: &Place, rows: &[Row]) -> Ended {
    place.export("in.csv", rows);
    place.upload(&tenjin.server, "in.csv").end()
}

/// The same while every answer is lost.
fn upload_unanswered(tenjin: &Tenjin, place: &Place, rows: &[Row]) -> Ended {
    tenjin.server.outage(Outage::All(Fault::Lost), None);
    let ended = upload(tenjin, place, rows);
    tenjin.server.outage(Outage::None, None);
    ended
}

fn resolve(place: &Place, ended: &Ended, answer: &str) {
    let run = ended.report["run_id"].as_str().unwrap();
    place
        .command(&format!("ledger resolve --run {run} --as {answer}"))
        .end()
        .expect(0);
}

#[test]
fn an_id_that_comes_while_its_row_is_in_doubt_is_remembered() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let first = upload_unanswered(&tenjin, &place, &[purchase("", 99)]).expect(1);
    let sent = tenjin.requests();
    let held = upload(&tenjin, &place, &[purchase("A-1", 99)]).expect(1);
    assert_eq!(held.four(), [0, 0, 1, 0]);
    resolve(&place, &first, "accepted");
    let changed = upload(&tenjin, &place, &[purchase("A-1", 79)]).expect(0);
    assert_eq!(
        (changed.four(), &changed.report["changed_rows"]),
        ([0, 1, 0, 0], &1.into())
    );
    assert_eq!(tenjin.requests(), sent);
}

#[test]
fn an_id_that_comes_after_its_run_was_forgotten_is_remembered() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let first = upload(&tenjin, &place, &[purchase("", 99)]).expect(0);
    let run = first.report["run_id"].as_str().unwrap();
    place
        .command(&format!("ledger forget --run {run}"))
        .end()
        .expect(0);
    for cents in [99, 79] {
        let again = upload(&tenjin, &place, &[purchase("A-1", cents)]).expect(0);
        assert_eq!(again.four(), [0, 1, 0, 0], "{cents}");
    }
    assert_eq!(tenjin.requests(), 1);
}

#[test]
fn a_released_row_goes_though_an_equal_one_of_another_id_was_accepted() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let (a, b) = (purchase("A", 99), purchase("B", 99));
    upload(&tenjin, &place, std::slice::from_ref(&a)).expect(0);
    let doubtful = upload_unanswered(&tenjin, &place, &[a.clone(), b.clone()]).expect(1);
    assert_eq!(doubtful.four(), [0, 1, 1, 0]);
    resolve(&place, &doubtful, "resend");
    let sent = tenjin.requests();
    assert_eq!(
        upload(&tenjin, &place, std::slice::from_ref(&b))
            .expect(0)
            .four(),
        [1, 0, 0, 0]
    );
    assert_eq!(
        upload(&tenjin, &place, &[b, a]).expect(0).four(),
        [0, 2, 0, 0]
    );
    assert_eq!(tenjin.requests(), sent + 1);
}

#[test]
fn money_that_an_older_copy_has_as_released_is_in_doubt_after_its_recovery() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let doubtful = upload_unanswered(&tenjin, &place, &[purchase("A", 99)]).expect(1);
    resolve(&place, &doubtful, "resend");
    let older = std::fs::read(place.ledger()).unwrap();
    upload(&tenjin, &place, &[purchase("A", 99)]).expect(0);
    let sent = tenjin.requests();
    std::fs::write(place.ledger(), older).unwrap();
    upload(&tenjin, &place, &[purchase("A", 99)]).expect(2);
    place.command("ledger recover").end().expect(0);
    for arguments in ["in.csv", "--from-ledger"] {
        let ended = place.upload(&tenjin.server, arguments).end();
        assert!(matches!(ended.code, Some(0 | 1)), "{ended:#?}");
    }
    let held = upload(&tenjin, &place, &[purchase("A", 99)]).expect(1);
    assert_eq!((held.four(), tenjin.requests()), ([0, 0, 1, 0], sent));
}

#[test]
fn a_price_that_comes_later_than_its_purchase_goes() {
    for id in ["A", ""] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let free = upload(&tenjin, &place, &[purchase(id, 0)]).expect(0);
        assert_eq!(
            (free.rows("filtered"), &free.report["filters"]["no_revenue"]),
            (1, &1.into())
        );
        let paid = upload(&tenjin, &place, &[purchase(id, 99)]).expect(0);
        assert_eq!(paid.four(), [1, 0, 0, 0], "{id:?}");
        // And once it was sent, a price of nothing sends nothing.
        let again = upload(&tenjin, &place, &[purchase(id, 0)]);
        assert!(
            again.rows("accepted") == 0 && tenjin.requests() == 1,
            "{again:#?}"
        );
    }
}
