//! The files of an upload, and that none of them is two things at once.
//!
//! Promise: what is written is no file that is read, and no two outputs are one file, by whatever
//! names and links they are reached. It is asked before anything is opened for writing.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::bookkeeping;
use crate::cli::UploadArgs;
use crate::input::{self, Location};
use crate::keys::KeySource;
use crate::ledger;
use crate::model::shown;

/// A file of the run, under the name that people know it by.
struct Role {
    name: &'static str,
    path: PathBuf,
    file: File,
    written: bool,
}

/// Which file a path leads to.
#[derive(PartialEq, Eq)]
enum File {
    #[cfg(unix)]
    There { device: u64, inode: u64 },
    /// It is not there yet, or the system has no numbers for files.
    Named(PathBuf),
}

/// Refuses an upload that would write over one of its own files. `config` is that of `--config`.
pub fn must_differ(args: &UploadArgs, config: Option<&Path>) -> anyhow::Result<()> {
    let mut roles: Vec<Role> = Vec::new();
    for role in written(args).into_iter().chain(read(args, config)) {
        let same = |other: &&Role| other.file == role.file && (role.written || other.written);
        if let Some(other) = roles.iter().find(same) {
            bail!(
                "{} {} and {} {} are the same file: name another one",
                other.name,
                shown(&other.path.to_string_lossy()),
                role.name,
                shown(&role.path.to_string_lossy())
            );
        }
        roles.push(role);
    }
    Ok(())
}

fn written(args: &UploadArgs) -> Vec<Role> {
    let written = |name, path: &Path| Role::new(name, path, true);
    let send = &args.send;
    let mut roles = Vec::new();
    for (name, path) in [
        ("--metrics-file", send.metrics_file.as_deref()),
        ("--report-dir", send.report_dir.as_deref()),
    ] {
        roles.extend(path.map(|path| written(name, path)));
    }
    if let Some(path) = bookkeeping::ledger_path(send) {
        roles.push(written("the ledger", &path));
        roles.extend(ledger::beside_it(&path).map(|path| written("the ledger's", &path)));
    }
    roles
}

fn read(args: &UploadArgs, config: Option<&Path>) -> Vec<Role> {
    let read = |name, path: &Path| Role::new(name, path, false);
    let (input, send) = (&args.input, &args.send);
    // What is wrong with the inputs is said where they are opened.
    let inputs = match input.inputs.as_slice() {
        [] => vec![Location::Stdin],
        inputs => input::locate(inputs).unwrap_or_default(),
    };
    let mut roles: Vec<Role> = inputs
        .iter()
        .map(|location| match location {
            Location::File(path) => read("the input", path),
            Location::Stdin => read("standard input", Path::new("/dev/stdin")),
        })
        .collect();
    let keys = input.apps.iter().filter_map(|app| match &app.key {
        Some(KeySource::File(path)) => Some(path.as_path()),
        _ => None,
    });
    for (name, path) in [
        ("--mapping", input.mapping.as_deref()),
        ("--lookup", input.lookup.as_deref()),
        ("--config", config),
        ("--ca-file", send.ca_file.as_deref()),
        ("the key file", send.sdk_key_file.as_deref()),
    ] {
        roles.extend(path.map(|path| read(name, path)));
    }
    roles.extend(keys.map(|path| read("the key file", path)));
    roles
}

impl Role {
    fn new(name: &'static str, path: &Path, written: bool) -> Self {
        Role {
            name,
            path: path.to_owned(),
            file: File::at(path),
            written,
        }
    }
}

impl File {
    fn at(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(about) = path.metadata() {
            use std::os::unix::fs::MetadataExt;
            return File::There {
                device: about.dev(),
                inode: about.ino(),
            };
        }
        File::Named(whole(path))
    }
}

/// The path without links, as far as it exists.
fn whole(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let folder = folder
        .canonicalize()
        .or_else(|_| std::path::absolute(folder));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
