//! A configuration file: where it is, whether it may be trusted, and where something in it stands.
//!
//! A file in the working directory may have come with somebody's download: it must belong to the
//! user or root, and nobody else may be able to change it.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, ensure};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::shown;
use crate::named_file::{NamedFile, nearest_file};
use crate::report::layout::wrapped;
use crate::toml_words::in_words;

/// What the file is called where nobody names it.
const NAME: &str = "tenjin-s2s.toml";
/// More than any honest configuration.
const LONGEST: usize = 1 << 20;

/// The options that describe the data: all that such a file may set. Whoever made the folder made
/// the data, too, so it may say how to read it; where keys go, what is written and what is sent is
/// the user's alone to say. Options that are not here are refused, new ones included.
pub const DATA_OPTIONS: [&str; 11] = [
    "format",
    "delimiter",
    "encoding",
    "preset",
    "mapping",
    "map",
    "kind",
    "timezone",
    "time_format",
    "decimal_comma",
    "decimal_point",
];

/// That rule and the list, as help shows it.
pub fn data_options_help() -> String {
    let names = wrapped(&DATA_OPTIONS.join(", "), 77);
    format!(
        "\
A tenjin-s2s.toml that is found in the working directory may have come with a
download, so it may only say how to read the data; your own file counts for the
rest. Its keys:
  {}",
        names.join("\n  ")
    )
}

/// How the file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// By `--config`.
    Named,
    /// It lies where the program was started.
    WorkingDirectory,
    /// In the user's configuration directory.
    UserDirectory,
}

/// Reads the files that count, the strongest first: the named one alone, else that of the working
/// directory before the user's own. Only a named one must be there.
pub(super) fn find(named: Option<&Path>) -> anyhow::Result<Vec<Document>> {
    if let Some(path) = named {
        let found = read(path, Origin::Named)?;
        ensure!(
            found.is_some(),
            "--config {}: there is no such file{}",
            shown(&path.to_string_lossy()),
            nearest_file(path)
        );
        return Ok(found.into_iter().collect());
    }
    let here = Path::new(NAME);
    let own = own_file();
    let is_own = |own: &PathBuf| match (own.canonicalize(), here.canonicalize()) {
        (Ok(own), Ok(here)) => own == here,
        _ => false,
    };
    let mut found = Vec::new();
    if !own.as_ref().is_some_and(is_own) {
        found.extend(read(here, Origin::WorkingDirectory)?);
    }
    if let Some(own) = own {
        found.extend(read(&own, Origin::UserDirectory)?);
    }
    Ok(found)
}

/// Where files are looked for that nobody names.
pub(super) fn places() -> Vec<String> {
    let here = std::path::absolute(NAME).unwrap_or_else(|_| NAME.into());
    let places = [Some(here), own_file()].into_iter().flatten();
    places
        .map(|path| shown(&path.to_string_lossy()).into())
        .collect()
}

fn own_file() -> Option<PathBuf> {
    user_directory().map(|folder| folder.join(NAME))
}

/// `$XDG_CONFIG_HOME/tenjin-s2s`, else `~/.config/tenjin-s2s`; on Windows in `%APPDATA%`.
fn user_directory() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = std::env::var_os(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let home = || absolute("HOME").map(|home| home.join(".config"));
    let config = if cfg!(windows) {
        absolute("APPDATA")
    } else {
        absolute("XDG_CONFIG_HOME").or_else(home)
    };
    config.map(|folder| folder.join("tenjin-s2s"))
}

fn read(path: &Path, origin: Origin) -> anyhow::Result<Option<Document>> {
    let option = if origin == Origin::Named {
        "--config "
    } else {
        ""
    };
    let name = || format!("{option}{}", shown(&path.to_string_lossy()));
    // Nobody waits for a pipe that was put there.
    if origin != Origin::Named && path.exists() && !path.is_file() {
        return Ok(None);
    }
    let file = match NamedFile::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        // `HOME=/dev/null` is how a service says that it has no home.
        Err(error) if origin == Origin::UserDirectory && is_no_folder(&error) => return Ok(None),
        file => file.with_context(name)?,
    };
    if origin == Origin::WorkingDirectory {
        must_be_trusted(file.about()).with_context(name)?;
    }
    let text = file.read_text(LONGEST).with_context(name)?;
    let name = shown(&path.to_string_lossy()).into();
    Ok(Some(Document { name, text, origin }))
}

/// Part of the path is a file, so that nothing can lie below it.
fn is_no_folder(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::NotADirectory
}

#[cfg(unix)]
fn must_be_trusted(about: &Metadata) -> anyhow::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    let way_out = "take it away, or name it with --config if you trust it";
    ensure!(
        about.uid() == user || about.uid() == 0,
        "a configuration file in the working directory that belongs to somebody else is not used: {way_out}"
    );
    ensure!(
        about.mode() & 0o022 == 0,
        "others can change this configuration file (mode {:03o}), so it is not used: run `chmod go-w` on it, or {way_out}",
        about.mode() & 0o777
    );
    Ok(())
}

#[cfg(not(unix))]
fn must_be_trusted(_: &Metadata) -> anyhow::Result<()> {
    Ok(())
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Document {
    /// The path as people know it.
    pub(super) name: String,
    pub(super) text: String,
    origin: Origin,
}

impl Document {
    /// Reads the text as TOML.
    pub(super) fn parse(&self) -> anyhow::Result<Spanned<DeTable<'_>>> {
        DeTable::parse(&self.text).map_err(|error| {
            let at = error.span().unwrap_or_default();
            self.fault(at, &in_words(error.message()))
        })
    }

    /// Whether it was found in the working directory, where anybody may have put it.
    pub(super) fn is_found_here(&self) -> bool {
        self.origin == Origin::WorkingDirectory
    }

    /// A key that a file in the working directory may not set.
    pub(super) fn forbidden(&self, at: Range<usize>, key: &str) -> anyhow::Error {
        let text = format!(
            "a file found in the working directory may not set `{key}`: it may have come with a \
             download; pass --config {} if it is yours",
            self.name
        );
        self.fault(at, &text)
    }

    /// `tenjin-s2s.toml:3:8: what is wrong`
    pub(super) fn fault(&self, at: Range<usize>, text: &str) -> anyhow::Error {
        anyhow!("{}: {text}", self.place(at.start))
    }

    /// The file, the line and the column, both from 1.
    fn place(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[start..].chars().count() + 1;
        format!("{}:{}:{column}", self.name, self.line(at))
    }

    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(&self.text);
        memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1
    }

    pub(super) fn table<'d, 't>(
        &self,
        value: &'d Spanned<DeValue<'t>>,
        otherwise: &str,
    ) -> anyhow::Result<&'d DeTable<'t>> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.fault(value.span(), otherwise))
    }

    pub(super) fn text<'d>(&self, value: &'d Spanned<DeValue<'_>>) -> anyhow::Result<&'d str> {
        let text = value.get_ref().as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| self.fault(value.span(), "write a text in quotes that is not empty"))
    }
}
