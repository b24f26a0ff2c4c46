//! A ledger that has lost something, or is a copy: nothing is sent before a person knows, and money
//! that it may have forgotten is never sent by itself.

use std::fs;

use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::{Ended, Place};
use super::rows::Row;
use super::tenjin::{Tenjin, wait};
use crate::support::{Rows, Scene, StandIn};

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|number| Row::nth(number, 50)).collect()
}

fn upload(tenjin: &Tenjin, place: &Place, arguments: &str) -> Ended {
    place.upload(&tenjin.server, arguments).end()
}

/// Everything that stands beside a ledger, with it.
fn files(place: &Place) -> Vec<(String, Vec<u8>)> {
    let folder = place.ledger();
    let folder = folder.parent().unwrap();
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let named = entries.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    });
    named
        .filter(|(name, _)| name.starts_with("ledger.sqlite"))
        .collect()
}

fn put(place: &Place, name: &str, bytes: Option<&[u8]>) {
    let path = place.ledger().with_file_name(name);
    match bytes {
        Some(bytes) => fs::write(path, bytes).unwrap(),
        None => drop(fs::remove_file(path)),
    }
}

/// An upload of 120 rows, killed when some have been sent; what stands there then.
fn killed() -> (Tenjin, Place, Vec<(String, Vec<u8>)>) {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(120));
    let mut running = place
        .upload(&tenjin.server, "in.csv --batch-size 10 --concurrency 4")
        .start();
    wait(|| running.has_ended() || tenjin.requests() >= 60);
    running.kill();
    tenjin.wait_idle();
    let files = files(&place);
    (tenjin, place, files)
}

/// No money was recorded twice, counting what was recorded before the kill and since `start`.
#[track_caller]
fn no_money_twice(tenjin: &Tenjin, (kill, start): (usize, usize), context: &str) {
    let recorded = tenjin.so_far();
    let mut seen = std::collections::HashSet::new();
    for event in recorded[..kill].iter().chain(&recorded[start..]) {
        let is_money = event.path == "/v0/purchase";
        assert!(
            seen.insert(event.mark.clone()) || !is_money,
            "{context}: {event:?}"
        );
    }
}

/// What one of the files beside the ledger becomes.
type Damage = (&'static str, fn(Vec<u8>) -> Option<Vec<u8>>);

#[test]
fn whatever_is_lost_after_a_kill_no_money_goes_twice() {
    let cut = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() / 2);
        Some(bytes)
    };
    let damages: [Damage; 9] = [
        ("ledger.sqlite-wal", |_| None),
        ("ledger.sqlite-wal", cut),
        ("ledger.sqlite-wal", |bytes| {
            Some(bytes[..32 + 24 + 4096].to_vec())
        }),
        ("ledger.sqlite-shm", |_| None),
        ("ledger.sqlite-shm", |bytes| Some(vec![0x5a; bytes.len()])),
        ("ledger.sqlite.steps", |_| None),
        ("ledger.sqlite.steps", cut),
        ("ledger.sqlite.steps", |bytes| Some(vec![0x5a; bytes.len()])),
        ("ledger.sqlite", |_| None),
    ];
    let (tenjin, place, whole) = killed();
    let kill = tenjin.so_far().len();
    for (number, (name, damage)) in damages.into_iter().enumerate() {
        let start = tenjin.so_far().len();
        for (other, bytes) in &whole {
            put(&place, other, Some(bytes));
        }
        let bytes = whole.iter().find(|(other, _)| other == name);
        let bytes = bytes
            .unwrap_or_else(|| panic!("there is no {name}"))
            .1
            .clone();
        put(&place, name, damage(bytes).as_deref());
        if name == "ledger.sqlite" {
            put(&place, "ledger.sqlite-wal", None);
            put(&place, "ledger.sqlite-shm", None);
        }
        let ended = upload(&tenjin, &place, "in.csv");
        let context = format!("{number}: {name}: {ended:#?}");
        assert!(matches!(ended.code, Some(0..=2)), "{context}");
        no_money_twice(&tenjin, (kill, start), &context);
    }
}

#[test]
fn files_of_another_ledger_after_a_kill_send_no_money_twice() {
    let (tenjin, place, whole) = killed();
    let (_, _, foreign) = killed();
    let kill = tenjin.so_far().len();
    for name in [
        "ledger.sqlite-wal",
        "ledger.sqlite-shm",
        "ledger.sqlite.steps",
    ] {
        let start = tenjin.so_far().len();
        for (other, bytes) in &whole {
            let from = if other == name { &foreign } else { &whole };
            let (_, bytes) = from
                .iter()
                .find(|(file, _)| file == other)
                .unwrap_or_else(|| panic!("{bytes:?}"));
            put(&place, other, Some(bytes));
        }
        let ended = upload(&tenjin, &place, "in.csv");
        assert!(matches!(ended.code, Some(0..=2)), "{name}: {ended:#?}");
        no_money_twice(&tenjin, (kill, start), name);
    }
}

/// So many times: one bit of this file is another after a kill.
fn flip(name: &str, times: usize, seed: u64) {
    let (tenjin, place, whole) = killed();
    let kill = tenjin.so_far().len();
    let mut dice = fastrand::Rng::with_seed(seed);
    let bytes = &whole.iter().find(|(other, _)| other == name).unwrap().1;
    for _ in 0..times {
        for (other, bytes) in &whole {
            put(&place, other, Some(bytes));
        }
        let start = tenjin.so_far().len();
        let mut bytes = bytes.clone();
        let at = dice.usize(0..bytes.len());
        bytes[at] ^= 1 << dice.u8(0..8);
        put(&place, name, Some(&bytes));
        let ended = upload(&tenjin, &place, "in.csv");
        assert!(matches!(ended.code, Some(0..=2)), "{name} {at}: {ended:#?}");
        no_money_twice(&tenjin, (kill, start), &format!("{name} {at}"));
    }
}

#[test]
fn a_flipped_bit_in_the_log_or_the_journal_costs_nothing_twice() {
    flip("ledger.sqlite-wal", 10, 7);
    flip("ledger.sqlite-shm", 4, 8);
    flip("ledger.sqlite.steps", 10, 9);
}

#[test]
#[ignore = "some minutes; 200 places of each file"]
fn flipped_bits_in_full() {
    for (name, seed) in [
        ("ledger.sqlite-wal", 10),
        ("ledger.sqlite-shm", 11),
        ("ledger.sqlite.steps", 12),
    ] {
        flip(name, 200, seed);
    }
}

#[test]
fn an_older_copy_is_found_out_by_its_journal_and_by_the_reports() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(20));
    place.export("more.csv", &rows(40));
    let reports = "--report-dir reports";
    upload(&tenjin, &place, &format!("in.csv {reports}")).expect(0);
    let before = files(&place);
    upload(&tenjin, &place, &format!("more.csv {reports}")).expect(0);
    let after = files(&place);
    let journal = |files: &[(String, Vec<u8>)]| {
        let found = files.iter().find(|(name, _)| name == "ledger.sqlite.steps");
        found.unwrap().1.clone()
    };
    // The database alone is put back, then the journal with it.
    for (name, bytes) in &before {
        put(&place, name, Some(bytes));
    }
    put(&place, "ledger.sqlite.steps", Some(&journal(&after)));
    for arguments in ["more.csv", "more.csv --dry-run"] {
        let stopped = upload(&tenjin, &place, arguments).expect(2);
        assert!(
            stopped.err.contains("its journal (.steps) knows of "),
            "{}",
            stopped.err
        );
        assert!(stopped.err.contains("ledger recover"), "{}", stopped.err);
    }
    put(&place, "ledger.sqlite.steps", Some(&journal(&before)));
    let stopped = upload(&tenjin, &place, &format!("more.csv {reports}")).expect(2);
    assert!(
        stopped.err.contains("report.json knows of "),
        "{}",
        stopped.err
    );
    assert_eq!(tenjin.requests(), 40);

    place.command("ledger recover").end().expect(0);
    let ended = upload(&tenjin, &place, &format!("more.csv {reports}")).expect(1);
    // Of the twenty that were forgotten eight are money; opens and events go again.
    assert_eq!(ended.four(), [12, 20, 8, 0]);
    no_money_twice(&tenjin, (0, 0), "recovered");
    let reason = "may have been sent before the ledger was recovered";
    let endings = ended.report["endings"].to_string();
    assert!(endings.contains(reason), "{endings}");
    // They stay in doubt until somebody has looked.
    let again = upload(&tenjin, &place, "more.csv").expect(1);
    assert_eq!(again.four(), [0, 32, 8, 0]);
    let list = place.command("ledger list --in-doubt").end().expect(0);
    assert_eq!(list.report.as_str().unwrap().lines().count(), 8);
    // Money of later days is nobody's doubt.
    let mut later = Row::nth(2, 50);
    later.time = jiff::Timestamp::now().to_string();
    place.export("later.csv", &[later]);
    assert_eq!(
        upload(&tenjin, &place, "later.csv").expect(0).four(),
        [1, 0, 0, 0]
    );
}

#[test]
fn a_backup_stops_at_its_first_upload() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(20));
    upload(&tenjin, &place, "in.csv").expect(0);
    place.command("ledger backup copy.sqlite").end().expect(0);
    place.command("ledger backup copy.sqlite").end().expect(2);
    let stopped = upload(&tenjin, &place, "in.csv --ledger copy.sqlite").expect(2);
    assert!(stopped.err.contains("this is a copy"), "{}", stopped.err);
    let found = place
        .command("ledger status --ledger copy.sqlite")
        .end()
        .expect(0);
    assert!(
        found.report.as_str().unwrap().contains("20 accepted"),
        "{found:#?}"
    );
    place
        .command("ledger recover --ledger copy.sqlite")
        .end()
        .expect(0);
    let ended = upload(&tenjin, &place, "in.csv --ledger copy.sqlite").expect(0);
    assert_eq!(ended.four(), [0, 20, 0, 0]);
}

#[test]
fn a_database_that_is_gone_beside_its_journal_is_not_begun_anew() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(20));
    upload(&tenjin, &place, "in.csv").expect(0);
    put(&place, "ledger.sqlite", None);
    let stopped = upload(&tenjin, &place, "in.csv").expect(2);
    assert!(
        stopped
            .err
            .contains("the database is missing or empty, but its journal"),
        "{}",
        stopped.err
    );
    assert_eq!(tenjin.requests(), 20);
    place.command("ledger recover").end().expect(0);
    let ended = upload(&tenjin, &place, "in.csv").expect(1);
    assert_eq!(ended.four(), [12, 0, 8, 0]);
}

#[test]
fn what_a_recovery_released_goes_in_order_when_it_is_asked_for() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(40));
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = place
        .upload(&tenjin.server, "in.csv --concurrency 4 --batch-size 40")
        .start();
    wait(|| tenjin.requests() > 0);
    first.kill();
    tenjin.server.outage(Outage::None, None);
    fs::remove_file(place.path("in.csv")).unwrap();
    // Another input leaves the rows of the first alone, and does not forget them.
    let mut other = Row::nth(1_000, 50);
    other.kind = "open";
    place.export("other.csv", &[other]);
    let next = upload(&tenjin, &place, "other.csv").expect(1);
    assert_eq!(next.four(), [1, 0, 0, 0]);
    let next = upload(&tenjin, &place, "--from-ledger --concurrency 1").expect(0);
    assert_eq!(next.four(), [40, 0, 0, 0]);
    let marks: Vec<String> = tenjin
        .so_far()
        .into_iter()
        .map(|event| event.mark)
        .collect();
    let expected = (0..40).map(|n| format!("r{n}"));
    let expected: Vec<String> = ["r1000".into()].into_iter().chain(expected).collect();
    assert_eq!(marks, expected);
}

#[test]
fn a_backfill_that_was_killed_goes_on_after_forgetting() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(40));
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let first = place
        .upload(&tenjin.server, "in.csv --concurrency 1 --batch-size 40")
        .start();
    wait(|| tenjin.requests() > 0);
    first.kill();
    tenjin.server.outage(Outage::None, None);
    // Row 0 is an open, which goes again; all of it is older than the horizon.
    place
        .command("ledger forget --older-than 1d")
        .end()
        .expect(0);
    let next = upload(&tenjin, &place, "in.csv").expect(0);
    assert_eq!((next.rows("read"), next.four()), (40, [40, 0, 0, 0]));
}

#[test]
fn rows_are_resolved_one_by_one_and_from_a_file() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    tenjin.server.outage(Outage::All(Fault::Lost), None);
    let held = upload(&tenjin, &place, "in.csv --in-doubt hold").expect(1);
    assert_eq!(held.rows("in_doubt"), 10);
    tenjin.server.outage(Outage::None, None);
    let resolve = |arguments: &str| place.command(&format!("ledger resolve {arguments}")).end();
    resolve("--row in.csv:2 --row in.csv:3 --as accepted").expect(0);
    let wrong = resolve("--row in.csv:2 --as accepted").expect(2);
    assert!(
        wrong.err.contains("in.csv:2: no such row is in doubt"),
        "{}",
        wrong.err
    );
    // One row that is not there keeps all others as they are.
    resolve("--row in.csv:4 --row in.csv:99 --as resend").expect(2);

    let file = held.reports.join("in_doubt/1-in.csv");
    let text = fs::read_to_string(file).unwrap();
    place.write("answers.csv", &answered(&text));
    // Answers that were given before keep none of the others from being taken.
    resolve("--row in.csv:4 --as accepted").expect(0);
    let resolved = resolve("--from answers.csv --output json").expect(0);
    let decided = ["in.csv:4"];
    assert_eq!(
        (&resolved.report["rows"], &resolved.report["decided_before"]),
        (&2.into(), &decided.into_iter().collect())
    );
    let nothing = resolve("--from answers.csv").expect(2);
    for said in [
        "nothing is left to decide about: in.csv:",
        "in.csv:4; ",
        "in.csv:5 (released already); ",
        "in.csv:6; ",
    ] {
        assert!(nothing.err.contains(said), "{said}: {}", nothing.err);
    }
    let before = tenjin.server.stats().accepted;
    let next = upload(&tenjin, &place, "in.csv").expect(1);
    assert_eq!(next.four(), [1, 4, 5, 0]);
    assert_eq!(tenjin.server.stats().accepted - before, 1);
}

/// The file with a column of answers; rows stand in it as their answers were lost.
fn answered(text: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let line = headers.iter().position(|name| name == "_line").unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let row = |answer: &str, cells: &csv::StringRecord| {
        std::iter::once(answer)
            .chain(cells)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    writer.write_record(row("_answer", &headers)).unwrap();
    for cells in reader.records() {
        let cells = cells.unwrap();
        let answer = match &cells[line] {
            "4" | "5" => "resend",
            "6" => "accepted",
            _ => "",
        };
        writer.write_record(row(answer, &cells)).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn a_row_is_found_by_id_place_and_user() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = (0..10).map(|n| Row::nth(n, 5).with_id()).collect();
    place.export("in.csv", &rows);
    let sent = upload(&tenjin, &place, "in.csv --map customer_user_id=app_version").expect(0);
    let run = sent.report["run_id"].as_str().unwrap().to_owned();
    for wanted in ["--event-id id-7", "--row in.csv:9", "--user r7"] {
        let arguments = format!("ledger find {wanted} --output json");
        let found = place.command(&arguments).end().expect(0).report;
        assert_eq!(found.as_array().unwrap().len(), 1, "{wanted}: {found}");
        let row = &found[0];
        assert_eq!(row["state"], "accepted");
        assert_eq!(
            (&row["run"], &row["line"]),
            (&run.as_str().into(), &9.into())
        );
        assert_eq!(
            (&row["amount"], &row["currency"]),
            (&"0.07".into(), &"USD".into())
        );
    }
    let none = place
        .command("ledger find --event-id id-77")
        .end()
        .expect(1);
    assert_eq!(none.report, "no such row was sent\n");
    place.command("ledger find").end().expect(2);
}

/// A purchase without an id, at this minute.
fn purchase_at(minute: u32) -> String {
    let id = "3f9dda78c8a14c8b8d880305ee6a3ca9";
    format!(
        "purchase,2026-11-10 10:{minute}:00,gems,4.99,1,EUR,com.example.game,android,34,{id},203.0.113.9\n"
    )
}

/// Without ids, the zone decides which row is which: another one would send all of them again.
#[test]
fn another_zone_stops_before_money_goes_twice() {
    let header = "kind,at,product_id,price,quantity,currency,bundle_id,platform,os_version,analytics_installation_id,ip_address";
    let mut text = format!("{header}\n");
    for minute in 10..30 {
        text += &purchase_at(minute);
    }
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.write("in.csv", &text);
    let as_utc = "in.csv --map event_time=at --timezone UTC";
    upload(&tenjin, &place, as_utc).expect(0);
    for changed in ["--timezone Europe/Berlin", "--timezone=-05:00"] {
        let words = format!("in.csv --map event_time=at {changed}");
        let stopped = upload(&tenjin, &place, &words);
        assert_eq!(stopped.code, Some(2), "{changed}: {}", stopped.err);
        assert!(
            stopped.err.contains("the zone of times was"),
            "{}",
            stopped.err
        );
    }
    upload(&tenjin, &place, as_utc).expect(0);
    assert_eq!(tenjin.server.stats().accepted, 20);
}

/// The reports that say so lie where every run leaves them, without an option.
#[test]
fn an_older_ledger_is_known_by_the_reports_of_the_default_folder() {
    let scene = Scene::with("one.csv", Rows::sound(20, 1).csv);
    scene.file("two.csv", Rows::sound(30, 2).csv);
    let stand_in = StandIn::well();
    let upload = |input: &str| {
        let to = stand_in.url();
        let words = format!("upload {input} -q --progress off --ledger l --endpoint-url {to}");
        scene.run(&words)
    };
    upload("one.csv").mutters().exits(0);
    let older = ["l", "l.steps"].map(|name| fs::read(scene.path(name)).unwrap());
    upload("two.csv")
        .complains("5 purchases without event_id like one that was sent before")
        .exits(0);
    for (name, bytes) in ["l", "l.steps"].into_iter().zip(older) {
        scene.file(name, bytes);
    }
    upload("two.csv").complains("ledger recover").exits(2);
    scene
        .run("ledger recover --ledger l")
        .mutters()
        .prints()
        .exits(0);
    // Opens and events go again, money is held: it may have been sent.
    let held = upload("two.csv").prints().mutters().exits(1);
    assert!(held.stdout.contains("in doubt"), "{}", held.stdout);
}

/// Takes away the ledger with all that stands beside it.
fn lose(scene: &Scene, ledger: &str) {
    for suffix in ["", "-wal", "-shm", ".lock", ".steps"] {
        drop(fs::remove_file(scene.path(&format!("{ledger}{suffix}"))));
    }
}

/// With all of it the ledger's files are gone; the reports of the runs that used it are not.
#[test]
fn a_ledger_that_is_gone_altogether_is_known_by_the_reports() {
    let scene = Scene::with("in.csv", Rows::sound(20, 1).csv);
    let stand_in = StandIn::well();
    let url = stand_in.url();
    let upload = |more: &str| {
        let words = "upload in.csv -q --progress off --ledger l --rate unlimited";
        scene.run(&format!("{words} --endpoint-url {url} {more}"))
    };
    upload("").mutters().exits(0);
    lose(&scene, "l");
    let requests = stand_in.server.stats().requests;
    for more in ["", "--dry-run"] {
        upload(more)
            .complains("there is no ledger any more, but tenjin-s2s-reports/latest/report.json")
            .complains("tenjin-s2s ledger recover --ledger ")
            .complains("move the reports (tenjin-s2s-reports) away")
            .exits(2);
    }
    assert_eq!(stand_in.server.stats().requests, requests);
    let recovered = scene.run("ledger recover --ledger l").prints().exits(0);
    assert!(recovered.announced.contains("created a new ledger: "));
    // Opens and events go again, money is held: it may have been sent.
    let held = upload("--output json").mutters().exits(1);
    let report: serde_json::Value = serde_json::from_str(&held.stdout).unwrap();
    let rows = &report["rows"];
    assert!(rows["in_doubt"].as_u64() > Some(0), "{rows}");
    let all = rows["in_doubt"].as_u64().unwrap() + rows["accepted"].as_u64().unwrap();
    assert_eq!(all, 20, "{rows}");
}

/// What is no witness of a lost ledger: a report of another one, of another server, of a rehearsal,
/// of a run that claimed nothing; and one that was moved away.
#[test]
fn reports_of_other_ledgers_keep_none_from_being_created() {
    let scene = Scene::with("in.csv", Rows::sound(20, 1).csv);
    let (stand_in, other) = (StandIn::well(), StandIn::well());
    let upload = |more: &str| {
        let words = "upload in.csv -q --progress off --rate unlimited";
        scene.run(&format!("{words} {more}"))
    };
    let sends = |more: &str| upload(&format!("--endpoint-url {} {more}", stand_in.url()));
    for before in [
        format!("--ledger other --endpoint-url {}", stand_in.url()),
        format!("--ledger l --endpoint-url {}", other.url()),
        "--ledger l --sandbox".to_owned(),
        "--sandbox".to_owned(),
        format!(
            "--ledger l --dry-run --report-dir tenjin-s2s-reports --endpoint-url {}",
            stand_in.url()
        ),
        format!("--ledger l --max-age 1s --endpoint-url {}", stand_in.url()),
    ] {
        upload(&before).prints().mutters().ends();
        lose(&scene, "l");
        let created = sends("--ledger l").exits(0);
        assert!(created.announced.contains("created a new ledger"));
        lose(&scene, "l");
        fs::rename(scene.path("tenjin-s2s-reports"), scene.path("moved")).unwrap();
        let created = sends("--ledger l").exits(0);
        assert!(created.announced.contains("created a new ledger"));
        lose(&scene, "l");
        fs::remove_dir_all(scene.path("moved")).unwrap();
        fs::remove_dir_all(scene.path("tenjin-s2s-reports")).unwrap();
    }
}
