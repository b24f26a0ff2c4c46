//! Mistakes, and the nearest right thing in the answer.

use std::process::Command;

use crate::support::{Rows, Scene, flat};

fn scene() -> Scene {
    Scene::with("orders-2026.csv", Rows::sound(5, 1).csv)
}

/// The answer to a mistake; nothing was read.
#[track_caller]
fn answers(arguments: &str, parts: &[&str]) {
    let mut run = scene().run(arguments).mutters().exits(2);
    for part in parts {
        assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
    }
    run.stdout.clear();
}

#[test]
fn options_commands_and_words() {
    answers("validate orders-2026.csv --timezon UTC", &["'--timezone'"]);
    answers("validat orders-2026.csv", &["'validate'"]);
    answers("validate orders-2026.csv --kind purchas", &["'purchase'"]);
    answers(
        "validate orders-2026.csv --preset apsflyer",
        &["'appsflyer'"],
    );
    answers(
        "presets revenue-cat-transactions",
        &["'revenuecat-transactions'"],
    );
    answers(
        "validate orders-2026.csv --platform andriod",
        &["'android'"],
    );
    answers("validate orders-2026.csv --output jsn", &["'json'"]);
    answers("fields purchse", &["'purchase'"]);
    answers("ledger statsu", &["'status'"]);
    answers(
        "validate orders-2026.csv --timezone Europe/Berln",
        &["did you mean `Europe/Berlin`?"],
    );
}

#[test]
fn another_commands_option_and_a_switch_with_a_value() {
    let fault = "upload orders-2026.csv --sandbox --fault lost=1%";
    answers(
        fault,
        &["tip: `--fault` is an option of tenjin-s2s sandbox"],
    );
    let ended = scene().run(fault).mutters().exits(2);
    assert!(!ended.stderr.contains("-- --fault"), "{}", ended.stderr);
    answers(
        "upload orders-2026.csv --quiet=false",
        &["TENJIN_S2S_QUIET=false in the environment"],
    );
    let scene = scene();
    let path = scene.file("own.toml", "quiet = true\n");
    let upload = |quiet: &str| {
        let run = scene
            .run("upload orders-2026.csv --sandbox --config")
            .arg(&path);
        run.env("TENJIN_S2S_QUIET", quiet)
            .mutters()
            .prints()
            .exits(0)
            .stdout
    };
    assert_eq!(upload("true"), "");
    assert!(upload("false").contains("5 accepted"));
}

#[test]
fn the_command_help_is_the_option() {
    let said = |words: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"));
        let said = command.args(words.split(' ')).output().unwrap();
        (said.status.code(), String::from_utf8(said.stdout).unwrap())
    };
    for (command, option) in [("help", "--help"), ("help upload", "upload --help")] {
        let page = said(command);
        assert!(page.1.contains("Usage: tenjin-s2s"), "{page:?}");
        assert_eq!(page, said(option));
    }
    answers("help uplod", &["'upload'"]);
}

#[test]
fn a_folder_that_is_not_there_is_named_in_full() {
    let scene = scene();
    let path = scene.file("own.toml", "sdk_key_file = \"keys/ios\"\n");
    let upload = scene.run("upload orders-2026.csv --config").arg(&path);
    let ended = upload.mutters().exits(2);
    let folder = std::fs::canonicalize(scene.path(".")).unwrap().join("keys");
    let says = format!("there is no folder {}", folder.display());
    assert!(ended.stderr.contains(&says), "{}", ended.stderr);
}

#[test]
fn what_was_looked_for_is_said_where_no_configuration_is_found() {
    let scene = Scene::new();
    let shown = scene.run("config").prints().exits(0).stdout;
    let own = scene.path(".config/tenjin-s2s/tenjin-s2s.toml");
    assert!(
        shown.starts_with("configuration file: none; looked for "),
        "{shown}"
    );
    assert!(
        shown.contains(&format!(" and {}\n", own.display())),
        "{shown}"
    );
}

#[test]
fn a_sandbox_that_cannot_begin_says_what_to_do() {
    let scene = Scene::with("received.ndjson", "");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    scene
        .run(&format!("sandbox --listen {address}"))
        .complains("(--listen 127.0.0.1:0 takes a free port)")
        .exits(2);
    scene
        .run("sandbox --listen 127.0.0.1:0 --record received.ndjson")
        .complains("--record received.ndjson (name a new file")
        .exits(2);
    let page = scene.run("sandbox --help").prints().exits(0).stdout;
    for line in [
        "  http429     429, in half of the cases with `Retry-After: 1`.\n",
        "  lost        Recorded, then the connection is closed without an answer.\n",
        "  reset       The connection is reset and nothing is recorded. The head of the\n",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
}

#[test]
fn what_follows_a_pipe_says_that_it_needs_it() {
    let scene = scene();
    let rows = scene.read("orders-2026.csv");
    let ended = scene
        .run("validate -")
        .stdin(rows)
        .prints()
        .mutters()
        .exits(0);
    let next = "behind the same pipe:\n  tenjin-s2s upload --dry-run -\n";
    assert!(
        ended
            .stdout
            .replace("- --dry-run", "--dry-run -")
            .contains(next),
        "{}",
        ended.stdout
    );
}

#[test]
fn names_are_spelt_as_people_do() {
    scene()
        .run("presets RevenueCat_Transactions")
        .prints()
        .exits(0);
    let arguments = "validate orders-2026.csv --platform Android";
    scene().run(arguments).prints().exits(0);
}

#[test]
fn fields_and_columns() {
    answers(
        "validate orders-2026.csv --map prise=price",
        &["did you mean `price`"],
    );
    answers(
        "validate orders-2026.csv --set curency=EUR",
        &["did you mean `currency`"],
    );
    answers(
        "validate orders-2026.csv --map price=prize",
        &["there is no column `prize`", "did you mean `price`"],
    );
    answers(
        "validate orders-2026.csv --map price",
        &["write it as FIELD=COLUMN"],
    );
}

#[test]
fn a_member_that_no_object_has() {
    let scene = Scene::with("a.ndjson", "{\"event\":\"a\",\"amount\":1}\n");
    let said = scene
        .run("validate a.ndjson --map price=ammount")
        .prints()
        .exits(1);
    let text = flat(&said.stdout);
    let expected = "--map price=ammount: none of the first rows has it; did you mean `amount`?";
    assert!(text.contains(expected), "{text}");
    let right = scene
        .run("validate a.ndjson --map price=amount")
        .prints()
        .exits(1);
    assert!(
        !right.stdout.contains("none of the first rows"),
        "{}",
        right.stdout
    );
}

#[test]
fn rows_that_nothing_tells_apart() {
    let scene = Scene::with("a.csv", "event,Order ID,Created At\na,1,2\n");
    scene
        .run("upload a.csv --endpoint-url http://127.0.0.1:1")
        .complains("map one (--map event_time=Created At), or name this input yourself")
        .exits(2);
}

#[test]
fn files() {
    let near = &["there is no such file; did you mean `orders-2026.csv`?"];
    answers("validate order-2026.csv", near);
    answers("validate orders-2026.csv --mapping orders-206.csv", near);
    answers("validate orders-2026.csv --config orders-206.csv", near);
    answers(
        "validate orders-2026.csv --lookup orders-206.csv --lookup-key advertising_id",
        near,
    );
    answers(
        "upload orders-2026.csv --sdk-key-file orders-206.csv --endpoint-url http://127.0.0.1:1",
        near,
    );
    answers("validate none/a.csv", &["there is no folder /"]);
}

#[test]
fn a_file_in_the_place_of_a_command() {
    answers(
        "orders-2026.csv",
        &["tip: name a command: tenjin-s2s validate orders-2026.csv"],
    );
}

#[test]
fn keys_of_the_configuration_file() {
    let scene = scene();
    for (text, answer) in [
        ("rat = \"5/s\"", "did you mean `rate`?"),
        ("preset = \"apsflyer\"", "did you mean `appsflyer`?"),
        ("platform = \"andriod\"", "did you mean `android`?"),
        ("[apps.\"com.a\"]\nioss = {}", "did you mean `ios`?"),
    ] {
        let path = scene.file("c.toml", text);
        scene
            .run("upload orders-2026.csv --config")
            .arg(path)
            .complains(answer)
            .exits(2);
    }
}

#[test]
fn variables_that_no_option_has_stop_an_upload_and_are_said_otherwise() {
    let wrong = "environment variable TENJIN_S2S_DRYRUN: there is no such option; did you mean \
                 `TENJIN_S2S_DRY_RUN`?";
    let upload = "upload orders-2026.csv --sandbox";
    let run = scene();
    run.run(upload)
        .env("TENJIN_S2S_DRYRUN", "true")
        .complains(wrong)
        .exits(2);
    run.run("validate orders-2026.csv")
        .env("TENJIN_S2S_DRYRUN", "true")
        .prints()
        .complains(wrong)
        .exits(0);
    run.run("config")
        .env("TENJIN_S2S_DRYRUN", "true")
        .complains(wrong)
        .exits(2);
}

#[test]
fn variables_of_keys_and_of_other_commands_are_known() {
    let scene = scene();
    let upload = "upload orders-2026.csv --sandbox --sdk-key-env TENJIN_S2S_MY_KEY";
    scene
        .run(upload)
        .env("TENJIN_S2S_MY_KEY", "KEY")
        .env("TENJIN_S2S_LATENCY", "5ms")
        .prints()
        .exits(0);
    scene
        .run("upload orders-2026.csv --sandbox")
        .env("TENJIN_S2S_SDK_KEY", "SECRETVALUE")
        .complains("the SDK key is read from TENJIN_SDK_KEY")
        .exits(2);
}

#[test]
fn a_key_in_a_variable_of_almost_that_name() {
    scene()
        .run("upload orders-2026.csv --endpoint-url http://127.0.0.1:1")
        .without_key()
        .env("TENJIN_SDKKEY", "SECRETVALUE")
        .complains("did you mean `TENJIN_SDKKEY`?")
        .exits(2);
}
