//! What a run writes: never over a file that is not its own, and never over what it reads.

use crate::support::{KEY, Rows, Scene, StandIn};

fn scene() -> Scene {
    Scene::with("rows.csv", Rows::sound(5, 1).csv)
}

#[track_caller]
fn refused(scene: &Scene, arguments: &str, says: &str) {
    for more in ["--sandbox", "--sandbox --dry-run"] {
        scene
            .run(&format!("upload {more} {arguments}"))
            .complains(says)
            .exits(2);
    }
}

#[test]
fn a_file_of_somebody_else_is_not_replaced_by_metrics() {
    let scene = scene();
    scene.file(".bashrc", "mine\n");
    refused(
        &scene,
        "rows.csv --metrics-file .bashrc",
        "--metrics-file .bashrc: this file holds something else than metrics of tenjin-s2s",
    );
    // Nor where the run fails before it knows anything.
    scene
        .run("upload rows.csv --config none.toml --metrics-file .bashrc")
        .complains("none.toml")
        .complains("something else")
        .exits(2);
    assert_eq!(scene.read(".bashrc"), "mine\n");
}

#[test]
fn metrics_replace_those_of_the_run_before() {
    let scene = scene();
    scene.file("m.prom", "");
    for _ in 0..2 {
        scene
            .run("upload rows.csv --sandbox -q --metrics-file m.prom")
            .mutters()
            .prints()
            .exits(0);
        assert!(scene.read("m.prom").starts_with("# HELP tenjin_s2s_"));
    }
}

#[test]
fn metrics_that_would_replace_the_report_are_not_written() {
    let server = StandIn::well();
    let scene = scene();
    let ended = scene
        .upload(&server.url(), "rows.csv --metrics-file report/report.json")
        .prints()
        .complains("--metrics-file report/report.json: its folder does not exist")
        .exits(2);
    ended.has_no_report();
    std::fs::create_dir(scene.path("report")).unwrap();
    let ended = scene
        .upload(&server.url(), "rows.csv --metrics-file report/report.json")
        .prints()
        .exits(0);
    assert_eq!(ended.report()["status"], "complete");
    assert!(scene.read("report/report.json").starts_with("# HELP"));
}

#[test]
fn two_roles_of_one_file_are_a_usage_error() {
    let scene = scene();
    scene.file("empty", "");
    scene.file("empty.csv", "");
    scene.file("key", "");
    std::fs::hard_link(scene.path("rows.csv"), scene.path("twin")).unwrap();
    std::os::unix::fs::symlink("rows.csv", scene.path("link")).unwrap();
    std::fs::create_dir(scene.path("folder")).unwrap();
    for (arguments, roles) in [
        (
            "rows.csv --metrics-file rows.csv",
            "--metrics-file rows.csv and the input rows.csv",
        ),
        (
            "rows.csv --metrics-file ./folder/../rows.csv",
            "--metrics-file ./folder/../rows.csv and the input rows.csv",
        ),
        (
            "*.csv --ledger twin",
            "the ledger twin and the input rows.csv",
        ),
        (
            "rows.csv --ledger link",
            "the ledger link and the input rows.csv",
        ),
        (
            "rows.csv --ledger new --metrics-file folder/../new",
            "--metrics-file folder/../new and the ledger new",
        ),
        (
            "rows.csv --ledger new --metrics-file new-wal",
            "--metrics-file new-wal and the ledger's new-wal",
        ),
        (
            "rows.csv --ledger new --metrics-file new.lock",
            "--metrics-file new.lock and the ledger's new.lock",
        ),
        (
            "rows.csv --report-dir new --metrics-file new",
            "--metrics-file new and --report-dir new",
        ),
        (
            "rows.csv --mapping empty --ledger empty",
            "the ledger empty and --mapping empty",
        ),
        (
            "rows.csv --lookup empty --lookup-key advertising_id --metrics-file empty",
            "--metrics-file empty and --lookup empty",
        ),
        (
            "rows.csv --sdk-key-file key --metrics-file key",
            "--metrics-file key and the key file key",
        ),
        (
            "rows.csv --ca-file empty --metrics-file empty",
            "--metrics-file empty and --ca-file empty",
        ),
        (
            "empty.csv --config empty --metrics-file empty",
            "--metrics-file empty and --config empty",
        ),
    ] {
        let says = format!("error: {roles} are the same file: name another one");
        refused(&scene, arguments, &says);
    }
    assert_eq!(scene.read("empty"), "");
    assert!(!scene.path("new").exists());
}

#[test]
fn a_key_file_of_an_app_is_not_replaced_by_metrics() {
    let scene = scene();
    scene.file("key", KEY);
    let config =
        "metrics_file = \"key\"\n[apps.\"com.example.game\"]\nios.sdk_key_file = \"key\"\n";
    scene.file("conf.toml", config);
    let url = "http://127.0.0.1:1";
    for more in ["", "--dry-run"] {
        scene
            .upload(url, &format!("rows.csv --config conf.toml {more}"))
            .complains("--metrics-file key and the key file key")
            .exits(2);
    }
    assert_eq!(scene.read("key"), KEY);
}

#[test]
fn standard_input_is_an_input_too() {
    let scene = scene();
    scene.file("empty", "");
    let binary = env!("CARGO_BIN_EXE_tenjin-s2s");
    let script = format!("{binary} upload - --sandbox --metrics-file empty < empty");
    let ended = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(scene.path("."))
        .env_clear()
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(
        said,
        "error: --metrics-file empty and standard input /dev/stdin are the same file: name another one\n"
    );
}
