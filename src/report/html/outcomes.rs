//! What became of every row: a bar, and the table that is its legend and its text.

use super::super::figures::{share, thousands};
use super::Facts;
use crate::model::Outcome;

/// How wide the bar is, in units of its drawing.
const WIDTH: f64 = 1_000.0;
/// The narrowest piece that can still be seen.
const NARROW: f64 = 4.0;

/// Rows by outcome.
pub(super) struct Outcomes {
    pub(super) lines: Vec<Line>,
    pub(super) read: String,
    /// The bar, for those who do not see it.
    pub(super) spoken: String,
}

/// One outcome: a line of the table, a piece of the bar.
pub(super) struct Line {
    /// The class that colours it.
    pub(super) class: &'static str,
    pub(super) name: &'static str,
    pub(super) meaning: String,
    pub(super) count: String,
    pub(super) share: String,
    pub(super) left: String,
    pub(super) width: String,
}

impl Outcomes {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let rows = facts.books.rows();
        let mut parts: Vec<_> = Outcome::ALL
            .into_iter()
            .map(|outcome| (Some(outcome), rows.count(outcome)))
            .collect();
        parts.push((None, rows.pending()));
        parts.retain(|(_, count)| *count > 0);
        let counts: Vec<_> = parts.iter().map(|(_, count)| *count).collect();
        let lines = parts.iter().zip(pieces(&counts));
        let lines: Vec<_> = lines
            .map(|((outcome, count), piece)| line(facts, *outcome, *count, piece))
            .collect();
        let said: Vec<_> = lines
            .iter()
            .map(|line| format!("{} {} ({})", line.count, line.name, line.share))
            .collect();
        Outcomes {
            lines,
            read: thousands(rows.read),
            spoken: said.join(", "),
        }
    }
}

fn line(facts: Facts<'_>, outcome: Option<Outcome>, count: u64, piece: (f64, f64)) -> Line {
    let sends = facts.sends();
    let (class, name) = match outcome {
        None => ("pending", "on its way"),
        Some(Outcome::NotSent) if !sends => ("accepted", "valid"),
        Some(outcome) => (outcome.name(), outcome.words(sends)),
    };
    Line {
        class,
        name,
        meaning: meaning(facts, outcome),
        count: thousands(count),
        share: share(count, facts.books.rows().read),
        left: format!("{:.2}", piece.0),
        width: format!("{:.2}", piece.1),
    }
}

fn meaning(facts: Facts<'_>, outcome: Option<Outcome>) -> String {
    let server = facts.server();
    match outcome {
        None => "Read, and not at its end when this page was written.".into(),
        Some(Outcome::Accepted) => format!("Answered by {server} with 200 and code 200."),
        Some(Outcome::Rejected) => "Never sent. Fix these rows in the rejects file.".into(),
        Some(Outcome::Filtered) => "Left out by a rule; see “Left out and fixed”.".into(),
        Some(Outcome::Duplicate) => "Accepted before, so not sent again.".into(),
        Some(Outcome::Refused) => format!("Answered with no by {server}; a re-run tries again."),
        Some(Outcome::Failed) => "Retries used up; surely not recorded. Run again.".into(),
        Some(Outcome::InDoubt) => {
            "Left, without a clear answer: may or may not be recorded. Held.".into()
        }
        Some(Outcome::NotSent) if facts.run.dry_run => "Would be sent.".into(),
        Some(Outcome::NotSent) if !facts.sends() => "Ready to be sent.".into(),
        Some(Outcome::NotSent) => "Not tried. A re-run goes on with them.".into(),
    }
}

/// Where each piece of the bar begins and how wide it is. Small ones are widened so that they
/// can be seen, at the cost of the others.
fn pieces(counts: &[u64]) -> Vec<(f64, f64)> {
    let whole: f64 = counts.iter().map(|count| *count as f64).sum();
    let widths: Vec<f64> = counts
        .iter()
        .map(|count| (*count as f64 / whole * WIDTH).max(NARROW))
        .collect();
    let scale = WIDTH / widths.iter().sum::<f64>();
    let mut left = 0.0;
    let place = |width: f64| {
        let piece = (left, width * scale);
        left += width * scale;
        piece
    };
    widths.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_fill_the_bar_and_can_be_seen() {
        let all = pieces(&[1_000_000, 1, 1]);
        let (left, width) = all[2];
        assert!((left + width - WIDTH).abs() < 1e-9);
        assert!(width > 3.9);
        assert_eq!(pieces(&[3, 1]), [(0.0, 750.0), (750.0, 250.0)]);
        assert_eq!(pieces(&[]), []);
    }
}
