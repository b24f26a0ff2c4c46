//! The nearest file to one that is not there, and what went wrong with opening it.

use std::io;
use std::path::Path;

use super::nearest;

/// Names of a folder that are looked at.
const MOST: usize = 10_000;

/// `; did you mean …?` for a file: among its neighbours.
pub(crate) fn file(path: &Path) -> String {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return format!("; there is no folder {}", shown(folder));
    }
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let names = entries.take(MOST).map(|entry| entry.file_name());
    let names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let wrong = path.file_name().unwrap_or_default().to_string_lossy();
    nearest(&wrong, &names).map_or(String::new(), |name| {
        format!("; did you mean `{}`?", shown(&path.with_file_name(name)))
    })
}

/// What went wrong with a file that was to be opened, for people.
pub(crate) fn opened(path: &Path, error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::NotFound => anyhow::anyhow!("there is no such file{}", file(path)),
        _ => anyhow::Error::new(error).context("cannot read it"),
    }
}

fn shown(path: &Path) -> String {
    crate::row::shown(&path.to_string_lossy()).into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("orders-2026.csv"), "").unwrap();
        let wrong = folder.path().join("order-2026.csv");
        let right = folder.path().join("orders-2026.csv");
        assert_eq!(
            file(&wrong),
            format!("; did you mean `{}`?", right.display())
        );
        let nowhere = folder.path().join("none/a.csv");
        assert!(file(&nowhere).contains("there is no folder"));
    }
}
