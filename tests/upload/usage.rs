//! What was typed wrong: exit 2, a message that says what to do, and nothing sent.

use std::process::Stdio;

use crate::support::{Behaviour, Rows, Scene, Scripted};

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
