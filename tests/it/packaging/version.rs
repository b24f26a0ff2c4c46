//! `--version`, and the build script that finds the commit for it.

use std::path::Path;
use std::process::Command;

use crate::support::Scene;

#[allow(dead_code, reason = "cargo calls its main")]
#[path = "../../../build.rs"]
mod build;

const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn it_says_number_commit_target_and_features() {
    let scene = Scene::new();
    let said = scene.run("--version").prints().exits(0).stdout;
    let lines: Vec<&str> = said.lines().collect();
    let number = format!("tenjin-s2s {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(lines[0], number);
    assert!(lines[1].starts_with("commit    "), "{said}");
    assert!(lines[2].starts_with("target    "), "{said}");
    let features = "features  gzip, zstd, SQLite 3.";
    assert!(lines[3].starts_with(features), "{said}");
    assert!(lines[3].ends_with(", TLS by rustls"), "{said}");
    assert_eq!(lines.len(), 4, "{said}");
    let short = scene.run("-V").prints().exits(0).stdout;
    assert_eq!(short, format!("{number}\n"));
}

#[test]
fn a_debug_build_says_that_it_does_not_know_its_commit() {
    let said = Scene::new().run("--version").prints().exits(0).stdout;
    let is_debug = cfg!(debug_assertions);
    assert_eq!(
        said.contains("commit    unknown (a debug build)\n"),
        is_debug
    );
}

#[test]
fn a_package_says_its_commit() {
    let note =
        format!("{{\n  \"git\": {{\n    \"sha1\": \"{HASH}\"\n  }},\n  \"path_in_vcs\": \"\"\n}}");
    let scene = Scene::with(".cargo_vcs_info.json", &note);
    let commit = || build::commit(&scene.path("."));
    assert_eq!(commit().as_deref(), Some("0123456789ab"));
    let changed = note.replace(
        &format!("{HASH}\""),
        &format!("{HASH}\",\n    \"dirty\": true"),
    );
    scene.file(".cargo_vcs_info.json", changed);
    assert_eq!(commit().as_deref(), Some("0123456789ab, changed"));
    for odd in [HASH.replace('0', "g"), "0123".into(), "é".repeat(40)] {
        scene.file(".cargo_vcs_info.json", note.replace(HASH, &odd));
        assert_eq!(commit(), None, "{odd}");
    }
}

#[test]
fn a_clone_says_its_commit_and_whether_it_was_changed() {
    let scene = Scene::with("Cargo.toml", "a");
    let root = scene.path(".");
    for arguments in ["init --quiet", "add Cargo.toml", "commit --quiet -m a"] {
        git(&root, arguments);
    }
    let hash = git(&root, "rev-parse HEAD");
    assert_eq!(build::commit(&root).as_deref(), Some(&hash[..12]));
    scene.file("not-ours.csv", "untracked files are no change");
    assert_eq!(build::commit(&root).as_deref(), Some(&hash[..12]));
    scene.file("Cargo.toml", "b");
    let changed = format!("{}, changed", &hash[..12]);
    assert_eq!(build::commit(&root), Some(changed));
}

#[test]
fn a_folder_in_somebody_elses_repository_has_no_commit() {
    let scene = Scene::with("inner/Cargo.toml", "a");
    let root = scene.path(".");
    for arguments in ["init --quiet", "add inner", "commit --quiet -m a"] {
        git(&root, arguments);
    }
    assert_eq!(build::commit(&scene.path("inner")), None);
}

/// Runs git as somebody who has set nothing up.
fn git(root: &Path, arguments: &str) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@localhost", "-C"]);
    let output = command
        .arg(root)
        .args(arguments.split(' '))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
