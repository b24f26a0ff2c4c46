//! Standard error, and the ways to show progress on it: a bar, plain lines, events for programs, or
//! nothing.
//!
//! A run hands in snapshots as often as it likes and never asks who is looking. A standard
//! error that is closed or full is ignored: progress is not the result.
//!
//! Plain lines for logs come every ten seconds.

mod bar;
mod json;
mod line;
mod messages;
mod screen;
mod snapshot;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::time::Duration;

use crate::report::figures::span;
use crate::report::layout::Style;
use crate::report::run::RunFacts;
use crate::stats::Rows;
use line::line;

pub use messages::{Messages, Note};
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
            Progress::Bar => Box::new(bar::Bar::new(screen::Screen::new(out), style)),
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
