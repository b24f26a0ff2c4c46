//! The rules of this repository, checked: committed completions are what the command prints, imports
//! point down only, every file says what it is.

#![expect(clippy::unwrap_used, reason = "tests")]

mod imports;

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
        "validate",
        "upload",
        "sandbox",
        "fields",
        "presets",
        "test",
        "ledger",
        "config",
        "reconcile",
    ] {
        assert!(page.contains(command), "{command}");
    }
    assert!(page.starts_with(".ie"), "roff");
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

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}
