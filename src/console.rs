//! Progress for whoever watches: a bar on a terminal, a line now and then in a log, or nothing.
//!
//! The road hands in snapshots as often as it likes and never asks who is looking. A standard
//! error that is closed or full is nobody's problem: progress is not the result.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::outcome::Outcome;
use crate::report::escape::harmless;
use crate::report::figures::{span, thousands};
use crate::report::rows::Rows;

/// How long a log hears nothing between two lines.
const EVERY: Duration = Duration::from_secs(10);

/// Draws per second: enough to look alive.
const HERTZ: u8 = 10;

/// Which progress to show. `--progress json` will be another member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A bar that redraws itself.
    Bar,
    /// A line at most every ten seconds.
    Plain,
    /// Nothing.
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

/// How far a run has come.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Since the start.
    pub elapsed: Duration,
    /// Bytes of the inputs that were read, as they lie on the disk.
    pub bytes: u64,
    /// All of them, where it is known.
    pub bytes_total: Option<u64>,
    /// Rows by outcome.
    pub rows: Rows,
    /// Whether rows are sent at all.
    pub sends: bool,
    /// Requests per second just now.
    pub rate: f64,
    /// How long sending is on hold, and why: `Tenjin asked for a pause`.
    pub waiting: Option<(Duration, Cow<'static, str>)>,
}

impl Snapshot {
    /// What is going on, in one line.
    pub fn line(&self) -> String {
        let mut out = self.doing();
        let _ = write!(out, " · {} read", thousands(self.rows.read));
        let lost = [Outcome::Refused, Outcome::Failed, Outcome::InDoubt];
        let failures: u64 = lost.map(|outcome| self.rows.count(outcome)).iter().sum();
        let counts = [
            (self.rows.count(Outcome::Accepted), "accepted"),
            (self.rows.count(Outcome::Duplicate), "duplicate"),
            (self.rows.count(Outcome::Rejected), "rejected"),
            (failures, "refused or failed"),
        ];
        for (count, name) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let _ = write!(out, " · {} {name}", thousands(count));
        }
        if let Some(left) = self.left() {
            let _ = write!(out, " · {} left", span(left));
        }
        out
    }

    fn doing(&self) -> String {
        match &self.waiting {
            Some((time, why)) => format!("waiting {}: {}", span(*time), harmless(why)),
            None if self.sends => format!("sending {}/s", thousands(self.rate.round())),
            None => "reading".into(),
        }
    }

    /// The time that the rest takes, if rows go on as they went so far.
    fn left(&self) -> Option<Duration> {
        let total = self.bytes_total.filter(|_| self.bytes > 0)?;
        let done = self.rows.read.saturating_sub(self.rows.pending());
        let rows = self.rows.read as f64 * (total as f64 / self.bytes as f64).max(1.0);
        if done == 0 || self.elapsed < Duration::from_secs(2) {
            return None;
        }
        let spent = self.elapsed.as_secs_f64();
        let left = (rows - done as f64).max(0.0) * spent / done as f64;
        Duration::try_from_secs_f64(left.ceil()).ok()
    }
}

/// Standard error, and what stands on it.
pub struct Console {
    progress: Member,
    out: Box<dyn Write + Send>,
}

enum Member {
    Bar(ProgressBar),
    Plain { last: Duration },
    Off,
}

impl Console {
    /// `out` is standard error; the bar finds its terminal by itself.
    pub fn new(progress: Progress, out: Box<dyn Write + Send>) -> Self {
        let progress = match progress {
            Progress::Bar => Member::Bar(bar(ProgressDrawTarget::stderr_with_hz(HERTZ))),
            Progress::Plain => Member::Plain {
                last: Duration::ZERO,
            },
            Progress::Off => Member::Off,
        };
        Console { progress, out }
    }

    /// Shows how far the run has come, if it is time to.
    pub fn show(&mut self, snapshot: &Snapshot) {
        match &mut self.progress {
            Member::Bar(bar) => draw(bar, snapshot),
            Member::Plain { last } if snapshot.elapsed >= *last + EVERY => {
                *last = snapshot.elapsed;
                let time = span(snapshot.elapsed);
                let _ = writeln!(self.out, "{time}: {}", snapshot.line());
            }
            Member::Plain { .. } | Member::Off => {}
        }
    }

    /// Says something that must be said, above the bar. Whether it must, with `--quiet`, is the
    /// caller's decision.
    pub fn say(&mut self, text: &str) {
        match &self.progress {
            Member::Bar(bar) => bar.suspend(|| {
                let _ = writeln!(self.out, "{text}");
            }),
            Member::Plain { .. } | Member::Off => {
                let _ = writeln!(self.out, "{text}");
            }
        }
    }

    /// Takes the bar away, before the summary.
    pub fn clear(&mut self) {
        if let Member::Bar(bar) = &self.progress {
            bar.finish_and_clear();
        }
        self.progress = Member::Off;
        let _ = self.out.flush();
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}

fn bar(target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target);
    bar.set_style(style("{spinner} {wide_msg}"));
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are constants")
}

fn draw(bar: &ProgressBar, snapshot: &Snapshot) {
    if let Some(total) = snapshot.bytes_total {
        if bar.length() != Some(total) {
            bar.set_length(total);
            bar.set_style(style("{bar:20} {percent:>3} % {wide_msg}"));
        }
        bar.set_position(snapshot.bytes.min(total));
    }
    bar.set_message(snapshot.line());
    bar.tick();
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("one thread").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Page {
        fn text(&self) -> String {
            String::from_utf8_lossy(&self.0.lock().expect("one thread")).into_owned()
        }
    }

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }

    fn at(seconds: u64) -> Snapshot {
        Snapshot {
            elapsed: Duration::from_secs(seconds),
            bytes: 250,
            bytes_total: Some(1_000),
            rows: Rows::sample(1_200, 1_000),
            sends: true,
            rate: 99.7,
            waiting: None,
        }
    }

    #[test]
    fn a_line_says_what_is_going_on() {
        let line = "sending 100/s · 1,200 read · 1,000 accepted · 38 s left";
        assert_eq!(at(10).line(), line);
        let reading = Snapshot {
            sends: false,
            bytes_total: None,
            ..at(10)
        };
        assert_eq!(reading.line(), "reading · 1,200 read · 1,000 accepted");
    }

    #[test]
    fn waiting_is_shown_as_waiting_and_drives_nothing() {
        let why = Cow::from("Tenjin asked\u{1b}[2J for a pause");
        let waiting = Snapshot {
            waiting: Some((Duration::from_secs(12), why)),
            bytes_total: None,
            ..at(1)
        };
        let line = "waiting 12 s: Tenjin asked\\u{1b}[2J for a pause · 1,200 read · 1,000 accepted";
        assert_eq!(waiting.line(), line);
    }

    #[test]
    fn a_log_hears_little() {
        let page = Page::default();
        let mut console = Console::new(Progress::Plain, Box::new(page.clone()));
        for second in 0..=25 {
            console.show(&at(second));
        }
        console.clear();
        let times: Vec<_> = page.text().lines().map(|l| l[..5].to_owned()).collect();
        assert_eq!(times, ["10 s:", "20 s:"]);
    }

    #[test]
    fn off_is_silent_until_something_must_be_said() {
        let page = Page::default();
        let mut console = Console::new(Progress::Off, Box::new(page.clone()));
        console.show(&at(100));
        assert_eq!(page.text(), "");
        console.say("a ledger was made");
        console.clear();
        assert_eq!(page.text(), "a ledger was made\n");
    }

    #[test]
    fn a_closed_standard_error_is_no_error() {
        for progress in [Progress::Bar, Progress::Plain, Progress::Off] {
            let mut console = Console::new(progress, Box::new(Closed));
            console.show(&at(100));
            console.say("x");
            console.clear();
        }
    }

    #[test]
    fn quiet_beats_a_terminal() {
        assert_eq!(Progress::auto(true, true), Progress::Off);
        assert_eq!(Progress::auto(true, false), Progress::Bar);
        assert_eq!(Progress::auto(false, false), Progress::Plain);
    }
}
