//! Ended from outside: what was in flight is settled, and the report is true.

use std::collections::HashSet;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use tenjin_s2s::sandbox::Options;

use crate::support::{Behaviour, Recorded, Rows, Running, Scene, Scripted, StandIn, eventually};

/// A run of many rows against a slow server, in its middle.
fn in_the_middle<'s>(scene: &'s Scene, server: &StandIn) -> Running<'s> {
    scene.file("rows.csv", Rows::sound(3_000, 8).csv);
    let run = scene.upload(&server.url(), "rows.csv --rate 300/s").start();
    eventually("a hundred rows are there", || {
        server.server.stats().accepted >= 100
    });
    run
}

fn slow() -> StandIn {
    StandIn::new(Options {
        latency: Duration::from_millis(50),
        ..Options::default()
    })
}

fn interrupted(signal: &str, code: i32) {
    let (scene, server) = (Scene::new(), slow());
    let mut run = in_the_middle(&scene, &server);
    run.signal(signal);
    let ended = run.ended();
    assert_eq!(ended.status.code(), Some(code), "{}", ended.stderr);
    let report = ended.report();
    assert_eq!(report["status"], "interrupted");
    assert_eq!(report["stop_reason"], "interrupted");
    assert!(report["finished_at"].is_string());
    assert_eq!(ended.stdout, scene.read("report/latest/report.json"));
    let (accepted, in_doubt) = (report.rows("accepted"), report.rows("in_doubt"));
    assert!(report.rows("not_sent") > 0);
    assert!(report.rows("read") < 3_000, "reading goes on after the end");
    assert_eq!(
        accepted + in_doubt + report.rows("not_sent"),
        report.rows("read")
    );
    let recorded = server.recorded();
    let marks: HashSet<&str> = recorded.iter().map(Recorded::mark).collect();
    assert_eq!(marks.len(), recorded.len(), "nothing was sent twice");
    let recorded = u64::try_from(recorded.len()).unwrap();
    assert!((accepted..=accepted + in_doubt).contains(&recorded));
}

#[test]
fn an_interrupt_settles_what_is_in_flight() {
    interrupted("INT", 130);
}

#[test]
fn so_does_a_termination() {
    interrupted("TERM", 143);
}

#[test]
fn and_a_hangup() {
    interrupted("HUP", 129);
}

#[test]
fn a_second_interrupt_ends_at_once() {
    let scene = Scene::with("rows.csv", Rows::sound(100, 8).csv);
    let server = Scripted::new([], Behaviour::Hang);
    let mut run = scene.upload(&server.url(), "rows.csv").start();
    server.wait_for(1);
    run.signal("INT");
    eventually("the first one is heard", || {
        scene.path("report/latest/outcomes.ndjson").exists()
    });
    assert!(run.is_there(), "it did not wait for what is in flight");
    let start = Instant::now();
    eventually("it ends", || {
        run.signal("INT");
        !run.is_there()
    });
    // Without the second one it would wait 20 s for what is in flight.
    assert!(start.elapsed() < Duration::from_secs(15));
    let ended = run.ended();
    assert_eq!(ended.status.code(), Some(130));
    assert_eq!(ended.report()["status"], "running");
}

#[test]
fn a_killed_run_leaves_a_report_that_says_running() {
    let (scene, server) = (Scene::new(), slow());
    let mut run = in_the_middle(&scene, &server);
    run.signal("KILL");
    let ended = run.ended();
    assert_eq!(ended.status.signal(), Some(9));
    assert_eq!(ended.report()["status"], "running");
    assert!(ended.report()["finished_at"].is_null());
}

#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    let ignoring = |signal: &str| format!("trap '' {signal}; exec \"$@\"");
    for (signal, program, arguments) in [
        ("HUP", "nohup", vec![]),
        (
            "HUP",
            "sh",
            vec!["-c".to_owned(), ignoring("HUP"), "sh".to_owned()],
        ),
        (
            "INT",
            "sh",
            vec!["-c".to_owned(), ignoring("INT"), "sh".to_owned()],
        ),
        (
            "TERM",
            "sh",
            vec!["-c".to_owned(), ignoring("TERM"), "sh".to_owned()],
        ),
    ] {
        let scene = Scene::with("rows.csv", Rows::sound(200, 8).csv);
        let server = slow();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = scene.upload(&server.url(), "rows.csv --rate 300/s");
        let mut run = run.under(program, &arguments).start();
        eventually("some rows are there", || {
            server.server.stats().accepted >= 30
        });
        run.signal(signal);
        let ended = run.ended();
        let name = format!("{signal} under {program}");
        assert_eq!(ended.status.code(), Some(0), "{name}: {}", ended.stderr);
        assert_eq!(ended.report()["status"], "complete", "{name}");
        assert_eq!(ended.report().rows("accepted"), 200, "{name}");
    }
}

#[test]
fn another_signal_is_heard_all_the_same() {
    let (scene, server) = (Scene::new(), slow());
    scene.file("rows.csv", Rows::sound(3_000, 8).csv);
    let run = scene.upload(&server.url(), "rows.csv --rate 300/s");
    let mut run = run.under("nohup", &[]).start();
    eventually("some rows are there", || {
        server.server.stats().accepted >= 30
    });
    run.signal("TERM");
    assert_eq!(run.ended().status.code(), Some(143));
}
