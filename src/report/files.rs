//! Everything of a report that is written row by row, behind one door.
//!
//! Without a folder (`validate` without `--report-dir`) it takes the same facts and writes
//! nothing, so that the road never asks whether there is a report.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::changed::ChangedFile;
use super::folder::{Folder, FolderError};
use super::outcomes::Outcomes;
use super::rejects::RowFiles;
use super::row_format::{Amount, Entry};
use super::source::Source;
use crate::model::{Outcome, Place, Rejection};
use crate::stats::Settled;
use crate::stats::changed::ChangedRow;

/// Where rows are listed that have changed since they were sent.
const CHANGED: &str = "changed.csv";

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
    rejects: RowFiles,
    refused: RowFiles,
    in_doubt: RowFiles,
    not_sent: RowFiles,
    changed: Option<ChangedFile>,
}

impl Files {
    /// Takes everything and writes nothing.
    pub fn none() -> Self {
        Files::default()
    }

    /// Writes into a folder. `all_outcomes`: `outcomes.ndjson` names every row that was not
    /// accepted, duplicate and filtered ones too.
    pub fn new(folder: Folder, all_outcomes: bool) -> Result<Self, FolderError> {
        let file = BufWriter::new(folder.file("outcomes.ndjson")?);
        Ok(Files {
            sources: Vec::new(),
            rejected: Vec::new(),
            open: Some(Open {
                outcomes: Outcomes::new(file, all_outcomes),
                rejects: RowFiles::new(folder.clone(), Outcome::Rejected),
                refused: RowFiles::new(folder.clone(), Outcome::Refused),
                in_doubt: RowFiles::new(folder.clone(), Outcome::InDoubt),
                not_sent: RowFiles::new(folder.clone(), Outcome::NotSent),
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
        written.map_err(|error| open.failed(error))?;
        open.rejects
            .write(source, &Entry::rejected(rejection, detail))
    }

    /// A row that a rule left out before it was an event.
    pub fn filtered(&mut self, place: Place, reason: &str) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let source = &self.sources[place.input as usize];
        let written = open.outcomes.filtered(source, place, reason);
        written.map_err(|error| open.failed(error))
    }

    /// A row that was sent before, and of which its source says something else now.
    pub fn changed(&mut self, row: &ChangedRow) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let source = &self.sources[row.place.input as usize];
        if open.changed.is_none() {
            let file = ChangedFile::new(open.folder.file(CHANGED)?);
            open.changed = Some(file.map_err(|error| open.failed_at(CHANGED, error))?);
        }
        let file = open.changed.as_mut();
        let written = file.map_or(Ok(()), |file| file.write(row, source.name()));
        written.map_err(|error| open.failed_at(CHANGED, error))
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
        written.map_err(|error| open.failed(error))?;
        let source = &self.sources[settled.event.place.input as usize];
        let reason = match &*settled.detail.reason {
            "" => settled.outcome.name(),
            reason => reason,
        };
        let entry = || Entry::event(&settled.event, reason);
        match settled.outcome {
            Outcome::Refused => open.refused.write(source, &entry()),
            Outcome::InDoubt => open.in_doubt.write(source, &entry()),
            // A file can be read again; a stream is gone.
            Outcome::NotSent if source.is_stdin() => open.not_sent.write(source, &entry()),
            _ => Ok(()),
        }
    }

    /// Replaces `report.json`, and hands all rows so far to the operating system.
    pub fn write_json(&mut self, document: &str) -> Result<(), FolderError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let flushed = open.outcomes.flush();
        flushed.map_err(|error| open.failed(error))?;
        let Open {
            rejects,
            refused,
            in_doubt,
            not_sent,
            ..
        } = open;
        for files in [rejects, refused, in_doubt, not_sent] {
            files.flush()?;
        }
        if let Some(Err(error)) = open.changed.as_mut().map(ChangedFile::flush) {
            return Err(open.failed_at(CHANGED, error));
        }
        open.folder.write_json(document)
    }

    /// Replaces `report.html`.
    pub fn write_page(&self, page: &str) -> Result<(), FolderError> {
        match &self.open {
            None => Ok(()),
            Some(open) => open.folder.replace("report.html", page.as_bytes()),
        }
    }

    /// The end: writes what was held back, then the last `report.json`.
    pub fn finish(&mut self, document: &str) -> Result<(), FolderError> {
        if let Some(open) = &mut self.open {
            let finished = open.outcomes.finish(&self.sources);
            finished.map_err(|error| open.failed(error))?;
        }
        self.write_json(document)
    }

    /// What the summary says about the files.
    pub fn places(&self) -> Places {
        let Some(open) = &self.open else {
            return Places::default();
        };
        Places {
            folder: Some(open.folder.path().to_path_buf()),
            rejects: open.rejects.paths(),
            refused: open.refused.paths(),
            in_doubt: open.in_doubt.paths(),
            not_sent: open.not_sent.paths(),
        }
    }
}

impl Open {
    fn failed(&self, error: std::io::Error) -> FolderError {
        self.failed_at("outcomes.ndjson", error)
    }

    fn failed_at(&self, name: &str, error: std::io::Error) -> FolderError {
        let path: &Path = self.folder.path();
        FolderError::new(&path.join(name), error)
    }
}

/// Where the files of a report are.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The folder, if there is a report.
    pub folder: Option<PathBuf>,
    /// Rejected rows, a file for each input that has some.
    pub rejects: Vec<PathBuf>,
    /// Refused rows, likewise.
    pub refused: Vec<PathBuf>,
    /// Rows in doubt.
    pub in_doubt: Vec<PathBuf>,
    /// Rows from standard input that were not sent.
    pub not_sent: Vec<PathBuf>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::sample;
    use super::*;

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
        files.finish("{}").unwrap();
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
        files.finish("{}").unwrap();
        assert_eq!(files.places().folder, None);
    }
}
