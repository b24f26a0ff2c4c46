//! A place of its own for each test, with inputs, a ledger and reports, where the program runs.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tenjin_s2s::sandbox::Server;

use super::rows::Row;
use crate::support::proposals;

/// Longer than any healthy run of this suite.
const DEADLINE: Duration = Duration::from_secs(600);

/// A folder with a ledger in it.
pub struct Place {
    folder: tempfile::TempDir,
    runs: AtomicU32,
}

impl Place {
    pub fn new() -> Place {
        Place {
            folder: tempfile::tempdir().unwrap(),
            runs: AtomicU32::new(0),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the ledger is unless `--ledger` says otherwise.
    pub fn ledger(&self) -> PathBuf {
        self.path("state/tenjin-s2s/ledger.sqlite")
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Writes an export: NDJSON or CSV, as the name says.
    pub fn export(&self, name: &str, rows: &[Row]) {
        let is_csv = Path::new(name).extension().is_some_and(|e| e == "csv");
        let text = if is_csv {
            super::rows::csv(rows)
        } else {
            super::rows::ndjson(rows)
        };
        self.write(name, &text);
    }

    /// The program with these arguments (parted by spaces), in this place.
    pub fn command(&self, arguments: &str) -> Run {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("TENJIN_SDK_KEY", "KEY0123456789")
            .args(arguments.split_whitespace())
            .stdin(Stdio::null());
        Run {
            command,
            out: self.path(&format!("out-{number}")),
            err: self.path(&format!("err-{number}")),
            reports: self.path(&format!("report-{number}")),
        }
    }

    /// An upload to this server, as fast as it can, that does not stop over failures.
    pub fn upload(&self, server: &Server, arguments: &str) -> Run {
        let mut run = self.command("upload --output json --progress off");
        run.command
            .args(["--max-age", "none", "--max-failures", "100%"])
            .args(["--endpoint-url", &server.url()])
            .args(["--outcomes", "all"]);
        if !arguments.contains("--rate") {
            run.command.args(["--rate", "unlimited"]);
        }
        if !arguments.contains("--report-dir") {
            run.command.arg("--report-dir").arg(&run.reports);
        }
        run.command.args(arguments.split_whitespace());
        run
    }
}

/// A run that has not begun.
pub struct Run {
    pub command: Command,
    out: PathBuf,
    err: PathBuf,
    reports: PathBuf,
}

impl Run {
    /// Starts it.
    pub fn start(mut self) -> Running {
        self.command.stdout(File::create(&self.out).unwrap());
        self.command.stderr(File::create(&self.err).unwrap());
        Running {
            child: self.command.spawn().unwrap(),
            command: self.command,
            out: self.out,
            err: self.err,
            reports: self.reports,
        }
    }

    /// Runs it to its end.
    pub fn end(self) -> Ended {
        self.start().end()
    }

    /// The same, started by another program that runs what its arguments end with.
    pub fn within(self, program: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new(program);
        command.env_clear().stdin(Stdio::null());
        command.args(arguments).arg(self.command.get_program());
        command.args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            command.env(name, value.unwrap());
        }
        command.current_dir(self.command.get_current_dir().unwrap());
        Run { command, ..self }
    }

    /// Runs it to its end with this on standard input.
    pub fn end_with(mut self, input: &Path) -> Ended {
        self.command.stdin(File::open(input).unwrap());
        self.end()
    }
}

/// A run that is going on. It is killed when dropped.
pub struct Running {
    child: Child,
    command: Command,
    out: PathBuf,
    err: PathBuf,
    reports: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// SIGKILL, and what there is to see afterwards.
    pub fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        self.ended(status)
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return self.ended(status);
            }
            assert!(start.elapsed() < DEADLINE, "it never ended");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// What it has said so far.
    pub fn stderr(&self) -> String {
        fs::read_to_string(&self.err).unwrap()
    }

    fn ended(&self, status: ExitStatus) -> Ended {
        let out = fs::read_to_string(&self.out).unwrap();
        let err = self.stderr();
        proposals::check(&self.command, [&out, &err]);
        Ended {
            code: status.code(),
            report: serde_json::from_str(&out).unwrap_or_else(|_| out.into()),
            err,
            reports: self.reports.join("latest"),
        }
    }
}

/// What a run left.
#[derive(Debug)]
pub struct Ended {
    /// None after a signal.
    pub code: Option<i32>,
    /// What it printed, as JSON; as text if it is none.
    pub report: Value,
    pub err: String,
    /// The folder of its report.
    pub reports: PathBuf,
}

impl Ended {
    /// How many rows ended so.
    pub fn rows(&self, outcome: &str) -> u64 {
        self.report["rows"][outcome]
            .as_u64()
            .unwrap_or_else(|| panic!("no report: {self:#?}"))
    }

    /// `accepted, duplicate, in_doubt, rejected`
    pub fn four(&self) -> [u64; 4] {
        ["accepted", "duplicate", "in_doubt", "rejected"].map(|outcome| self.rows(outcome))
    }

    /// Checks the exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Ended {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// The rows that `outcomes.ndjson` names, with their line; ranges are taken apart.
    pub fn named(&self) -> Vec<(u64, String)> {
        let text = fs::read_to_string(self.reports.join("outcomes.ndjson")).unwrap();
        let mut named = Vec::new();
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let outcome = line["outcome"].as_str().unwrap();
            let first = line["line"].as_u64().or(line["first_line"].as_u64());
            let last = line["line"].as_u64().or(line["last_line"].as_u64());
            named.extend((first.unwrap()..=last.unwrap()).map(|line| (line, outcome.to_owned())));
        }
        named
    }
}
