//! One line in bash, in a scene, with the binary on its path.

use std::path::Path;
use std::process::Command;

use super::{Scene, proposals};

/// What came of a line.
pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Everything, as a person sees it.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A line that has not been started. Its environment has nothing of this machine but where
/// programs are.
pub fn bash(scene: &Scene, line: &str) -> Command {
    bash_in(&scene.path("."), line)
}

/// The same in any folder.
pub(super) fn bash_in(folder: &Path, line: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_tenjin-s2s"));
    let programs = std::env::var("PATH").unwrap();
    let path = format!("{}:{programs}", binary.parent().unwrap().display());
    let mut command = Command::new("bash");
    command
        .args(["-o", "pipefail", "-c", line])
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", path)
        .stdin(std::process::Stdio::null());
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    command
}

pub fn run(command: &mut Command) -> Said {
    let ended = command.output().unwrap();
    let said = Said {
        code: ended.status.code(),
        stdout: String::from_utf8(ended.stdout).unwrap(),
        stderr: String::from_utf8(ended.stderr).unwrap(),
    };
    proposals::check(command, [&said.stdout, &said.stderr]);
    said
}

/// The commands in what was said, each on a line of its own.
pub fn commands(said: &Said) -> Vec<String> {
    let text = said.all();
    let lines = text.lines().filter_map(|line| line.strip_prefix("  "));
    let lines = lines.filter(|line| line.starts_with("tenjin-s2s "));
    // What a command is for may stand behind it, apart.
    let bare = |line: &str| line.split("   ").next().unwrap().to_owned();
    lines.map(bare).collect()
}
