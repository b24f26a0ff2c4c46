//! The result: a line for each goal, for people; and whether all of them are met.

use std::io::{self, Write};

/// What was measured.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<Line>,
}

struct Line {
    what: String,
    reference: String,
    measured: String,
    goal: String,
    /// None: only told, there is no goal for it.
    met: Option<bool>,
}

impl Table {
    /// A goal, and whether it is met.
    pub(crate) fn goal(
        &mut self,
        what: impl Into<String>,
        reference: impl Into<String>,
        measured: impl Into<String>,
        goal: impl Into<String>,
        met: bool,
    ) {
        self.add(Line {
            what: what.into(),
            reference: reference.into(),
            measured: measured.into(),
            goal: goal.into(),
            met: Some(met),
        });
    }

    /// Something worth knowing.
    pub(crate) fn note(&mut self, what: impl Into<String>, measured: impl Into<String>) {
        self.add(Line {
            what: what.into(),
            reference: String::new(),
            measured: measured.into(),
            goal: String::new(),
            met: None,
        });
    }

    /// Shown at once too, since a whole run takes long.
    fn add(&mut self, line: Line) {
        say(&format!("{}: {}", line.what, line.measured));
        self.lines.push(line);
    }

    /// Whether no goal was missed.
    pub(crate) fn all_met(&self) -> bool {
        self.lines.iter().all(|line| line.met != Some(false))
    }

    /// Prints it, aligned.
    pub(crate) fn print(&self) -> io::Result<()> {
        let titles = ["what", "reference", "measured", "goal", ""].map(str::to_owned);
        let mut rows = vec![titles];
        rows.extend(self.lines.iter().map(Line::cells));
        let widths: Vec<usize> = (0..titles_len())
            .map(|at| rows.iter().map(|row| row[at].chars().count()).max())
            .map(Option::unwrap_or_default)
            .collect();
        let mut out = io::stdout().lock();
        writeln!(out)?;
        for row in rows {
            let cells = row.iter().zip(&widths);
            let padded: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            writeln!(out, "{}", padded.join("  ").trim_end())?;
        }
        out.flush()
    }
}

const fn titles_len() -> usize {
    5
}

impl Line {
    fn cells(&self) -> [String; titles_len()] {
        let verdict = match self.met {
            None => "",
            Some(true) => "met",
            Some(false) => "MISSED",
        };
        [
            self.what.clone(),
            self.reference.clone(),
            self.measured.clone(),
            self.goal.clone(),
            verdict.to_owned(),
        ]
    }
}

/// Tells how far it is, on stderr.
pub(crate) fn say(text: &str) {
    // Nobody to read it is no reason to stop.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
