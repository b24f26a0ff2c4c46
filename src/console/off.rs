//! Nothing, until something must be said.

use std::io::Write;

use super::snapshot::Snapshot;
use super::voice::{Note, Voice};
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

    fn say(&mut self, note: &Note<'_>) {
        let _ = self.out.write_all(Voice::Text.line(note).as_bytes());
    }

    fn end(&mut self, _: &End<'_>) {
        let _ = self.out.flush();
    }
}
