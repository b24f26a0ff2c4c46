//! Keys where they do not belong: what may be one is not repeated, and pipes are not waited for
//! without end.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use crate::support::{Behaviour, KEY, Reply, Rows, Scene, Scripted};

fn scene() -> Scene {
    Scene::with("rows.csv", Rows::sound(5, 1).csv)
}

/// Keys that people have put into the name of their place.
const KEYS: [&str; 4] = [
    KEY,
    "IXFWKMTT44RHNLMBZJQMJ8PX",
    "abcdefghijkl",
    "tenjin-0123456789ab-x",
];

#[test]
fn a_key_in_the_place_of_its_place_is_not_repeated() {
    for key in KEYS {
        for option in ["--sdk-key-env", "--sdk-key-file"] {
            for command in [
                "upload rows.csv",
                "upload rows.csv --dry-run",
                "config",
                "config --output json",
            ] {
                let scene = scene();
                let run = scene.run(command).without_key().arg(option).arg(key);
                let ended = run.ends();
                let said = [ended.stdout, ended.stderr].concat();
                assert!(!said.contains(key), "{command} {option}:\n{said}");
                if !command.contains("dry-run") {
                    assert!(said.contains("may be a key"), "{command} {option}:\n{said}");
                }
            }
        }
    }
}

#[test]
fn a_key_in_the_configuration_is_not_repeated() {
    for key in KEYS {
        for text in [
            format!("sdk_key_env = \"{key}\""),
            format!("sdk_key_file = \"{key}\""),
            format!("[apps.\"com.example.game\"]\nios.sdk_key_env = \"{key}\""),
            format!("[apps.\"com.example.game\"]\nios.sdk_key_file = \"{key}\""),
        ] {
            let scene = scene();
            scene.file("conf.toml", &text);
            for command in ["upload rows.csv", "config", "config --output json"] {
                let run = scene.run(&format!("{command} --config conf.toml"));
                let ended = run.without_key().ends();
                let said = [ended.stdout, ended.stderr].concat();
                assert!(!said.contains(key), "{command} {text}:\n{said}");
                assert!(said.contains("may be a key"), "{command} {text}:\n{said}");
            }
        }
    }
}

#[test]
fn names_that_are_no_keys_are_said() {
    let scene = scene();
    let run = scene.run("upload rows.csv --sdk-key-env TENJIN_KEY_GAME_IOS");
    run.without_key().complains("TENJIN_KEY_GAME_IOS").exits(2);
    let run = scene.run("upload rows.csv --sdk-key-file secrets/tenjin_game_android");
    run.complains("key file secrets/tenjin_game_android: there is no such file")
        .exits(2);
    scene.file("abcdefghijkl", "");
    let run = scene.run("upload rows.csv --sdk-key-file abcdefghijkl");
    run.complains("key file abcdefghijkl: ").exits(2);
}

#[test]
fn a_part_of_a_key_in_an_answer_is_masked() {
    let part = &KEY[..12];
    for text in [
        format!("no app for {part}."),
        format!("no app for {}.", KEY[4..17].to_lowercase()),
        format!("no app for {}.", KEY.to_lowercase()),
        format!("no app for {part}\u{a0}{}", &KEY[12..]),
    ] {
        let server = Scripted::new([], Behaviour::Reply(Reply::new(400, text.clone())));
        let scene = scene();
        let ended = scene
            .upload(&server.url(), "rows.csv --max-failures 100%")
            .mutters()
            .ends();
        let report = scene.read("report/latest/report.json");
        for said in [&ended.stdout, &ended.stderr, &report] {
            let said = said.to_lowercase();
            let part = part.to_lowercase();
            assert!(!said.contains(&part[..12]), "{text}: {said}");
            assert!(!said.contains(&KEY[4..16].to_lowercase()), "{text}: {said}");
        }
        assert!(report.contains("no app for …"), "{report}");
    }
}

#[test]
fn only_what_is_really_mounted_as_a_secret_may_be_readable_by_others() {
    let scene = scene();
    let key = scene.file("key", KEY);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let around = format!("/run/secrets/..{}", key.display());
    let around = around.replace("/run/secrets/../", "/run/secrets/../../");
    symlink("/run/secrets", scene.path("secrets")).unwrap();
    let run = scene.run("upload rows.csv --sdk-key-file").arg(&around);
    let said = run.ends().stderr;
    let is_refused = said.contains("others can read it") || said.contains("there is no");
    assert!(is_refused, "{said}");
}

fn pipe(scene: &Scene) {
    let made = Command::new("mkfifo").arg(scene.path("pipe")).status();
    assert!(made.unwrap().success());
}

#[test]
fn a_pipe_that_nobody_writes_to_is_given_up_with_its_name() {
    let scene = scene();
    pipe(&scene);
    let late = "it is a pipe or a device, and did not come to its end within 30s";
    let runs = [
        ("--sdk-key-file pipe", format!("key file pipe: {late}")),
        (
            "--mapping pipe --sandbox",
            format!("--mapping pipe: {late}"),
        ),
        ("--config pipe --sandbox", format!("--config pipe: {late}")),
    ];
    let mut started: Vec<_> = runs
        .iter()
        .map(|(options, _)| scene.run(&format!("upload rows.csv {options}")).start())
        .collect();
    for (run, (options, says)) in started.iter_mut().zip(&runs) {
        let ended = run.ended();
        assert_eq!(ended.status.code(), Some(2), "{options}: {}", ended.stderr);
        assert!(ended.stderr.contains(says), "{options}: {}", ended.stderr);
    }
}

#[test]
fn a_table_from_a_pipe_is_waited_for_with_a_word() {
    let scene = scene();
    pipe(&scene);
    let mut run = scene
        .run("upload rows.csv --dry-run --lookup pipe --lookup-key advertising_id")
        .start();
    // Opening it waits for the program, which thus has come as far as reading.
    let table = "advertising_id,analytics_installation_id\n\
                 3f2504e0-4f89-41d3-9a0c-0305e82c3301,3f2504e0-4f89-41d3-9a0c-0305e82c3302\n";
    std::fs::write(scene.path("pipe"), table).unwrap();
    let ended = run.ended();
    let said = "--lookup pipe: it is a pipe, so it is waited for until it ends\n";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
}

#[test]
fn a_ledger_is_a_file() {
    let scene = scene();
    pipe(&scene);
    for command in [
        "upload rows.csv --sandbox",
        "upload rows.csv --dry-run",
        "ledger status",
        "ledger forget --older-than 1d",
    ] {
        let run = scene.run(&format!("{command} --ledger pipe"));
        run.complains("/pipe: not a file, so it cannot be a ledger")
            .exits(2);
        let run = scene.run(&format!("{command} --ledger /dev/null"));
        run.complains("error: /dev/null: not a file, so it cannot be a ledger")
            .exits(2);
    }
}

#[test]
fn a_key_from_a_pipe_that_is_written_to_serves() {
    let scene = scene();
    let binary = env!("CARGO_BIN_EXE_tenjin-s2s");
    let script = format!(
        "{binary} upload rows.csv --endpoint-url http://127.0.0.1:1 --max-wait 1ms -q \
                 --sdk-key-file <(echo {KEY})"
    );
    let ended = Command::new("bash")
        .args(["-c", &script])
        .current_dir(scene.path("."))
        .env("HOME", scene.path("."))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!said.contains("key"), "{said}");
    assert_eq!(ended.status.code(), Some(3), "{said}");
}
