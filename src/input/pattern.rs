//! Patterns over file names, for those that the shell did not expand.
//!
//! One component of a path is matched at a time. Names that are not UTF-8 match as if what cannot
//! be read were one character, and are opened by their own bytes.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use glob::{MatchOptions, Pattern};

use crate::model::shown;

/// Matches any number of directories.
const ANY_DEPTH: &str = "**";

/// Whether a name may be meant as a pattern.
pub(super) fn is_pattern(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.iter().any(|byte| b"*?[".contains(byte))
}

/// The files that match, in order.
///
/// # Errors
/// What is no pattern, matches nothing, or a directory that cannot be listed.
pub(super) fn matches(pattern: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        found = match component {
            Component::Normal(name) if name == ANY_DEPTH => below_all(found)?,
            Component::Normal(name) if is_pattern(name) => named(&found, name)?,
            other => found.into_iter().map(|base| base.join(other)).collect(),
        };
    }
    found.retain(|path| path.is_file() || path.exists() && !path.is_dir());
    if found.is_empty() {
        bail!("matches no file");
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// What in these directories has such a name.
fn named(bases: &[PathBuf], name: &OsStr) -> anyhow::Result<Vec<PathBuf>> {
    let options = MatchOptions {
        require_literal_leading_dot: true,
        ..MatchOptions::new()
    };
    let pattern = Pattern::new(&name.to_string_lossy()).context("not a pattern")?;
    let mut found = Vec::new();
    for base in bases {
        for name in listed(base)? {
            if pattern.matches_with(&name.to_string_lossy(), options) {
                found.push(base.join(name));
            }
        }
    }
    Ok(found)
}

/// These directories and all below them, hidden ones and links left out.
fn below_all(mut bases: Vec<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let mut at = 0;
    while let Some(base) = bases.get(at).cloned() {
        for name in listed(&base)? {
            let path = base.join(&name);
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if !is_hidden && path.is_dir() && !path.is_symlink() {
                bases.push(path);
            }
        }
        at += 1;
    }
    Ok(bases)
}

/// The names in a directory; none in what is no directory.
fn listed(base: &Path) -> anyhow::Result<Vec<std::ffi::OsString>> {
    let place = if base.as_os_str().is_empty() {
        Path::new(".")
    } else {
        base
    };
    let what = || format!("cannot list {}", shown(&place.to_string_lossy()));
    let entries = match place.read_dir() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        entries => entries.with_context(what)?,
    };
    entries
        .map(|entry| Ok(entry.with_context(what)?.file_name()))
        .collect()
}
