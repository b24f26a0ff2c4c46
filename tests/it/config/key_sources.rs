//! Keys that a program prints, and keys that serve more than one app.

use tenjin_s2s::sandbox::{Keys, Options, Server};

use super::apps::opens;
use super::home::{Home, Said};
use crate::support::flat;

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

/// It says which key was refused, where a right one belongs, and a line that goes with it.
#[test]
fn a_wrong_key_is_named_with_its_place_and_scope() {
    let server = sandbox();
    let home = Home::new();
    home.file("wrong", "WRONG-KEY-0123456789");
    let program = "sdk_key_command = [\"printf\", \"WRONG-KEY-0123456789\\n\"]";
    let (one, all) = (["com.a"].as_slice(), ["com.a", "com.b"].as_slice());
    let account = ["--key-scope", "account"].as_slice();
    let file = ["--sdk-key-file", "../wrong"].as_slice();
    let own = "the app's SDK key (Tenjin's dashboard, the app's settings)";
    let scope = "the key that is to serve every app (--key-scope account) was refused: ";
    let apps = "; if each app has a key of its own, name them under [apps] in a file, pass --config \
                FILE and leave --key-scope account out";
    for (apps_of_rows, config, options, next) in [
        (
            one,
            "",
            vec![file],
            format!("put {own} into the key file ../wrong"),
        ),
        (
            one,
            program,
            vec![],
            format!("have the command printf print {own}"),
        ),
        (
            one,
            "sdk_key_env = \"WRONG\"",
            vec![],
            format!("put {own} into the environment variable WRONG"),
        ),
        (
            one,
            "[apps.\"com.a\"]\nandroid = { sdk_key_env = \"WRONG\" }",
            vec![],
            format!("put {own} into the environment variable WRONG"),
        ),
        (
            all,
            "",
            vec![account, file],
            format!("{scope}put one that does into the key file ../wrong{apps}"),
        ),
        (
            all,
            program,
            vec![account],
            format!("{scope}have the command printf print one that does{apps}"),
        ),
    ] {
        home.file("work/in.csv", &opens(apps_of_rows, 30));
        let config = format!("endpoint_url = \"{}\"\n{config}\n", server.url());
        home.file("xdg/tenjin-s2s/tenjin-s2s.toml", &config);
        let args = [vec!["upload", "in.csv"], options.concat()].concat();
        let variables = [("WRONG", "WRONG-KEY-0123456789"), ("PATH", "/usr/bin:/bin")];
        let said = home.run_with(&args, &variables);
        assert_eq!(said.code, 5, "{said:?}");
        let text = flat(&said.out);
        let (_, found) = text.split_once(" Next ").unwrap();
        let options = options.concat().join(" ");
        let line = format!("tenjin-s2s upload {options} in.csv").replace("  ", " ");
        assert_eq!(found, format!("{next}, then run again to go on: {line}"));
    }
}
