//! The mapping that was used: which column, or which constant, became which field.
//!
//! It renders whatever the report holds, so that a mapping with new words in it is shown too.

use serde_json::Value;

use super::Facts;
use crate::model::shown;

/// Fields that the page shows, over all mappings.
const FIELDS: usize = 200;

/// One mapping for all inputs, or several.
pub(super) struct Mapping {
    pub(super) all: Vec<Vec<Line>>,
    pub(super) more: bool,
}

/// One field.
pub(super) struct Line {
    pub(super) field: String,
    /// `column`, `constant`, or whatever the mapping says.
    pub(super) how: String,
    pub(super) from: String,
}

impl Mapping {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let mappings = match &facts.run.mapping {
            Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut left = FIELDS;
        let mut all = Vec::new();
        let mut more = false;
        for mapping in mappings {
            let mut lines: Vec<_> = lines(mapping).take(left + 1).collect();
            more |= lines.len() > left;
            lines.truncate(left);
            left -= lines.len();
            if !lines.is_empty() {
                all.push(lines);
            }
        }
        Mapping { all, more }
    }
}

fn lines(mapping: &Value) -> impl Iterator<Item = Line> {
    let fields = mapping.as_object().into_iter().flatten();
    fields.flat_map(|(field, feed)| {
        let line = |how: &str, value: &Value| Line {
            field: shown(field).into(),
            how: shown(&how.replace('_', " ")).into(),
            from: said(value),
        };
        match feed {
            Value::Object(feed) => feed.iter().map(|(how, value)| line(how, value)).collect(),
            value => vec![line("", value)],
        }
    })
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => shown(text).into(),
        other => shown(&other.to_string()).into(),
    }
}
