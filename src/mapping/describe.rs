//! The mapping as the report shows it: for each field where its value came from, by the names of
//! columns.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::Mapping;
use super::binding::Binding;
use super::feed::{Feed, Fill, Made};
use super::reference::Slot;
use super::rule::Test;
use super::step::Step;
use crate::model::{Platform, plain, shown};
use crate::schema::Key;

impl Mapping {
    /// Each field with its column or its constant, what was done to it, and where else it was
    /// looked for. Fields of NDJSON that are found by their own name are not listed.
    pub fn describe(&self, binding: &Binding) -> Value {
        let mut fields = Map::new();
        for key in Key::ALL {
            let feed = binding.feed(key);
            let is_set = !binding.fill(key).is_empty();
            let is_found = matches!(feed, Feed::Columns(slots) if slots.len() == 1)
                && binding.is_json()
                && !is_set;
            if is_found && !self.is_said(key) {
                continue;
            }
            let looked_at = |test: &Test| binding.places(test.slots());
            let line = line(feed, binding, &looked_at);
            if let Some(line) = filled(line, binding.fill(key)) {
                fields.insert(key.name().to_owned(), line);
            }
        }
        Value::Object(fields)
    }

    fn is_said(&self, key: Key) -> bool {
        let field = &self.fields[key as usize];
        field.column.is_some() || field.spec.is_some()
    }
}

impl Binding {
    /// The columns that feed a field, as people write them; nothing, if none does.
    pub fn source_of(&self, key: Key) -> Option<String> {
        let slots = self.feed(key).columns();
        (!slots.is_empty()).then(|| self.places(slots))
    }

    /// `a||b.c`. Every way to read a dotted name has the same text, which is said once.
    pub(super) fn places(&self, slots: &[Slot]) -> String {
        let mut names: Vec<String> = slots.iter().map(|slot| self.place(slot)).collect();
        names.dedup();
        names.join("||")
    }

    /// The same of one, with what is joined to it: `date+time`.
    pub(super) fn place(&self, slot: &Slot) -> String {
        let mut name = self.name_of(slot);
        for joined in &slot.rest {
            name.push('+');
            name.push_str(&self.places(joined));
        }
        name
    }

    /// A column as people write it.
    pub(super) fn name_of(&self, slot: &Slot) -> String {
        let column = self.columns[usize::from(slot.column)].as_str();
        let path = slot.path.iter().map(AsRef::as_ref);
        let parts: Vec<&str> = std::iter::once(column).chain(path).collect();
        parts.join(".")
    }

    /// Whether the input has a value for this field: a constant, or one of the columns that are
    /// there. For NDJSON `there` are the members of its first objects.
    pub(crate) fn is_fed(&self, key: Key, there: &[&str]) -> bool {
        match self.feed(key) {
            _ if !self.fill(key).is_empty() => true,
            Feed::Nothing => false,
            feed if !self.is_json() || feed.needs_no_column() => true,
            feed => feed.slots().iter().any(|slot| {
                let name = self.reference(slot);
                there.iter().any(|there| plain(there) == name)
            }),
        }
    }

    /// Whether any field is read from that column, or a rule looks at it.
    pub(crate) fn uses(&self, column: &str) -> bool {
        let name = plain(column);
        let mut fed = self.feeds.iter().flat_map(Feed::slots);
        fed.any(|slot| self.reference(slot) == name) || self.is_tested(column)
    }

    /// Whether a rule looks at that column.
    pub(crate) fn is_tested(&self, column: &str) -> bool {
        let column = plain(column);
        let tests = self.kinds.iter().flat_map(|rule| &rule.tests);
        let tests = tests.chain(self.filters.iter().flat_map(|rule| &rule.tests));
        let mut slots = tests.flat_map(Test::slots);
        slots.any(|slot| self.reference(slot) == column)
    }

    fn reference(&self, slot: &Slot) -> String {
        let column = self.columns.get(usize::from(slot.column));
        let column = plain(column.map_or("", String::as_str));
        let path = slot.path.iter().map(|step| plain(step));
        std::iter::once(column)
            .chain(path)
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// The fields that tell one event from another.
const IDENTIFYING: [Key; 17] = [
    Key::EventId,
    Key::EventTime,
    Key::SentAt,
    Key::AnalyticsInstallationId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
    Key::CustomerUserId,
    Key::Event,
    Key::Value,
    Key::ProductId,
    Key::Price,
    Key::Quantity,
    Key::Currency,
    Key::AdUnitId,
    Key::NetworkName,
    Key::RevenueDecimal,
    Key::RevenueCpm,
];

impl Binding {
    /// How rows are identified: by field, where its value comes from. What the source says counts,
    /// whatever is sent instead.
    pub fn identity(&self) -> BTreeMap<String, String> {
        let mut parts = BTreeMap::new();
        for key in IDENTIFYING {
            let feed = match (self.feed(key), self.hidden(key)) {
                (Feed::Constant(_), Some(hidden)) => hidden,
                (feed, _) => feed,
            };
            let is_in_rows = !matches!(feed, Feed::Nothing);
            parts.extend(set_parts(key, self.fill(key), is_in_rows));
            let Some(line) = line(feed, self, &|test| test.reference().to_owned()) else {
                continue;
            };
            // A column of the field's own name would be found as well if it were not there. Where
            // a row lacks an id its content identifies it; where it lacks a quantity it is 1, so
            // that a column that comes later makes another row of it.
            let own = line.as_object().is_some_and(|line| line.len() == 1)
                && line["column"]
                    .as_str()
                    .is_some_and(|name| plain(name) == plain(key.name()));
            if !own || matches!(key, Key::EventId | Key::Quantity) {
                parts.insert(key.name().to_owned(), line.to_string());
            }
        }
        if let Some(zone) = &self.timezone {
            parts.insert("timezone".to_owned(), zone_name(zone));
        }
        if !self.id_source.is_empty() {
            parts.insert("id_source".to_owned(), self.id_source.to_string());
        }
        parts
    }
}

/// A part of [`Binding::identity`] for people: `` `paid_at`, by time_format %d.%m.%Y ``.
pub fn in_words(part: &str) -> String {
    match serde_json::from_str(part) {
        Ok(Value::Object(line)) => words_of(&line),
        _ => shown(part).into(),
    }
}

fn words_of(line: &Map<String, Value>) -> String {
    let quoted = |value: &Value| match value {
        Value::String(text) => format!("`{}`", shown(text)),
        other => format!("`{}`", shown(&other.to_string())),
    };
    let listed = |value: &Value, joint: &str| {
        let all = value.as_array().into_iter().flatten();
        let all = all
            .filter_map(Value::as_str)
            .map(|text| shown(text).into_string());
        all.collect::<Vec<_>>().join(joint)
    };
    let parts = line.iter().filter_map(|(how, value)| {
        Some(match how.as_str() {
            "column" => quoted(value),
            "constant" => format!("{} for all rows", quoted(value)),
            "steps" => format!("by {}", listed(value, " and ")),
            "when" => format!("depending on `{}`", listed(value, "` and `")),
            "default" => format!("{} where rows say nothing", quoted(value)),
            "or" => format!("else {}", words_of(value.as_object()?)),
            _ => return None,
        })
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// What `--set` says of a field, by platform: as `FIELD:PLATFORM`. Ids are left out, since those
/// that the source did not give are no part of what a row is.
fn set_parts(
    key: Key,
    fill: &Fill,
    is_in_rows: bool,
) -> impl Iterator<Item = (String, String)> + '_ {
    let is_id = Key::IDS.contains(&key);
    let platforms = Platform::ALL.into_iter().filter(move |_| !is_id);
    platforms.filter_map(move |platform| {
        let how = if is_in_rows { "default" } else { "constant" };
        let line = json!({ how: fill.get(Some(platform))? });
        let part = format!("{}:{}", key.name(), platform.name());
        Some((part, line.to_string()))
    })
}

/// The name of a zone, or its fixed offset.
fn zone_name(zone: &TimeZone) -> String {
    let name = zone.iana_name().map(str::to_owned);
    name.or_else(|| Some(zone.to_fixed_offset().ok()?.to_string()))
        .unwrap_or_default()
}

/// With what `--set` says: for every row if no column does, else for those that say nothing.
fn filled(line: Option<Value>, fill: &Fill) -> Option<Value> {
    if fill.is_empty() {
        return line;
    }
    let value = |platform: Option<Platform>, text: &str| match platform {
        None => ("all".to_owned(), json!(text)),
        Some(platform) => (platform.name().to_owned(), json!(text)),
    };
    let by_platform = || fill.values().map(|(platform, text)| value(platform, text));
    let said = match fill.of_all() {
        Some(text) if !fill.tells_platforms() => json!(text),
        _ => Value::Object(by_platform().collect()),
    };
    let Some(mut line) = line else {
        return Some(json!({ "constant": said }));
    };
    line["default"] = said;
    Some(line)
}

/// `conditions` names what a condition looks at: the columns that it found, or what the mapping says,
/// which is the same when the amount is called otherwise.
fn line(feed: &Feed, binding: &Binding, conditions: &dyn Fn(&Test) -> String) -> Option<Value> {
    match feed {
        Feed::Nothing => None,
        Feed::Constant(text) => Some(json!({ "constant": text })),
        Feed::Columns(slots) => Some(json!({ "column": binding.places(slots) })),
        Feed::Made(made) => Some(made_line(made, binding, conditions)),
    }
}

fn made_line(made: &Made, binding: &Binding, conditions: &dyn Fn(&Test) -> String) -> Value {
    let mut line = match &made.constant {
        Some(text) => json!({ "constant": text }),
        None => json!({ "column": binding.places(&made.slots) }),
    };
    // What only refuses an amount makes no other one of it.
    let steps = made
        .steps
        .iter()
        .filter(|step| !matches!(step, Step::PointInDoubt));
    let steps: Vec<String> = steps.map(Step::words).collect();
    if !steps.is_empty() {
        line["steps"] = json!(steps);
    }
    if !made.tests.is_empty() {
        line["when"] = json!(made.tests.iter().map(conditions).collect::<Vec<_>>());
    }
    let other = made.or.as_ref();
    if let Some(other) = other.and_then(|feed| self::line(feed, binding, conditions)) {
        line["or"] = other;
    }
    if let Some(default) = &made.default {
        line["default"] = json!(default);
    }
    line
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use super::super::{File, Wishes};
    use super::*;

    #[test]
    fn what_a_field_depends_on_is_said() {
        let text = "[fields]\n\
            currency = { constant = \"USD\", when = [{ column = \"local?\", filled = false }], or = \"cur\" }\n\
            price = { column = \"local||usd\", scale = -2, default = \"1\" }\n";
        let file = Arc::new(File::parse("my.toml", text).unwrap());
        let mapping = Mapping::new(&Wishes::default()).unwrap();
        let mapping = mapping.over(&file, None).unwrap();
        let expected = json!({
            "currency": { "constant": "USD", "when": ["local"], "or": { "column": "cur" } },
            "price": { "column": "local||usd", "steps": ["scale"], "default": "1" },
        });
        let header = ["local", "usd", "cur"].map(str::to_owned);
        let binding = mapping.bind_csv(&header).unwrap();
        assert_eq!(mapping.describe(&binding), expected);
        assert_eq!(mapping.describe(&mapping.bind_json()), expected);
    }
}
