//! A report as scripts read it: `report.json`, `outcomes.ndjson`, and the files of rows.
//!
//! Whoever reads one here checks the first law in passing: the eight outcomes add up to `read`.

use std::collections::BTreeMap;
use std::ops::Index;
use std::path::{Path, PathBuf};

use serde_json::Value;

const OUTCOMES: [&str; 8] = [
    "accepted",
    "rejected",
    "filtered",
    "duplicate",
    "refused",
    "failed",
    "in_doubt",
    "not_sent",
];

#[derive(Debug)]
pub struct Report {
    folder: PathBuf,
    pub json: Value,
}

impl Report {
    /// The newest report in a folder of reports.
    pub fn newest(reports: &Path) -> Option<Self> {
        let folder = reports.join("latest");
        folder.exists().then(|| Report::read(&folder))
    }

    pub fn read(folder: &Path) -> Self {
        let text = std::fs::read(folder.join("report.json")).unwrap();
        let report = Report {
            folder: folder.into(),
            json: serde_json::from_slice(&text).unwrap(),
        };
        if report.json["status"] != "running" {
            adds_up(&report.json["rows"]);
            for part in ["by_kind", "by_app"] {
                let parts = report.json[part].as_object().unwrap();
                parts.values().for_each(adds_up);
                let read: u64 = parts.values().map(|rows| number(&rows["read"])).sum();
                assert_eq!(read, report.rows("read"), "{part}");
            }
        }
        report
    }

    /// `read`, or one of the outcomes.
    pub fn rows(&self, outcome: &str) -> u64 {
        number(&self["rows"][outcome])
    }

    /// All outcomes that occurred, and `read`: nothing else happened.
    pub fn counts(&self) -> BTreeMap<&str, u64> {
        let names = OUTCOMES.iter().copied().chain(["read"]);
        let counts = names.map(|name| (name, self.rows(name)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// The lines of `outcomes.ndjson`.
    pub fn outcomes(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.join("outcomes.ndjson")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Which line of the (only) input has which outcome, accepted and filtered rows apart.
    pub fn by_line(&self) -> BTreeMap<u64, String> {
        let mut by_line = BTreeMap::new();
        for entry in self.outcomes() {
            let outcome = entry["outcome"].as_str().unwrap();
            let lines = match entry.get("line") {
                Some(line) => number(line)..=number(line),
                None => number(&entry["first_line"])..=number(&entry["last_line"]),
            };
            for line in lines {
                let before = by_line.insert(line, outcome.to_owned());
                assert_eq!(before, None, "line {line} has two outcomes");
            }
        }
        by_line
    }

    /// Every fault of every rejected row: line -> codes, sorted.
    pub fn faults(&self) -> BTreeMap<u64, Vec<String>> {
        let rejected = self.outcomes().into_iter();
        let rejected = rejected.filter(|entry| entry["outcome"] == "rejected");
        rejected
            .map(|entry| {
                let more = entry.get("more_faults").and_then(Value::as_array);
                let faults = std::iter::once(&entry).chain(more.into_iter().flatten());
                let mut codes: Vec<_> = faults
                    .map(|fault| fault["code"].as_str().unwrap().to_owned())
                    .collect();
                codes.sort();
                (number(&entry["line"]), codes)
            })
            .collect()
    }

    /// A file of the report.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Index<&str> for Report {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        &self.json[key]
    }
}

/// The texts of a report's warnings of this code.
pub fn warnings(report: &Value, code: &str) -> Vec<String> {
    let all = report["warnings"].as_array().unwrap().iter();
    let ours = all.filter(|warning| warning["code"] == code);
    ours.map(|warning| warning["text"].as_str().unwrap().to_owned())
        .collect()
}

fn adds_up(rows: &Value) {
    let sum: u64 = OUTCOMES.iter().map(|name| number(&rows[name])).sum();
    assert_eq!(sum, number(&rows["read"]), "{rows}");
}

/// A count.
#[track_caller]
pub fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no count"))
}
