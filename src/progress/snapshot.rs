//! How far a run has come, in plain values, and how long the rest takes.
//!
//! What is going on, in one line of a width: the state first, then facts by importance, as many
//! as there is room for. Nothing is ever cut in its middle but a state that is too long alone.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Serialize, Serializer};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::Outcome;
use crate::report::escape::harmless;
use crate::report::figures::{span, thousands};
use crate::report::layout::{Style, Tone};
use crate::stats::Rows;

/// How far a run has come.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Since the start.
    pub elapsed: Duration,
    /// Bytes of the inputs that were read, as they lie on the disk.
    pub bytes: u64,
    /// All of them, where it is known.
    pub bytes_total: Option<u64>,
    /// The most rows that are read: `--limit`.
    pub limit: Option<u64>,
    /// Rows by outcome.
    pub rows: Rows,
    /// Whether rows are sent at all.
    pub sends: bool,
    /// Requests per second just now.
    pub rate: f64,
    /// Why nothing is sent right now, if that is so.
    pub waiting: Option<Waiting>,
    /// The time that the rest takes, where it can be said.
    pub left: Option<Duration>,
}

/// Nothing is sent right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Why, for programs.
    pub reason: Reason,
    /// How long still, or at most.
    #[serde(rename = "seconds", serialize_with = "in_seconds")]
    pub time: Duration,
    /// Why, for people: `Tenjin asked for a pause`.
    #[serde(rename = "message")]
    pub why: Cow<'static, str>,
}

/// Times are told to programs in seconds with one decimal.
fn in_seconds<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(seconds(*time))
}

pub(super) fn seconds(time: Duration) -> f64 {
    tenths(time.as_secs_f64())
}

pub(super) fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The server asked for a pause.
    AskedToPause,
    /// No definite answer for a while; one row at a time finds out.
    NoAnswer,
    /// The only rows that may leave are tried again a little later.
    Retry,
    /// A signal came, and what is on its way is waited for.
    Ending,
}

impl Reason {
    /// Whether it is a pause of the whole run, as reports count them.
    pub fn is_hold(self) -> bool {
        matches!(self, Reason::AskedToPause | Reason::NoAnswer)
    }
}

impl Snapshot {
    /// The part of the inputs that is done with; none where their size is not known.
    pub(super) fn part(&self) -> Option<f64> {
        let total = self.rows_total()?;
        let done = self.rows.read.saturating_sub(self.rows_open());
        (total > 0.0).then(|| (done as f64 / total).clamp(0.0, 1.0))
    }

    /// Rows read and without an outcome; where nothing is sent, reading is all there is.
    pub(super) fn rows_open(&self) -> u64 {
        if self.sends { self.rows.pending() } else { 0 }
    }

    /// About how many rows there are, by those read so far.
    pub(super) fn rows_total(&self) -> Option<f64> {
        let total = self.bytes_total.filter(|_| self.bytes > 0)?;
        let grown = (total as f64 / self.bytes as f64).max(1.0);
        let rows = self.rows.read as f64 * grown;
        Some(self.limit.map_or(rows, |limit| rows.min(limit as f64)))
    }

    /// Rows that were sent and have their outcome.
    pub(super) fn sent(&self) -> u64 {
        self.count(&[
            Outcome::Accepted,
            Outcome::Refused,
            Outcome::Failed,
            Outcome::InDoubt,
        ])
    }

    fn count(&self, outcomes: &[Outcome]) -> u64 {
        outcomes.iter().map(|one| self.rows.count(*one)).sum()
    }
}

/// After this many seconds a measured pace counts e times less.
const MEMORY: f64 = 15.0;
/// How many seconds of a run must pass before the rest is estimated.
const FIRST_LOOK: f64 = 2.0;

/// How long the rest takes: the rows that are still to be sent, at the pace of late.
///
/// Bytes say how many rows there are, never how fast they go: a file is read in gulps, long before
/// its rows are sent. Pauses do not slow the pace down; what is left of one is added.
#[derive(Debug, Default)]
pub(super) struct TimeLeft {
    seen: Duration,
    done: u64,
    pace: f64,
    /// Seconds that were not spent waiting.
    active: f64,
}

impl TimeLeft {
    /// The time that the rest takes, after this snapshot.
    pub(super) fn of(&mut self, now: &Snapshot) -> Option<Duration> {
        let done = if now.sends { now.sent() } else { now.rows.read };
        self.learn(now, done);
        let total = now.rows_total()?;
        let unread = (total - now.rows.read as f64).max(0.0);
        if self.active < FIRST_LOOK {
            return None;
        }
        let rest = if now.sends && now.sent() > 0 {
            let open = now.rows.pending() as f64;
            let to_send = now.sent() as f64 + open;
            let part = to_send / (now.rows.read as f64).max(1.0);
            self.at_pace(open + unread * part.min(1.0))?
        } else if now.sends && now.rows.pending() > 0 {
            return None;
        } else {
            // Nothing to send so far: reading is what takes the time.
            unread * self.active / (now.rows.read as f64).max(1.0)
        };
        let pause = match &now.waiting {
            None => Duration::ZERO,
            Some(waiting) if waiting.reason == Reason::AskedToPause => waiting.time,
            Some(_) => return None,
        };
        let rest = Duration::try_from_secs_f64(rest.round()).ok()?;
        Some(rest + pause)
    }

    fn at_pace(&self, rows: f64) -> Option<f64> {
        let weight = 1.0 - (-self.active / MEMORY).exp();
        let pace = self.pace / weight;
        (pace > 0.0).then(|| rows / pace)
    }

    /// A mean that forgets: what happened last counts most.
    fn learn(&mut self, now: &Snapshot, done: u64) {
        let time = now.elapsed.saturating_sub(self.seen).as_secs_f64();
        let rows = done.saturating_sub(self.done) as f64;
        (self.seen, self.done) = (now.elapsed, done);
        if time > 0.0 && (now.waiting.is_none() || rows > 0.0) {
            let keep = (-time / MEMORY).exp();
            self.pace = self.pace * keep + (1.0 - keep) * rows / time;
            self.active += time;
        }
    }
}

const BETWEEN: &str = " · ";

/// The line; coloured text is as wide as plain text.
pub(super) fn line(snapshot: &Snapshot, width: usize, style: Style) -> String {
    let (tone, states) = states(snapshot);
    let fits = states.iter().find(|state| state.width() <= width);
    let state = fits.or(states.last()).map(String::as_str);
    let state = cut(state.unwrap_or_default(), width);
    let mut used = state.width();
    let mut out = style.tone(tone, &state);
    for (tone, fact) in facts(snapshot) {
        let more = BETWEEN.width() + fact.width();
        if used + more > width {
            break;
        }
        used += more;
        out.push_str(BETWEEN);
        out.push_str(&tone.map_or_else(|| fact.clone(), |tone| style.tone(tone, &fact)));
    }
    out
}

/// What is going on, the fullest words first.
fn states(snapshot: &Snapshot) -> (Tone, Vec<String>) {
    match &snapshot.waiting {
        Some(waiting) => (Tone::Open, waits(waiting)),
        None if snapshot.sends => {
            let rate = thousands(snapshot.rate.round());
            (Tone::Good, vec![format!("sending {rate}/s")])
        }
        None => (Tone::Good, vec!["reading".into()]),
    }
}

fn waits(waiting: &Waiting) -> Vec<String> {
    let most = match waiting.reason {
        Reason::NoAnswer | Reason::Ending => "up to ",
        Reason::AskedToPause | Reason::Retry => "",
    };
    let time = whole(waiting.time);
    let why = harmless(&waiting.why);
    let brief = why.split(" (").next().unwrap_or_default();
    vec![
        format!("waiting {most}{time}: {why}"),
        format!("waiting {most}{time}: {brief}"),
        format!("waiting {most}{time}"),
    ]
}

/// A wait is told in whole seconds, and never as none.
fn whole(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match seconds.max(1) {
        seconds @ 1..10 => format!("{seconds} s"),
        seconds => span(Duration::from_secs(seconds)),
    }
}

/// What else there is to say, the most important first.
fn facts(snapshot: &Snapshot) -> Vec<(Option<Tone>, String)> {
    let rows = &snapshot.rows;
    let count = |outcome| rows.count(outcome);
    let some = |count: u64, name: &str, tone| {
        (count > 0).then(|| (tone, format!("{} {name}", thousands(count))))
    };
    let percent = snapshot.part().map(|part| {
        // All is only all.
        let percent = (part * 100.0).floor();
        (None, format!("{percent} %"))
    });
    let left = snapshot
        .left
        .map(|left| (None, format!("{} left", whole(left))));
    let read = Some((None, format!("{} read", thousands(rows.read))));
    let rejected = some(count(Outcome::Rejected), "rejected", Some(Tone::Bad));
    let facts = if snapshot.sends {
        vec![
            percent,
            left,
            some(count(Outcome::Accepted), "accepted", None),
            some(
                count(Outcome::Refused) + count(Outcome::Failed),
                "refused or failed",
                Some(Tone::Bad),
            ),
            some(count(Outcome::InDoubt), "in doubt", Some(Tone::Bad)),
            rejected,
            some(count(Outcome::Duplicate), "duplicate", None),
            read,
        ]
    } else {
        vec![percent, left, read, rejected]
    };
    facts.into_iter().flatten().collect()
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.into();
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used < width
    };
    let mut out: String = text.chars().take_while(fits).collect();
    if width > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::stats::Rows;

    /// A run that has read 10,000 of 100,000 rows and sends 100 a second.
    fn at(seconds: u64, accepted: u64) -> Snapshot {
        Snapshot {
            elapsed: Duration::from_secs(seconds),
            bytes: 1_000_000,
            bytes_total: Some(10_000_000),
            rows: Rows::sample(10_000, accepted),
            sends: true,
            ..Snapshot::default()
        }
    }

    fn after(snapshots: impl IntoIterator<Item = Snapshot>) -> Option<u64> {
        let mut left = TimeLeft::default();
        let times = snapshots.into_iter().map(|snapshot| left.of(&snapshot));
        times.last().flatten().map(|time| time.as_secs())
    }

    #[test]
    fn counts_the_rows_to_send_at_the_pace_of_sending() {
        let steady = (0..=60).map(|second| at(second, second * 100));
        assert_eq!(after(steady), Some(940));
    }

    #[test]
    fn says_nothing_before_it_can() {
        assert_eq!(after([at(0, 0), at(1, 100)]), None);
        assert_eq!(after((0..=9).map(|second| at(second, 0))), None);
        let stream = (0..=9).map(|second| Snapshot {
            bytes_total: None,
            ..at(second, second * 100)
        });
        assert_eq!(after(stream), None, "nobody knows how long a stream is");
    }

    #[test]
    fn a_slow_start_is_soon_forgotten() {
        let slow = (0..=10).map(|second| at(second, second));
        let fast = (11..=90).map(|second| at(second, 10 + (second - 10) * 100));
        let left = after(slow.chain(fast)).expect("it is known by now");
        assert!((915..940).contains(&left), "{left} s");
    }

    #[test]
    fn a_pause_is_added_and_does_not_slow_the_pace_down() {
        let pause = |second: u64| Snapshot {
            waiting: Some(Waiting {
                reason: Reason::AskedToPause,
                time: Duration::from_secs(90 - second),
                why: Cow::from("a pause"),
            }),
            ..at(second, 6_000)
        };
        let steady = (0..=60).map(|second| at(second, second * 100));
        let paused = steady.chain((61..=80).map(pause));
        assert_eq!(after(paused), Some(940 + 10));
    }

    #[test]
    fn nobody_knows_how_long_silence_lasts() {
        let silent = Snapshot {
            waiting: Some(Waiting {
                reason: Reason::NoAnswer,
                time: Duration::from_secs(900),
                why: Cow::from("no answer"),
            }),
            ..at(61, 6_000)
        };
        let steady = (0..=60).map(|second| at(second, second * 100));
        assert_eq!(after(steady.chain([silent])), None);
    }

    #[test]
    fn where_nothing_is_sent_reading_counts() {
        let reading = (0..=10).map(|second| Snapshot {
            bytes: second * 1_000_000,
            bytes_total: Some(40_000_000),
            rows: Rows::sample(second * 10_000, 0),
            sends: false,
            ..at(second, 0)
        });
        assert_eq!(after(reading), Some(30));
    }

    #[test]
    fn a_limit_is_the_end_of_the_input() {
        let limited = (0..=60).map(|second| Snapshot {
            limit: Some(10_000),
            ..at(second, second * 100)
        });
        assert_eq!(after(limited), Some(40));
    }
}
