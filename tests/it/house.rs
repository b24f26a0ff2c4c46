//! The house's own rules, checked: committed completions are what the command prints, imports
//! point down only, every file says what it is.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn printed(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn committed_completions_are_what_the_command_prints() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let path = Path::new(ROOT).join(format!("completions/tenjin-s2s.{shell}"));
        let now = printed(&["completions", shell]);
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &now).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap();
        assert!(
            committed == now,
            "{shell}: BLESS=1 cargo test --test it house::"
        );
    }
}

#[test]
fn the_man_page_names_every_command() {
    let page = printed(&["man"]);
    for command in [
        "validate", "upload", "sandbox", "fields", "presets", "test", "ledger", "config",
    ] {
        assert!(page.contains(command), "{command}");
    }
    assert!(page.starts_with(".ie"), "roff");
}

/// The stations, from the words up; a file may use its own level and those below.
const LEVELS: [&[&str]; 5] = [
    &[
        "bounded", "clock", "event", "kind", "outcome", "row", "secret", "wire", "rate", "exit",
        "guides",
    ],
    &["forms", "identity", "schema", "nearest", "verdict", "keys"],
    &[
        "fields",
        "guess",
        "input",
        "lookup",
        "mapping",
        "presets",
        "normalise",
        "ledger",
        "transport",
        "sandbox",
        "stats",
        "report",
    ],
    &["pipeline", "console", "warnings", "signals", "bug"],
    &[
        "app_keys",
        "bookkeeper",
        "plan",
        "cli",
        "commands",
        "config",
    ],
];

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|modules| modules.contains(&module))
}

fn sources() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(ROOT).join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// `crate::input::Chunk` in a file names the module `input`.
fn modules_named(text: &str) -> Vec<String> {
    let words = text.split("crate::").skip(1);
    let name = |rest: &str| {
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    words.map(name).collect()
}

#[test]
fn imports_point_down_only() {
    let mut wrong = Vec::new();
    for path in sources() {
        let inside = path.strip_prefix(Path::new(ROOT).join("src")).unwrap();
        let first = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap();
        let Some(own) = level(first.trim_end_matches(".rs")) else {
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for module in modules_named(code) {
            if level(&module).is_some_and(|used| used > own) {
                wrong.push(format!("{} uses {module}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_has_a_level() {
    let lib = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap();
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod "));
    let lost: Vec<_> = modules
        .map(|name| name.trim_end_matches(';'))
        .filter(|name| level(name).is_none())
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}
