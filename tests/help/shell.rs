//! One line in bash, in a scene, with the binary on its path.

use std::path::Path;
use std::process::Command;

use super::support::Scene;

/// What came of a line.
pub(crate) struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Everything, as a person sees it.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A line that has not been started. Its environment has nothing of this machine but where
/// programs are.
pub(crate) fn bash(scene: &Scene, line: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_tenjin-s2s"));
    let programs = std::env::var("PATH").unwrap();
    let path = format!("{}:{programs}", binary.parent().unwrap().display());
    let mut command = Command::new("bash");
    command
        .args(["-o", "pipefail", "-c", line])
        .current_dir(scene.path("."))
        .env_clear()
        .env("HOME", scene.path("."))
        .env("PATH", path)
        .stdin(std::process::Stdio::null());
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    command
}

pub(crate) fn run(command: &mut Command) -> Said {
    let ended = command.output().unwrap();
    Said {
        code: ended.status.code(),
        stdout: String::from_utf8(ended.stdout).unwrap(),
        stderr: String::from_utf8(ended.stderr).unwrap(),
    }
}
