//! One ledger, whatever name it is reached by; and places where none may be.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::place::Place;
use super::reboot;
use super::rows::Row;
use super::tenjin::{Tenjin, wait};
use tenjin_s2s::sandbox::{Fault, Outage};

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|number| Row::nth(number, 50)).collect()
}

#[test]
fn a_link_means_the_ledger_itself() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(40));
    fs::create_dir(place.path("real")).unwrap();
    symlink("real/books.sqlite", place.path("link.sqlite")).unwrap();
    symlink("real", place.path("folder")).unwrap();
    let nowhere = place.upload(&tenjin.server, "in.csv --ledger link.sqlite");
    assert!(
        nowhere
            .end()
            .expect(2)
            .err
            .contains("a link to something that is not there")
    );

    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = place
        .upload(&tenjin.server, "in.csv --ledger real/books.sqlite")
        .start();
    wait(|| tenjin.requests() > 0);
    for name in [
        "link.sqlite",
        "folder/books.sqlite",
        "./real/../real/books.sqlite",
    ] {
        let second = place.upload(&tenjin.server, &format!("in.csv --ledger {name}"));
        let second = second.end().expect(4);
        assert!(
            second.err.contains("is in use by run "),
            "{name}: {}",
            second.err
        );
    }
    first.kill();
    tenjin.server.outage(Outage::None, None);
    let next = place
        .upload(&tenjin.server, "in.csv --ledger link.sqlite")
        .end();
    assert!(matches!(next.code, Some(0 | 1)), "{next:#?}");
    assert!(next.err.contains("was killed"), "{}", next.err);
    let last = place
        .upload(&tenjin.server, "in.csv --ledger folder/books.sqlite")
        .end();
    let sent = &last.report["requests"]["sent"];
    assert_eq!((last.rows("accepted"), sent), (0, &0.into()));
    let marks = tenjin
        .so_far()
        .into_iter()
        .filter(|event| event.path == "/v0/purchase");
    let mut marks: Vec<_> = marks.map(|event| event.mark).collect();
    let all = marks.len();
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), all, "no money twice");
}

#[test]
fn a_mounted_folder_holds_the_same_ledger_and_a_mounted_database_is_refused() {
    if !reboot::can_show() {
        return;
    }
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(20));
    for folder in ["real", "mounted"] {
        fs::create_dir(place.path(folder)).unwrap();
    }
    let upload = |ledger: &str| place.upload(&tenjin.server, &format!("in.csv --ledger {ledger}"));
    let in_folder = || {
        let run = upload("mounted/books.sqlite");
        reboot::mounted(run, &place.path("real"), &place.path("mounted"))
    };
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = upload("real/books.sqlite").start();
    wait(|| tenjin.requests() > 0);
    let second = in_folder().end().expect(4);
    assert!(second.err.contains("is in use by run "), "{}", second.err);
    tenjin.server.outage(Outage::None, None);
    first.kill();
    tenjin.wait_idle();
    let next = in_folder().end();
    assert!(matches!(next.code, Some(0 | 1)), "{next:#?}");
    assert!(next.err.contains("was killed"), "{}", next.err);
    let absolute = place.path("real/books.sqlite");
    let last = upload(absolute.to_str().unwrap()).end();
    let sent = &last.report["requests"]["sent"];
    assert_eq!((last.rows("accepted"), sent), (0, &0.into()));

    fs::write(place.path("file.sqlite"), "").unwrap();
    let database = reboot::mounted(upload("file.sqlite"), &absolute, &place.path("file.sqlite"));
    let refused = database.end().expect(2);
    let said = "the file itself is mounted here";
    assert!(refused.err.contains(said), "{}", refused.err);
}

#[test]
fn a_second_name_of_the_file_itself_is_refused() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    place
        .upload(&tenjin.server, "in.csv --ledger a.sqlite")
        .end()
        .expect(0);
    fs::hard_link(place.path("a.sqlite"), place.path("b.sqlite")).unwrap();
    for name in ["a.sqlite", "b.sqlite"] {
        let refused = place.upload(&tenjin.server, &format!("in.csv --ledger {name}"));
        let refused = refused.end().expect(2);
        assert!(
            refused.err.contains("more than one name (hard links)"),
            "{}",
            refused.err
        );
    }
    fs::remove_file(place.path("b.sqlite")).unwrap();
    let ended = place
        .upload(&tenjin.server, "in.csv --ledger a.sqlite")
        .end()
        .expect(0);
    assert_eq!(ended.four(), [0, 10, 0, 0]);
}

#[test]
fn no_name_is_special() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    for name in [":memory:", "file:x?mode=memory"] {
        let upload = || {
            place
                .upload(&tenjin.server, &format!("in.csv --ledger {name}"))
                .end()
        };
        assert_eq!(upload().expect(0).rows("read"), 10);
        assert_eq!(upload().expect(0).four(), [0, 10, 0, 0], "{name}");
        assert!(place.path(name).exists());
    }
}

#[test]
fn the_lock_file_may_be_removed() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(40));
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = place
        .upload(
            &tenjin.server,
            "in.csv --batch-size 5 --concurrency 2 --timeout 2s",
        )
        .start();
    wait(|| tenjin.requests() > 0);
    fs::remove_file(place.ledger().with_extension("sqlite.lock")).unwrap();
    place.upload(&tenjin.server, "in.csv").end().expect(4);
    tenjin.server.outage(Outage::None, None);
    // The first one stops at its next claim, and says why.
    let first = first.end();
    assert_eq!(first.report["stop_reason"], "ledger_failed", "{first:#?}");
    let detail = first.report["stop_detail"].as_str().unwrap();
    assert!(detail.contains("removing its .lock file"), "{detail}");
}

#[test]
fn files_of_the_ledger_are_plain_and_its_owners() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    let upload = || place.upload(&tenjin.server, "in.csv").end();
    upload().expect(0);
    for ending in ["", ".lock", ".steps"] {
        let path = place
            .ledger()
            .with_file_name(format!("ledger.sqlite{ending}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    upload().expect(0);
    for ending in ["", ".lock", ".steps"] {
        let path = place
            .ledger()
            .with_file_name(format!("ledger.sqlite{ending}"));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{ending}");
    }
    for ending in [".lock", ".steps"] {
        let path = place
            .ledger()
            .with_file_name(format!("ledger.sqlite{ending}"));
        fs::rename(&path, place.path("aside")).unwrap();
        symlink(place.path("aside"), &path).unwrap();
        assert!(upload().expect(2).err.contains("a link"), "{ending}");
        fs::remove_file(&path).unwrap();
        // Nobody writes into the pipe, and nobody waits for it.
        std::process::Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap();
        assert!(
            upload().expect(2).err.contains("not a plain file"),
            "{ending}"
        );
        fs::remove_file(&path).unwrap();
        fs::rename(place.path("aside"), &path).unwrap();
    }
    assert_eq!(upload().expect(0).four(), [0, 10, 0, 0]);
}

#[test]
fn another_program_that_holds_the_database_is_no_full_disk() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    let other = rusqlite::Connection::open(place.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let stopped = place.upload(&tenjin.server, "in.csv").end().expect(3);
    assert!(
        stopped
            .err
            .contains("another program has kept the ledger's database locked"),
        "{}",
        stopped.err
    );
    assert!(!stopped.err.contains("space"), "{}", stopped.err);
}

#[test]
fn anybody_can_ask_what_was_accepted() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(30));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, after) = readme
        .split_once("sqlite3 ledger.sqlite \"")
        .expect("the query in the README");
    let (query, _) = after.split_once('"').unwrap();
    assert!(query.contains("scope = 'tenjin'"), "{query}");
    let here = format!("scope = '{}'", tenjin.server.url());
    let query = query.replace("scope = 'tenjin'", &here);
    let ledger = rusqlite::Connection::open(place.ledger()).unwrap();
    let mut read = ledger.prepare(&query).unwrap();
    let answer = read.query_map([], |row| {
        let text = |at| {
            row.get::<_, Option<String>>(at)
                .map(Option::unwrap_or_default)
        };
        Ok((
            text(0)?,
            text(1)?,
            text(2)?,
            row.get::<_, i64>(3)?,
            row.get::<_, Option<f64>>(4)?,
        ))
    });
    let answer: Vec<_> = answer.unwrap().map(Result::unwrap).collect();
    let money = (0..30).filter(|n| matches!(n % 5, 2 | 4)).sum::<i32>();
    let day = "2026-03-01".to_owned();
    let app = "com.example.game".to_owned();
    assert_eq!(
        answer,
        [
            (app.clone(), day.clone(), String::new(), 18, None),
            (app, day, "USD".into(), 12, Some(f64::from(money) / 100.0)),
        ]
    );
}
