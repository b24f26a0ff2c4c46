//! The record: a line of JSON for each recorded event, in the order in which it got there.
//!
//! The file is created new and must not exist, so that two runs never mix.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use serde::ser::{SerializeMap, Serializer};

/// How often what was buffered goes to the file.
pub(super) const FLUSH_EVERY: std::time::Duration = std::time::Duration::from_millis(100);

/// The open record.
pub(super) struct Record {
    file: BufWriter<File>,
    error: Option<String>,
}

impl Record {
    /// Creates the file, for its owner alone: it holds device ids.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path);
        let file = file.with_context(|| format!("cannot create the record {}", path.display()))?;
        Ok(Record {
            file: BufWriter::with_capacity(64 << 10, file),
            error: None,
        })
    }

    /// Adds a line; `parameters` is JSON. After an error nothing more is written, since a record
    /// with a gap would be wrong.
    pub(super) fn add(&mut self, at_ms: u64, path: &str, parameters: &str) {
        if self.error.is_none() {
            let written = writeln!(
                self.file,
                r#"{{"at_ms":{at_ms},"path":"{path}","params":{parameters}}}"#
            );
            self.keep(written);
        }
    }

    /// Hands everything to the operating system.
    pub(super) fn flush(&mut self) {
        if self.error.is_none() {
            let flushed = self.file.flush();
            self.keep(flushed);
        }
    }

    /// Why nothing more is written.
    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn keep(&mut self, result: std::io::Result<()>) {
        if let Err(error) = result {
            self.error = Some(error.to_string());
        }
    }
}

/// A body's parameters as a JSON object, in their order.
pub(super) fn parameters(body: &[u8]) -> String {
    let mut out = Vec::with_capacity(body.len() * 2);
    let mut serializer = serde_json::Serializer::new(&mut out);
    let written = serializer.serialize_map(None).and_then(|mut map| {
        for (name, value) in form_urlencoded::parse(body) {
            map.serialize_entry(&name, &value)?;
        }
        map.end()
    });
    debug_assert!(written.is_ok(), "strings into memory");
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_order_and_are_decoded() {
        let json = parameters(b"b=1&a=%22x%20y%22&c=z+%C3%A4&d=");
        assert_eq!(json, r#"{"b":"1","a":"\"x y\"","c":"z ä","d":""}"#);
    }
}
