//! A line every ten seconds, for logs.

use std::io::Write;
use std::time::Duration;

use super::line::line;
use super::snapshot::Snapshot;
use super::{End, Member, PLAIN};
use crate::report::figures::span;
use crate::report::layout::Style;

pub(super) struct Plain {
    out: Box<dyn Write + Send>,
    last: Duration,
}

impl Plain {
    pub(super) fn new(out: Box<dyn Write + Send>) -> Self {
        Plain {
            out,
            last: Duration::ZERO,
        }
    }
}

impl Member for Plain {
    fn show(&mut self, snapshot: &Snapshot) {
        if snapshot.elapsed < self.last + PLAIN {
            return;
        }
        self.last = snapshot.elapsed;
        let time = span(snapshot.elapsed);
        let line = line(snapshot, usize::MAX, Style::Plain);
        let _ = writeln!(self.out, "{time}: {line}");
    }

    fn say(&mut self, line: &str) {
        let _ = self.out.write_all(line.as_bytes());
    }

    fn end(&mut self, _: &End<'_>) {
        let _ = self.out.flush();
    }
}
