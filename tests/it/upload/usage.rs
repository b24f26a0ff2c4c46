//! What was typed wrong: exit 2, a message that says what to do, and nothing sent.

use std::process::Stdio;

use crate::support::{Behaviour, Rows, Scene, Scripted, StandIn};

fn scene() -> Scene {
    Scene::with("rows.csv", Rows::sound(20, 1).csv)
}

#[test]
fn an_input_that_is_not_there() {
    Scene::new()
        .run("upload no-such.csv --sandbox")
        .complains("no-such.csv")
        .exits(2);
    Scene::new()
        .run("upload *.csv --sandbox")
        .complains("*.csv")
        .exits(2);
}

#[test]
fn an_unknown_field_with_the_nearest_name() {
    scene()
        .run("upload rows.csv --sandbox --map prize=price")
        .complains("prize")
        .complains("price")
        .exits(2);
}

#[test]
fn a_mapped_column_that_is_not_there() {
    scene()
        .run("upload rows.csv --sandbox --map price=revenu")
        .complains("revenu")
        .exits(2);
}

#[test]
fn plain_http_to_somewhere_else() {
    for url in [
        "http://example.com",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.com",
    ] {
        scene()
            .run("upload rows.csv --endpoint-url")
            .arg(url)
            .complains("https")
            .exits(2);
    }
}

#[test]
fn a_missing_key_and_what_to_do() {
    let server = Scripted::new([], Behaviour::accepted());
    scene()
        .upload(&server.url(), "rows.csv")
        .without_key()
        .prints()
        .complains("TENJIN_SDK_KEY")
        .complains("--sdk-key-file")
        .exits(2);
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_key_on_the_command_line_is_no_option() {
    for option in ["--sdk-key", "--key", "--api-key"] {
        scene()
            .run("upload rows.csv --sandbox")
            .arg(option)
            .arg("ANYTHING")
            .complains("unexpected argument")
            .exits(2);
    }
}

#[test]
fn values_that_make_no_sense() {
    for option in [
        "--rate 0/s",
        "--rate fast",
        "--concurrency 0",
        "--batch-size 0",
        "--timeout soon",
        "--max-failures many",
        "--kind sale",
        "--delimiter ab",
        "--platform windows",
        "--timezone Mars/Olympus",
        "--sandbox --endpoint-url http://127.0.0.1:1",
        "--frobnicate",
    ] {
        let scene = scene();
        let run = scene.run(&format!("upload rows.csv {option}"));
        let ended = run.prints().mutters().exits(2);
        assert_eq!(ended.stdout, "", "{option}");
        assert!(
            ended.stderr.starts_with("error: "),
            "{option}: {}",
            ended.stderr
        );
    }
}

#[test]
fn a_header_with_the_same_name_twice() {
    Scene::with("rows.csv", "kind,event,event\nevent,a,b\n")
        .run("upload rows.csv --sandbox")
        .complains("event")
        .exits(2);
}

#[test]
fn a_mistake_in_the_second_file_is_found_before_the_first_is_sent() {
    let scene = scene();
    scene.file("second.csv", "kind,event,event\nevent,a,b\n");
    let server = Scripted::new([], Behaviour::accepted());
    scene
        .upload(&server.url(), "rows.csv second.csv")
        .prints()
        .complains("second.csv")
        .exits(2);
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let scene = scene();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
        .args(["upload", "rows.csv", "--sandbox", "--rate", "unlimited"])
        .current_dir(scene.path("."))
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    assert_eq!(ended.status.code(), Some(0));
}

/// Standard output is full.
const FULL: [&str; 3] = ["-c", "exec \"$@\" >/dev/full", "sh"];

#[test]
fn a_result_that_cannot_be_printed_after_sending_is_not_a_usage_error() {
    let server = StandIn::well();
    for output in ["text", "json"] {
        let scene = scene();
        let ended = scene
            .run("upload rows.csv --rate unlimited --report-dir report --progress off --endpoint-url")
            .arg(server.url())
            .args(["--output", output])
            .under("sh", &FULL)
            .mutters()
            .exits(1);
        let error = "error: standard output cannot be written: No space left on device";
        assert!(ended.stderr.starts_with(error), "{}", ended.stderr);
        assert_eq!(ended.report().rows("accepted"), 20);
        assert_eq!(ended.report()["status"], "complete");
    }
    let ended = scene()
        .run("validate rows.csv --progress off")
        .under("sh", &FULL)
        .complains("standard output cannot be written")
        .exits(2);
    ended.has_no_report();
}

#[test]
fn a_fixed_offset_is_a_zone_and_what_looks_like_one_is_explained() {
    let csv = "kind,bundle_id,platform,os_version,analytics_installation_id,advertising_id,event,event_time\n\
               event,com.a,android,34,6513270e-269e-0d37-f2a7-4de452e6b438,D23F0824-128B-2F33-0C5C-7FD0A6A3A450,x,2026-01-02 03:00:00\n";
    let scene = Scene::with("rows.csv", csv);
    for (zone, first) in [
        ("-05:00", "08:00"),
        ("+05:30", "2026-01-01T21:30"),
        ("Etc/GMT+5", "08:00"),
    ] {
        let run = scene.run("validate rows.csv --max-age none --output json --timezone");
        let ended = run.arg(zone).exits(0);
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let time = report["event_time"]["first"].as_str().unwrap();
        assert!(time.contains(first), "{zone}: {time}");
    }
    for (zone, hint) in [
        (
            "UTC-5",
            "write -05:00, or Etc/GMT+5 (those names have the sign the other way round)",
        ),
        (
            "GMT+2",
            "write +02:00, or Etc/GMT-2 (those names have the sign the other way round)",
        ),
        ("utc+5:30", "write +05:30"),
    ] {
        scene
            .run("validate rows.csv --timezone")
            .arg(zone)
            .complains(&format!(
                "error: --timezone: \"{zone}\" is no known zone; {hint}\n"
            ))
            .exits(2);
    }
}

#[test]
fn what_cannot_be_written_is_named_once() {
    let nowhere = "/dev/null/there";
    let scene = scene();
    scene
        .run("validate rows.csv --report-dir")
        .arg(nowhere)
        .complains("error: /dev/null/there: Not a directory (os error 20)\n")
        .exits(2);
    let unusable = "the ledger cannot be used: Not a directory (os error 20)";
    for (command, said) in [
        (
            "upload rows.csv --endpoint-url http://127.0.0.1:1",
            unusable,
        ),
        ("ledger status", "there is no ledger"),
        ("ledger list", "there is no ledger"),
        ("ledger resolve --run r --as resend", "there is no ledger"),
    ] {
        scene
            .run(command)
            .args(["--ledger", "/dev/null/there/ledger.sqlite"])
            .complains(&format!("error: /dev/null/there/ledger.sqlite: {said}\n"))
            .exits(2);
    }
}
