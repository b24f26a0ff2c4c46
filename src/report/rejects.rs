//! Files of rows that people mend and upload again: `rejects/`, `in_doubt/` and `not_sent/`.
//!
//! One file for each input, in the input's own format, made with its first row. Our columns come
//! first, then the record's text unchanged; what cannot stand as a record goes base64 into
//! `_raw`. The reader takes these files back as input, so the format is a contract.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::escape;
use super::folder::{Folder, FolderError};
use super::source::{Shape, Source};
use crate::row::{Fault, Place, Rejection};

/// Our columns in front of the record's own; `_raw` comes last.
pub const COLUMNS: [&str; 5] = ["_reason", "_field", "_hint", "_file", "_line"];

/// How many files are kept open. Rows come in input order, nearly.
const OPEN_FILES: usize = 8;

/// One row, and why it is here.
#[derive(Debug, Clone)]
pub struct Entry<'r> {
    /// Where it starts.
    pub place: Place,
    /// The record's text.
    pub text: &'r [u8],
    /// Whether `text` can stand as a record.
    pub is_record: bool,
    /// Several are joined by `; `.
    pub reason: String,
    /// The fields of the reasons, in the same order.
    pub field: String,
    /// What to do about them, in the same order.
    pub hint: String,
}

impl<'r> Entry<'r> {
    /// A rejected row.
    pub fn rejected(rejection: &'r Rejection) -> Self {
        let joined = |part: fn(&Fault) -> &str| {
            let parts: Vec<_> = rejection.faults.iter().map(part).collect();
            parts.join("; ")
        };
        Entry {
            place: rejection.place,
            text: &rejection.text,
            is_record: rejection.is_record,
            reason: joined(|fault| fault.code.name()),
            field: joined(|fault| &fault.field),
            hint: joined(|fault| &fault.hint),
        }
    }

    /// A valid row that did not arrive.
    pub fn event(event: &'r crate::event::Event, reason: &str) -> Self {
        Entry {
            place: event.place,
            text: &event.text,
            is_record: true,
            reason: reason.into(),
            field: String::new(),
            hint: String::new(),
        }
    }
}

/// The files of one kind, below one folder.
#[derive(Debug)]
pub struct RowFiles {
    parent: Folder,
    name: &'static str,
    folder: Option<Folder>,
    started: BTreeMap<u32, String>,
    open: VecDeque<(u32, BufWriter<File>)>,
}

impl RowFiles {
    /// No file yet; the first row makes the folder `name`.
    pub fn new(parent: Folder, name: &'static str) -> Self {
        RowFiles {
            parent,
            name,
            folder: None,
            started: BTreeMap::new(),
            open: VecDeque::new(),
        }
    }

    /// Adds one row to the file of its input.
    pub fn write(&mut self, source: &Source, entry: &Entry<'_>) -> Result<(), FolderError> {
        let record = record(source, entry);
        self.append(source, entry.place.input, &record)
    }

    /// Hands everything to the operating system.
    pub fn flush(&mut self) -> Result<(), FolderError> {
        for (input, out) in &mut self.open {
            let name = &self.started[input];
            let path = self.parent.path().join(self.name).join(name);
            out.flush()
                .map_err(|error| FolderError::new(&path, error))?;
        }
        Ok(())
    }

    /// The files there are, in the order of the inputs.
    pub fn paths(&self) -> Vec<PathBuf> {
        let folder = self.parent.path().join(self.name);
        let names = self.started.values();
        names.map(|name| folder.join(name)).collect()
    }

    fn append(&mut self, source: &Source, input: u32, bytes: &[u8]) -> Result<(), FolderError> {
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

/// The first line of an input's file.
fn header(source: &Source) -> String {
    let Shape::Csv { delimiter, header } = &source.shape else {
        return String::new();
    };
    let between = char::from(*delimiter).to_string();
    let ours = COLUMNS.join(&between);
    format!("{ours}{between}{header}{between}_raw\n")
}

/// One row as it stands in the file.
fn record(source: &Source, entry: &Entry<'_>) -> Vec<u8> {
    match &source.shape {
        Shape::Csv { delimiter, header } => csv_record(source, entry, *delimiter, header),
        Shape::Ndjson => ndjson_record(source, entry),
    }
}

fn csv_record(source: &Source, entry: &Entry<'_>, delimiter: u8, header: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(entry.text.len() + 128);
    let line = entry.place.line.to_string();
    let file = relative(source.name());
    for text in [&entry.reason, &entry.field, &entry.hint, &file, &line] {
        out.extend(escape::cell(text, delimiter).as_bytes());
        out.push(delimiter);
    }
    if entry.is_record && std::str::from_utf8(entry.text).is_ok() {
        out.extend(entry.text);
        out.push(delimiter);
    } else {
        out.extend(std::iter::repeat_n(delimiter, columns(header, delimiter)));
        out.extend(STANDARD.encode(entry.text).as_bytes());
    }
    out.push(b'\n');
    out
}

/// A relative path that a spreadsheet would take for a formula, as the same path without harm.
fn relative(path: &str) -> String {
    let guard = if path.starts_with(['=', '+', '-', '@']) {
        "./"
    } else {
        ""
    };
    format!("{guard}{path}")
}

/// How many cells a header has.
fn columns(header: &str, delimiter: u8) -> usize {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(header.as_bytes());
    let mut cells = csv::ByteRecord::new();
    match reader.read_byte_record(&mut cells) {
        Ok(true) => cells.len(),
        _ => 1,
    }
}

fn ndjson_record(source: &Source, entry: &Entry<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(entry.text.len() + 128);
    let ours = [&entry.reason, &entry.field, &entry.hint, source.name()];
    for (index, (name, text)) in COLUMNS.iter().zip(ours).enumerate() {
        let opening = if index == 0 { '{' } else { ',' };
        let text = serde_json::Value::from(text).to_string();
        let text = escape::json(&text);
        out.extend(format!("{opening}\"{name}\":{text}").as_bytes());
    }
    out.extend(format!(",\"_line\":{}", entry.place.line).as_bytes());
    match members(entry) {
        Some([]) => out.push(b'}'),
        Some(members) => {
            out.push(b',');
            out.extend(members);
            out.push(b'}');
        }
        None => out.extend(format!(",\"_raw\":\"{}\"}}", STANDARD.encode(entry.text)).as_bytes()),
    }
    out.push(b'\n');
    out
}

/// The inside of an object, unchanged.
fn members<'r>(entry: &Entry<'r>) -> Option<&'r [u8]> {
    let text = std::str::from_utf8(entry.text).ok()?;
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let whole = entry.is_record && !inside.contains(['\n', '\r']);
    whole.then(|| inside.trim().as_bytes())
}
