//! What the report says about a run before it has begun, and of its inputs.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cli::config::ListedApp;
use crate::delivery::RowLimit;
use crate::delivery::feed::Opened;
use crate::http::Endpoint;
use crate::mapping::Binding;
use crate::mapping::guess::{Mends, Proposal, Sample};
use crate::model::{StopReason, text};
use crate::plan::{Reading, Sending};
use crate::report::figures::{span, thousands};
use crate::report::files::{Shape, Source};
use crate::report::run::{InputFacts, Limit, RunFacts};
use crate::report::typed::Typed;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Key;

/// The facts of a run that starts now.
pub fn new(command: &'static str, reading: &Reading<'_>, opened: &[Opened]) -> RunFacts {
    let args = reading.args;
    RunFacts {
        run_id: run_id(),
        command,
        inputs: opened.iter().map(InputFacts::from).collect(),
        started_at: Timestamp::now(),
        mapping: mapping(opened),
        limit: args.limit,
        min_rows: reading.min_rows(),
        default_max_age: args.max_age.is_none(),
        sends_event_time: reading.rules.send_event_time,
        proposals: proposals(reading, opened),
        accepted_warnings: args.accept_warnings.clone(),
        fails_on_warnings: args.fail_on.is_some(),
        typed: Typed::now(command, &args.inputs),
        limits: limits(reading),
        warnings: [
            reading.warnings.clone(),
            wanting(reading, opened),
            absent(reading, opened),
        ]
        .concat(),
        ..RunFacts::default()
    }
}

/// Where its rows go, and how fast.
pub fn sends_to(facts: &mut RunFacts, reading: &Reading<'_>, sending: &Sending<'_>) {
    let elsewhere = |endpoint: &&Endpoint| !endpoint.is_tenjin();
    facts.sandbox = sending.endpoint.is_none();
    facts.endpoint = sending
        .endpoint
        .as_ref()
        .filter(elsewhere)
        .map(|endpoint| endpoint.name().to_owned());
    facts.rate = sending.args.rate.per_second();
    facts.limits.push(Limit {
        option: "--max-failures",
        value: match sending.settings.max_failures {
            rows @ RowLimit::Rows(_) => rows.to_string(),
            share @ RowLimit::Share(_) => format!("{share} from row {} on", RowLimit::FROM),
        },
        stops: Some(StopReason::MaxFailures),
    });
    facts.is_account_key = sending.key_source.is_some() && !sending.one_app;
    facts.key_source = sending.key_source.as_ref().map(ToString::to_string);
    let own_key = |listed: &ListedApp| Some((listed.app.clone(), listed.key.as_ref()?.to_string()));
    facts.app_keys = reading.args.apps.iter().filter_map(own_key).collect();
}

/// What rows must keep to, as far as there are limits.
fn limits(reading: &Reading<'_>) -> Vec<Limit> {
    let limit = |option, value: Option<String>, stops| {
        value.map(|value| Limit {
            option,
            value,
            stops,
        })
    };
    let age = reading.rules.max_age;
    let all = [
        limit("--max-age", age.map(span), None),
        limit("--limit", reading.args.limit.map(thousands), None),
        limit(
            "--min-rows",
            reading.min_rows().map(thousands),
            Some(StopReason::MinRows),
        ),
        limit(
            "--max-rejected",
            reading.args.max_rejected.map(|most| most.to_string()),
            Some(StopReason::MaxRejected),
        ),
    ];
    all.into_iter().flatten().collect()
}

/// Sorts by time and is unique: `20261122T233405Z-1f3a9c2e`.
pub fn run_id() -> String {
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    format!("{now}-{:08x}", fastrand::u32(..))
}

/// One mapping if all inputs have the same, else one for each input.
fn mapping(opened: &[Opened]) -> serde_json::Value {
    // Inputs that are alike share their binding: thousands of copies would be made in vain.
    let mut bindings: Vec<&Arc<Binding>> = opened.iter().map(|input| &input.binding).collect();
    bindings.dedup_by(|one, other| Arc::ptr_eq(one, other));
    bindings.truncate(crate::report::LIST_LIMIT);
    let described = bindings.iter().map(|binding| binding.described().clone());
    let mut all: Vec<serde_json::Value> = described.collect();
    all.dedup();
    match all.len() {
        1 => all.remove(0),
        _ => serde_json::Value::Array(all),
    }
}

/// What presets cannot know and nobody gave, a sentence for each preset and each way to give it.
fn wanting(reading: &Reading<'_>, opened: &[Opened]) -> Vec<Warning> {
    let is_joined = reading.rules.lookup.is_some() || reading.rules.derive.is_some();
    let sentences = |input: &Opened| {
        let is_id = |name: &&str| Key::find(name).is_some_and(|key| Key::DEVICE_IDS.contains(&key));
        let wanting = input.binding.wanting().iter().map(String::as_str);
        let (ids, others): (Vec<&str>, Vec<&str>) = wanting.partition(is_id);
        let export = match input.binding.preset() {
            Some(preset) => format!("an export of {preset}"),
            None => "the export".to_owned(),
        };
        let say = |names: &[&str], how: &str| {
            let names = names.join(", ");
            let text = format!("{export} does not say {names}: {how}");
            (!names.is_empty()).then_some(text)
        };
        let ids = if is_joined { &[] } else { &ids[..] };
        [
            say(
                &others,
                "give it with --set FIELD=VALUE, or a column with --map FIELD=COLUMN",
            ),
            say(
                ids,
                "join it from a table with --lookup FILE, or give a column with --map FIELD=COLUMN",
            ),
        ]
    };
    let mut all: Vec<String> = opened.iter().flat_map(sentences).flatten().collect();
    all.sort();
    all.dedup();
    let warning = |text| Warning::new(WarningCode::FieldsWanting, text);
    all.into_iter().map(warning).collect()
}

/// Members of `--map` and of a mapping file that no object has so far; a header would have said so
/// at once.
fn absent(reading: &Reading<'_>, opened: &[Opened]) -> Vec<Warning> {
    let Some(input) = opened
        .first()
        .filter(|input| input.source.header().is_none())
    else {
        return Vec::new();
    };
    let sample = Sample::of(&input.source);
    let named = reading.mapping.references().into_iter();
    let absent = named.filter(|(_, column)| sample.lacks(column));
    let sentence = |(place, column): (String, String)| {
        let near = text::did_you_mean(&column, &sample.names());
        let text = format!("{place}: none of the first rows has it{near}");
        Warning::new(WarningCode::ColumnAbsent, text)
    };
    absent.map(sentence).collect()
}

/// What the first input could be, for the next command to type.
fn proposals(reading: &Reading<'_>, opened: &[Opened]) -> Vec<Proposal> {
    let Some(first) = opened.first() else {
        return Vec::new();
    };
    let mut proposals = reading.guess(&first.source, &first.binding);
    for proposal in &mut proposals {
        if let Mends::LeaveOut(rows) = &mut proposal.mends {
            let mut headers = opened.iter().filter_map(|input| input.source.header());
            rows.may_lack |= headers.any(|header| !header.names().contains(&rows.column));
        }
    }
    proposals
}

/// An input that is not read again: how its records look is known only by its name.
pub(super) fn remembered(path: &str) -> Source {
    let shape = if path.contains("json") {
        Shape::Ndjson
    } else {
        Shape::Csv {
            delimiter: b',',
            header: "".into(),
        }
    };
    Source {
        path: path.to_owned(),
        shape,
    }
}

fn path(input: &Opened) -> String {
    match input.source.name() {
        "<stdin>" => "-".into(),
        name => name.to_owned(),
    }
}

pub(super) fn shape(input: &Opened) -> Source {
    let shape = match input.source.header() {
        Some(header) => Shape::Csv {
            delimiter: header.delimiter(),
            header: Arc::clone(header.text()),
        },
        None => Shape::Ndjson,
    };
    Source {
        path: path(input),
        shape,
    }
}

impl From<&Opened> for InputFacts {
    fn from(input: &Opened) -> Self {
        InputFacts {
            path: path(input),
            format: input.source.format().name(),
            preset: input.binding.preset().map(str::to_owned),
            ..InputFacts::default()
        }
    }
}
