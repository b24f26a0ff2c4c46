//! `--output json`: every command that answers something does so to programs, with keys that are
//! in its help.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

use serde_json::Value;

use super::prepared::{earlier_run, scene};
use crate::support::{Scene, StandIn, eventually};

#[track_caller]
fn keys(value: &Value, expected: &str) {
    let found: BTreeSet<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(found, expected.split(' ').collect(), "{value}");
}

#[track_caller]
fn answer(scene: &Scene, arguments: &str) -> Value {
    let ended = scene.run(arguments).prints().exits(0);
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn validate_upload_and_plan() {
    let report = "version run_id command dry_run sandbox status stop_reason stop_detail started_at \
                  finished_at inputs inputs_more mapping rows by_kind by_app rejections \
                  rejections_more refusals refusals_more endings filters filters_more fixes \
                  dropped_fields unmapped_columns unmapped_columns_more event_time totals coverage \
                  amounts_left_out amounts_left_out_more changed changed_more changed_rows changed_totals \
                  refunded_rows requests limits \
                  rate timeline_interval_s timeline warnings";
    let scene = scene();
    keys(&answer(&scene, "validate events.csv --output json"), report);
    keys(
        &answer(&scene, "upload events.csv --sandbox --output json"),
        report,
    );
    let plan = answer(&scene, "upload events.csv --dry-run --output json");
    keys(&plan, &format!("{report} plan"));
    keys(&plan["plan"], "requests first_requests keys keys_more");
    keys(&plan["plan"]["first_requests"][0], "row url body");
}

#[test]
fn the_option_may_stand_before_the_command() {
    let scene = scene();
    for arguments in [
        "validate events.csv",
        "fields purchase",
        "presets adjust",
        "config",
    ] {
        let before = answer(&scene, &format!("--output json {arguments}"));
        let behind = answer(&scene, &format!("{arguments} --output json"));
        let keys = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&before), keys(&behind), "{arguments}");
    }
    let text = scene.run("--output json fields purchase --output csv-header");
    assert!(text.prints().exits(0).stdout.starts_with("event_time,"));
    scene
        .run("--output json man")
        .complains("which has one form")
        .exits(2);
}

#[test]
fn fields_and_presets() {
    let scene = Scene::new();
    let fields = answer(&scene, "fields --output json");
    keys(
        &fields,
        "open event purchase ad_impression attribution subscription",
    );
    keys(
        &fields["purchase"][0],
        "name need form sent if_not_valid doc source",
    );
    let presets = answer(&scene, "presets --output json");
    assert_eq!(
        presets.as_array().unwrap().len(),
        tenjin_s2s::mapping::presets::ALL.len()
    );
    keys(&presets[1], "name about needs recognise");
    assert_eq!(presets[1]["name"], "appsflyer");
    let one = answer(&scene, "presets appsflyer --output json");
    keys(&one, "name about needs recognise mapping");
    let text = scene.run("presets appsflyer").prints().exits(0).stdout;
    assert_eq!(one["mapping"], text);
}

#[test]
fn the_ledger() {
    let scene = scene();
    let run = earlier_run(&scene, true);
    let status = answer(&scene, "ledger status --output json");
    keys(
        &status,
        "path version bytes runs apps open_runs forgotten behind",
    );
    keys(
        &status["open_runs"][0],
        "run scope started_at in_doubt released unsettled",
    );
    let list = scene
        .run("ledger list --output json")
        .prints()
        .exits(0)
        .stdout;
    assert_eq!(list.lines().count(), 5);
    for line in list.lines() {
        let row = serde_json::from_str(line).unwrap();
        keys(
            &row,
            "state why run scope file line kind bundle_id platform event_time name amount currency request text",
        );
    }
    let resolve = format!("ledger resolve --run {run} --as accepted --output json");
    let resolved = answer(&scene, &resolve);
    assert_eq!(
        resolved,
        serde_json::json!({
            "run": run, "as": "accepted", "rows": 5, "revenue": { "EUR": "24.95" },
            "released_before": 0, "left": 0, "decided_before": [],
        })
    );
    let app = &answer(&scene, "ledger status --output json")["apps"][0];
    keys(
        app,
        "scope bundle_id platform accepted first_time last_time horizon gap_until",
    );
    for line in scene.run("ledger export").prints().exits(0).stdout.lines() {
        let known: Value = serde_json::from_str(line).unwrap();
        assert!(known.is_object());
    }
    let forgotten = answer(&scene, "ledger forget --older-than 1h --output json");
    keys(&forgotten, "events undated horizons kept");
}

#[test]
fn config() {
    let config = answer(&scene(), "config --output json");
    keys(&config, "file looked_for options apps");
    keys(&config["options"]["rate"], "value source");
    keys(&config["apps"][0], "app key key_source require");
    assert_eq!(config["options"]["delimiter"]["value"][0], ",");
}

#[test]
fn the_sandbox() {
    let scene = Scene::new();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
        .args(["sandbox", "--listen", "127.0.0.1:0", "--output", "json"])
        .current_dir(scene.path("."))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    keys(&first, "listening_on");
    let url = first["listening_on"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"));
    let id = child.id().to_string();
    let told = std::process::Command::new("kill")
        .args(["-s", "TERM", &id])
        .status();
    assert!(told.unwrap().success());
    let last: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(last["requests"], 0);
    assert!(lines.next().is_none());
    eventually("it ends", || child.try_wait().unwrap().is_some());
}

#[test]
fn a_report_on_standard_output_is_nothing_else() {
    let (scene, stand_in) = (scene(), StandIn::with("http202=20%"));
    let upload = "events.csv --rate unlimited --max-failures 100%";
    let ended = scene.upload(&stand_in.url(), upload).mutters().exits(1);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["command"], "upload");
}

/// The one line that a program finds on standard error.
#[track_caller]
fn error(scene: &Scene, arguments: &str) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
        .args(arguments.split_whitespace())
        .current_dir(scene.path("."))
        .env_clear()
        .env("HOME", scene.path("."))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments}: {output:?}");
    assert_eq!(output.stdout, b"", "{arguments}");
    let event: Value = serde_json::from_slice(&output.stderr)
        .unwrap_or_else(|_| panic!("{arguments}: {output:?}"));
    keys(&event, "type message");
    assert_eq!(event["type"], "error", "{arguments}");
    event["message"].as_str().unwrap().to_owned()
}

#[test]
fn errors_are_for_programs_too_in_every_command() {
    let scene = scene();
    scene.file("bad.toml", "frob = 1\n");
    for (arguments, text) in [
        ("validate none.csv --output json", "there is no such file"),
        (
            "upload none.csv --sandbox --output json",
            "there is no such file",
        ),
        (
            "upload none.csv --sandbox --dry-run --output=json",
            "there is no such file",
        ),
        (
            "upload events.csv --output json --progress off",
            "TENJIN_SDK_KEY",
        ),
        (
            "sandbox --listen 8.8.8.8:1 --output json",
            "not a loopback address",
        ),
        ("presets nobody --output json", "invalid value 'nobody'"),
        ("fields sale --output json", "invalid value 'sale'"),
        (
            "ledger status --ledger none --output json",
            "there is no ledger",
        ),
        (
            "ledger list --ledger none --output json",
            "there is no ledger",
        ),
        (
            "ledger resolve --run r --as resend --ledger none --output json",
            "there is no ledger",
        ),
        (
            "ledger forget --run r --ledger none --output json",
            "there is no ledger",
        ),
        (
            "config --config bad.toml --output json",
            "there is no option `frob`",
        ),
        (
            "validate events.csv --config bad.toml --output json",
            "there is no option `frob`",
        ),
        ("--output json validate none.csv", "there is no such file"),
        (
            "validate --output json --frob",
            "unexpected argument '--frob'",
        ),
        ("--output json frob", "unrecognized subcommand 'frob'"),
        ("--output json man", "which has one form"),
        (
            "ledger --output json frob",
            "unexpected argument '--output'",
        ),
    ] {
        let message = error(&scene, arguments);
        assert!(message.contains(text), "{arguments}: {message}");
        assert!(!message.starts_with("error"), "{arguments}: {message}");
    }
    scene
        .run("--output json validate none.csv --output text")
        .complains("error: input \"none.csv\": there is no such file")
        .exits(2);
}

#[test]
fn guides() {
    let scene = Scene::new();
    let list = answer(&scene, "guide --output json");
    keys(&list[0], "name title");
    let guide = answer(&scene, "guide nightly --output json");
    keys(&guide, "name title text");
}
