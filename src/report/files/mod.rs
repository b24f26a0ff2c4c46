//! Every file of a report: its documents, and what is written row by row.
//!
//! Without a folder (`validate` without `--report-dir`) it takes the same facts and writes
//! nothing, so that a run never asks whether there is a report.

pub mod folder;
mod outcomes;
mod row_format;
mod rows;

pub use row_format::{Shape, Source};

use std::fs::File;
use std::io::{BufWriter, Write};

use folder::{Folder, FolderError};
use outcomes::Outcomes;
use row_format::{Amount, Entry};
use rows::RowFiles;

use super::DOCUMENTS;
use super::escape;
use super::history::{self, PastRun};
use super::html;
use super::run::{Places, RunFacts};
use super::view::{ChangedEntry, View};
use crate::model::{Outcome, Place, Rejection};
use crate::stats::Settled;
use crate::stats::changed::ChangedRow;

/// Every row that was not accepted, by name.
const OUTCOMES: &str = "outcomes.ndjson";
/// Where rows are listed that have changed since they were sent.
const CHANGED: &str = "changed.csv";

/// The page over the runs in the folder of all reports.
const INDEX: &str = "index.html";

/// The files of a report.
#[derive(Debug, Default)]
pub struct Files {
    sources: Vec<Source>,
    /// By input: how many of its rows were rejected.
    rejected: Vec<u64>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    folder: Folder,
    outcomes: Outcomes<BufWriter<File>>,
    /// One for each outcome that has files of rows.
    rows: Vec<RowFiles>,
    changed: Option<BufWriter<File>>,
}

impl Files {
    /// Takes everything and writes nothing.
    pub fn none() -> Self {
        Files::default()
    }

    /// Writes into a folder. `all_outcomes`: `outcomes.ndjson` names every row that was not
    /// accepted, duplicate and filtered ones too.
    pub fn new(folder: Folder, all_outcomes: bool) -> Result<Self, FolderError> {
        let file = BufWriter::new(folder.file(OUTCOMES)?);
        let all = Outcome::ALL.into_iter();
        let rows = all.filter_map(|outcome| RowFiles::new(folder.clone(), outcome));
        Ok(Files {
            sources: Vec::new(),
            rejected: Vec::new(),
            open: Some(Open {
                outcomes: Outcomes::new(file, all_outcomes),
                rows: rows.collect(),
                changed: None,
                folder,
            }),
        })
    }

    /// The next input, before its first row: the first one is `Place::input` 0.
    pub fn input(&mut self, source: Source) {
        self.sources.push(source);
        self.rejected.push(0);
    }

    /// A row that validation, or the ledger, rejected.
    pub fn rejected(&mut self, rejection: &Rejection) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let input = rejection.place.input as usize;
        let source = &self.sources[input];
        self.rejected[input] += 1;
        let detail = Amount::of(self.rejected[input]);
        let written = open.outcomes.rejected(source, rejection, detail);
        written.map_err(|error| open.failed(OUTCOMES, error))?;
        let entry = Entry::rejected(rejection, detail);
        open.write(Outcome::Rejected, source, &entry)
    }

    /// A row that a rule left out before it was an event.
    pub fn filtered(&mut self, place: Place, reason: &str) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let source = &self.sources[place.input as usize];
        let written = open.outcomes.filtered(source, place, reason);
        written.map_err(|error| open.failed(OUTCOMES, error))
    }

    /// A row that was sent before, and of which its source says something else now.
    pub fn changed(&mut self, row: &ChangedRow) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let source = &self.sources[row.place.input as usize];
        let cells = ChangedEntry::new(row, source.name()).cells();
        // No cell of it is a formula to a spreadsheet.
        let line = cells.map(|cell| escape::cell(&cell, b',')).join(",");
        let written = match &mut open.changed {
            Some(file) => writeln!(file, "{line}"),
            closed => {
                let file = closed.insert(BufWriter::new(open.folder.file(CHANGED)?));
                let header = ChangedEntry::COLUMNS.join(",");
                writeln!(file, "{header}\n{line}")
            }
        };
        written.map_err(|error| open.failed(CHANGED, error))
    }

    /// A valid row that has ended.
    pub fn settled(&mut self, settled: &Settled) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if settled.outcome == Outcome::Accepted {
            return Ok(());
        }
        let written = open.outcomes.settled(&self.sources, settled);
        written.map_err(|error| open.failed(OUTCOMES, error))?;
        let source = &self.sources[settled.event.place.input as usize];
        // A file can be read again; a stream is gone.
        if settled.outcome == Outcome::NotSent && !source.is_stdin() {
            return Ok(());
        }
        let reason = match &*settled.detail.reason {
            "" => settled.outcome.name(),
            reason => reason,
        };
        let entry = Entry::event(&settled.event, reason);
        open.write(settled.outcome, source, &entry)
    }

    /// Replaces the documents, and hands all rows so far to the operating system.
    pub fn write(&mut self, view: &View<'_>) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let flushed = open.outcomes.flush();
        flushed.map_err(|error| open.failed(OUTCOMES, error))?;
        open.rows.iter_mut().try_for_each(RowFiles::flush)?;
        if let Some(Err(error)) = open.changed.as_mut().map(Write::flush) {
            return Err(open.failed(CHANGED, error));
        }
        DOCUMENTS
            .iter()
            .try_for_each(|(name, render)| open.folder.replace(name, render(view).as_bytes()))
    }

    /// The last run of the same inputs, if its report is beside this one.
    pub fn before(&self, run: &RunFacts) -> Option<PastRun> {
        let parent = self.open.as_ref()?.folder.parent()?;
        history::before(parent.path(), &run.run_id, |past| run.is_like(past))
    }

    /// The end: writes what was held back, then the last documents.
    pub fn finish(&mut self, view: &View<'_>) -> Result<(), FolderError> {
        if let Some(open) = &mut self.open {
            let finished = open.outcomes.finish(&self.sources);
            finished.map_err(|error| open.failed(OUTCOMES, error))?;
        }
        self.write(view)?;
        let parent = self.open.as_ref().and_then(|open| open.folder.parent());
        parent.iter().for_each(write_index);
        Ok(())
    }

    /// Where the files are.
    pub fn places(&self) -> Places {
        let Some(open) = &self.open else {
            return Places::default();
        };
        let of = |outcome| {
            let files = open.rows.iter().find(|files| files.outcome == outcome);
            files.map(RowFiles::paths).unwrap_or_default()
        };
        Places {
            folder: Some(open.folder.path().to_path_buf()),
            rejects: of(Outcome::Rejected),
            refused: of(Outcome::Refused),
            in_doubt: of(Outcome::InDoubt),
            not_sent: of(Outcome::NotSent),
        }
    }
}

impl Open {
    /// Adds a row to the files of its outcome, if there are such.
    fn write(
        &mut self,
        outcome: Outcome,
        source: &Source,
        entry: &Entry<'_>,
    ) -> Result<(), FolderError> {
        let files = self.rows.iter_mut().find(|files| files.outcome == outcome);
        files.map_or(Ok(()), |files| files.write(source, entry))
    }

    fn failed(&self, name: &str, error: std::io::Error) -> FolderError {
        FolderError::new(&self.folder.path().join(name), error)
    }
}

/// Writes the page over the runs, if no other file has its name. It is a convenience: where it
/// cannot be written, the reports are there all the same.
fn write_index(parent: &Folder) {
    let path = parent.path().join(INDEX);
    let is_free = std::fs::symlink_metadata(&path).is_err();
    if is_free || history::text(&path).is_some_and(|text| html::is_index(&text)) {
        let (runs, more) = history::runs(parent.path());
        let _ = parent.replace(INDEX, html::index(&runs, more).as_bytes());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::sample;
    use super::*;
    use crate::stats::Stats;

    fn finish(files: &mut Files) {
        let (stats, run) = (Stats::default(), RunFacts::default());
        let view = View::new(&stats, &run, None, files.places());
        files.finish(&view).unwrap();
    }

    fn tree(source: Source) -> Vec<String> {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(temp.path()), "run").unwrap();
        let mut files = Files::new(folder, false).unwrap();
        files.input(source);
        let fault = vec![sample::price_fault("x")];
        files.rejected(&sample::rejection(2, "1,x", fault)).unwrap();
        for outcome in Outcome::ALL {
            files
                .settled(&sample::settled(3, outcome, 0, "why"))
                .unwrap();
        }
        finish(&mut files);
        let places = files.places();
        let mut names = vec!["outcomes.ndjson".to_owned(), "report.json".to_owned()];
        let all = [
            places.rejects,
            places.refused,
            places.in_doubt,
            places.not_sent,
        ];
        for path in all.concat() {
            assert!(path.is_file());
            let name = path.strip_prefix(temp.path().join("run")).unwrap();
            names.push(name.to_string_lossy().into_owned());
        }
        names
    }

    #[test]
    fn a_file_is_there_to_be_read_again() {
        let names = [
            "outcomes.ndjson",
            "report.json",
            "rejects/1-a.csv",
            "refused/1-a.csv",
            "in_doubt/1-a.csv",
        ];
        assert_eq!(tree(sample::csv("a.csv")), names);
    }

    #[test]
    fn a_stream_leaves_the_rows_that_were_not_sent() {
        let names = [
            "outcomes.ndjson",
            "report.json",
            "rejects/1-stdin.csv",
            "refused/1-stdin.csv",
            "in_doubt/1-stdin.csv",
            "not_sent/1-stdin.csv",
        ];
        assert_eq!(tree(sample::csv("-")), names);
    }

    #[test]
    fn without_a_folder_it_writes_nothing() {
        let mut files = Files::none();
        files.input(sample::csv("a.csv"));
        files
            .settled(&sample::settled(3, Outcome::InDoubt, 0, ""))
            .unwrap();
        finish(&mut files);
        assert_eq!(files.places().folder, None);
    }
}
