//! A terminal that a test can look at: tmux, with a server of its own that ends with the test.
//!
//! States are waited for by looking at the screen, up to a deadline.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::support::{KEY, Scene};

/// Far more than any state takes to come.
const DEADLINE: Duration = Duration::from_secs(60);

/// Above the screen of a program that has ended.
const EXIT: &str = "exit code ";

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Terminal {
    name: String,
    folder: tempfile::TempDir,
}

impl Terminal {
    /// Runs the binary on a terminal of this size, in the scene's folder, with these words behind
    /// its name (as a shell reads them) and these variables. None, with a loud word, where there
    /// is no tmux; on the build server that is a failure.
    pub(crate) fn run(
        scene: &Scene,
        (width, height): (u16, u16),
        words: &str,
        variables: &[(&str, &str)],
    ) -> Option<Self> {
        if !there_is_tmux() {
            assert!(std::env::var_os("CI").is_none(), "tmux is missing");
            let text = "\n*** NOT TESTED: the terminal needs tmux (apt-get install tmux)\n";
            let _ = writeln!(std::io::stderr(), "{text}");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let terminal = Terminal {
            name: format!("tenjin-s2s-test-{}-{number}", std::process::id()),
            folder,
        };
        let settings = "set -g status off\nset -g default-terminal screen-256color\n";
        std::fs::write(terminal.path("tmux.conf"), settings).unwrap();
        let binary = env!("CARGO_BIN_EXE_tenjin-s2s");
        let here = scene.path("");
        let script = format!(
            "trap : INT\ncd '{}'\n'{binary}' {words}\nprintf '{EXIT}%s\\n' $?\nexec cat\n",
            here.display()
        );
        std::fs::write(terminal.path("run.sh"), script).unwrap();
        let size = ["-x", &width.to_string(), "-y", &height.to_string()].map(str::to_owned);
        let mut command = terminal.command();
        command.envs(variables.iter().copied());
        command.args(["new-session", "-d"]).args(size);
        command.arg("sh").arg(terminal.path("run.sh"));
        assert!(command.status().unwrap().success());
        Some(terminal)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// tmux with an environment that is the same on every machine.
    fn command(&self) -> Command {
        let mut command = Command::new("tmux");
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.folder.path())
            .env("TMUX_TMPDIR", self.folder.path())
            .env("LANG", "C.UTF-8")
            .env("TENJIN_SDK_KEY", KEY)
            .arg("-u")
            .args(["-L", &self.name, "-f"])
            .arg(self.path("tmux.conf"))
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn ask(&self, words: &[&str]) -> String {
        let output = self.command().args(words).output().unwrap();
        assert!(output.status.success(), "tmux {words:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What stands on the screen, blanks at the ends of lines and empty lines at its end left out.
    pub(crate) fn screen(&self) -> String {
        trimmed(&self.ask(&["capture-pane", "-p"]))
    }

    /// All that was ever written and not taken away again.
    pub(crate) fn scroll(&self) -> String {
        trimmed(&self.ask(&["capture-pane", "-p", "-S", "-"]))
    }

    /// The same with the codes of its colours.
    pub(crate) fn colours(&self) -> String {
        trimmed(&self.ask(&["capture-pane", "-p", "-e", "-S", "-"]))
    }

    /// All that was ever written, line by line: what the terminal had to wrap is one line.
    pub(crate) fn lines(&self) -> Vec<String> {
        let all = self.ask(&["capture-pane", "-p", "-J", "-S", "-"]);
        all.lines().map(|line| line.trim_end().to_owned()).collect()
    }

    /// No line had to be wrapped.
    #[track_caller]
    pub(crate) fn fits(&self) {
        let width = self.width();
        let wide = self
            .lines()
            .into_iter()
            .find(|line| line.chars().count() > width);
        assert_eq!(wide, None, "wider than {width}");
    }

    /// How wide it is now.
    pub(crate) fn width(&self) -> usize {
        let answer = self.ask(&["display-message", "-p", "#{pane_width}"]);
        answer.trim().parse().unwrap()
    }

    pub(crate) fn resize(&self, width: u16) {
        self.ask(&["resize-window", "-x", &width.to_string()]);
    }

    /// Presses keys, in tmux's names: `C-c`.
    pub(crate) fn press(&self, keys: &str) {
        self.ask(&["send-keys", keys]);
    }

    /// Waits until the screen is so; its lines never are wider than it.
    #[track_caller]
    pub(crate) fn wait(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(start.elapsed() < DEADLINE, "{what}: never\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end; all that is left to see, and the exit code.
    #[track_caller]
    pub(crate) fn ended(&self) -> (String, i32) {
        self.wait("the run ends", |screen| screen.contains(EXIT));
        let all = self.scroll();
        let (text, code) = all.rsplit_once(EXIT).unwrap();
        // Keys that came too late are echoed behind it.
        let code = code.lines().next().unwrap_or_default();
        let code = code.trim_end_matches("^C").trim();
        (text.trim_end().to_owned(), code.parse().unwrap())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.command().arg("kill-server").status();
    }
}

fn there_is_tmux() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder: PathBuf| is_program(&folder.join("tmux")))
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}

fn trimmed(screen: &str) -> String {
    let lines: Vec<_> = screen.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}
