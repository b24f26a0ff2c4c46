//! The guides: every command in them runs, from the file that they stand in.
//!
//! Programs of others (databases, engines, schedulers) are stood in for: they print rows, or run
//! what they are told to.

#![allow(clippy::print_stderr, reason = "it says what it leaves out")]

use super::prepared::{RUN, earlier_run_at, ndjson, private, scene};
use crate::support::shell::{bash, run};
use crate::support::{Behaviour, Scene, Scripted};
use tenjin_s2s::cli::guides::{ALL, Guide};
use tenjin_s2s::model::DEFAULT_MAX_AGE_DAYS;

/// The blocks of shell in a guide.
fn blocks(guide: &Guide) -> Vec<&'static str> {
    let parts = guide.text.split("```sh\n").skip(1);
    parts
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// Programs that print the events of the scene, packed or not, and one that runs its command for
/// each word behind `:::`.
const OTHERS: [(&str, &str); 6] = [
    ("duckdb", "cat events.csv"),
    ("psql", "cat events.csv"),
    ("bq", "cat events.csv"),
    ("aws", "cat events.ndjson.gz"),
    (
        "parallel",
        "shift 2; all=\"$*\"; line=\"${all%%:::*}\"; for word in ${all##*:::}; do ${line//\\{\\}/$word} || exit; done",
    ),
    ("sleep", ":"),
];

/// Programs that act on the machine: that they are called is all that can be tried here.
const ELSEWHERE: [&str; 4] = ["systemctl", "journalctl", "docker", "kubectl"];

fn with_others() -> Scene {
    let scene = scene();
    for (name, line) in OTHERS {
        program(&scene, name, line);
    }
    for name in ELSEWHERE {
        program(&scene, name, ":");
    }
    if run(&mut bash(&scene, "command -v sqlite3")).code != Some(0) {
        eprintln!("NOT TRIED, sqlite3 is not installed: queries of the ledger");
        program(&scene, "sqlite3", ":");
    }
    scene.file("users.csv", "customer_user_id,analytics_installation_id\n");
    scene.file("tenjin-s2s-reports/run/report.json", "{}");
    scene.file("events.sql", "SELECT 1");
    scene.file("events.ndjson", ndjson());
    for folder in ["exports", "exports/game", "exports/puzzle"] {
        scene.file(&format!("{folder}/events.csv"), scene.read("events.csv"));
    }
    scene.file("sample.csv", scene.read("export.csv"));
    let key = scene.file("sdk_key", "KEY\n");
    private(&key);
    scene
}

fn program(scene: &Scene, name: &str, line: &str) {
    let path = scene.file(&format!("others/{name}"), format!("#!/bin/bash\n{line}\n"));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, mode).unwrap();
    }
}

/// Runs a block as it stands, in a scene where what it names is there; only the id of a run is one
/// that is there, and nothing goes to Tenjin. What is about earlier runs finds one, whose rows are
/// in doubt where that is the matter; the server answers from then on.
fn runs(guide: &Guide, block: &str) {
    let scene = with_others();
    let lost = if guide.name == "doubt" { 5 } else { 0 };
    let server = Scripted::new(vec![Behaviour::CloseAfterRead; lost], Behaviour::accepted());
    let tonight = "cp events.csv \"exports/events-$(date +%F).csv\"";
    let mut script = format!("set -e; PATH=\"$PWD/others:$PATH\"; {tonight}\n{block}");
    if ["doubt", "sent", "monitoring", "undo"].contains(&guide.name) {
        let id = earlier_run_at(&scene, &server.url(), i32::from(lost > 0));
        script = script.replace(RUN, &id);
    }
    let mut command = bash(&scene, &script);
    command.env("TENJIN_SDK_KEY", "KEY");
    // A rehearsal has its own server, and other commands do not know that option.
    if block.contains(" upload ") && !block.contains("--sandbox") {
        command.env("TENJIN_S2S_ENDPOINT_URL", server.url());
    }
    let said = run(&mut command);
    assert_eq!(
        said.code,
        Some(0),
        "{}:\n{block}\n{}",
        guide.name,
        said.all()
    );
}

/// What is written of the default age is what is in force.
#[test]
fn the_default_age_is_the_same_in_all_texts() {
    let readme = include_str!("../../../README.md");
    let guides = ALL.iter().map(|guide| guide.text);
    let said = Scene::new().run("validate --help").prints().exits(0).stdout;
    let config = Scene::new().run("config").prints().exits(0).stdout;
    let texts = guides.chain([readme, &said, &config]).collect::<Vec<_>>();
    let mut found = 0;
    for before in ["older than ", "default ", "max-age "] {
        let text = texts
            .join("\n")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        for rest in text.split(before).skip(1) {
            let words = rest.split(' ').take(2).collect::<Vec<_>>();
            let [number, days] = words[..] else { continue };
            if !days.starts_with("days") {
                continue;
            }
            assert_eq!(
                number,
                DEFAULT_MAX_AGE_DAYS.to_string(),
                "{before}{number} days"
            );
            found += 1;
        }
    }
    assert_eq!(found, 5);
    assert!(
        config.contains(&format!("{DEFAULT_MAX_AGE_DAYS}d where a time is mapped")),
        "{config}"
    );
}

#[test]
fn every_command_runs() {
    for guide in ALL {
        let blocks = blocks(guide);
        assert!(!blocks.is_empty(), "{}", guide.name);
        blocks.iter().for_each(|block| runs(guide, block));
    }
}

/// Runs a block with a program in our place that ends with these codes, the last one from then on;
/// the code of the block, and how often the program and `sleep` were started.
fn with_codes(block: &str, codes: &[&str]) -> (Option<i32>, usize, usize) {
    let scene = Scene::new();
    program(&scene, "sleep", "echo >> slept");
    let codes = codes.join(" ");
    let line = format!(
        "echo >> ran; codes=({codes}); try=$(wc -l < ran); \
         exit ${{codes[$((try > ${{#codes[@]}} ? ${{#codes[@]}} - 1 : try - 1))]}}"
    );
    program(&scene, "tenjin-s2s", &line);
    let script = format!("PATH=\"$PWD/others:$PATH\"; touch ran slept\n{block}");
    let code = run(&mut bash(&scene, &script)).code;
    let lines = |name: &str| scene.read(name).lines().count();
    (code, lines("ran"), lines("slept"))
}

#[test]
fn loops_try_again_after_3_alone_and_end_with_the_last_code() {
    let all = ALL.iter().flat_map(blocks);
    let loops: Vec<&str> = all.filter(|block| block.contains("\ndone")).collect();
    assert!(!loops.is_empty());
    for block in loops {
        for code in [0, 1, 2, 4, 5, 130, 137] {
            let once = (Some(code), 1, 0);
            assert_eq!(with_codes(block, &[&code.to_string()]), once, "{block}");
        }
        assert_eq!(with_codes(block, &["3"]), (Some(3), 3, 2), "{block}");
        assert_eq!(with_codes(block, &["3", "0"]), (Some(0), 2, 1), "{block}");
        assert_eq!(
            with_codes(block, &["3", "3", "1"]),
            (Some(1), 3, 2),
            "{block}"
        );
    }
}

#[test]
fn every_option_and_command_that_they_name_is_there() {
    let mut command = tenjin_s2s::cli::command();
    command.build();
    let mut known = Vec::new();
    options(&command, &mut known);
    for guide in ALL {
        let in_prose = guide.text.split("```").step_by(2);
        for word in in_prose.flat_map(|text| text.split('`').skip(1).step_by(2)) {
            let mut words = word.split([' ', '=']).filter(|word| word.starts_with("--"));
            let unknown = words.find(|word| !known.contains(&(*word).to_owned()));
            assert_eq!(unknown, None, "{}: {word}", guide.name);
        }
    }
}

fn options(command: &clap::Command, known: &mut Vec<String>) {
    let longs = command.get_arguments().filter_map(clap::Arg::get_long);
    known.extend(longs.map(|long| format!("--{long}")));
    for sub in command.get_subcommands() {
        options(sub, known);
    }
}

#[test]
fn they_are_listed_printed_and_in_the_man_page() {
    let scene = Scene::new();
    let list = scene.run("guide").prints().exits(0).stdout;
    assert_eq!(list.lines().count(), ALL.len());
    let page = scene.run("man").prints().exits(0).stdout;
    for guide in ALL {
        assert!(list.contains(guide.title()), "{list}");
        let text = scene
            .run(&format!("guide {}", guide.name))
            .prints()
            .exits(0)
            .stdout;
        assert_eq!(text, guide.text);
        let heading = format!(".SS \"{}\"\n", guide.title().replace('-', "\\-"));
        assert!(page.contains(&heading), "{heading}");
    }
    scene.run("guide nightl").complains("'nightly'").exits(2);
}

#[test]
fn files_to_copy_that_they_name_are_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for guide in ALL {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let words = guide.text.split(|c: char| !is_part(c));
        for path in words.filter(|word| word.starts_with("packaging/")) {
            count += 1;
            assert!(
                root.join(path.trim_end_matches('.')).exists(),
                "{}: {path}",
                guide.name
            );
        }
    }
    assert!(count >= 5, "{count}");
}
