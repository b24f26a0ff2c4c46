//! The first rows of an input: by column, and through the mapping.
//!
//! They are read as rows are, so that quotes, rejects files and damaged lines mean the same here.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::looks::{self, Cell, texts};
use crate::input::{Format, Source};
use crate::mapping::presets::TENJIN;
use crate::mapping::{Binding, Columns, Meaning, Members, Notes, Record};
use crate::model::{Cells, Currency, plain};
use crate::parse::{Arena, Placeholders, currency_code};
use crate::schema::Key;

/// The most columns that are read; nobody maps thousands of them by hand.
const MOST: usize = 500;
/// The most rows that are read.
const ROWS: usize = 1_000;
/// The fewest rows of which all say the same by more than chance.
const ENOUGH: usize = 3;
/// How many levels of nested objects are read.
const DEPTH: usize = 4;

/// The names of an input's columns, and what the first rows say in them.
#[derive(Debug, Default)]
pub struct Sample {
    /// In the order of the header, or of their first appearance.
    pub(super) columns: Vec<Column>,
    numbers: HashMap<String, usize>,
    rows: Vec<Row>,
}

/// A column, or a member of an object by its path.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) name: String,
    /// The name without what does not count in names.
    pub(super) plain: String,
    /// The filled cells.
    pub(super) cells: Vec<Cell>,
}

#[derive(Debug)]
enum Row {
    Csv(Vec<String>),
    Json(Vec<(String, String)>),
}

/// What the mapping reads from the first rows that no rule leaves out.
#[derive(Debug)]
pub(super) struct Seen {
    /// How many rows.
    pub(super) rows: usize,
    /// By field: the filled cells.
    pub(super) cells: Vec<Vec<Cell>>,
}

impl Sample {
    /// Looks at the rows that have been read already.
    pub fn of(source: &Source) -> Self {
        let names = source.header().map(|header| header.names().to_vec());
        if source.format() == Format::Csv && names.is_none() {
            return Sample::default();
        }
        let mut sample = Self::named(names.as_deref().unwrap_or_default());
        source.rows_at_hand(|row| match &row.cells {
            Cells::Csv(cells) => sample.csv_row(cells),
            Cells::Json(members) => sample.json_row(members),
            Cells::Empty | Cells::Damaged(_) => {}
        });
        sample
    }

    /// The names alone.
    pub(super) fn named(names: &[String]) -> Self {
        let mut sample = Sample::default();
        for name in names.iter().take(MOST) {
            sample.column(name);
        }
        sample
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<&str> {
        let columns = self.columns.iter();
        columns.map(|column| column.name.as_str()).collect()
    }

    /// Whether objects were seen, and none of them has any of `a||b`. Paths that go deeper than
    /// is looked are taken to be there.
    pub fn lacks(&self, reference: &str) -> bool {
        let is_there = |name: &str| {
            let name = plain(name.trim());
            let mut columns = self.columns.iter();
            columns.any(|column| {
                let leads_to = |outer: &str, inner: &str| {
                    let rest = inner.strip_prefix(outer);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                };
                let is_deep = column.plain.matches('.').count() + 1 >= DEPTH;
                leads_to(&name, &column.plain) || is_deep && leads_to(&column.plain, &name)
            })
        };
        let joined = |name: &str| is_there(name) || name.split('+').all(is_there);
        !self.columns.is_empty() && !reference.split("||").any(joined)
    }

    /// Whether an object of the first rows lacks this member; a CSV file has its columns in every row.
    pub(super) fn may_lack(&self, column: &str) -> bool {
        let mut columns = self.columns.iter();
        let filled = columns.find(|known| known.name == column);
        matches!(self.rows.first(), Some(Row::Json(_)))
            && filled.is_none_or(|column| column.cells.len() < self.rows.len())
    }

    /// Whether so many are most of the rows, and these enough to tell.
    pub(super) fn are_nearly_all(&self, filled: usize) -> bool {
        self.rows.len() >= ENOUGH && filled * 20 >= self.rows.len() * 19
    }

    /// Whether the header is a row: names that are times, ids or addresses.
    pub(super) fn is_headless(&self) -> bool {
        let columns = self.columns.iter();
        columns
            .filter(|column| looks::is_data(&column.name))
            .count()
            >= 2
    }

    /// What a mapping reads from these rows.
    pub(super) fn through(&self, binding: &Binding) -> Seen {
        let mut seen = Seen {
            rows: 0,
            cells: vec![Vec::new(); Key::COUNT],
        };
        let mut places = Members::new(binding);
        for (at, row) in self.rows.iter().enumerate() {
            let (arena, notes) = (Arena::default(), Notes::default());
            let csv: Vec<Cow<'_, str>>;
            let json: Vec<(Cow<'_, str>, &str)>;
            let cells = match row {
                Row::Csv(cells) => {
                    csv = cells.iter().map(Cow::from).collect();
                    Columns::Csv(&csv)
                }
                Row::Json(members) => {
                    let members = members.iter();
                    json = members
                        .map(|(name, value)| (name.into(), &**value))
                        .collect();
                    let Ok(places) = places.places(&json, |_| ()) else {
                        continue;
                    };
                    Columns::Json(&json, places)
                }
            };
            let record = Record {
                cells,
                arena: &arena,
                notes: &notes,
            };
            seen.row(at, binding, &record);
        }
        seen
    }

    pub(super) fn csv_row(&mut self, cells: &[Cow<'_, str>]) {
        let is_header = |(column, cell): (&Column, &Cow<'_, str>)| column.name == cell.trim();
        let is_again = self.columns.iter().zip(cells).all(is_header);
        if is_again || self.rows.len() >= ROWS {
            return;
        }
        for (at, cell) in cells.iter().enumerate().take(self.columns.len().min(MOST)) {
            let object = cell.trim_start().starts_with('{');
            match serde_json::from_str(cell) {
                Ok(value) if object => {
                    let name = self.columns[at].name.clone();
                    self.member(&name, &value, 1);
                }
                _ => self.columns[at].add(self.rows.len(), cell),
            }
        }
        let cells = cells.iter().map(ToString::to_string);
        self.rows.push(Row::Csv(cells.collect()));
    }

    pub(super) fn json_row(&mut self, members: &[(Cow<'_, str>, &str)]) {
        if self.rows.len() >= ROWS {
            return;
        }
        for (name, value) in members {
            if let Ok(value) = serde_json::from_str(value) {
                self.member(name, &value, 1);
            }
        }
        let members = members.iter();
        let members = members.map(|(name, value)| (name.to_string(), (*value).to_owned()));
        self.rows.push(Row::Json(members.collect()));
    }

    /// A value becomes a column; an object becomes one for each of its members, and a list one for
    /// each of its pairs of key and value.
    fn member(&mut self, name: &str, value: &Value, depth: usize) {
        let text = match value {
            Value::Object(members) => {
                for (inner, value) in members.iter().filter(|_| depth < DEPTH) {
                    self.member(&format!("{name}.{inner}"), value, depth + 1);
                }
                return;
            }
            Value::Array(elements) => {
                for (key, value) in elements.iter().filter_map(pair) {
                    self.member(&format!("{name}.{key}"), value, DEPTH);
                }
                return;
            }
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
        };
        if let Some(at) = self.column(name) {
            self.columns[at].add(self.rows.len(), &text);
        }
    }

    fn column(&mut self, name: &str) -> Option<usize> {
        if let Some(at) = self.numbers.get(name) {
            return Some(*at);
        }
        if self.columns.len() >= MOST {
            return None;
        }
        self.numbers.insert(name.to_owned(), self.columns.len());
        self.columns.push(Column {
            plain: plain(name),
            name: name.to_owned(),
            cells: Vec::new(),
        });
        Some(self.columns.len() - 1)
    }
}

/// An element of GA4's lists: `{"key":"price","value":{"int_value":null,"double_value":4.99}}`.
fn pair(element: &Value) -> Option<(&str, &Value)> {
    let (key, value) = (element.get("key")?.as_str()?, element.get("value")?);
    let Value::Object(typed) = value else {
        return Some((key, value));
    };
    let mut typed = typed.iter().filter(|(name, _)| name.ends_with("_value"));
    let (_, value) = typed.find(|(_, value)| !value.is_null())?;
    Some((key, value))
}

/// Whether no vendor's preset says what is what: it knows what it leaves out.
pub(super) fn is_ours(binding: &Binding) -> bool {
    binding.preset().is_none_or(|name| name == TENJIN)
}

impl Column {
    /// What it says of rows beside all fields: by its name, else by its words.
    pub(super) fn meaning(&self, binding: &Binding) -> Option<Meaning> {
        let of_values = || Meaning::of_values(&self.name, texts(&self.cells));
        Meaning::of(&self.name).or_else(|| of_values().filter(|_| is_ours(binding)))
    }

    fn add(&mut self, row: usize, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.cells.push((row, value.to_owned()));
        }
    }
}

impl Seen {
    /// The rows whose currency has three decimals: a point in them parts these.
    pub(super) fn of_thousandths(&self, binding: &Binding) -> HashSet<usize> {
        let has_three = |text: &str| currency_code(text).and_then(Currency::decimals) == Some(3);
        let said = self.cells[Key::Currency as usize].iter();
        let (has, has_not): (Vec<_>, Vec<_>) = said.partition(|(_, text)| has_three(text));
        let rows = |cells: Vec<&Cell>| cells.into_iter().map(|(row, _)| *row).collect();
        match binding.fill(Key::Currency).get(None) {
            Some(fill) if has_three(fill) => {
                let has_not: HashSet<usize> = rows(has_not);
                (0..ROWS).filter(|row| !has_not.contains(row)).collect()
            }
            _ => rows(has),
        }
    }

    fn row(&mut self, at: usize, binding: &Binding, record: &Record<'_, '_>) {
        if matches!(binding.left_out(record), Ok(Some(_))) {
            return;
        }
        self.rows += 1;
        for key in Key::ALL {
            let text = binding.text(record, key).ok().flatten();
            if let Some(text) = text.filter(|text| !Placeholders::in_field(key).contain(text)) {
                self.cells[key as usize].push((at, text.to_owned()));
            }
        }
    }
}
