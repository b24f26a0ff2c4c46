//! The rules that a user sets: strict, limit, failures, doubt, age.

use super::formats::{gzip, zstd};
use crate::support::{Behaviour, Rows, Scene, Scripted, StandIn, flat};

#[test]
fn strict_sends_nothing_if_one_row_is_rejected() {
    let scene = Scene::with("rows.csv", Rows::damaged(100, 1).csv);
    let server = StandIn::well();
    let ended = scene.upload(&server.url(), "rows.csv --strict").exits(5);
    let report = ended.report();
    assert_eq!(report["stop_reason"], "strict");
    assert_eq!(
        report.counts(),
        [("read", 100), ("rejected", 10), ("not_sent", 90)].into()
    );
    assert_eq!(server.server.stats().requests, 0);
}

/// What the first pass cannot read to its end sends nothing, whatever else is allowed.
#[test]
fn strict_sends_nothing_of_an_archive_that_is_cut() {
    let rows = Rows::sound(3_000, 1).csv;
    let cut = |mut packed: Vec<u8>| {
        packed.truncate(packed.len() * 9 / 10);
        packed
    };
    let header = "{\"kind\":\"open\"}\n";
    let scene = Scene::with("cut.csv.gz", cut(gzip(&rows)));
    scene.file("cut.csv.zst", cut(zstd(&rows)));
    scene.file("cut.ndjson.gz", cut(gzip(header.repeat(3_000).as_bytes())));
    scene.file("whole.csv", Rows::sound(20, 2).csv);
    let damaged = Rows::damaged(3_000, 3).csv;
    scene.file("damaged.csv.gz", cut(gzip(&damaged)));
    let server = StandIn::well();
    for (inputs, culprit) in [
        ("cut.csv.gz", "cut.csv.gz"),
        ("cut.csv.zst", "cut.csv.zst"),
        ("cut.ndjson.gz --max-rejected 100%", "cut.ndjson.gz"),
        ("whole.csv cut.csv.gz", "cut.csv.gz"),
        ("damaged.csv.gz", "damaged.csv.gz"),
        ("damaged.csv.gz --max-rejected 90%", "damaged.csv.gz"),
        ("damaged.csv.gz --max-rejected 1", "damaged.csv.gz"),
    ] {
        let words = format!("{inputs} --strict");
        let ended = scene.upload(&server.url(), &words);
        let ended = ended.complains(culprit).exits(2);
        let report = ended.report();
        assert_eq!(report["status"], "stopped", "{words}");
        assert_eq!(report.rows("accepted"), 0, "{words}");
        assert_eq!(server.server.stats().requests, 0, "{words}");
    }
}

#[test]
fn strict_sends_everything_if_all_is_well() {
    let scene = Scene::with("rows.csv", Rows::sound(50, 1).csv);
    let server = StandIn::well();
    let ended = scene
        .upload(&server.url(), "rows.csv --strict --rate unlimited")
        .exits(0);
    assert_eq!(
        ended.report().counts(),
        [("read", 50), ("accepted", 50)].into()
    );
    assert_eq!(server.server.stats().accepted, 50);
}

#[test]
fn too_many_rejected_rows_stop_the_run() {
    let scene = Scene::with("rows.csv", Rows::damaged(3_000, 1).csv);
    let server = StandIn::well();
    for (strict, limit, code, reason) in [
        ("--strict", "299", 5, "max_rejected"),
        ("--strict", "9%", 5, "max_rejected"),
        ("--dry-run --strict", "9%", 5, "max_rejected"),
        ("", "20", 5, "max_rejected"),
        ("", "5%", 5, "max_rejected"),
        ("--strict --limit 100", "10", 1, ""),
    ] {
        let rows = format!(
            "rows.csv --rate 100/s {strict} --max-rejected {limit} --ledger l{code}{limit}"
        );
        let ended = scene.upload(&server.url(), &rows).mutters().exits(code);
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let said = report["stop_reason"].as_str().unwrap_or_default();
        assert_eq!(said, reason, "{rows}");
        if strict.starts_with('-') && code == 5 {
            assert_eq!(report["rows"]["accepted"], 0, "{rows}");
        }
    }
    let validate = "validate rows.csv --max-rejected 5%";
    let ended = scene.run(validate).prints().exits(5);
    assert!(
        ended.stdout.starts_with("Stopped after"),
        "{}",
        ended.stdout
    );
}

/// What is said of a report where there is one, and where there is none.
#[test]
fn a_stop_for_rejected_rows_names_only_files_that_are_there() {
    let scene = Scene::with("rows.csv", Rows::damaged(300, 1).csv);
    for stop in [
        "validate rows.csv --max-rejected 3",
        "upload rows.csv --dry-run --strict",
        "upload rows.csv --dry-run --strict --max-rejected 3",
    ] {
        let said = |more: &str| {
            let run = scene.run(&format!("{stop} {more}"));
            flat(&run.prints().mutters().exits(5).stdout)
        };
        let none = said("");
        assert!(
            none.contains("(--report-dir DIR writes them to files)"),
            "{none}"
        );
        assert!(!none.contains("the report names them"), "{none}");
        let some = said("--report-dir report");
        assert!(some.contains("(the report names them)"), "{some}");
    }
}

#[test]
fn strict_takes_no_stream() {
    Scene::new()
        .run("upload - --strict --sandbox")
        .complains("files, not standard input")
        .exits(2);
}

#[test]
fn a_limit_reads_the_first_rows_only() {
    let rows = Rows::damaged(100, 1);
    let scene = Scene::with("rows.csv", &rows.csv);
    let server = StandIn::well();
    let ended = scene
        .upload(&server.url(), "rows.csv --limit 25 --rate unlimited")
        .exits(1);
    assert_eq!(
        ended.report().counts(),
        [("read", 25), ("accepted", 23), ("rejected", 2)].into()
    );
    let mut marks: Vec<_> = server
        .recorded()
        .iter()
        .map(|e| e.mark().to_owned())
        .collect();
    let mut first: Vec<_> = rows.good[..23].iter().map(|row| row.mark.clone()).collect();
    marks.sort();
    first.sort();
    assert_eq!(marks, first);
}

#[test]
fn too_many_failures_stop_the_run() {
    let scene = Scene::with("rows.csv", Rows::sound(1_000, 1).csv);
    let script = vec![Behaviour::accepted(); 100];
    let server = Scripted::new(script, Behaviour::reply(400, "no"));
    let ended = scene
        .upload(
            &server.url(),
            "rows.csv --max-failures 5 --rate unlimited --concurrency 4",
        )
        .exits(5);
    let report = ended.report();
    assert_eq!(report["stop_reason"], "max_failures");
    assert_eq!(report.rows("accepted"), 100);
    assert!(
        (6..=9).contains(&report.rows("refused")),
        "{:?}",
        report.counts()
    );
}

#[test]
fn a_share_of_failures_counts_from_two_hundred_rows_on() {
    let scene = Scene::with("rows.csv", Rows::sound(1_000, 1).csv);
    let script = vec![Behaviour::accepted(); 150];
    let server = Scripted::new(script, Behaviour::reply(400, "no"));
    let ended = scene
        .upload(&server.url(), "rows.csv --rate unlimited --concurrency 1")
        .exits(5);
    let report = ended.report();
    assert_eq!(report["stop_reason"], "max_failures");
    assert_eq!((report.rows("accepted"), report.rows("refused")), (150, 50));
}

/// Two rows of each kind that is sent, all answered 500 once.
fn doubt(policy: &str) -> (u64, u64, usize) {
    let rows = Rows::sound(40, 1);
    let scene = Scene::with("rows.csv", &rows.csv);
    let mut script = vec![Behaviour::accepted(); 40];
    script[30] = Behaviour::reply(500, "oops");
    let server = Scripted::new(script, Behaviour::accepted());
    let arguments = format!("rows.csv --concurrency 1 --rate unlimited --in-doubt {policy}");
    let ended = scene.upload(&server.url(), &arguments).prints();
    let ended = ended.exits(i32::from(policy == "hold"));
    let report = ended.report();
    (
        report.rows("accepted"),
        report.rows("in_doubt"),
        server.seen().len(),
    )
}

#[test]
fn doubt_is_held_or_sent_again_as_the_user_says() {
    assert_eq!(doubt("hold"), (39, 1, 40));
    assert_eq!(doubt("resend"), (40, 0, 41));
}

#[test]
fn money_in_doubt_is_never_sent_again_unasked() {
    let rows = Rows::sound(60, 1);
    let scene = Scene::with("rows.csv", &rows.csv);
    let server = Scripted::ruled(|request| match request.path.as_str() {
        "/v0/purchase" => Behaviour::CloseAfterRead,
        _ => Behaviour::accepted(),
    });
    let ended = scene
        .upload(
            &server.url(),
            "rows.csv --rate unlimited --concurrency 1 --max-failures 100%",
        )
        .exits(1);
    let purchases = rows
        .good
        .iter()
        .filter(|row| row.kind == "purchase")
        .count();
    let report = ended.report();
    assert_eq!(report.rows("in_doubt"), purchases as u64);
    assert_eq!(report.rows("accepted"), (60 - purchases) as u64);
    assert_eq!(server.seen().len(), 60, "each was sent once");
    let held = scene.read("report/latest/in_doubt/1-rows.csv");
    assert_eq!(
        held.lines()
            .filter(|line| line.contains("purchase"))
            .count(),
        purchases
    );
}

#[test]
fn old_rows_are_left_out_by_default_and_the_exit_code_says_so() {
    let rows = Rows::sound(10, 1);
    let text = String::from_utf8(rows.csv).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let cells: Vec<&str> = lines[5].split(',').collect();
    let old = lines[5].replace(cells[1], "2020-01-01T00:00:00Z");
    lines[5] = old;
    let text = lines.join("\n") + "\n";
    let scene = Scene::with("rows.csv", text);
    let server = StandIn::well();
    scene.run("upload rows.csv --dry-run").prints().exits(1);
    scene
        .run("upload rows.csv --dry-run --max-age 7d")
        .prints()
        .exits(0);
    let ended = scene.upload(&server.url(), "rows.csv").exits(1);
    assert_eq!(
        ended.report().counts(),
        [("read", 10), ("accepted", 9), ("filtered", 1)].into()
    );
    assert_eq!(ended.report()["filters"]["too_old"], 1);

    let again = Scene::with("rows.csv", std::fs::read(scene.path("rows.csv")).unwrap());
    let server = StandIn::well();
    let ended = again
        .upload(&server.url(), "rows.csv --max-age none")
        .exits(0);
    assert_eq!(
        ended.report().counts(),
        [("read", 10), ("accepted", 10)].into()
    );
    assert_eq!(
        ended.report()["event_time"]["first"],
        "2020-01-01T00:00:00Z"
    );
    let chosen = Scene::with("rows.csv", std::fs::read(scene.path("rows.csv")).unwrap());
    let server = StandIn::well();
    chosen
        .upload(&server.url(), "rows.csv --max-age 30d")
        .exits(0);
}
