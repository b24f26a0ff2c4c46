//! Foreign text never drives the terminal, wherever it comes from: the name of a file, a header,
//! a mapping's key, a cell, a server's answer.

use std::fmt::Write as _;

use crate::support::{Behaviour, Ended, Rows, Scene, Scripted};

/// Clears the screen, sets the title, turns the direction of writing, and ends the line.
const ATTACK: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}\u{61c}\u{9b}31m\r\nerror: all is well";

/// The same as a name of a file.
const NAME: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}\u{61c}\u{9b}31m\r\nerror: all is well.csv";

/// Neither stream holds anything that drives, and no line begins as ours do but is foreign.
#[track_caller]
fn is_harmless(ended: &Ended) {
    for text in [&ended.stdout, &ended.stderr] {
        let drives = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{61c}')
        };
        assert!(!text.contains(drives), "{text:?}");
        let forged = text
            .lines()
            .any(|line| line.starts_with("error: all is well"));
        assert!(!forged, "{text}");
    }
    assert!(!(ended.stdout.is_empty() && ended.stderr.is_empty()));
}

fn csv() -> Vec<u8> {
    Rows::damaged(40, 1).csv
}

#[test]
fn names_of_files() {
    let scene = Scene::with(NAME, csv());
    for words in [
        "validate",
        "upload --dry-run",
        "upload --sandbox --ledger l",
    ] {
        let ended = scene.run(words).arg(NAME).prints().mutters().exits(1);
        is_harmless(&ended);
    }
    let missing = scene
        .run("validate")
        .arg(format!("{NAME}x"))
        .mutters()
        .exits(2);
    is_harmless(&missing);
    let verbose = scene
        .run("validate -v")
        .arg(NAME)
        .prints()
        .mutters()
        .exits(1);
    is_harmless(&verbose);
    for words in [
        "validate --mapping",
        "validate --lookup-key customer_user_id --lookup",
        "validate --config",
        "upload --sdk-key-file",
        "upload --ledger",
        "ledger status --ledger",
        "reconcile --ledger",
        "reconcile --export-mapping",
        "ledger resolve --run x --as accepted --ledger",
    ] {
        let input = (!words.starts_with("ledger")).then_some(NAME);
        let ended = scene.run(words).args([NAME]).args(input);
        is_harmless(&ended.mutters().prints().exits(2));
    }
    let mistake = scene.run("validate").arg(format!("--{NAME}"));
    is_harmless(&mistake.mutters().exits(2));
    let folder = scene.run("validate --report-dir").args([NAME, NAME]);
    is_harmless(&folder.mutters().prints().exits(2));
}

#[test]
fn a_command_for_a_hostile_name_is_exact() {
    let scene = Scene::with(NAME, Rows::sound(10, 1).csv);
    let ended = scene.run("validate").arg(NAME).prints().exits(0);
    let command = ended.stdout.lines().last().unwrap().trim();
    let binary = env!("CARGO_BIN_EXE_tenjin-s2s");
    let command = command.replacen("tenjin-s2s", binary, 1);
    let again = std::process::Command::new("bash")
        .args(["-c", &command])
        .current_dir(scene.path(""))
        .env_clear()
        .env("HOME", scene.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(said.contains("10 rows read from"), "{command}\n{said}");
}

#[test]
fn headers_and_cells() {
    let text = String::from_utf8_lossy(&csv()).into_owned();
    let quoted = ATTACK.replace('"', "\"\"");
    let (header, rows) = text.split_once('\n').unwrap();
    let cells = rows.replace("level", &format!("\"{quoted}\""));
    let rows: Vec<_> = cells.lines().map(|row| format!("{row},x\n")).collect();
    let text = format!("{header},\"{quoted}\"\n{}", rows.concat());
    let scene = Scene::with("rows.csv", text);
    for words in ["validate rows.csv", "upload rows.csv --dry-run"] {
        is_harmless(&scene.run(words).prints().mutters().ends());
    }
    // A header twice is a mistake that names it.
    let scene = Scene::with("twice.csv", format!("\"{quoted}\",\"{quoted}\"\n1,2\n"));
    is_harmless(&scene.run("validate twice.csv").mutters().exits(2));
}

#[test]
fn keys_of_mappings_and_configurations() {
    let scene = Scene::with("rows.csv", csv());
    let key = ATTACK.chars().fold(String::new(), |mut key, c| {
        let _ = write!(key, "\\U{:08X}", u32::from(c));
        key
    });
    scene.file("m.toml", format!("[fields]\n\"{key}\" = \"x\"\n"));
    scene.file("c.toml", format!("\"{key}\" = \"x\"\n"));
    is_harmless(
        &scene
            .run("validate rows.csv --mapping m.toml")
            .mutters()
            .exits(2),
    );
    is_harmless(
        &scene
            .run("validate rows.csv --config c.toml")
            .mutters()
            .exits(2),
    );
    for option in ["--map", "--set"] {
        let ended = scene
            .run("validate rows.csv")
            .args([option, &format!("{ATTACK}=x")])
            .mutters()
            .exits(2);
        is_harmless(&ended);
    }
}

#[test]
fn answers_of_a_server() {
    let server = Scripted::new(vec![], Behaviour::reply(400, ATTACK));
    let scene = Scene::with("rows.csv", csv());
    let ended = scene
        .run("upload rows.csv --ledger l --progress off")
        .arg("--endpoint-url")
        .arg(server.url())
        .prints()
        .mutters()
        .exits(5);
    is_harmless(&ended);
    assert!(ended.stdout.contains("\\u{1b}[2J"), "{}", ended.stdout);
}
