//! The files of an upload: where the ledger is, whether rows can be recognised when they come again,
//! and that no file is two things at once.
//!
//! Promise: what is written is no file that is read, and no two outputs are one file, by whatever
//! names and links they are reached. It is asked before anything is opened for writing.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::Reading;
use crate::cli::{SendArgs, UploadArgs};
use crate::delivery::feed::Opened;
use crate::input::{self, Location};
use crate::keys::KeySource;
use crate::ledger;
use crate::mapping::guess;
use crate::model::shown;
use crate::schema::Key;

/// Which file a path leads to.
#[derive(PartialEq, Eq)]
enum File {
    #[cfg(unix)]
    There { device: u64, inode: u64 },
    /// It is not there yet, or the system has no numbers for files.
    Named(PathBuf),
}

/// The name that people know a file of the run by, and where it is.
type Role = (&'static str, PathBuf);

/// Refuses an upload that would write over one of its own files. `config` is that of `--config`.
pub fn must_differ(args: &UploadArgs, config: Option<&Path>) -> anyhow::Result<()> {
    let written = written(&args.send);
    let read = read(args, config);
    let all = written.iter().chain(&read);
    let all: Vec<(&Role, File)> = all.map(|role| (role, File::at(&role.1))).collect();
    for (at, (role, file)) in all.iter().enumerate() {
        // What is only read may be read twice.
        let others = &all[..at.min(written.len())];
        if let Some((other, _)) = others.iter().find(|(_, other)| other == file) {
            let said = |(name, path): &Role| format!("{name} {}", shown(&path.to_string_lossy()));
            bail!(
                "{} and {} are the same file: name another one",
                said(other),
                said(role)
            );
        }
    }
    Ok(())
}

/// The roles of those paths that there are.
fn named<'a>(roles: impl IntoIterator<Item = (&'static str, Option<&'a Path>)>) -> Vec<Role> {
    let roles = roles.into_iter();
    roles
        .filter_map(|(name, path)| Some((name, path?.into())))
        .collect()
}

fn written(send: &SendArgs) -> Vec<Role> {
    let mut roles = named([
        ("--metrics-file", send.metrics_file.as_deref()),
        ("--report-dir", send.report_dir.as_deref()),
    ]);
    if let Some(path) = ledger_path(send) {
        roles.extend(ledger::beside_it(&path).map(|path| ("the ledger's", path)));
        roles.push(("the ledger", path));
    }
    roles
}

fn read(args: &UploadArgs, config: Option<&Path>) -> Vec<Role> {
    let (input, send) = (&args.input, &args.send);
    // What is wrong with the inputs is said where they are opened.
    let inputs = match input.inputs.as_slice() {
        [] => vec![Location::Stdin],
        inputs => input::locate(inputs).unwrap_or_default(),
    };
    let inputs = inputs.into_iter().map(|location| match location {
        Location::File(path) => ("the input", path),
        Location::Stdin => ("standard input", Path::new("/dev/stdin").into()),
    });
    let keys = input.apps.iter().map(|app| match &app.key {
        Some(KeySource::File(path)) => ("the key file", Some(path.as_path())),
        _ => ("the key file", None),
    });
    let options = named([
        ("--mapping", input.mapping.as_deref()),
        ("--lookup", input.lookup.as_deref()),
        ("--config", config),
        ("--ca-file", send.ca_file.as_deref()),
        ("the key file", send.sdk_key_file.as_deref()),
    ]);
    inputs.chain(options).chain(named(keys)).collect()
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

/// Whether there is a place for the ledger, and the options fit what is read.
pub(super) fn can_be_kept(args: &SendArgs, reading: &Reading<'_>) -> anyhow::Result<()> {
    if ledger_path(args).is_none() && !args.sandbox {
        bail!("no place for the ledger: set HOME or XDG_STATE_HOME, or name a file with --ledger");
    }
    let inputs = reading.locations.len();
    if args.input_name.is_some() && inputs > 1 {
        bail!(
            "--input-name is the name of one content that grows, and here are {inputs} inputs: \
             upload them one by one, each under a name of its own"
        );
    }
    Ok(())
}

/// A file whose rows nothing identifies would be sent again by each run: the options must say more.
/// NDJSON says so only row by row.
pub fn must_identify(opened: &[Opened]) -> anyhow::Result<()> {
    const KEYS: [Key; 5] = [
        Key::EventId,
        Key::EventTime,
        Key::PurchaseDate,
        Key::GooglePlayPurchaseToken,
        Key::OriginalTransactionId,
    ];
    let nameless = |input: &&Opened| {
        let has = |key: &Key| input.binding.has(key.name());
        input.source.header().is_some() && !KEYS.iter().any(has)
    };
    match opened.iter().find(nameless) {
        None => Ok(()),
        Some(input) => bail!(
            "{}: no column gives event_id or event_time, so rows could not be recognised when \
             they come again: map one ({}), or name this input yourself \
             (--input-name NAME), the same name each time the same rows are uploaded",
            input.source.name(),
            telling(input)
        ),
    }
}

/// Where the ledger is; none where it is thrown away, or where there is no place for one.
pub(super) fn ledger_path(args: &SendArgs) -> Option<PathBuf> {
    let default = || (!args.sandbox).then(ledger::default_path).flatten();
    args.ledger.clone().or_else(default)
}

/// The column that may tell rows apart, or how to name one.
fn telling(input: &Opened) -> String {
    let header = input.source.header();
    let found = header.and_then(|header| guess::identity(header.names(), &input.binding));
    let found = found.map(|words| shown(&words).into_string());
    found.unwrap_or_else(|| "--map event_id=COLUMN".to_owned())
}
