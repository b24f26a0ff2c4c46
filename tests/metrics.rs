//! `--metrics-file`, as a collector reads it: there after every run, also after those that failed.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "tests; numbers that are written and read again are the same"
)]

mod support;

use std::collections::BTreeMap;

use support::{KEY, Rows, Scene, StandIn};

/// The file as a collector reads it: name with labels -> value.
fn metrics(scene: &Scene) -> BTreeMap<String, f64> {
    let text = scene.read("tenjin.prom");
    assert!(text.ends_with('\n'));
    assert!(!text.contains(KEY));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let value = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    };
    lines.map(value).collect()
}

fn success(scene: &Scene) -> (f64, f64, bool) {
    let metrics = metrics(scene);
    (
        metrics["tenjin_s2s_run_success"],
        metrics["tenjin_s2s_exit_code"],
        metrics.contains_key("tenjin_s2s_last_success_timestamp_seconds"),
    )
}

#[test]
fn says_what_the_report_says() {
    let scene = Scene::with("events.csv", Rows::damaged(300, 2).csv);
    let stand_in = StandIn::with("http202=5%");
    let ended = scene
        .upload(
            &stand_in.url(),
            "events.csv --rate unlimited --max-failures 100% --metrics-file tenjin.prom",
        )
        .exits(1);
    let (metrics, report) = (metrics(&scene), ended.report());
    for outcome in ["accepted", "rejected", "refused", "in_doubt", "not_sent"] {
        let name = format!("tenjin_s2s_rows{{outcome=\"{outcome}\"}}");
        assert_eq!(metrics[&name], report.rows(outcome) as f64, "{outcome}");
    }
    let totals = &report.json["totals"];
    for rows in ["valid", "accepted"] {
        for (currency, amount) in totals[rows]["revenue"].as_object().unwrap() {
            let name = format!("tenjin_s2s_revenue{{currency=\"{currency}\",rows=\"{rows}\"}}");
            let amount: f64 = amount.as_str().unwrap().parse().unwrap();
            assert_eq!(metrics[&name], amount, "{name}");
        }
    }
    assert_eq!(
        metrics["tenjin_s2s_requests"],
        report.json["requests"]["sent"]
    );
    assert_eq!(success(&scene), (0.0, 1.0, false));
}

#[test]
fn a_later_failure_keeps_the_time_of_the_last_success() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let run = "upload events.csv --sandbox --rate unlimited --metrics-file tenjin.prom";
    scene.run(run).prints().exits(0);
    assert_eq!(success(&scene), (1.0, 0.0, true));
    let first = metrics(&scene)["tenjin_s2s_last_success_timestamp_seconds"];
    scene
        .run("upload none.csv --sandbox --metrics-file tenjin.prom")
        .complains("none.csv")
        .exits(2);
    assert_eq!(success(&scene), (0.0, 2.0, true));
    let metrics = metrics(&scene);
    assert_eq!(metrics["tenjin_s2s_last_success_timestamp_seconds"], first);
    assert_eq!(metrics["tenjin_s2s_rows_read"], 0.0);
}

#[test]
fn a_wrong_key_and_a_missing_one_leave_metrics() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let stand_in = StandIn::with("http401=100%");
    let url = stand_in.url();
    let upload = "events.csv --rate unlimited --metrics-file tenjin.prom";
    scene.upload(&url, upload).mutters().exits(3);
    assert_eq!(success(&scene), (0.0, 3.0, false));
    let info = "tenjin_s2s_run_info{status=\"stopped\",stop_reason=\"unauthorized\"";
    assert!(scene.read("tenjin.prom").contains(info));
    let again = "events.csv --metrics-file tenjin.prom --report-dir again";
    let url = format!("upload --endpoint-url {url} {again}");
    scene
        .run(&url)
        .without_key()
        .complains("TENJIN_SDK_KEY")
        .exits(2);
    assert_eq!(success(&scene), (0.0, 2.0, false));
}

#[test]
fn a_server_that_is_not_there_leaves_metrics() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    scene
        .upload(
            "http://127.0.0.1:1",
            "events.csv --retries 0 --max-wait 1ms --metrics-file tenjin.prom",
        )
        .mutters()
        .exits(3);
    let metrics = metrics(&scene);
    assert_eq!(metrics["tenjin_s2s_exit_code"], 3.0);
    assert_eq!(metrics["tenjin_s2s_rows{outcome=\"accepted\"}"], 0.0);
    assert_eq!(metrics["tenjin_s2s_rows_read"], 20.0);
}

#[test]
fn a_dry_run_leaves_the_last_runs_metrics_alone() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    scene.file("tenjin.prom", "tenjin_s2s_run_success 1\n");
    scene
        .run("upload events.csv --dry-run --metrics-file tenjin.prom")
        .prints()
        .exits(0);
    assert_eq!(scene.read("tenjin.prom"), "tenjin_s2s_run_success 1\n");
}

#[test]
fn a_place_that_cannot_be_written_is_said_before_anything_is_sent() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let stand_in = StandIn::well();
    scene
        .upload(
            &stand_in.url(),
            "events.csv --metrics-file none/tenjin.prom",
        )
        .complains("its folder does not exist")
        .exits(2)
        .has_no_report();
    assert_eq!(stand_in.recorded(), []);
}
