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
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use folder::{Folder, FolderError};
use outcomes::Outcomes;
use row_format::{Entry, Verbosity, record};
use rows::RowFiles;

use super::history::{self, PastRun};
use super::run::{Places, RunFacts};
use super::users::{self, Users};
use super::view::{ChangedEntry, View};
use super::{DOCUMENTS, escape, html};
use crate::model::{Outcome, Place, Rejection};
use crate::stats::Settled;
use crate::stats::changed::ChangedRow;

/// Every row that was not accepted, by name.
const OUTCOMES: &str = "outcomes.ndjson";
/// Where rows are listed that have changed since they were sent.
pub(super) const CHANGED: &str = "changed.csv";

/// The page over the runs in the folder of all reports.
const INDEX: &str = "index.html";

/// What a row takes in the files of its outcome besides its text: in `outcomes.ndjson` it takes as
/// much, and both together may be 300 bytes.
const PER_ROW: usize = 150;
/// How many bytes rows may take beyond that in all: a report is bounded to 10 MiB more than its
/// input, documents included, and a line in base64 takes a third more than itself.
const SPARE: u64 = 6 << 20;

/// The files of a report.
#[derive(Debug, Default)]
pub struct Files {
    sources: Vec<Source>,
    /// By input: how many of its rows were rejected.
    rejected: Vec<u64>,
    users: Users,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    folder: Folder,
    outcomes: Outcomes<BufWriter<File>>,
    /// One for each outcome that has files of rows.
    rows: Vec<RowFiles>,
    /// How much more than their text rows may still take.
    spare: u64,
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
            users: Users::default(),
            open: Some(Open {
                outcomes: Outcomes::new(file, all_outcomes),
                rows: rows.collect(),
                spare: SPARE,
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
        self.users.look(rejection);
        let input = rejection.place.input as usize;
        let source = &self.sources[input];
        self.rejected[input] += 1;
        let detail = Verbosity::of(self.rejected[input]);
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
        let is_first = open.changed.is_none();
        let file = match open.changed.take() {
            Some(file) => file,
            None => BufWriter::new(open.folder.file(CHANGED)?),
        };
        let file = open.changed.insert(file);
        let lines = csv_lines(&ChangedEntry::new(row, source.name()), is_first);
        let written = lines.and_then(|lines| file.write_all(lines.as_bytes()));
        written.map_err(|error| open.failed(CHANGED, error))
    }

    /// A valid row that has ended.
    pub fn settled(&mut self, settled: &Settled) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if matches!(settled.outcome, Outcome::Accepted | Outcome::Duplicate) {
            self.users.went(&settled.event);
        }
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
            if let Some(csv) = self.users.csv() {
                open.folder.replace(users::FILE, csv.as_bytes())?;
            }
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
            users: self.users.found(),
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
        let mut files = self.rows.iter_mut();
        let Some(files) = files.find(|files| files.outcome == outcome) else {
            return Ok(());
        };
        let mut record = record(source, entry);
        let more = record.len().saturating_sub(entry.text.len() + PER_ROW) as u64;
        match self.spare.checked_sub(more) {
            Some(left) => self.spare = left,
            None => record = row_format::record(source, &entry.cut(source)),
        }
        files.write(source, entry.place.input, &record)
    }

    fn failed(&self, name: &str, error: io::Error) -> FolderError {
        FolderError::new(&self.folder.path().join(name), error)
    }
}

/// A row as its line of a CSV file, `with_names` behind the names of its columns. No cell of it is
/// a formula to a spreadsheet.
pub(crate) fn csv_lines(row: &impl Serialize, with_names: bool) -> io::Result<String> {
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer.has_headers(with_names).from_writer(Vec::new());
    writer.serialize(row)?;
    let plain = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(&plain[..]);
    let mut lines = String::new();
    for record in reader.records() {
        let record = record?;
        let cells = record.iter().map(|cell| escape::cell(cell, b','));
        lines += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    Ok(lines)
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
    use crate::model::{Code, Fault};
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
    fn long_lines_that_are_no_text_do_not_outgrow_their_input() {
        const LINES: u64 = 30;
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(temp.path()), "run").unwrap();
        let mut files = Files::new(folder, false).unwrap();
        files.input(sample::csv("a.csv"));
        let fault = Fault::new(Code::InvalidUtf8, "", "", "");
        let mut rejection = sample::rejection(0, "", vec![fault]);
        rejection.is_record = false;
        rejection.text = vec![0xff; 1 << 20].into();
        for line in 1..=LINES {
            rejection.place.line = line;
            files.rejected(&rejection).unwrap();
        }
        finish(&mut files);
        let written = std::fs::read_to_string(&files.places().rejects[0]).unwrap();
        let bound = LINES * ((1 << 20) + 300) + (10 << 20);
        assert!((written.len() as u64) < bound, "{} bytes", written.len());
        let rows: Vec<_> = written.lines().skip(1).collect();
        assert_eq!(rows.len() as u64, LINES);
        assert!(rows[0].len() > 1 << 20, "the first lines are there whole");
        assert_eq!(
            rows[29],
            "invalid_utf8,,\"its 1,048,576 bytes are left out, for the report would outgrow its \
             input: see a.csv:30\",a.csv,30,,,(left out)"
        );
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
