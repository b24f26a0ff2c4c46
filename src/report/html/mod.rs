//! `report.html`: the page that an analyst shows to others. One file, which asks nobody for
//! anything: no fonts, no pictures, no scripts from elsewhere. Its own script only searches.
//!
//! A function from the view to text, like every rendering. Every list is bounded.

mod amounts;
mod chart;
mod figures;
mod index;
mod inputs;
pub(crate) mod parts;
mod reasons;
mod sending;
mod tables;

use askama::Template;

pub(super) use index::{index, is_index};
pub use parts::Harmless;

use super::figures::{Time, counted, share, thousands};
use super::run::Status;
use super::view::View;
use super::warning::Warning;
use crate::model::{Concern, Outcome, shown};
use crate::report::layout::Tone;
use figures::Figure;
use parts::{Part, Section, rendered};

/// What searches in the reasons. The page's policy names it by its hash.
const SCRIPT: &str = include_str!("search.js");

/// How many warnings the page shows.
const WARNINGS: usize = 10;

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'r> {
    view: &'r View<'r>,
    tone: &'static str,
    figures: Vec<Figure>,
    facts: Vec<(&'static str, String)>,
    warnings: Vec<String>,
    more_warnings: String,
    sections: Vec<Section>,
}

/// The page. While the run goes on it says so, and when it was written.
pub fn page(view: &View<'_>) -> String {
    let open = view.run.ranked_warnings();
    let more = open.len().saturating_sub(WARNINGS) as u64;
    let said = |warning: &&Warning| {
        let note = if warning.code.is_remark() {
            "Note: "
        } else {
            ""
        };
        format!("{note}{}", warning.text)
    };
    let sections = [
        outcomes(view),
        tables::control(view),
        reasons::section(view),
        times(view),
        inputs::section(view),
        sending::section(view),
        inputs::mapping(view),
        inputs::inputs(view),
    ];
    rendered(&Page {
        view,
        tone: match view.headline.tone {
            Tone::Good => "good",
            Tone::Bad => "bad",
            _ => "open",
        },
        figures: figures::figures(view),
        facts: facts(view),
        warnings: open.iter().take(WARNINGS).map(said).collect(),
        more_warnings: match more {
            0 => String::new(),
            more => format!("{} in report.json", counted(more, "more warning")),
        },
        sections: sections
            .into_iter()
            .filter(|it| !it.parts.is_empty())
            .collect(),
    })
}

impl Page<'_> {
    fn is_running(&self) -> bool {
        self.view.run.status == Status::Running
    }
}

fn facts(view: &View<'_>) -> Vec<(&'static str, String)> {
    let run = view.run;
    let written = run.started_at.saturating_add(run.elapsed);
    let written = written.map_or_else(|_| "?".into(), |time| Time(time).second());
    let finished = run.finished_at.map(|time| Time(time).second());
    let end = finished.map_or(("Written", written), |time| ("Finished", time));
    vec![
        ("Started", Time(run.started_at).second()),
        end,
        ("Took", figures::took(run)),
        ("Run", shown(&run.run_id).into()),
    ]
}

/// What became of every row: a bar, and the table that is its legend and its text.
#[derive(Template)]
#[template(path = "outcomes.html")]
struct Outcomes {
    lines: Vec<OutcomeLine>,
    read: String,
    /// The bar, for those who do not see it.
    spoken: String,
}

/// One outcome: a line of the table, a piece of the bar.
struct OutcomeLine {
    /// The class that colours it.
    class: &'static str,
    name: String,
    meaning: String,
    count: String,
    share: String,
    left: String,
    width: String,
}

fn outcomes(view: &View<'_>) -> Section {
    let counts: Vec<_> = view.outcomes.iter().map(|line| line.count).collect();
    let lines = view.outcomes.iter().zip(pieces(&counts));
    let lines: Vec<_> = lines
        .map(|(line, (left, width))| OutcomeLine {
            class: class(line.outcome, line.concern),
            name: line.name.clone().into(),
            meaning: meaning(view, line.outcome),
            count: thousands(line.count),
            share: share(line.count, view.rows.read),
            left: format!("{left:.2}"),
            width: format!("{width:.2}"),
        })
        .collect();
    let spoken = |line: &OutcomeLine| format!("{} {} ({})", line.count, line.name, line.share);
    let spoken: Vec<_> = lines.iter().map(spoken).collect();
    let drawn = Part::drawn(&Outcomes {
        spoken: spoken.join(", "),
        lines,
        read: thousands(view.rows.read),
    });
    Section::new("outcomes", "Outcomes", vec![drawn])
}

/// The colour of an outcome: where nothing is sent, what would go is as good as accepted.
fn class(outcome: Option<Outcome>, concern: Concern) -> &'static str {
    match outcome {
        None => "pending",
        Some(Outcome::NotSent) if concern == Concern::Good => "accepted",
        Some(outcome) => outcome.name(),
    }
}

/// What an outcome means, and what to do.
fn meaning(view: &View<'_>, outcome: Option<Outcome>) -> String {
    let server = view.run.server();
    match outcome {
        None => "Read, and not at its end when this page was written.".into(),
        Some(Outcome::Accepted) => format!("Answered by {server} with 200 and code 200."),
        Some(Outcome::Rejected) => "Never sent. Fix these rows in the rejects file.".into(),
        Some(Outcome::Filtered) => "Left out by a rule; see “Left out and fixed”.".into(),
        Some(Outcome::Duplicate) => "Accepted before, so not sent again.".into(),
        Some(Outcome::Refused) => format!("Refused by {server}; a re-run tries again."),
        Some(Outcome::Failed) => "Retries used up; surely not recorded. Run again.".into(),
        Some(Outcome::InDoubt) => {
            "Sent, without a clear answer: may or may not be recorded. Held.".into()
        }
        Some(Outcome::NotSent) if view.run.dry_run => "Would be sent.".into(),
        Some(Outcome::NotSent) if !view.sends() => "Ready to be sent.".into(),
        Some(Outcome::NotSent) => "Not tried. A re-run goes on with them.".into(),
    }
}

/// Where each piece of the bar begins and how wide it is, of a thousand. Small ones are widened so
/// that they can be seen, at the cost of the others.
fn pieces(counts: &[u64]) -> Vec<(f64, f64)> {
    const WIDTH: f64 = 1_000.0;
    const NARROW: f64 = 4.0;
    let whole: f64 = counts.iter().map(|count| *count as f64).sum();
    let width = |count: &u64| (*count as f64 / whole * WIDTH).max(NARROW);
    let widths: Vec<f64> = counts.iter().map(width).collect();
    let scale = WIDTH / widths.iter().sum::<f64>();
    let mut left = 0.0;
    let place = |width: f64| {
        let piece = (left, width * scale);
        left += width * scale;
        piece
    };
    widths.into_iter().map(place).collect()
}

fn times(view: &View<'_>) -> Section {
    let time = &view.event_time;
    let mut parts = Vec::new();
    if let (Some(first), Some(last)) = (time.first, time.last) {
        let between = last.0.duration_since(first.0).unsigned_abs();
        let mut pairs = vec![
            ("First event", first.second()),
            ("Last event", last.second()),
            ("Between them", super::figures::span(between)),
        ];
        let some = [
            ("Older than a day", time.older_than_a_day),
            ("Left out as too old", view.too_old()),
        ];
        let some = some.into_iter().filter(|(_, rows)| *rows > 0);
        pairs.extend(some.map(|(name, rows)| (name, counted(rows, "row"))));
        parts.push(Part::Pairs(pairs));
    }
    let said = view.about_times();
    if !said.is_empty() {
        parts.push(Part::Note(said, view.dates_differ()));
    }
    Section::new("times", "Event times", parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_fill_the_bar_and_can_be_seen() {
        let all = pieces(&[1_000_000, 1, 1]);
        let (left, width) = all[2];
        assert!((left + width - 1_000.0).abs() < 1e-9);
        assert!(width > 3.9);
        assert_eq!(pieces(&[3, 1]), [(0.0, 750.0), (750.0, 250.0)]);
        assert_eq!(pieces(&[]), []);
    }
}
