//! A machine of its own for each test: home, working directory, ledger, a sandbox to send to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A folder that holds everything a run touches.
pub(crate) struct Home {
    folder: TempDir,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        Home { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that only its owner can change.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        self.mode(name, 0o600);
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), PermissionsExt::from_mode(mode)).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    /// Runs in `work`, with these variables and no others of ours.
    pub(crate) fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
            .args(args)
            .current_dir(self.path("work"))
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.path("xdg"))
            .env("XDG_STATE_HOME", self.path("state"))
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// So many sound opens.
pub(crate) fn opens(count: usize) -> String {
    let mut csv = String::from(
        "kind,bundle_id,platform,os_version,analytics_installation_id,advertising_id,event_id\n",
    );
    for number in 0..count {
        csv += &format!(
            "open,com.a,android,34,6513270e-269e-0d37-f2a7-{number:012x},D23F0824-128B-2F33-0C5C-{number:012x},e{number}\n"
        );
    }
    csv
}
