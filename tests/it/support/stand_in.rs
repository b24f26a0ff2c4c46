//! A sandbox with a record, and what the record says.

use std::collections::BTreeMap;

use serde_json::Value;
use tenjin_s2s::sandbox::{Options, Server};

/// A recorded event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    pub at_ms: u64,
    pub path: String,
    pub params: BTreeMap<String, String>,
}

impl Recorded {
    pub fn get(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// The event without the moment.
    pub fn content(&self) -> (&str, &BTreeMap<String, String>) {
        (&self.path, &self.params)
    }
}

/// A sandbox in this process that records.
pub struct StandIn {
    pub server: Server,
    folder: tempfile::TempDir,
}

impl StandIn {
    /// All goes well.
    pub fn well() -> Self {
        StandIn::new(Options::default())
    }

    /// These things go wrong.
    pub fn with(faults: &str) -> Self {
        StandIn::new(Options {
            faults: faults.parse().unwrap(),
            seed: 7,
            ..Options::default()
        })
    }

    pub fn new(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let record = Some(folder.path().join("record.ndjson"));
        let server = Server::start(Options { record, ..options }).unwrap();
        StandIn { server, folder }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What was recorded so far, in the order of recording; a line on its way is left out.
    pub fn so_far(&self) -> Vec<Recorded> {
        let text = std::fs::read_to_string(self.folder.path().join("record.ndjson")).unwrap();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(recorded).collect()
    }

    /// Ends it; everything that was recorded.
    pub fn recorded(mut self) -> Vec<Recorded> {
        self.server.stop();
        assert_eq!(self.server.stats().record_error, None);
        self.so_far()
    }
}

fn recorded(line: &str) -> Recorded {
    let line: Value = serde_json::from_str(line).unwrap();
    let params = line["params"].as_object().unwrap().iter();
    Recorded {
        at_ms: super::number(&line["at_ms"]),
        path: line["path"].as_str().unwrap().into(),
        params: params
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().into()))
            .collect(),
    }
}
