//! The files: who may open them, what is refused and left alone, and what a full disk does.

use std::fs;
use std::time::Duration;

use super::kit::{Changed, Shelf, TODAY, info, open, row, settle_all, words};
use crate::ledger::{Books, Decision, Forget, Ledger, LedgerError, OpenOptions, Opened, Which};
use crate::model::Outcome;

const DAY: i64 = 86_400_000_000;

fn try_open(shelf: &Shelf, require_existing: bool) -> Result<Opened, LedgerError> {
    let options = OpenOptions {
        require_existing,
        ..OpenOptions::default()
    };
    Ledger::open(&shelf.path(), "tenjin", &info("run-x"), &options)
}

#[test]
fn creating_is_told_and_can_be_refused() {
    let mut shelf = Shelf::new();
    assert!(matches!(
        try_open(&shelf, true),
        Err(LedgerError::Missing { .. })
    ));
    assert_eq!(fs::read_dir(shelf.folder.path()).unwrap().count(), 0);
    assert!(shelf.open().created);
    assert!(!shelf.open().created);
    try_open(&shelf, true).unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let mut shelf = Shelf::new();
    let _ledger = shelf.ledger();
    for file in fs::read_dir(shelf.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[test]
fn one_run_at_a_time() {
    let mut shelf = Shelf::new();
    let first = shelf.ledger();
    let Err(LedgerError::Locked { holder, .. }) = try_open(&shelf, false) else {
        panic!("not locked");
    };
    assert_eq!((holder.pid, holder.run.as_str()), (42, "run-1"));
    assert_eq!(holder.since, "2026-11-22T00:00:00Z");
    // Looking needs no lock.
    Books::read(&shelf.path()).unwrap().status().unwrap();
    drop(first);
    try_open(&shelf, false).unwrap();
}

#[test]
fn what_is_not_a_ledger_is_left_alone() {
    for content in [
        "not a database, but long enough to be taken for one".repeat(40),
        "x".into(),
    ] {
        let shelf = Shelf::new();
        fs::write(shelf.path(), &content).unwrap();
        assert!(matches!(
            try_open(&shelf, false),
            Err(LedgerError::Corrupt { .. })
        ));
        assert_eq!(fs::read_to_string(shelf.path()).unwrap(), content);
    }
    let shelf = Shelf::new();
    let other = rusqlite::Connection::open(shelf.path()).unwrap();
    other
        .execute_batch("CREATE TABLE theirs (x); PRAGMA user_version = 1;")
        .unwrap();
    drop(other);
    let before = fs::read(shelf.path()).unwrap();
    assert!(matches!(
        try_open(&shelf, false),
        Err(LedgerError::Corrupt { .. })
    ));
    assert_eq!(fs::read(shelf.path()).unwrap(), before);
}

#[test]
fn a_damaged_ledger_is_left_alone() {
    let mut shelf = Shelf::new();
    shelf.upload((2..500).map(|line| row(line, &format!("{line}"))).collect());
    let whole = fs::read(shelf.path()).unwrap();
    let truncated = whole[..whole.len() / 2].to_vec();
    let mut zeroed = whole.clone();
    zeroed[4096..].fill(0);
    for damaged in [truncated, zeroed] {
        fs::write(shelf.path(), &damaged).unwrap();
        let error = try_open(&shelf, false).unwrap_err();
        assert!(matches!(error, LedgerError::Corrupt { .. }), "{error}");
        assert_eq!(fs::read(shelf.path()).unwrap(), damaged);
    }
}

#[test]
fn a_newer_ledger_is_left_alone() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![row(2, "x")]);
    let later = rusqlite::Connection::open(shelf.path()).unwrap();
    later.pragma_update(None, "user_version", 99).unwrap();
    drop(later);
    let before = fs::read(shelf.path()).unwrap();
    let error = try_open(&shelf, false).unwrap_err();
    assert!(
        matches!(error, LedgerError::Newer { version: 99, .. }),
        "{error}"
    );
    assert_eq!(fs::read(shelf.path()).unwrap(), before);
}

#[test]
fn an_empty_file_is_a_ledger_to_be() {
    let shelf = Shelf::new();
    fs::write(shelf.path(), "").unwrap();
    assert!(matches!(
        try_open(&shelf, true),
        Err(LedgerError::Missing { .. })
    ));
    assert!(try_open(&shelf, false).unwrap().created);
}

#[test]
fn a_full_disk_stops_claims_and_keeps_the_books() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let answers = ledger.claim(vec![row(2, "x"), row(3, "y")]).unwrap();
    // From here on the database may not grow.
    let pages: i64 = ledger
        .connection
        .pragma_query_value(None, "page_count", |r| r.get(0))
        .unwrap();
    ledger
        .connection
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .unwrap();
    settle_all(&ledger, &answers, Outcome::Accepted);
    let many = || {
        (10..2000)
            .map(|line| row(line, &format!("{line}")))
            .collect()
    };
    assert!(matches!(ledger.claim(many()), Err(LedgerError::Full)));
    assert!(matches!(ledger.claim(many()), Err(LedgerError::Broken)));
    ledger.finish().unwrap();
    let opened = shelf.open();
    let recovery = opened.recovered.unwrap();
    assert_eq!(
        (recovery.accepted, recovery.in_doubt, recovery.released),
        (2, 0, 0)
    );
    let mut ledger = opened.ledger;
    assert_eq!(
        words(&ledger.claim(vec![row(2, "x"), row(3, "y")]).unwrap()),
        ["content run-1 a.csv:2", "content run-1 a.csv:3"]
    );
}

#[test]
fn peeking_leaves_no_trace() {
    let mut shelf = Shelf::new();
    let rows = || vec![row(2, "x"), row(3, "y"), row(4, "y").input(1)];
    let peek = |shelf: &Shelf| {
        let (path, options) = (shelf.path(), OpenOptions::default());
        let run = info("peek");
        let opened = Ledger::rehearse(Some(&path), "tenjin", &run, &options).unwrap();
        let mut ledger = opened.ledger;
        let answers = ledger.claim(rows()).unwrap();
        ledger.finish().unwrap();
        words(&answers)
    };
    assert_eq!(peek(&shelf), ["send", "send", "content peek a.csv:3"]);
    assert_eq!(fs::read_dir(shelf.folder.path()).unwrap().count(), 0);
    shelf.upload(vec![row(2, "x")]);
    let before = fs::read(shelf.path()).unwrap();
    assert_eq!(
        peek(&shelf),
        ["content run-1 a.csv:2", "send", "content peek a.csv:3"]
    );
    assert_eq!(fs::read(shelf.path()).unwrap(), before);
}

#[test]
fn a_throw_away_ledger_knows_its_own_run() {
    let mut ledger = Ledger::throw_away("sandbox", &info("run-1")).unwrap();
    let answers = ledger
        .claim(vec![row(2, "x").id("1"), row(3, "x").id("1")])
        .unwrap();
    assert_eq!(words(&answers), ["send", "id run-1 a.csv:2"]);
    settle_all(&ledger, &answers, Outcome::Accepted);
    assert_eq!(
        words(&ledger.claim(vec![row(4, "x").id("1")]).unwrap()),
        ["id run-1 a.csv:2"]
    );
    ledger.finish().unwrap();
}

#[test]
fn what_was_forgotten_stays_behind_a_horizon() {
    let mut shelf = Shelf::new();
    let dated = |line, name, days: i64| {
        let mut event = row(line, name);
        event.time = Some(TODAY - days * DAY);
        event
    };
    let rows = || {
        vec![
            dated(2, "old", 40),
            dated(3, "older", 50),
            dated(4, "new", 1),
        ]
    };
    shelf.upload(rows());
    shelf.upload(vec![dated(2, "late", 45).id("1")]);
    let mut books = Books::write(&shelf.path(), Duration::ZERO).unwrap();
    let forgotten = books.forget(&Forget::Before(TODAY - 30 * DAY + 5)).unwrap();
    assert_eq!((forgotten.events, forgotten.undated), (3, 0));
    assert_eq!(forgotten.horizons.len(), 1);
    assert_eq!(forgotten.horizons[0].before, TODAY - 30 * DAY + 5);
    drop(books);
    let mut rows = rows();
    rows.push(dated(5, "late", 45).id("1"));
    rows.push(dated(6, "unseen", 31));
    rows.push(dated(7, "recent", 29));
    assert_eq!(
        shelf.upload(rows),
        [
            "forgotten",
            "forgotten",
            "content run-1 a.csv:4",
            "forgotten",
            "forgotten",
            "send"
        ]
    );
}

#[test]
fn a_run_can_be_forgotten() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![row(2, "x"), row(3, "y").id("1")]);
    shelf.upload(vec![row(2, "z")]);
    let mut books = Books::write(&shelf.path(), Duration::ZERO).unwrap();
    let forgotten = books.forget(&Forget::Run("run-1".into())).unwrap();
    assert_eq!((forgotten.events, forgotten.undated), (2, 0));
    assert_eq!(forgotten.horizons, []);
    assert_eq!(books.status().unwrap().apps[0].accepted, 1);
    drop(books);
    let rows = vec![row(2, "x"), row(3, "y").id("1"), row(4, "z"), row(9, "w")];
    assert_eq!(
        shelf.upload(rows),
        [
            "forgotten_run run-1 a.csv",
            "forgotten_run run-1 a.csv",
            "content run-2 a.csv:2",
            "send"
        ]
    );
}

#[test]
fn rows_in_doubt_are_listed_with_their_requests() {
    let mut shelf = Shelf::new();
    let mut ledger = shelf.ledger();
    let answers = ledger.claim(vec![row(2, "x"), row(3, "y")]).unwrap();
    let Decision::Send(claim, _) = &answers[1] else {
        panic!()
    };
    ledger.settle(*claim, Outcome::InDoubt);
    let _next = ledger.claim(Vec::new()).unwrap();
    drop(ledger);
    let _recovered = open(&shelf.path(), &info("run-2"));
    let books = Books::read(&shelf.path()).unwrap();
    let mut out = Vec::new();
    let which = Which {
        in_doubt: true,
        run: Some("run-1".into()),
    };
    assert_eq!(books.list(&which, &mut out).unwrap(), 1);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"state\":\"in_doubt\",\"why\":null,\"run\":\"run-1\",\"scope\":\"tenjin\",\"file\":\"a.csv\",\"line\":3,\
         \"kind\":\"purchase\",\"bundle_id\":\"com.example.game\",\"platform\":\"ios\",\
         \"name\":\"y\",\"event_time\":1795305600000000,\"amount\":\"0.99\",\
         \"currency\":\"USD\",\"request\":\"product_id=y\",\"text\":\"y\"}\n"
    );
    let status = books.status().unwrap();
    let run = &status.open_runs[0];
    assert_eq!((run.unsettled, run.in_doubt, run.released), (0, 1, 1));
}

#[test]
fn everything_can_be_exported() {
    let mut shelf = Shelf::new();
    shelf.upload(vec![row(2, "x").id("1"), row(3, "y")]);
    let mut out = Vec::new();
    Books::read(&shelf.path())
        .unwrap()
        .export(&mut out)
        .unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["accepted"], 2);
    let row = |at: usize| {
        (
            &lines[at]["state"],
            &lines[at]["line"],
            &lines[at]["amount"],
        )
    };
    assert_eq!(row(1), (&"accepted".into(), &2.into(), &"0.99".into()));
    assert_eq!(row(2), (&"accepted".into(), &3.into(), &"0.99".into()));
}
