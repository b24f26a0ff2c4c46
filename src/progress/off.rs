//! Nothing, until something must be said.

use std::io::Write;

use super::snapshot::Snapshot;
use super::{End, Member};

pub(super) struct Off {
    out: Box<dyn Write + Send>,
}

impl Off {
    pub(super) fn new(out: Box<dyn Write + Send>) -> Self {
        Off { out }
    }
}

impl Member for Off {
    fn show(&mut self, _: &Snapshot) {}

    fn say(&mut self, line: &str) {
        let _ = self.out.write_all(line.as_bytes());
    }

    fn end(&mut self, _: &End<'_>) {
        let _ = self.out.flush();
    }
}
