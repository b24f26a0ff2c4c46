//! One run of the binary: what goes in, and what must come out.
//!
//! What a test does not mention must not be there: standard error is empty unless `complains`
//! says else, and so is standard output unless `says` or `prints` does (`--output json` is read
//! as the report).

use std::io::Write;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{Report, Scene, proposals};

/// Far more than any run of the default suite takes.
const DEADLINE: Duration = Duration::from_secs(120);

/// How a new ledger is announced, even to the quiet.
const ANNOUNCEMENT: &str = "tenjin-s2s: created a new ledger";

pub struct Run<'s> {
    scene: &'s Scene,
    command: Command,
    input: Vec<u8>,
    source: Stdio,
    says: Vec<String>,
    complains: Vec<String>,
    prints: bool,
    mutters: bool,
    deadline: Duration,
}

impl<'s> Run<'s> {
    pub(super) fn new(scene: &'s Scene, command: Command) -> Self {
        let prints = command.get_args().any(|argument| argument == "json");
        Run {
            scene,
            command,
            input: Vec::new(),
            source: Stdio::piped(),
            says: Vec::new(),
            complains: Vec::new(),
            prints,
            mutters: false,
            deadline: DEADLINE,
        }
    }

    /// It may take as long as this.
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// One more argument, spaces and all.
    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments, spaces and all.
    pub fn args(
        mut self,
        arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>,
    ) -> Self {
        self.command.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without_key(mut self) -> Self {
        self.command.env_remove("TENJIN_SDK_KEY");
        self
    }

    /// Started by another program, which runs what its arguments end with.
    pub fn under(mut self, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.env_clear().args(arguments);
        command.arg(self.command.get_program());
        command.args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command.current_dir(self.command.get_current_dir().unwrap());
        self.command = command;
        self
    }

    /// Standard input, to its end.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// Standard input, whatever it is.
    pub fn reads(mut self, source: impl Into<Stdio>) -> Self {
        self.source = source.into();
        self
    }

    /// Standard output holds this.
    pub fn says(mut self, text: &str) -> Self {
        self.says.push(text.into());
        self
    }

    /// Standard error holds this.
    pub fn complains(mut self, text: &str) -> Self {
        self.complains.push(text.into());
        self
    }

    /// Standard output may hold anything.
    pub fn prints(mut self) -> Self {
        self.prints = true;
        self
    }

    /// Standard error may hold anything.
    pub fn mutters(mut self) -> Self {
        self.mutters = true;
        self
    }

    /// Runs it to its end and compares.
    #[track_caller]
    pub fn exits(mut self, code: i32) -> Ended {
        let input = std::mem::take(&mut self.input);
        let (says, complains) = (self.says.clone(), self.complains.clone());
        let (prints, mutters) = (self.prints, self.mutters);
        let mut running = self.start();
        let mut stdin = running.child.stdin.take().unwrap();
        let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ended = running.ended();
        writing.join().unwrap();
        let shown = format!("stdout:\n{}\nstderr:\n{}", ended.stdout, ended.stderr);
        assert_eq!(ended.status.code(), Some(code), "{shown}");
        for (texts, may, stream) in [
            (says, prints, &ended.stdout),
            (complains, mutters, &ended.stderr),
        ] {
            for text in &texts {
                assert!(stream.contains(text), "nobody says {text:?}\n{shown}");
            }
            let quiet = stream.is_empty() || may || !texts.is_empty();
            assert!(quiet, "nobody asked for that:\n{shown}");
        }
        ended
    }

    /// Runs it to its end, whatever its exit code.
    pub fn ends(self) -> Ended {
        self.start().ended()
    }

    /// Starts it; standard input stays open until [`Running::ended`].
    pub fn start(mut self) -> Running<'s> {
        let arguments: Vec<_> = self.command.get_args().map(ToOwned::to_owned).collect();
        let says = |option: &str| arguments.windows(2).any(|pair| pair == [option, "json"]);
        let has_error_events = says("--output") && !says("--progress");
        let child = self
            .command
            .stdin(self.source)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running {
            scene: self.scene,
            command: self.command,
            child,
            deadline: self.deadline,
            has_error_events,
        }
    }
}

/// A run that goes on. It is killed if the test ends first.
pub struct Running<'s> {
    scene: &'s Scene,
    command: Command,
    child: Child,
    deadline: Duration,
    has_error_events: bool,
}

impl Running<'_> {
    /// Writes to standard input, at once.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(bytes.as_ref()).unwrap();
        stdin.flush().unwrap();
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name: `INT`, `TERM`, `KILL`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Whether it goes on.
    pub fn is_there(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> Ended {
        drop(self.child.stdin.take());
        let read = |mut from: Box<dyn std::io::Read + Send>| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                from.read_to_end(&mut bytes).unwrap();
                String::from_utf8(bytes).unwrap()
            })
        };
        let stdout = read(Box::new(self.child.stdout.take().unwrap()));
        let stderr = read(Box::new(self.child.stderr.take().unwrap()));
        within(self.deadline, "the run ends", || !self.is_there());
        let status = self.child.wait().unwrap();
        let (announced, stderr) = stderr
            .join()
            .unwrap()
            .split_inclusive('\n')
            .map(str::to_owned)
            .partition::<Vec<_>, _>(|line| line.starts_with(ANNOUNCEMENT));
        let folder = self.scene.path("report");
        let (stdout, stderr) = (stdout.join().unwrap(), stderr.concat());
        proposals::check(&self.command, [&stdout, &stderr]);
        Ended {
            status,
            stdout,
            stderr: if self.has_error_events {
                for_people(&stderr)
            } else {
                stderr
            },
            announced: announced.concat(),
            report: Report::newest(&folder),
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A run that is over.
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    /// Where a new ledger was announced: said on standard error, and kept apart from the rest.
    pub announced: String,
    report: Option<Report>,
}

impl Ended {
    /// What it left in `report/`.
    #[track_caller]
    pub fn report(&self) -> &Report {
        self.report.as_ref().expect("there is no report")
    }

    #[track_caller]
    pub fn has_no_report(&self) {
        assert!(self.report.is_none());
    }
}

/// Errors as people are told them: with `--output json` each is an event on a line of its own.
pub fn for_people(stderr: &str) -> String {
    let line = |line: &str| match serde_json::from_str::<serde_json::Value>(line) {
        Ok(event) if event["type"] == "error" => {
            let message = event["message"].as_str().unwrap();
            format!("error: {}\n", message.replace('\n', "\n  "))
        }
        _ => line.to_owned(),
    };
    stderr.split_inclusive('\n').map(line).collect()
}

/// A text in one line, with one space between its words, however it was wrapped.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Waits until something is so; panics if it never is.
#[track_caller]
pub fn eventually(what: &str, is_so: impl FnMut() -> bool) {
    within(DEADLINE, what, is_so);
}

/// Waits so long until something is so, or panics.
#[track_caller]
pub fn within(deadline: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < deadline, "{what}: not in {deadline:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
