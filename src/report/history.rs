//! The runs in a folder of reports, by what their reports say.
//!
//! Their reports may be of any version and by anybody: they are read as far as they are ours,
//! bounded, and never followed through a link.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

/// How many of the newest runs are looked at.
const RUNS: usize = 200;
/// The most bytes of a report that are read.
const LARGEST: u64 = 16 << 20;

/// What a report says of its run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PastRun {
    /// Its id, and the name of its folder.
    pub run_id: String,
    /// `upload` or `validate`.
    pub command: String,
    /// Whether nothing was sent.
    pub dry_run: bool,
    /// Whether nothing reached Tenjin.
    pub sandbox: bool,
    /// How it ended.
    pub status: String,
    /// Why it stopped.
    pub stop_reason: Option<String>,
    /// When it started.
    pub started_at: String,
    /// What it read.
    pub inputs: Vec<PastInput>,
    /// Rows by outcome.
    pub rows: BTreeMap<String, u64>,
    /// Why rows were rejected.
    pub rejections: Vec<PastReason>,
    /// Its totals.
    pub totals: PastTotals,
}

/// An input of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PastInput {
    /// As the user gave it.
    pub path: String,
}

/// A reason of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PastReason {
    /// The word.
    pub code: String,
    /// The field.
    pub field: String,
    /// How many rows.
    pub count: u64,
}

/// Totals of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PastTotals {
    /// Of the rows that were accepted.
    pub accepted: PastTotal,
}

/// A total of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PastTotal {
    /// Amounts by currency.
    pub revenue: BTreeMap<String, String>,
}

impl PastRun {
    /// Rows of this outcome, or those read.
    pub fn count(&self, outcome: &str) -> u64 {
        self.rows.get(outcome).copied().unwrap_or_default()
    }
}

/// The newest run before this one that is like it.
pub(super) fn before(
    parent: &Path,
    run_id: &str,
    is_like: impl Fn(&PastRun) -> bool,
) -> Option<PastRun> {
    let names = names(parent).into_iter().take(RUNS);
    let others = names.filter(|name| name != run_id && second(name) <= second(run_id));
    let runs = others.filter_map(|name| read(parent, &name));
    let mut like = runs.filter(is_like);
    let newest = like.next()?;
    // Ids of runs that started in one second are in no order.
    let beside: Vec<PastRun> = like
        .take_while(|run| second(&run.run_id) == second(&newest.run_id))
        .collect();
    let all = beside.into_iter().chain([newest]);
    all.max_by(|a, b| a.started_at.cmp(&b.started_at))
}

/// The newest runs by their folders, with what their reports say if they can be read, and how many
/// older ones there are.
pub(super) fn runs(parent: &Path) -> (Vec<(String, Option<PastRun>)>, usize) {
    let names = names(parent);
    let more = names.len().saturating_sub(RUNS);
    let newest = names.into_iter().take(RUNS);
    let runs = newest.map(|name| {
        let run = read(parent, &name);
        (name, run)
    });
    let mut runs: Vec<_> = runs.collect();
    let started = |run: &Option<PastRun>| run.as_ref().map(|run| run.started_at.clone());
    runs.sort_by_cached_key(|(name, run)| Reverse((second(name).to_owned(), started(run))));
    (runs, more)
}

/// The second in which a run started, as its id says it.
fn second(run_id: &str) -> &str {
    run_id.split('-').next().unwrap_or_default()
}

/// The folders of runs, the newest first: a run's id begins with its time.
fn names(parent: &Path) -> Vec<String> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    let is_plain = |name: &String| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        // What `reconcile` writes has a word behind it.
        let is_run = name.matches('-').count() == 1;
        is_run && name.starts_with(|c: char| c.is_ascii_digit()) && name.bytes().all(plain)
    };
    let mut names: Vec<_> = names.filter(is_plain).collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    names
}

fn read(parent: &Path, name: &str) -> Option<PastRun> {
    let run: PastRun = serde_json::from_str(&text(&parent.join(name).join("report.json"))?).ok()?;
    (run.run_id == name).then_some(run)
}

/// The text of a plain file, as far as is read.
pub(super) fn text(path: &Path) -> Option<String> {
    let found = fs::symlink_metadata(path).ok()?;
    let mut text = String::new();
    let mut file = File::open(path)
        .ok()
        .filter(|_| found.is_file())?
        .take(LARGEST);
    file.read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Runs of one second, whose ids are in no order.
    #[test]
    fn runs_of_one_second_are_told_apart_by_when_they_started() {
        let folder = tempfile::tempdir().unwrap();
        let ids = [
            "20261126T210000Z-0b",
            "20261126T210000Z-0a",
            "20261126T210000Z-0c",
        ];
        for (at, id) in ids.iter().enumerate() {
            let run = folder.path().join(id);
            fs::create_dir(&run).unwrap();
            let started = format!("2026-11-26T21:00:00.{at}Z");
            let report = serde_json::json!({"run_id": id, "started_at": started});
            fs::write(run.join("report.json"), report.to_string()).unwrap();
        }
        fs::create_dir(folder.path().join("20261126T210000Z-0d-reconcile")).unwrap();
        let (runs, more) = runs(folder.path());
        let names: Vec<_> = runs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, more), (vec![ids[2], ids[1], ids[0]], 0));
        let past = before(folder.path(), ids[2], |_| true).unwrap();
        assert_eq!(past.run_id, ids[1]);
        let later = before(folder.path(), "20261126T210001Z-00", |_| true).unwrap();
        assert_eq!(later.run_id, ids[2]);
    }
}
