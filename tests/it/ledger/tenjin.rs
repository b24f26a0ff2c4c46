//! The sandbox in this process, and what it recorded.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tenjin_s2s::sandbox::{Options, Server};

/// One recorded event.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `/v0/event` or `/v0/purchase`.
    pub path: String,
    /// The mark of its row.
    pub mark: String,
    /// Its currency, if it is money.
    pub currency: Option<String>,
}

/// A stand-in for Tenjin that writes down what it records.
pub struct Tenjin {
    pub server: Server,
    record: tempfile::TempDir,
}

impl Tenjin {
    /// Without faults.
    pub fn new() -> Tenjin {
        Tenjin::with(Options::default())
    }

    /// With these options; the record is added.
    pub fn with(options: Options) -> Tenjin {
        let record = tempfile::tempdir().unwrap();
        let options = Options {
            record: Some(record.path().join("record")),
            ..options
        };
        Tenjin {
            server: Server::start(options).unwrap(),
            record,
        }
    }

    /// Requests so far.
    pub fn requests(&self) -> u64 {
        self.server.stats().requests
    }

    /// Faults so far.
    pub fn faults(&self) -> u64 {
        self.server.stats().faults.values().sum()
    }

    /// Waits until nobody is connected: what a killed client sent has been dealt with.
    pub fn wait_idle(&self) {
        wait(|| self.server.stats().open_connections == 0);
    }

    /// What it has recorded so far, in its order. Nobody must be sending.
    pub fn so_far(&self) -> Vec<Recorded> {
        self.wait_idle();
        let record = self.record.path().join("record");
        let mut recorded = Vec::new();
        wait(|| {
            recorded = read(&record);
            recorded.len() as u64 == self.server.stats().accepted
        });
        recorded
    }

    /// Stops it; everything it recorded, in its order.
    pub fn recorded(mut self) -> Vec<Recorded> {
        self.server.stop();
        let stats = self.server.stats();
        assert_eq!(stats.record_error, None);
        let recorded = read(&self.record.path().join("record"));
        assert_eq!(recorded.len() as u64, stats.accepted);
        recorded
    }

    /// Stops it; how often each mark was recorded.
    pub fn counts(self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for event in self.recorded() {
            *counts.entry(event.mark).or_default() += 1;
        }
        counts
    }
}

fn read(record: &Path) -> Vec<Recorded> {
    let text = std::fs::read_to_string(record).unwrap();
    let parse = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        Recorded {
            path: line["path"].as_str().unwrap().into(),
            mark: line["params"]["app_version"].as_str().unwrap().into(),
            currency: line["params"]["currency"].as_str().map(str::to_owned),
        }
    };
    // the last line may be on its way
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(parse).collect()
}

/// Waits for a condition, with a deadline that no healthy machine misses.
pub fn wait(mut until: impl FnMut() -> bool) {
    let start = Instant::now();
    while !until() {
        assert!(start.elapsed() < Duration::from_secs(120), "it never came");
        std::thread::sleep(Duration::from_millis(1));
    }
}
