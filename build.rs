//! Tells the program which commit it is built from, for `--version`.
//!
//! A package made by `cargo package` says it in `.cargo_vcs_info.json`, a clone says it through
//! git. Debug builds do not look, since every commit would compile the program again. No time and
//! no path goes in, so that the same commit gives the same bytes.

#![allow(
    clippy::print_stdout,
    reason = "cargo reads what a build script prints"
)]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name| env::var(name).unwrap_or_default();
    let root = variable("CARGO_MANIFEST_DIR");
    let commit = match variable("PROFILE").as_str() {
        "release" => commit(Path::new(&root)).unwrap_or("unknown".into()),
        _ => "unknown (a debug build)".into(),
    };
    // Not TENJIN_S2S_…: `cargo run` passes them on, and those are options of the program.
    println!("cargo::rustc-env=BUILT_FROM={commit}");
    println!("cargo::rustc-env=BUILT_FOR={}", variable("TARGET"));
}

/// The commit of the source in this folder, if it can be known.
pub(crate) fn commit(root: &Path) -> Option<String> {
    packaged(root).or_else(|| cloned(root))
}

/// What `cargo package` noted.
fn packaged(root: &Path) -> Option<String> {
    let note = fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?;
    let (_, rest) = note.split_once("\"sha1\": \"")?;
    let is_changed = rest.contains("\"dirty\": true");
    named(rest.split('"').next()?, is_changed)
}

/// What git says, if this folder is a clone itself: one that merely lies in a repository of
/// something else has no commit there.
fn cloned(root: &Path) -> Option<String> {
    if !root.join(".git").exists() {
        return None;
    }
    for watched in ["src", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    // It grows with each move of HEAD. A file that is missing would always count as changed.
    let log = root.join(git(root, &["rev-parse", "--git-path", "logs/HEAD"])?);
    if log.exists() {
        println!("cargo::rerun-if-changed={}", log.display());
    }
    let hash = git(root, &["rev-parse", "HEAD"])?;
    let changes = git(root, &["status", "--porcelain", "--untracked-files=no"])?;
    named(&hash, !changes.is_empty())
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.args(["--no-optional-locks", "-C"]).arg(root);
    let output = command.args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Twelve digits name a commit, and say so if the source is not quite it.
fn named(hash: &str, is_changed: bool) -> Option<String> {
    let is_hash = hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let short = hash.get(..12).filter(|_| is_hash)?;
    let more = if is_changed { ", changed" } else { "" };
    Some(format!("{short}{more}"))
}
