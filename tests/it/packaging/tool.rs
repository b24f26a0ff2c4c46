//! Programs of others that check our files, where they are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file or folder in `packaging/`.
pub(crate) fn packaging(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("packaging")
        .join(name)
}

/// Runs a line in a folder, which must end well. Says nothing if its program is not installed,
/// but that aloud.
#[track_caller]
pub(crate) fn checks(folder: &Path, line: &str) -> Option<String> {
    let (program, arguments) = line.split_once(' ').unwrap();
    let mut command = Command::new(program);
    command
        .args(arguments.split_whitespace())
        .current_dir(folder);
    let Ok(output) = command.output() else {
        eprintln!("NOT CHECKED, {program} is not installed: {line}");
        return None;
    };
    let texts = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let said = texts.concat();
    assert!(output.status.success(), "{line}\n{said}");
    Some(said)
}
