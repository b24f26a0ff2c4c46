//! The committed completions, asked as a shell asks them.

use std::process::Command;

use crate::support::Scene;
use crate::support::shell::{bash, run};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Lines to complete, and words among the answers. The last word is the one that is typed.
const ASKED: [(&str, &[&str]); 9] = [
    ("tenjin-s2s up", &["upload"]),
    (
        "tenjin-s2s upload --preset app",
        &["appsflyer", "appmetrica", "appmetrica-revenue"],
    ),
    (
        "tenjin-s2s presets revenuecat-t",
        &["revenuecat-transactions"],
    ),
    ("tenjin-s2s validate --kind pur", &["purchase"]),
    (
        "tenjin-s2s upload --platform andr",
        &["android", "android_other"],
    ),
    ("tenjin-s2s validate --format nd", &["ndjson"]),
    ("tenjin-s2s validate --map event_t", &["event_time="]),
    ("tenjin-s2s fields ad_", &["ad_impression"]),
    ("tenjin-s2s ledger res", &["resolve"]),
];

fn script(shell: &str) -> String {
    format!("{ROOT}/completions/tenjin-s2s.{shell}")
}

fn is_there(shell: &str) -> bool {
    Command::new(shell).arg("--version").output().is_ok()
}

/// What bash answers, by the function that it would call. It has no terminal here, so `compopt`
/// only tells what it was asked.
fn asked_of_bash(scene: &Scene, line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
    let asked = format!(
        "source {}; compopt() {{ echo \"compopt $*\" >&2; }}; COMP_WORDS=({line}); \
         COMP_CWORD={}; _tenjin__s2s tenjin-s2s '{last}' '{before}'; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        script("bash"),
        words.len() - 1,
    );
    let said = run(&mut bash(scene, &asked));
    assert_eq!(said.code, Some(0), "{line}: {}", said.stderr);
    said.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes() {
    let scene = Scene::new();
    for (line, expected) in ASKED {
        assert_eq!(asked_of_bash(&scene, line), expected, "{line}");
    }
}

#[test]
fn bash_offers_files_where_files_go() {
    let scene = Scene::with("exports.toml", "");
    for option in ["--mapping", "--lookup", "--sdk-key-file", "--config"] {
        let line = format!("tenjin-s2s upload {option} expo");
        assert_eq!(asked_of_bash(&scene, &line), ["exports.toml"], "{option}");
    }
}

#[test]
fn bash_leaves_no_space_behind_a_field() {
    let line = format!(
        "source {}; compopt() {{ echo \"compopt $*\"; }}; COMP_WORDS=(tenjin-s2s upload --map pri); \
         COMP_CWORD=3; _tenjin__s2s tenjin-s2s pri --map; echo \"${{COMPREPLY[*]}}\"",
        script("bash")
    );
    let said = run(&mut bash(&Scene::new(), &line));
    assert_eq!(said.stdout, "compopt -o nospace\nprice=\n");
}

#[test]
fn fish_completes_where_it_is_installed() {
    if !is_there("fish") {
        return;
    }
    let scene = Scene::new();
    for (line, expected) in ASKED {
        let asked = format!(
            "fish --no-config -c 'source {}; complete -C \"{line}\"'",
            script("fish")
        );
        let said = run(&mut bash(&scene, &asked));
        let mut found: Vec<&str> = said
            .stdout
            .lines()
            .map(|line| line.split('\t').next().unwrap())
            .collect();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{line}: {}", said.stderr);
    }
}

/// Types the line into a zsh with a terminal of its own, and presses TAB: where there is one
/// answer, zsh writes it, else it lists them. The marker is echoed once the list is there.
const ZSH: &str = r#"
zmodload zsh/zpty || exit 3
zpty z zsh -f -i
zpty -w z "PROMPT=; stty -echo; autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' list-colors ''"
zpty -w z "source SCRIPT; compdef _tenjin-s2s tenjin-s2s; LISTMAX=0; unsetopt zle_bracketed_paste; print READY"
zpty -r z seen '*READY*'
zpty -w -n z "LINE"$'\t'
zpty -r z seen '*EXPECTED*'
print -r -- FOUND
zpty -d z
"#;

#[test]
fn zsh_completes_where_it_is_installed() {
    if !is_there("zsh") {
        return;
    }
    let scene = Scene::new();
    for (line, expected) in ASKED {
        let text = ZSH
            .replace("SCRIPT", &script("zsh"))
            .replace("LINE", line)
            .replace("EXPECTED", expected[0]);
        let path = scene.file("ask.zsh", text);
        let asked = format!("timeout 60 zsh -f {}", path.display());
        let said = run(bash(&scene, &asked).env("TERM", "dumb"));
        assert!(said.stdout.contains("FOUND"), "{line}: {}", said.all());
    }
}

#[test]
fn powershell_and_elvish_know_the_commands_and_options() {
    for shell in ["powershell", "elvish"] {
        let text = std::fs::read_to_string(script(shell)).unwrap();
        for word in ["upload", "--preset", "--decimal-comma", "resolve"] {
            assert!(text.contains(word), "{shell}: {word}");
        }
    }
}
