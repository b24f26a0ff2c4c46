//! Files of rows that people fix and upload again: `rejects/`, `refused/`,
//! `in_doubt/` and `not_sent/`.
//!
//! One file for each input, in the input's own format, made with its first row. What stands in
//! them is decided in [`super::row_format`].

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::folder::{Folder, FolderError};
use super::row_format::{Source, header};
use crate::model::Outcome;

/// How many files are kept open. Rows come in input order, nearly.
const OPEN_FILES: usize = 8;

/// The files of one kind, below one folder.
#[derive(Debug)]
pub(super) struct RowFiles {
    /// What became of the rows in them.
    pub(super) outcome: Outcome,
    parent: Folder,
    name: &'static str,
    folder: Option<Folder>,
    started: BTreeMap<u32, String>,
    open: VecDeque<(u32, BufWriter<File>)>,
}

impl RowFiles {
    /// No file yet; the first row makes the folder of its outcome, if that has one.
    pub(super) fn new(parent: Folder, outcome: Outcome) -> Option<Self> {
        Some(RowFiles {
            outcome,
            parent,
            name: outcome.folder()?,
            folder: None,
            started: BTreeMap::new(),
            open: VecDeque::new(),
        })
    }

    /// Hands everything to the operating system.
    pub(super) fn flush(&mut self) -> Result<(), FolderError> {
        for (input, out) in &mut self.open {
            let name = &self.started[input];
            let path = self.parent.path().join(self.name).join(name);
            out.flush()
                .map_err(|error| FolderError::new(&path, error))?;
        }
        Ok(())
    }

    /// The files there are, in the order of the inputs.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let folder = self.parent.path().join(self.name);
        let names = self.started.values();
        names.map(|name| folder.join(name)).collect()
    }

    /// Adds one row to the file of its input.
    pub(super) fn write(
        &mut self,
        source: &Source,
        input: u32,
        bytes: &[u8],
    ) -> Result<(), FolderError> {
        let place = self.open.iter().position(|(open, _)| *open == input);
        let place = match place {
            Some(place) => place,
            None => self.opened(source, input)?,
        };
        let written = self.open[place].1.write_all(bytes);
        written.map_err(|error| FolderError::new(&self.parent.path().join(self.name), error))
    }

    /// Opens the file of an input, and closes another one if there are too many.
    fn opened(&mut self, source: &Source, input: u32) -> Result<usize, FolderError> {
        if self.open.len() >= OPEN_FILES {
            self.flush()?;
            self.open.pop_front();
        }
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => self.parent.folder(self.name)?,
        };
        let folder = self.folder.insert(folder);
        let file = if let Some(name) = self.started.get(&input) {
            BufWriter::new(folder.again(name)?)
        } else {
            let name = source.file_name(input + 1);
            let mut file = BufWriter::new(folder.file(&name)?);
            let head = header(source);
            file.write_all(head.as_bytes())
                .map_err(|error| FolderError::new(folder.path(), error))?;
            self.started.insert(input, name);
            file
        };
        self.open.push_back((input, file));
        Ok(self.open.len() - 1)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::row_format::{Entry, Verbosity, record};
    use super::*;
    use crate::model::Place;
    use crate::report::tests::sample;

    #[test]
    fn many_inputs_need_few_open_files() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(temp.path()), "run").unwrap();
        let mut files = RowFiles::new(folder, Outcome::Rejected).unwrap();
        for round in 0..2 {
            for input in 0..20 {
                let mut rejection = sample::rejection(round, "1,2", vec![sample::price_fault("x")]);
                rejection.place = Place { input, line: round };
                let entry = Entry::rejected(&rejection, Verbosity::Whole);
                let source = sample::csv("a.csv");
                files
                    .write(&source, input, &record(&source, &entry))
                    .unwrap();
                assert!(files.open.len() <= OPEN_FILES);
            }
        }
        files.flush().unwrap();
        assert_eq!(files.paths().len(), 20);
        assert_eq!(files.paths()[19], temp.path().join("run/rejects/20-a.csv"));
        for path in files.paths() {
            let text = std::fs::read_to_string(path).unwrap();
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(lines.len(), 3);
            assert!(lines[0].starts_with("_reason,"));
            assert!(lines[1].ends_with("a.csv,0,1,2,"));
            assert!(lines[2].ends_with("a.csv,1,1,2,"));
        }
    }

    #[test]
    fn no_row_no_folder() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(temp.path()), "run").unwrap();
        let mut files = RowFiles::new(folder, Outcome::Rejected).unwrap();
        files.flush().unwrap();
        assert!(files.paths().is_empty());
        assert_eq!(
            std::fs::read_dir(temp.path().join("run")).unwrap().count(),
            0
        );
    }
}
