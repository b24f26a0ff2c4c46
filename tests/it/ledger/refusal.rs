//! Ledgers that must be left alone, and ledgers that must not be begun in silence.

use std::fs;

use rusqlite::Connection;

use super::place::Place;
use super::rows::Row;
use super::tenjin::Tenjin;

/// A place with an export and a ledger that has seen it.
fn used(tenjin: &Tenjin) -> Place {
    let place = Place::new();
    place.export(
        "in.csv",
        &(0..2_000).map(|n| Row::nth(n, 300)).collect::<Vec<_>>(),
    );
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    place
}

/// Changes the ledger; the program must then refuse it and change nothing.
#[track_caller]
fn is_left_alone(spoil: impl Fn(&Place, Vec<u8>) -> Vec<u8>, says: &str) {
    let tenjin = Tenjin::new();
    let place = used(&tenjin);
    let before = tenjin.requests();
    let spoilt = spoil(&place, fs::read(place.ledger()).unwrap());
    fs::write(place.ledger(), &spoilt).unwrap();
    let uploads = ["in.csv", "in.csv --dry-run", "in.csv --require-ledger"];
    let uploads = uploads.map(|arguments| (arguments, place.upload(&tenjin.server, arguments)));
    let commands = [
        "ledger status",
        "ledger list",
        "ledger export",
        "ledger resolve --run some --as resend",
        "ledger forget --older-than 1d",
        "upload --from-ledger --endpoint-url http://127.0.0.1:9",
    ];
    let commands = commands.map(|arguments| (arguments, place.command(arguments)));
    for (arguments, run) in uploads.into_iter().chain(commands) {
        let ended = run.end().expect(2);
        assert!(ended.err.contains("ledger.sqlite"), "{}", ended.err);
        assert!(ended.err.contains(says), "{}", ended.err);
        assert!(ended.err.contains("left as it is"), "{}", ended.err);
        let now = fs::read(place.ledger()).unwrap();
        assert!(now == spoilt, "{arguments}: the ledger was changed");
    }
    assert_eq!(tenjin.requests(), before);
}

#[test]
fn something_else() {
    is_left_alone(|_, _| b"my diary\n".repeat(1_000), "not a readable ledger");
}

#[test]
fn a_damaged_one() {
    let trashed = |_: &Place, mut bytes: Vec<u8>| {
        bytes[100..4_000].fill(0xa5);
        bytes
    };
    is_left_alone(trashed, "not a readable ledger");
    let cut = |_: &Place, bytes: Vec<u8>| bytes[..5_000].to_vec();
    is_left_alone(cut, "not a readable ledger");
}

#[test]
fn another_programs_database() {
    let foreign = |place: &Place, _| {
        let path = place.path("foreign.sqlite");
        let connection = Connection::open(&path).unwrap();
        let sql = "CREATE TABLE run (id INTEGER); PRAGMA user_version = 1";
        connection.execute_batch(sql).unwrap();
        drop(connection);
        fs::read(path).unwrap()
    };
    is_left_alone(foreign, "not a readable ledger");
}

#[test]
fn a_newer_one() {
    let newer = |place: &Place, _| {
        let connection = Connection::open(place.ledger()).unwrap();
        let sql = "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)";
        connection.execute_batch(sql).unwrap();
        drop(connection);
        fs::read(place.ledger()).unwrap()
    };
    is_left_alone(newer, "newer version");
}

#[test]
fn a_missing_one_is_not_made_where_it_is_required() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &[Row::nth(0, 1)]);
    let required = "in.csv --require-ledger";
    let ended = place.upload(&tenjin.server, required).end().expect(2);
    assert!(ended.err.contains("there is no ledger"), "{}", ended.err);
    assert!(!place.ledger().exists());
    assert_eq!(tenjin.requests(), 0);

    let made = place.upload(&tenjin.server, "in.csv -q").end().expect(0);
    let path = place.ledger().display().to_string();
    assert!(made.err.contains("created a new ledger"), "{}", made.err);
    assert!(made.err.contains(&path), "{}", made.err);
    let again = place.upload(&tenjin.server, "in.csv --require-ledger -q");
    let again = again.end().expect(0);
    assert_eq!((again.rows("duplicate"), again.err.as_str()), (1, ""));
}

#[test]
fn a_rehearsal_makes_none() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &[Row::nth(0, 1)]);
    let rehearsal = place.upload(&tenjin.server, "in.csv --dry-run");
    rehearsal.end().expect(0);
    assert!(!place.path("state").exists());
}

#[cfg(unix)]
#[test]
fn it_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let tenjin = Tenjin::new();
    let place = used(&tenjin);
    let folder = place.ledger().parent().unwrap().to_path_buf();
    assert_eq!(
        fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
        0o700
    );
    for file in fs::read_dir(folder).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
