//! What the report says about a run before it has begun.

use jiff::Timestamp;

use crate::pipeline::feed::Opened;
use crate::plan::{Reading, Sending};
use crate::report::escape::argument;
use crate::report::run::{InputFacts, RunFacts};
use crate::transport::Endpoint;

/// The facts of a run that starts now.
pub(super) fn new(
    command: &'static str,
    inputs: &[String],
    reading: &Reading,
    opened: &[Opened],
) -> RunFacts {
    let (options, typed_inputs) = typed(inputs);
    RunFacts {
        run_id: run_id(),
        command,
        inputs: opened.iter().map(InputFacts::from).collect(),
        started_at: Timestamp::now(),
        mapping: mapping(opened),
        limit: reading.limit,
        default_max_age: reading.default_max_age,
        sends_event_time: reading.rules.send_event_time,
        options,
        typed_inputs,
        warnings: [reading.warnings.clone(), wanting(opened)].concat(),
        ..RunFacts::default()
    }
}

/// Where its rows go, and how fast.
pub(super) fn sends_to(facts: &mut RunFacts, sending: &Sending) {
    let elsewhere = |endpoint: &&Endpoint| !endpoint.is_tenjin();
    facts.sandbox = sending.endpoint.is_none();
    facts.endpoint = sending
        .endpoint
        .as_ref()
        .filter(elsewhere)
        .map(|endpoint| endpoint.name().to_owned());
    facts.rate = sending.rate.per_second();
    facts.key_source = sending.key_source.as_ref().map(ToString::to_string);
}

/// Sorts by time and is unique: `20261122T233405Z-1f3a9c2e`.
fn run_id() -> String {
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    format!("{now}-{:08x}", fastrand::u32(..))
}

/// One mapping if all inputs have the same, else one for each input.
fn mapping(opened: &[Opened]) -> serde_json::Value {
    let described = |input: &Opened| input.binding.described().clone();
    let mut all: Vec<serde_json::Value> = opened.iter().map(described).collect();
    all.dedup();
    match all.len() {
        1 => all.remove(0),
        _ => serde_json::Value::Array(all.into_iter().take(crate::report::LIST_LIMIT).collect()),
    }
}

/// What presets cannot know and nobody gave, a sentence for each preset.
fn wanting(opened: &[Opened]) -> Vec<String> {
    let sentence = |input: &Opened| {
        let wanting = input.binding.wanting();
        let preset = input.binding.preset().unwrap_or("mapping");
        (!wanting.is_empty()).then(|| {
            format!(
                "a {preset} export does not say {}: give it with --set FIELD=VALUE, or a column with --map FIELD=COLUMN",
                wanting.join(", ")
            )
        })
    };
    let mut all: Vec<String> = opened.iter().filter_map(sentence).collect();
    all.sort();
    all.dedup();
    all
}

/// The options as they were typed, and the inputs, for the next command to type.
fn typed(inputs: &[String]) -> (String, String) {
    let quoted = |words: &[String]| {
        words
            .iter()
            .map(|word| argument(word))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut left: Vec<String> = inputs.to_vec();
    let mut options = Vec::new();
    for word in std::env::args_os().skip(2) {
        let word = word.to_string_lossy().into_owned();
        match left.iter().position(|input| *input == word) {
            Some(at) => drop(left.remove(at)),
            None if word == "--dry-run" => {}
            None => options.push(word),
        }
    }
    (quoted(&options), quoted(inputs))
}
