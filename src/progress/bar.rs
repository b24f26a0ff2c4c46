//! A line on a terminal that redraws itself: a bar where there is room for one, and what is
//! going on.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::line::line;
use super::screen::Screen;
use super::snapshot::{Reason, Snapshot};
use super::{End, Renderer};
use crate::report::layout::Style;

/// Draws per second: enough to look alive.
const HERTZ: u8 = 10;
/// A run that is over by then needs no progress.
const SHOWN_AFTER: Duration = Duration::from_millis(250);
/// Into how many steps the bar is divided.
const STEPS: u64 = 1_000;

pub(super) struct Bar {
    drawn: ProgressBar,
    screen: Screen,
    style: Style,
    /// Whether the run waits for what is on its way, and nothing else.
    is_ending: bool,
    /// How many columns the bar itself takes; a spinner takes one.
    columns: Option<usize>,
}

impl Bar {
    pub(super) fn new(screen: Screen, style: Style) -> Self {
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), HERTZ);
        Bar {
            drawn: ProgressBar::with_draw_target(Some(STEPS), target),
            screen,
            style,
            is_ending: false,
            columns: None,
        }
    }

    /// Says once that the run is ending. A second signal ends it at once, and must not leave a
    /// line behind that the shell writes into.
    fn ending(&mut self, snapshot: &Snapshot, width: usize) {
        if !self.is_ending {
            self.is_ending = true;
            self.drawn.finish_and_clear();
            self.screen
                .write(&(line(snapshot, width, self.style) + "\n"));
        }
    }

    fn set_template(&mut self, columns: usize) {
        if self.columns == Some(columns) {
            return;
        }
        self.columns = Some(columns);
        let template = match columns {
            0 => "{msg}".into(),
            1 => "{spinner} {msg}".into(),
            columns => format!("{{bar:{columns}}} {{msg}}"),
        };
        let style = ProgressStyle::with_template(&template).expect("the templates are constants");
        self.drawn.set_style(style.progress_chars("━━─"));
    }
}

/// What a terminal of this width has room for.
fn columns(width: usize, has_end: bool) -> usize {
    match width {
        0..40 => 0,
        _ if !has_end => 1,
        40..70 => 5,
        70..100 => 10,
        _ => 20,
    }
}

impl Renderer for Bar {
    fn show(&mut self, snapshot: &Snapshot) {
        if snapshot.elapsed < SHOWN_AFTER {
            return;
        }
        let width = self.screen.measure();
        let reason = snapshot.waiting.as_ref().map(|waiting| waiting.reason);
        if reason == Some(Reason::Ending) {
            return self.ending(snapshot, width);
        }
        let part = snapshot.part();
        let columns = columns(width, part.is_some());
        self.set_template(columns);
        let room = width - if columns > 0 { columns + 1 } else { 0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of the steps"
        )]
        self.drawn
            .set_position((part.unwrap_or_default() * STEPS as f64) as u64);
        // Last, since it draws: beside the text of now stands no bar of before.
        self.drawn.set_message(line(snapshot, room, self.style));
        self.drawn.tick();
    }

    fn say(&mut self, line: &str) {
        self.drawn.suspend(|| self.screen.write(line));
    }

    fn end(&mut self, _: &End<'_>) {
        self.drawn.finish_and_clear();
    }
}

impl Drop for Bar {
    /// A run that fails says so on a clean line.
    fn drop(&mut self) {
        self.drawn.finish_and_clear();
    }
}
