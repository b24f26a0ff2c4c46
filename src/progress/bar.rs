//! A line on a terminal that redraws itself: a bar where there is room for one, and what is
//! going on.
//!
//! A terminal as `indicatif` draws on it, but with the cursor left at the beginning of its line.
//!
//! Terminals that wrap their lines anew when they become narrower move the cursor along with the
//! text. From the beginning of the line everything that it has become can be wiped away; from its
//! end, as is usual, the wrapped rest would stay on the screen for ever.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::snapshot::line;
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

/// Where the width cannot be learned.
const USUAL: u16 = 80;

/// A terminal may have become narrower before it says so: what is too long is then cut for a moment,
/// and not wrapped on to a line of which nobody knows.
const NO_WRAP: &str = "\u{1b}[?7l";
const WRAP: &str = "\u{1b}[?7h";

/// A terminal, shared by the bar and by who writes above it.
#[derive(Clone)]
pub(super) struct Screen(Arc<Inner>);

struct Inner {
    out: Mutex<Box<dyn Write + Send>>,
    /// What is drawn comes out at once, so that nobody sees half of it.
    drawn: Mutex<String>,
    width: AtomicU16,
    /// How wide it was when something was drawn last.
    drawn_width: AtomicU16,
}

impl Screen {
    pub(super) fn new(out: Box<dyn Write + Send>) -> Self {
        Screen(Arc::new(Inner {
            out: Mutex::new(out),
            drawn: Mutex::default(),
            width: AtomicU16::new(USUAL),
            drawn_width: AtomicU16::new(0),
        }))
    }

    /// Learns how wide the terminal is now. The last column stays free: a line that fills it
    /// makes some terminals wrap.
    pub(super) fn measure(&self) -> usize {
        let size = terminal_size::terminal_size_of(io::stderr());
        let width = size.map_or(USUAL, |(width, _)| width.0);
        let width = width.max(2) - 1;
        self.0.width.store(width, Ordering::Relaxed);
        usize::from(width)
    }

    /// Writes, and does not care whether it could.
    pub(super) fn write(&self, text: &str) {
        let mut out = self.0.out.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn move_by(&self, steps: usize, direction: char) {
        // A zero would be taken for a one.
        if steps > 0 {
            self.draw(&format!("\u{1b}[{steps}{direction}"));
        }
    }

    fn draw(&self, text: &str) {
        let mut drawn = self.0.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        drawn.push_str(text);
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.0.width.load(Ordering::Relaxed)
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.move_by(lines, 'A');
        Ok(())
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.move_by(lines, 'B');
        Ok(())
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.move_by(columns, 'C');
        Ok(())
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.move_by(columns, 'D');
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.draw(text);
        self.draw("\n");
        Ok(())
    }

    /// Without the blanks that fill the line: it is wiped before, and a line that is only as long
    /// as what it says need not be wrapped when the terminal becomes a little narrower.
    fn write_str(&self, text: &str) -> io::Result<()> {
        if text.bytes().any(|byte| byte != b' ') {
            self.draw(text);
        }
        Ok(())
    }

    /// Wipes the line, and the lines that it has become if the terminal is narrower now. (To wipe
    /// the rest of the screen would be simpler, but some terminals keep what they wipe.)
    fn clear_line(&self) -> io::Result<()> {
        let width = usize::from(self.width());
        let drawn = usize::from(self.0.drawn_width.load(Ordering::Relaxed));
        // The terminal itself has one column more than is used.
        let more = drawn.saturating_sub(1) / (width + 1);
        self.draw("\r\u{1b}[K");
        self.draw(&"\u{1b}[B\u{1b}[K".repeat(more));
        self.move_by(more, 'A');
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut drawn = self.0.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let text = std::mem::take(&mut *drawn);
        drop(drawn);
        if !text.is_empty() {
            self.0.drawn_width.store(self.width(), Ordering::Relaxed);
            self.write(&format!("{NO_WRAP}{text}{WRAP}\r"));
        }
        Ok(())
    }
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}
