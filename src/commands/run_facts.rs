//! What the report says about a run before it has begun.

use jiff::Timestamp;

use crate::pipeline::feed::Opened;
use crate::plan::Reading;
use crate::report::escape::argument;
use crate::report::run::RunFacts;

/// The facts of a run that starts now.
pub(super) fn new(command: &'static str, reading: &Reading, opened: &[Opened]) -> RunFacts {
    RunFacts {
        run_id: run_id(),
        command,
        started_at: Timestamp::now(),
        mapping: mapping(reading, opened),
        sends_event_time: reading.rules.send_event_time,
        typed: typed(),
        ..RunFacts::default()
    }
}

/// Sorts by time and is unique: `20261122T233405Z-1f3a9c2e`.
fn run_id() -> String {
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    format!("{now}-{:08x}", fastrand::u32(..))
}

/// One mapping if all inputs have the same, else one for each input.
fn mapping(reading: &Reading, opened: &[Opened]) -> serde_json::Value {
    let mut all: Vec<serde_json::Value> =
        opened.iter().map(|input| reading.mapping.describe(&input.binding)).collect();
    all.dedup();
    match all.len() {
        1 => all.remove(0),
        _ => serde_json::Value::Array(all.into_iter().take(crate::report::LIST_LIMIT).collect()),
    }
}

fn typed() -> String {
    let words = std::env::args_os().skip(1).map(|word| argument(&word.to_string_lossy()));
    std::iter::once("tenjin-s2s".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
