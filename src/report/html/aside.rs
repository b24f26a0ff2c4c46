//! What did not go as it came: filtered rows, fixed values, dropped values, columns not used.

use super::super::figures::thousands;
use super::Facts;
use crate::model::shown;
use crate::parse::Fix;
use crate::stats::Stats;

/// Entries that the page shows of each.
const ENTRIES: usize = 12;
/// Columns that it names.
const COLUMNS: usize = 40;

/// Three tables and a list.
pub(super) struct Aside {
    pub(super) tables: Vec<Table>,
    pub(super) unmapped: Vec<String>,
    pub(super) more_unmapped: String,
}

/// How often each of these happened.
pub(super) struct Table {
    pub(super) caption: &'static str,
    pub(super) what: &'static str,
    pub(super) of: &'static str,
    pub(super) lines: Vec<Line>,
    pub(super) more: String,
}

/// One of them.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) meaning: String,
    pub(super) count: String,
}

impl Aside {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let books = facts.books;
        let columns = books.unmapped.names.iter();
        let tables = [filters(books), fixes(books), dropped(facts)];
        Aside {
            tables: tables
                .into_iter()
                .filter(|table| !table.lines.is_empty())
                .collect(),
            unmapped: columns
                .take(COLUMNS)
                .map(|name| shown(name).into())
                .collect(),
            more_unmapped: beyond(books.unmapped.names.len(), books.unmapped.more),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.unmapped.is_empty()
    }
}

fn filters(books: &Stats) -> Table {
    let lines = books.filters.ranked().into_iter();
    Table {
        caption: "Rows left out by a rule",
        what: "Rule",
        of: "Rows",
        more: more(lines.len(), books.filters.more()),
        lines: lines
            .take(ENTRIES)
            .map(|(name, count)| line(name, "", count))
            .collect(),
    }
}

fn fixes(books: &Stats) -> Table {
    let lines = books.fixes.ranked().into_iter();
    Table {
        caption: "Values that were fixed, and sent so",
        what: "Fixed",
        of: "Rows",
        more: more(lines.len(), books.fixes.more()),
        lines: lines
            .take(ENTRIES)
            .map(|(name, count)| line(name, Fix::named(name).map_or("", Fix::meaning), count))
            .collect(),
    }
}

fn dropped(facts: Facts<'_>) -> Table {
    let books = facts.books;
    let example = |key| match books.dropped_examples.get(key) {
        None => String::new(),
        Some(one) => {
            let file = shown(facts.run.input_name(one.place.input));
            format!(": {} in {file}:{}", one.value, one.place.line)
        }
    };
    let lines = books.dropped_fields.ranked().into_iter();
    Table {
        caption: "Optional values that were not valid and dropped; their rows went on",
        what: "Field",
        of: "Rows",
        more: more(lines.len(), books.dropped_fields.more()),
        lines: lines
            .take(ENTRIES)
            .map(|(key, count)| {
                let meaning = format!("{}{}", key.1.meaning(), example(key));
                line(&key.0, &meaning, count)
            })
            .collect(),
    }
}

fn line(name: &str, meaning: &str, count: u64) -> Line {
    Line {
        name: shown(name).into(),
        meaning: meaning.to_owned(),
        count: thousands(count),
    }
}

/// Entries that the page leaves out, and what was counted beyond the report's limit.
fn more(entries: usize, beyond: u64) -> String {
    let hidden = entries.saturating_sub(ENTRIES);
    match (hidden, beyond) {
        (0, 0) => String::new(),
        (hidden, 0) => format!("{} more in report.json", thousands(hidden)),
        (hidden, beyond) => {
            let (hidden, beyond) = (thousands(hidden), thousands(beyond));
            format!("{hidden} more in report.json, {beyond} beyond the report’s limit")
        }
    }
}

fn beyond(columns: usize, even_more: bool) -> String {
    match columns.saturating_sub(COLUMNS) {
        0 => String::new(),
        more if even_more => format!("and more than {} others", thousands(more)),
        more => format!("and {} others", thousands(more)),
    }
}
