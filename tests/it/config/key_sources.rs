//! Keys that a program prints, and keys that serve more than one app.

use serde_json::json;
use tenjin_s2s::sandbox::{Keys, Options, Server};

use super::apps::opens;
use super::home::{Home, Said};

const GOOD: &str = "GOOD-KEY-0123456789";

fn sandbox() -> Server {
    let keys = Keys::only(GOOD);
    Server::start(Options {
        keys,
        ..Options::default()
    })
    .unwrap()
}

/// An upload with this in the user's configuration.
fn upload(home: &Home, server: &Server, config: &str, more: &[&str]) -> Said {
    let config = format!("endpoint_url = \"{}\"\n{config}", server.url());
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", &config);
    let args = [&["upload", "in.csv", "--output", "json"], more].concat();
    home.run_with(&args, &[("KEY", GOOD), ("PATH", "/usr/bin:/bin")])
}

#[test]
fn a_program_prints_the_key() {
    let server = sandbox();
    let home = Home::new();
    home.file("work/in.csv", &opens(&["com.a"], 3));
    let command = format!("sdk_key_command = [\"printf\", \"{GOOD}\\\\nsecond line\\\\n\"]");
    let said = upload(&home, &server, &command, &[]);
    assert_eq!((said.code, server.stats().accepted), (0, 3), "{said:?}");
    let shown = home.run(&["config"]);
    assert!(
        shown.out.ends_with(
            "keys:\n  any one app: printed by a command, which upload runs  (command printf)\n"
        ),
        "{shown:?}"
    );
    // What is named on the command line goes before it.
    home.file("wrong", "WRONG-KEY-0123456789");
    home.file("work/in.csv", &opens(&["com.b"], 3));
    let said = upload(&home, &server, &command, &["--sdk-key-file", "../wrong"]);
    assert_eq!(said.json()["stop_reason"], "unauthorized");
    let said = upload(&home, &server, &command, &["--dry-run"]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_program_that_gives_no_key_stops_the_upload() {
    let server = sandbox();
    let home = Home::new();
    home.file("work/in.csv", &opens(&["com.a"], 3));
    for (words, why) in [
        ("\"false\"", "command false: it failed (exit status: 1)"),
        (
            "\"true\"",
            "command true: it is empty; put the app's SDK key there",
        ),
        (
            "\"echo\", \"two words\"",
            "command echo: this is not an SDK key",
        ),
        (
            "\"/no/such/program\"",
            "command /no/such/program: cannot start it",
        ),
    ] {
        let said = upload(&home, &server, &format!("sdk_key_command = [{words}]"), &[]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(&format!("\"{why}")), "{said:?}");
    }
    assert_eq!(server.stats().requests, 0);
}

#[test]
fn one_program_for_several_apps_runs_once() {
    let server = sandbox();
    let home = Home::new();
    home.file("work/in.csv", &opens(&["com.a", "com.b"], 3));
    let script = format!("echo run >> ran; echo {GOOD}");
    let app = |name| {
        format!(
            "[apps.\"{name}\"]\nandroid = {{ sdk_key_command = [\"sh\", \"-c\", \"{script}\"] }}\n"
        )
    };
    let said = upload(&home, &server, &(app("com.a") + &app("com.b")), &[]);
    assert_eq!((said.code, server.stats().accepted), (0, 6), "{said:?}");
    let ran = std::fs::read_to_string(home.path("work/ran")).unwrap();
    assert_eq!(ran, "run\n");
}

#[test]
fn the_key_of_an_account_serves_every_app_and_is_no_part_of_an_identity() {
    let server = sandbox();
    let home = Home::new();
    home.file("work/in.csv", &opens(&["com.a", "com.b"], 30));
    let one = "sdk_key_env = \"KEY\"\n";
    let said = upload(&home, &server, one, &[]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("--key-scope account"), "{said:?}");
    assert_eq!(server.stats().requests, 0);
    let said = upload(&home, &server, one, &["--key-scope", "account"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.json()["rows"]["accepted"], 60);
    let shown = home.run(&["config", "--key-scope", "account"]);
    assert!(shown.out.contains("keys:\n  every app: "), "{shown:?}");
    // The same rows with a key for each app: nothing goes again.
    let app = |name| format!("[apps.\"{name}\"]\nandroid = {{ sdk_key_env = \"KEY\" }}\n");
    let each = app("com.a") + &app("com.b");
    let said = upload(&home, &server, &each, &[]);
    assert_eq!(said.json()["rows"]["duplicate"], 60, "{said:?}");
    assert_eq!(server.stats().accepted, 60);
    let said = upload(&home, &server, &each, &["--key-scope", "account"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("name the same source"), "{said:?}");
}

#[test]
fn a_wrong_key_of_an_account_stops_the_run() {
    let server = sandbox();
    let home = Home::new();
    home.file("work/in.csv", &opens(&["com.a", "com.b"], 30));
    home.file("wrong", "WRONG-KEY-0123456789");
    let options = ["--key-scope", "account", "--sdk-key-file", "../wrong"];
    let report = upload(&home, &server, "", &options).json();
    let seen = json!([report["stop_reason"], report["rows"]["not_sent"]]);
    assert_eq!(seen, json!(["unauthorized", 60]));
}
