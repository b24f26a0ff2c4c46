//! `fields --report-schema`: the schema that scripts hold real reports against.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use crate::support::{Rows, Scene, StandIn, eventually};
use serde_json::{Value, json};
use tenjin_s2s::sandbox::Options;

fn faults(scene: &Scene, report: &Value) -> Vec<String> {
    let ended = scene.run("fields --report-schema").prints().exits(0);
    let schema: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors = validator.iter_errors(report);
    errors
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect()
}

fn read(scene: &Scene, folder: &str) -> Value {
    serde_json::from_str(&scene.read(&format!("{folder}/latest/report.json"))).unwrap()
}

#[test]
fn real_reports_keep_to_it() {
    let none: [String; 0] = [];
    let scene = Scene::with("events.csv", Rows::damaged(300, 2).csv);
    let stand_in = StandIn::with("http202=5%,lost=5%,code400=3%");
    let upload = "events.csv --rate unlimited --max-failures 100% --in-doubt hold";
    scene.upload(&stand_in.url(), upload).mutters().exits(1);
    assert_eq!(faults(&scene, &read(&scene, "report")), none);
    scene
        .run("validate events.csv --report-dir v")
        .prints()
        .exits(1);
    assert_eq!(faults(&scene, &read(&scene, "v")), none);
    let dry = "upload events.csv --dry-run --report-dir d";
    scene.run(dry).prints().mutters().exits(1);
    assert_eq!(faults(&scene, &read(&scene, "d")), none);
}

#[test]
fn a_report_of_every_kind_keeps_to_it() {
    let none: [String; 0] = [];
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    let mut text = String::from("kind,bundle_id,platform,advertising_id\n");
    for kind in [
        "open",
        "event",
        "purchase",
        "ad_impression",
        "attribution",
        "subscription",
    ] {
        text += &[kind, ",com.example.game,android,", id, "\n"].concat();
    }
    let scene = Scene::with("events.csv", text);
    let run = "validate events.csv --allow attribution --allow ad_impression --allow subscription \
               --report-dir v";
    scene.run(run).prints().exits(1);
    let report = read(&scene, "v");
    assert_eq!(report["by_kind"].as_object().unwrap().len(), 6);
    assert_eq!(faults(&scene, &report), none);
}

#[test]
fn stopped_reports_keep_to_it() {
    let scene = Scene::with("events.csv", Rows::sound(50, 2).csv);
    let stand_in = StandIn::with("http401=100%");
    scene
        .upload(&stand_in.url(), "events.csv")
        .mutters()
        .exits(5);
    let report = read(&scene, "report");
    assert_eq!(report["status"], "stopped");
    let none: [String; 0] = [];
    assert_eq!(faults(&scene, &report), none);
}

#[test]
fn complete_reports_keep_to_it() {
    let scene = Scene::with("events.csv", Rows::sound(30, 2).csv);
    let upload = "upload events.csv --sandbox --rate unlimited --report-dir r";
    scene.run(upload).prints().exits(0);
    let report = read(&scene, "r");
    assert_eq!(report["status"], "complete");
    let none: [String; 0] = [];
    assert_eq!(faults(&scene, &report), none);
}

#[test]
fn reports_of_interrupted_and_killed_runs_keep_to_it() {
    for (signal, status) in [("TERM", "interrupted"), ("KILL", "running")] {
        let scene = Scene::with("events.csv", Rows::sound(2_000, 2).csv);
        let slow = StandIn::new(Options {
            latency: Duration::from_millis(50),
            ..Options::default()
        });
        let mut run = scene.upload(&slow.url(), "events.csv --rate 200/s").start();
        eventually("some rows are there", || slow.server.stats().accepted > 20);
        run.signal(signal);
        run.ended();
        let report = read(&scene, "report");
        assert_eq!(report["status"], status);
        let none: [String; 0] = [];
        assert_eq!(faults(&scene, &report), none, "{status}");
    }
}

#[test]
fn a_surprise_is_a_fault() {
    let scene = Scene::with("events.csv", Rows::sound(5, 2).csv);
    scene
        .run("validate events.csv --report-dir v")
        .prints()
        .exits(0);
    let mut report = read(&scene, "v");
    report["surprise"] = json!(1);
    report["rows"]["read"] = json!(-1);
    assert_eq!(faults(&scene, &report).len(), 2);
}
