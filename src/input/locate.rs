//! INPUT arguments into places to read: files, patterns, directories, standard input.
//!
//! Nothing is opened here. What does not exist, matches nothing or is named twice is a usage
//! error that says which argument it was.
//!
//! Patterns over file names, for those that the shell did not expand.
//!
//! One component of a path is matched at a time. Names that are not UTF-8 match as if what cannot
//! be read were one character, and are opened by their own bytes.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt;
use std::io::{ErrorKind, IsTerminal};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use glob::{MatchOptions, Pattern};

use crate::model::{drives_terminal, shown};
use crate::named_file::not_opened;

/// The endings by which a directory's exports are known, `.gz` and `.zst` aside.
const ENDINGS: [&str; 6] = ["csv", "tsv", "txt", "ndjson", "jsonl", "json"];
const COMPRESSED: [&str; 2] = ["gz", "zst"];

/// Where an input is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Location {
    /// A file, or what is opened like one.
    File(PathBuf),
    /// `-`.
    Stdin,
}

impl fmt::Display for Location {
    /// The path with nothing in it that drives a terminal, or `<stdin>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Location::File(path) = self else {
            return f.write_str("<stdin>");
        };
        for c in path.to_string_lossy().chars() {
            if drives_terminal(c) {
                write!(f, "{}", c.escape_default())?;
            } else {
                fmt::Write::write_char(f, c)?;
            }
        }
        Ok(())
    }
}

/// Where to read, in the order of the arguments. No argument means standard input, unless that
/// is a terminal.
///
/// # Errors
/// What does not exist, matches nothing, or is named twice.
pub fn locate(args: &[impl AsRef<OsStr>]) -> anyhow::Result<Vec<Location>> {
    if args.is_empty() {
        if std::io::stdin().is_terminal() {
            bail!("no input; name files, patterns or directories, or - for standard input");
        }
        return Ok(vec![Location::Stdin]);
    }
    let mut found = Vec::new();
    for arg in args {
        let arg = arg.as_ref();
        let name = || shown(&arg.to_string_lossy());
        found.extend(places(arg).with_context(|| format!("input {:?}", name()))?);
    }
    once_each(&found)?;
    Ok(found)
}

fn places(arg: &OsStr) -> anyhow::Result<Vec<Location>> {
    if arg == "-" {
        return Ok(vec![Location::Stdin]);
    }
    let path = Path::new(arg);
    let paths = match path.metadata() {
        Ok(about) if about.is_dir() => directory(path)?,
        Ok(_) => vec![path.to_owned()],
        Err(_) if path.is_symlink() => return Err(dangling(path)),
        Err(_) if is_pattern(arg) => matches(path)?,
        Err(error) => return Err(not_opened(path, error)),
    };
    Ok(paths.into_iter().map(Location::File).collect())
}

/// The exports in a directory. A link to one of them, such as `latest.csv`, is not read twice.
fn directory(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = path.read_dir().context("cannot list it")?;
    let (mut paths, mut links) = (Vec::new(), Vec::new());
    for entry in entries {
        let path = entry.context("cannot list it")?.path();
        if !is_export(&path) {
            continue;
        }
        match path.metadata() {
            Ok(about) if !about.is_file() => {}
            Ok(_) if path.is_symlink() => links.push(path),
            Ok(_) => paths.push(path),
            Err(error) if error.kind() == ErrorKind::NotFound && path.is_symlink() => {
                return Err(dangling(&path).context(shown(&path.to_string_lossy()).into_string()));
            }
            Err(error) => {
                return Err(error).context(shown(&path.to_string_lossy()).into_string());
            }
        }
    }
    let mut own: Vec<PathBuf> = paths.iter().map(|path| real(path)).collect();
    for link in links {
        let target = real(&link);
        if !own.contains(&target) {
            own.push(target);
            paths.push(link);
        }
    }
    if paths.is_empty() {
        bail!(
            "no exports in this directory; files are known by their endings: {} (and .gz, .zst)",
            ENDINGS.join(" ")
        );
    }
    paths.sort();
    Ok(paths)
}

fn dangling(link: &Path) -> anyhow::Error {
    match link.read_link() {
        Ok(target) => anyhow!(
            "it is a link to {:?}, which is not there",
            shown(&target.to_string_lossy())
        ),
        Err(error) => anyhow!(error).context("it is a link that leads nowhere"),
    }
}

/// The file itself, by whatever name it was reached.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn is_export(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    let mut parts: Vec<&str> = name.split('.').collect();
    if parts.last().is_some_and(|last| COMPRESSED.contains(last)) {
        parts.pop();
    }
    let hidden = name.starts_with('.');
    !hidden && parts.len() > 1 && parts.last().is_some_and(|last| ENDINGS.contains(last))
}

/// The same file twice would be the same rows twice.
fn once_each(found: &[Location]) -> anyhow::Result<()> {
    let mut seen: HashMap<PathBuf, &Location> = HashMap::new();
    for location in found {
        let identity = match location {
            Location::Stdin => PathBuf::from("-"),
            Location::File(path) => real(path),
        };
        if let Some(first) = seen.insert(identity, location) {
            bail!("{location} is read twice (it is also {first}); name each input once");
        }
    }
    Ok(())
}

/// Matches any number of directories.
const ANY_DEPTH: &str = "**";

/// Whether a name may be meant as a pattern.
pub(super) fn is_pattern(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.iter().any(|byte| b"*?[".contains(byte))
}

/// The files that match, in order; those in the directories that match, if no file does.
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
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = found
        .into_iter()
        .filter(|path| path.exists())
        .partition(|path| path.is_dir());
    found = files;
    if found.is_empty() {
        // As a shell would name them.
        for folder in &folders {
            let about = || shown(&folder.to_string_lossy()).into_string();
            found.extend(directory(folder).with_context(about)?);
        }
    }
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), "a,b\n").unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, args: &[&str]) -> anyhow::Result<Vec<String>> {
        let args: Vec<String> = args
            .iter()
            .map(|arg| folder.path().join(arg).to_string_lossy().into_owned())
            .collect();
        let name = |location: Location| match location {
            Location::File(path) => path.file_name().unwrap().to_string_lossy().into_owned(),
            Location::Stdin => "-".to_owned(),
        };
        Ok(locate(&args)?.into_iter().map(name).collect())
    }

    #[test]
    fn a_directory_gives_its_exports_in_order() {
        let folder = folder(&[
            "b.csv",
            "a.NDJSON.gz",
            "c.jsonl.zst",
            ".hidden.csv",
            "notes.md",
            "csv",
            "d.tar.gz",
        ]);
        std::fs::create_dir(folder.path().join("deeper.csv")).unwrap();
        assert_eq!(
            names(&folder, &[""]).unwrap(),
            ["a.NDJSON.gz", "b.csv", "c.jsonl.zst"]
        );
    }

    #[test]
    fn patterns_match_files_and_a_file_called_like_one_is_itself() {
        let folder = folder(&["e1.csv", "e2.csv", ".e3.csv", "x[1].csv"]);
        assert_eq!(names(&folder, &["e?.csv"]).unwrap(), ["e1.csv", "e2.csv"]);
        assert_eq!(
            names(&folder, &["*2*", "e1.csv"]).unwrap(),
            ["e2.csv", "e1.csv"]
        );
        assert_eq!(names(&folder, &["x[1].csv"]).unwrap(), ["x[1].csv"]);
    }

    #[test]
    fn folders_that_a_pattern_matches_are_read_where_no_file_is() {
        let folder = folder(&[]);
        for night in ["night1", "night2"] {
            std::fs::create_dir(folder.path().join(night)).unwrap();
            let file = folder.path().join(night).join(format!("{night}.csv"));
            std::fs::write(file, "a,b\n").unwrap();
        }
        let both = ["night1.csv", "night2.csv"];
        assert_eq!(names(&folder, &["night?"]).unwrap(), both);
        std::fs::write(folder.path().join("nightly"), "a,b\n").unwrap();
        assert_eq!(names(&folder, &["night*"]).unwrap(), ["nightly"]);
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        let said = format!("{:#}", names(&folder, &["empt?"]).unwrap_err());
        assert!(said.contains("no exports in this directory"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_beside_its_file_is_not_read_twice_and_one_to_nothing_is_named() {
        let folder = folder(&["a.csv"]);
        let link = |target: &str, name: &str| {
            std::os::unix::fs::symlink(target, folder.path().join(name)).unwrap();
        };
        link("a.csv", "latest.csv");
        assert_eq!(names(&folder, &[""]).unwrap(), ["a.csv"]);
        assert_eq!(names(&folder, &["latest.csv"]).unwrap(), ["latest.csv"]);
        link("gone.csv", "old.csv");
        for args in [[""], ["old.csv"]] {
            let said = format!("{:#}", names(&folder, &args).unwrap_err());
            assert!(
                said.ends_with("old.csv\": it is a link to \"gone.csv\", which is not there")
                    || said.ends_with("old.csv: it is a link to \"gone.csv\", which is not there"),
                "{said}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_are_names() {
        use std::os::unix::ffi::OsStrExt;
        let folder = folder(&["a.csv"]);
        let odd = folder.path().join(OsStr::from_bytes(b"caf\xE9-1.csv"));
        std::fs::write(&odd, "a,b\n").unwrap();
        let deep = folder.path().join(OsStr::from_bytes(b"d\xFF"));
        std::fs::create_dir(&deep).unwrap();
        std::fs::write(deep.join("b.csv"), "a,b\n").unwrap();
        let found = |arg: PathBuf| locate(&[arg]).unwrap();
        let file = |path: &Path| Location::File(path.to_owned());
        assert_eq!(found(odd.clone()), [file(&odd)]);
        assert_eq!(found(folder.path().join("caf*.csv")), [file(&odd)]);
        assert_eq!(found(folder.path().join("caf?-[0-9].csv")), [file(&odd)]);
        assert_eq!(found(deep.join("*.csv")), [file(&deep.join("b.csv"))]);
        assert_eq!(
            found(folder.path().join("*/b.csv")),
            [file(&deep.join("b.csv"))]
        );
        assert_eq!(found(folder.path().join("*.csv")).len(), 2);
        assert_eq!(found(folder.path().join("**/*.csv")).len(), 3);
    }

    #[test]
    fn errors_name_the_argument() {
        let folder = folder(&["a.csv", "notes.md"]);
        let said = |args: &[&str]| format!("{:#}", names(&folder, args).unwrap_err());
        assert!(said(&["gone.csv"]).contains("gone.csv\": there is no such file"));
        assert!(said(&["gone*.csv"]).contains("gone*.csv\": matches no file"));
        assert!(said(&["a.csv", "./a.csv"]).contains("is read twice"));
        let said = format!("{:#}", locate(&["-", "-"]).unwrap_err());
        assert!(said.starts_with("<stdin> is read twice"), "{said}");
    }

    #[test]
    fn names_never_drive_the_terminal() {
        let location = Location::File("a\u{1b}[31m\n.csv".into());
        assert_eq!(location.to_string(), "a\\u{1b}[31m\\n.csv");
    }
}
