//! The first rows of an input, by column.

use serde_json::Value;

use crate::input::{Format, Source};
use crate::schema::plain;

/// Columns that are looked at; nobody maps thousands of them by hand.
const MOST: usize = 500;

/// The names of an input's columns, and what the first rows say in them.
#[derive(Debug, Default)]
pub struct Sample {
    /// In the order of the header, or of their first appearance.
    pub(super) columns: Vec<Column>,
}

/// A column, or a member of an object by its path.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) name: String,
    /// The name without what does not count in names.
    pub(super) plain: String,
    /// The filled cells.
    pub(super) values: Vec<String>,
}

impl Sample {
    /// Looks at the rows that have been read already.
    pub fn of(source: &Source) -> Self {
        let header = source.header();
        let header = header.map(|header| (header.names().to_vec(), header.delimiter()));
        match (source.format(), header) {
            (Format::Csv, Some((names, delimiter))) => {
                Self::csv(names, delimiter, &source.lines_at_hand())
            }
            (Format::Csv, None) => Sample::default(),
            (Format::Ndjson, _) => Self::json(&source.lines_at_hand()),
        }
    }

    /// The names alone.
    pub(super) fn named(names: &[String]) -> Self {
        Self::csv(names.to_vec(), b',', &[])
    }

    pub(super) fn csv(names: Vec<String>, delimiter: u8, lines: &[&str]) -> Self {
        let mut columns: Vec<Column> = names.into_iter().take(MOST).map(Column::new).collect();
        let text = lines.join("\n");
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        for row in rows.records().flatten() {
            for (column, value) in columns.iter_mut().zip(row.iter()) {
                column.add(value);
            }
        }
        Sample { columns }
    }

    pub(super) fn json(lines: &[&str]) -> Self {
        let mut sample = Sample::default();
        for line in lines {
            let Ok(Value::Object(members)) = serde_json::from_str(line) else {
                continue;
            };
            for (name, value) in &members {
                match value.as_object() {
                    Some(inner) => inner
                        .iter()
                        .for_each(|(inner, value)| sample.member(format!("{name}.{inner}"), value)),
                    None => sample.member(name.clone(), value),
                }
            }
        }
        sample
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<&str> {
        let columns = self.columns.iter();
        columns.map(|column| column.name.as_str()).collect()
    }

    /// Whether objects were seen, and none of them has any of `a||b`. Paths that go deeper than
    /// one member are not looked into.
    pub fn lacks(&self, reference: &str) -> bool {
        let is_there = |name: &str| {
            let name = plain(name.trim());
            let mut columns = self.columns.iter();
            columns.any(|column| {
                let column = plain(&column.name);
                let leads_to = |outer: &str, inner: &str| {
                    let rest = inner.strip_prefix(outer);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                };
                leads_to(&column, &name) || leads_to(&name, &column)
            })
        };
        !self.columns.is_empty() && !reference.split("||").any(is_there)
    }

    fn member(&mut self, name: String, value: &Value) {
        let at = self.columns.iter().position(|column| column.name == name);
        let at = at.unwrap_or_else(|| {
            self.columns.push(Column::new(name));
            self.columns.len() - 1
        });
        match value {
            Value::String(text) => self.columns[at].add(text),
            Value::Number(number) => self.columns[at].add(&number.to_string()),
            Value::Bool(truth) => self.columns[at].add(&truth.to_string()),
            _ => {}
        }
    }
}

impl Column {
    fn new(name: String) -> Self {
        Column {
            plain: plain(&name),
            name,
            values: Vec::new(),
        }
    }

    fn add(&mut self, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.values.push(value.to_owned());
        }
    }
}
