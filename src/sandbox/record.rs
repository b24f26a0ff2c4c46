//! The record: a line of JSON for each recorded event, in the order in which it got there.
//!
//! The file is created new and must not exist, so that two runs never mix. A line is written whole,
//! before its event is answered.

use std::fs::File;
use std::path::Path;

use anyhow::Context;
use serde::ser::{SerializeMap, Serializer};

/// Creates the file, for its owner alone: it holds device ids.
pub(super) fn create(path: &Path) -> anyhow::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    file.with_context(|| format!("cannot create the record {}", path.display()))
}

/// The line of an event; `parameters` is JSON.
pub(super) fn line(at_ms: u64, path: &str, parameters: &str) -> String {
    format!("{{\"at_ms\":{at_ms},\"path\":\"{path}\",\"params\":{parameters}}}\n")
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
