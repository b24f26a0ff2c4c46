//! Where nothing gets through: a wrong key, no such app, a disabled key, nobody there.

use tenjin_s2s::sandbox::{Keys, Options};

use crate::support::{Behaviour, Deaf, Ended, Reply, Rows, Scene, Scripted, StandIn, number};

fn rows(count: usize) -> Scene {
    Scene::with("rows.csv", Rows::sound(count, 9).csv)
}

/// It stopped for this reason, and nothing was accepted.
#[track_caller]
fn stopped(ended: &Ended, reason: &str) {
    let report = ended.report();
    assert_eq!(report["status"], "stopped");
    assert_eq!(report["stop_reason"], reason);
    assert_eq!(report.rows("accepted"), 0);
    assert!(report.rows("read") > 0);
}

#[test]
fn a_wrong_key_stops_within_the_first_connections() {
    let scene = rows(2_000);
    let server = StandIn::new(Options {
        keys: Keys::only("ANOTHERKEY"),
        ..Options::default()
    });
    let ended = scene
        .upload(&server.url(), "rows.csv --rate unlimited --concurrency 8")
        .exits(5);
    stopped(&ended, "unauthorized");
    let report = ended.report();
    assert_eq!(report.rows("not_sent"), report.rows("read"));
    assert_eq!(
        report["by_app"]["com.example.puzzle (android)"]["stop_reason"],
        "unauthorized"
    );
    assert!((1..=8).contains(&server.server.stats().requests));
    assert_eq!(server.recorded(), []);
}

#[test]
fn walls_have_their_names() {
    for (status, body, reason) in [
        (401, "", "unauthorized"),
        (403, "Unauthorized", "unauthorized"),
        (404, "No such app", "no_such_app"),
        (202, "event not logged", "app_disabled"),
    ] {
        let scene = rows(100);
        let server = Scripted::new([], Behaviour::reply(status, body));
        let ended = scene.upload(&server.url(), "rows.csv").exits(5);
        stopped(&ended, reason);
        assert!(server.seen().len() <= 32);
        assert_eq!(ended.report().rows("not_sent"), ended.report().rows("read"));
    }
}

#[test]
fn a_wall_in_the_middle_keeps_what_was_accepted() {
    let scene = rows(1_000);
    let script = vec![Behaviour::accepted(); 50];
    let server = Scripted::new(script, Behaviour::reply(401, "unauthorized"));
    let ended = scene
        .upload(&server.url(), "rows.csv --rate unlimited --concurrency 4")
        .exits(5);
    assert_eq!(ended.report().rows("accepted"), 50);
    assert_eq!(ended.report()["stop_reason"], "unauthorized");
    assert!(server.seen().len() <= 54);
}

#[test]
fn nobody_there_stops_after_the_longest_wait_and_loses_nothing() {
    let scene = rows(300);
    let server = Deaf::new();
    let ended = scene
        .upload(&server.url(), "rows.csv --retries 0 --max-wait 300ms")
        .exits(3);
    stopped(&ended, "unreachable");
    let report = ended.report();
    assert_eq!(report.rows("failed"), 10, "until the silence is noticed");
    let detail = report["stop_detail"].as_str().unwrap();
    let expected = format!(
        "no definite answer from {} for 300ms: could not connect: connection refused",
        server.url()
    );
    assert_eq!(detail, expected);
    assert_eq!(
        report.rows("failed") + report.rows("not_sent"),
        report.rows("read")
    );
    let outcomes = report.outcomes();
    let (failed, not_sent): (Vec<_>, Vec<_>) = outcomes
        .iter()
        .partition(|entry| entry["outcome"] == "failed");
    assert_eq!(failed.len() as u64, report.rows("failed"));
    let named: u64 = not_sent.iter().map(|range| number(&range["rows"])).sum();
    assert_eq!(named, report.rows("not_sent"));
}

#[test]
fn a_row_that_is_refused_for_good_is_not_sent_again() {
    let scene = rows(100);
    let refusal = Behaviour::reply(202, "invalid device identifier");
    let mut script = vec![Behaviour::accepted(); 60];
    script[40] = refusal;
    let server = Scripted::new(script, Behaviour::accepted());
    let ended = scene
        .upload(&server.url(), "rows.csv --rate unlimited")
        .exits(1);
    let report = ended.report();
    assert_eq!(
        report.counts(),
        [("read", 100), ("accepted", 99), ("refused", 1)].into()
    );
    assert_eq!(report["refusals"][0]["http"], 202);
    assert_eq!(report["refusals"][0]["reason"], "invalid device identifier");
    assert_eq!(report["requests"]["sent"], 100);
    let refused = scene.read("report/latest/refused/1-rows.csv");
    let lines: Vec<_> = refused.lines().collect();
    assert_eq!(refused.matches("invalid device identifier").count(), 1);
    assert!(
        lines[0].starts_with("_reason,_field,_hint,_file,_line,"),
        "{refused}"
    );
    assert!(
        lines[1].starts_with("invalid device identifier,,,rows.csv,"),
        "{refused}"
    );
}

#[test]
fn if_all_of_the_first_rows_are_refused_the_canary_stops_the_run() {
    let scene = rows(200);
    let server = Scripted::new([], Behaviour::reply(400, "bad parameter"));
    let ended = scene
        .upload(&server.url(), "rows.csv --rate unlimited")
        .exits(5);
    stopped(&ended, "canary");
    assert_eq!(ended.report().rows("refused"), 20);
    assert_eq!(server.seen().len(), 20);
}

#[test]
fn a_pause_longer_than_the_longest_wait_stops_at_once() {
    let scene = rows(100);
    let reply = Reply::new(429, "").header("retry-after", "3600");
    let server = Scripted::new([], Behaviour::Reply(reply));
    let ended = scene.upload(&server.url(), "rows.csv").exits(3);
    stopped(&ended, "asked_to_wait");
    let detail = ended.report()["stop_detail"].as_str().unwrap();
    assert!(detail.contains("1h"), "{detail}");
    assert_eq!(server.seen().len(), 1);
}
