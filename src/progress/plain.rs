//! A line every ten seconds, for logs; or nothing, until something must be said.

use std::io::Write;
use std::time::Duration;

use super::line::line;
use super::snapshot::Snapshot;
use super::{End, Renderer};
use crate::report::figures::span;
use crate::report::layout::Style;

/// How long plain lines keep apart.
pub(super) const PLAIN: Duration = Duration::from_secs(10);

pub(super) struct Plain {
    out: Box<dyn Write + Send>,
    /// How long lines keep apart; `None` for no lines.
    pause: Option<Duration>,
    last: Duration,
}

impl Plain {
    pub(super) fn new(out: Box<dyn Write + Send>, pause: Option<Duration>) -> Self {
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
