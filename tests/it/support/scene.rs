//! A folder of its own for one test: the inputs lie in it, the binary runs in it.
//!
//! The environment of a run is empty but for the key and proxies that lead nowhere, so that no
//! machine's settings, ledger or network can change what a test sees.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Report, Run};

/// A key that is found wherever it leaks to.
pub const KEY: &str = "DISTINCTKEY0xC0FFEE7531";

pub struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    pub fn new() -> Self {
        Scene {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A scene with one input in it.
    pub fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let scene = Scene::new();
        scene.file(name, content);
        scene
    }

    /// Puts a file into it.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        let bytes = std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        String::from_utf8(bytes).unwrap()
    }

    /// The newest report that a run has left in this folder of the scene.
    pub fn report(&self, folder: &str) -> Report {
        Report::newest(&self.path(folder)).expect("there is no report")
    }

    /// The binary, not started yet, with these arguments (parted by spaces).
    pub fn run(&self, arguments: &str) -> Run<'_> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("TENJIN_SDK_KEY", KEY);
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
            command.env(name, "http://127.0.0.1:1");
        }
        Run::new(self, command)
    }

    /// `upload` of these arguments to that server, with its report in `report/` and on stdout.
    pub fn upload(&self, url: &str, arguments: &str) -> Run<'_> {
        self.run(&format!(
            "upload --endpoint-url {url} --output json --progress off --report-dir report {arguments}"
        ))
    }

    /// Every file below it, whoever wrote it.
    pub fn files(&self) -> Vec<PathBuf> {
        below(self.folder.path())
    }
}

/// Every file below a folder.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            // It leads to what is listed anyway.
        } else if path.is_dir() {
            files.extend(below(&path));
        } else {
            files.push(path);
        }
    }
    files
}
