//! Standard error, and the ways to show progress on it: a bar, plain lines, events for programs, or
//! nothing.
//!
//! A run hands in snapshots as often as it likes and never asks who is looking. A standard
//! error that is closed or full is ignored: progress is not the result.
//!
//! Plain lines for logs come every ten seconds.
//!
//! Everything that is said on standard error goes through here, so that foreign text in it (a
//! file's name, a header, a mapping's key) never drives the terminal, whoever wrote the message.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use snapshot::line;

use crate::report::escape;
use crate::report::figures::span;
use crate::report::layout::Style;
use crate::report::run::RunFacts;
use crate::stats::Rows;

mod bar;
mod json;
mod snapshot;
#[cfg(test)]
mod tests;

pub use snapshot::{Reason, Snapshot, Waiting};

/// Which progress to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Progress {
    /// A line that redraws itself.
    Bar,
    /// A line every ten seconds.
    Plain,
    /// Events, an object a line.
    Json,
    /// Nothing.
    #[default]
    Off,
}

impl Progress {
    /// What fits where nothing was asked for.
    pub fn auto(stderr_is_terminal: bool, quiet: bool) -> Self {
        match (quiet, stderr_is_terminal) {
            (true, _) => Progress::Off,
            (false, true) => Progress::Bar,
            (false, false) => Progress::Plain,
        }
    }
}

/// A way to show progress.
trait Renderer: Send {
    /// The run begins; `bytes_total` are those of all its inputs, where they are known.
    fn start(&mut self, _run: &RunFacts, _bytes_total: Option<u64>) {}
    /// Shows how far the run has come, if it is time to.
    fn show(&mut self, snapshot: &Snapshot);
    /// Writes a message, whole with its line end.
    fn say(&mut self, line: &str);
    /// Takes away what stands there, before the summary.
    fn end(&mut self, end: &End<'_>);
}

/// How a run has ended, for those who tell it.
#[derive(Debug)]
struct End<'r> {
    run: &'r RunFacts,
    rows: &'r Rows,
    report: Option<&'r str>,
}

/// Standard error, and what stands on it.
pub struct Console {
    renderer: Box<dyn Renderer>,
    left: snapshot::TimeLeft,
    messages: Messages,
}

impl Console {
    /// `out` is standard error; the bar asks for the width of its terminal by itself.
    pub fn new(
        progress: Progress,
        messages: Messages,
        style: Style,
        out: Box<dyn Write + Send>,
    ) -> Self {
        let renderer: Box<dyn Renderer> = match progress {
            Progress::Bar => Box::new(bar::Bar::new(bar::Screen::new(out), style)),
            Progress::Plain => Box::new(Plain::new(out, Some(PLAIN))),
            Progress::Json => Box::new(json::Json::new(out)),
            Progress::Off => Box::new(Plain::new(out, None)),
        };
        Console {
            renderer,
            left: snapshot::TimeLeft::default(),
            messages,
        }
    }

    /// The run begins.
    pub fn start(&mut self, run: &RunFacts, bytes_total: Option<u64>) {
        self.renderer.start(run, bytes_total);
    }

    /// Shows how far the run has come, if it is time to.
    pub fn show(&mut self, mut snapshot: Snapshot) {
        snapshot.left = self.left.of(&snapshot);
        self.renderer.show(&snapshot);
    }

    /// Says something that must be said. Whether it must, with `--quiet`, is the caller's
    /// decision.
    pub fn say(&mut self, note: &Note<'_>) {
        self.renderer.say(&self.messages.line(note));
    }

    /// The run is over, and `report` is where its page is.
    pub fn finish(&mut self, run: &RunFacts, rows: &Rows, report: Option<&str>) {
        self.renderer.end(&End { run, rows, report });
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}

/// How long plain lines keep apart.
const PLAIN: Duration = Duration::from_secs(10);

struct Plain {
    out: Box<dyn Write + Send>,
    /// How long lines keep apart; `None` for no lines.
    pause: Option<Duration>,
    last: Duration,
}

impl Plain {
    fn new(out: Box<dyn Write + Send>, pause: Option<Duration>) -> Self {
        Plain {
            out,
            pause,
            last: Duration::ZERO,
        }
    }
}

impl Renderer for Plain {
    fn show(&mut self, snapshot: &Snapshot) {
        let due = |pause| snapshot.elapsed >= self.last + pause;
        if self.pause.is_some_and(due) {
            self.last = snapshot.elapsed;
            let time = span(snapshot.elapsed);
            let line = line(snapshot, usize::MAX, Style::Plain);
            let _ = writeln!(self.out, "{time}: {line}");
        }
    }

    fn say(&mut self, line: &str) {
        let _ = self.out.write_all(line.as_bytes());
    }

    fn end(&mut self, _: &End<'_>) {
        let _ = self.out.flush();
    }
}

/// More than any message of ours needs; what is foreign in one can be of any length.
const LONGEST: usize = 4_000;

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note<'t> {
    /// Said beside the result.
    Remark(Cow<'t, str>),
    /// Said even to the quiet.
    Notice(Cow<'t, str>),
    /// Ends the run, or spoils its result.
    Error(Cow<'t, str>),
}

impl<'t> Note<'t> {
    fn parts(&self) -> (&'static str, &'static str, &str) {
        match self {
            Note::Remark(text) => ("notice", "", text),
            Note::Notice(text) => ("notice", "tenjin-s2s: ", text),
            Note::Error(text) => ("error", "error: ", text),
        }
    }

    /// Something that ends the run, or spoils its result.
    pub fn error(text: impl Into<Cow<'t, str>>) -> Self {
        Note::Error(text.into())
    }

    /// Something that is said even to the quiet.
    pub fn notice(text: impl Into<Cow<'t, str>>) -> Self {
        Note::Notice(text.into())
    }
}

/// In which form things are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// For people.
    Text,
    /// As events: `{"type":"error","message":"…"}`.
    Json,
    /// Errors as events, everything else for people: where a program reads the result, and no
    /// progress.
    JsonErrors,
}

impl Messages {
    /// The note as one message that ends with a line end. Lines behind the first are indented, so
    /// that nothing foreign can look like a message of its own.
    pub fn line(self, note: &Note<'_>) -> String {
        let (kind, prefix, text) = note.parts();
        let text = bounded(text.trim_end());
        match (self, note) {
            (Messages::Json, _) | (Messages::JsonErrors, Note::Error(_)) => {
                event(&serde_json::json!({ "type": kind, "message": text }))
            }
            (Messages::Text | Messages::JsonErrors, _) => {
                let lines: Vec<_> = text.lines().map(escape::harmless).collect();
                format!("{prefix}{}\n", lines.join("\n  "))
            }
        }
    }

    /// Says it on standard error.
    pub fn say(self, note: &Note<'_>) {
        // Nobody hears it if standard error is closed.
        let _ = io::stderr().lock().write_all(self.line(note).as_bytes());
    }
}

/// An event as its line.
pub(super) fn event(event: &impl serde::Serialize) -> String {
    // Numbers, strings and lists always fit into JSON.
    let text = serde_json::to_string(event).unwrap_or_default();
    escape::json(&text).into_owned() + "\n"
}

fn bounded(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}

#[cfg(test)]
mod message_tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{202e}\u{9b}b\u{7}.csv: no\nerror: all is well\r\n";

    #[test]
    fn nothing_foreign_drives_the_terminal_or_looks_like_a_message() {
        let said = Messages::Text.line(&Note::error(HOSTILE));
        let expected = "error: a\\u{1b}[2J\\u{202e}\\u{9b}b\\u{7}.csv: no\n  error: all is well\n";
        assert_eq!(said, expected);
        let said = Messages::Text.line(&Note::notice("made \u{61c}x"));
        assert_eq!(said, "tenjin-s2s: made \\u{61c}x\n");
    }

    #[test]
    fn events_are_one_line_and_say_the_same() {
        let said = Messages::Json.line(&Note::error(HOSTILE));
        assert_eq!(
            said,
            "{\"message\":\"a\\u001b[2J\\u202e\\u009bb\\u0007.csv: no\\nerror: all is well\",\"type\":\"error\"}\n"
        );
    }

    #[test]
    fn a_message_is_bounded() {
        let said = Messages::Text.line(&Note::error("x".repeat(100_000)));
        assert_eq!(said.chars().count(), "error: …\n".chars().count() + LONGEST);
    }
}
