//! What pages are made of: sections of texts, tables and pairs. Every value is escaped by
//! [`Harmless`], whoever wrote the template's line.

use std::fmt::{self, Write};

use askama::Template;
use askama::filters::Escaper;

use crate::model::drives_terminal;
use crate::report::figures::{counted, thousands};

/// How every page looks.
pub(super) const STYLE: &str = include_str!("style.css");
/// Lines that a table has at most.
const LINES: usize = 50;

/// A section with its heading.
#[derive(Template)]
#[template(path = "section.html")]
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) parts: Vec<Part>,
}

impl Section {
    pub(crate) fn new(id: &'static str, title: impl Into<String>, parts: Vec<Part>) -> Self {
        let title = title.into();
        Section { id, title, parts }
    }

    /// A table below a heading that says what its caption says; nothing if it has no lines.
    pub(crate) fn of(id: &'static str, table: Table) -> Option<Self> {
        let table = table.titled()?;
        Some(Section::new(
            id,
            table.caption.clone(),
            vec![Part::Table(table)],
        ))
    }
}

/// A page besides the report's own: a headline, a few figures, and sections.
#[derive(Default, Template)]
#[template(path = "simple.html")]
pub(crate) struct SimplePage {
    /// What it is of: `runs`.
    pub(crate) what: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) figures: Vec<(&'static str, String)>,
    pub(crate) sections: Vec<Section>,
    /// What stands beside it.
    pub(crate) beside: &'static str,
}

impl SimplePage {
    /// Whether a text is such a page.
    pub(crate) fn is_one(what: &str, text: &str) -> bool {
        text.starts_with(&format!("<!doctype html>\n<!-- {what} of tenjin-s2s -->\n"))
    }
}

/// A part of a section.
pub(crate) enum Part {
    /// A paragraph; what stands in backticks is code.
    Text(String),
    /// A box of paragraphs; whether it must be seen.
    Note(Vec<String>, bool),
    /// Names and their values.
    Pairs(Vec<(&'static str, String)>),
    /// Names alone, below a heading, and how many more there are.
    Names(&'static str, Vec<String>, String),
    /// A table, if it has lines.
    Table(Table),
    /// A table that is opened by a click on its caption.
    Folded(Table),
    /// Files beside the page: where, and what they are.
    Links(Vec<(String, &'static str)>, String),
    /// A part with a template of its own.
    Drawn(String),
}

impl Part {
    /// A part with a template of its own.
    pub(crate) fn drawn(template: &impl Template) -> Self {
        Part::Drawn(rendered(template))
    }
}

/// A template as text.
pub(crate) fn rendered(template: &impl Template) -> String {
    template.render().expect("a string takes everything")
}

/// Lines below a head.
#[derive(Default, Template)]
#[template(path = "table.html")]
pub(crate) struct Table {
    pub(crate) caption: String,
    /// Whether a heading says the same.
    pub(crate) hides_caption: bool,
    pub(crate) columns: Vec<Column>,
    pub(crate) lines: Vec<Vec<Cell>>,
    /// Whether its cells have no room beside each other on a phone.
    has_long_cells: bool,
    /// What the page has no room for.
    pub(crate) more: String,
}

/// The head of a column.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) class: &'static str,
}

/// One value of a table.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Below it, smaller.
    pub(crate) note: String,
    pub(crate) is_code: bool,
    /// Where it leads.
    pub(crate) link: String,
    /// Whether the note is an alarm.
    pub(crate) is_alarm: bool,
    /// A bar beside it, 0 to 100.
    pub(crate) percent: Option<String>,
}

impl Cell {
    /// A name from an export.
    pub(crate) fn code(text: impl Into<String>) -> Self {
        Cell {
            is_code: true,
            ..Cell::from(text.into())
        }
    }

    /// A share with a bar.
    pub(crate) fn share(text: String, percent: f64) -> Self {
        Cell {
            percent: Some(format!("{:.1}", percent.clamp(0.0, 100.0))),
            ..Cell::from(text)
        }
    }

    /// The same with something below it.
    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell {
            text: text.into(),
            ..Cell::default()
        }
    }
}

impl Table {
    /// A table without lines. Names that begin with `#` are those of numbers, `%` of shares.
    pub(crate) fn new(caption: impl Into<String>, columns: &[&str]) -> Self {
        let column = |name: &&str| {
            let class = match name.as_bytes().first() {
                Some(b'#') => "n",
                Some(b'%') => "share",
                _ => "",
            };
            Column {
                name: name.trim_start_matches(['#', '%']).into(),
                class,
            }
        };
        Table {
            caption: caption.into(),
            columns: columns.iter().map(column).collect(),
            ..Table::default()
        }
    }

    /// The same with all of these lines.
    pub(crate) fn all(mut self, lines: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.lines = lines.into_iter().collect();
        self
    }

    /// The same with these lines, cut to what a page has room for. `beyond` are rows that the
    /// report itself has no names for.
    pub(crate) fn with(mut self, lines: impl IntoIterator<Item = Vec<Cell>>, beyond: u64) -> Self {
        let mut lines = lines.into_iter();
        self.lines = lines.by_ref().take(LINES).collect();
        self.more = more(lines.count() as u64, "more", beyond);
        self
    }

    /// The same below something that says what its caption says; nothing if it has no lines.
    pub(crate) fn titled(mut self) -> Option<Self> {
        self.hides_caption = true;
        (!self.lines.is_empty()).then_some(self)
    }

    /// The same with cells that hold long words or several amounts.
    pub(crate) fn of_long_cells(mut self) -> Self {
        self.has_long_cells = true;
        self
    }

    /// Whether it is too wide for a phone, where each line is then shown as a list.
    fn is_wide(&self) -> bool {
        self.has_long_cells || self.has_many_columns()
    }

    fn has_many_columns(&self) -> bool {
        self.columns.len() > 4
    }
}

/// What is left out: entries that are in `report.json`, rows that nothing names.
pub(crate) fn more(entries: u64, noun: &str, rows: u64) -> String {
    let entries = (entries > 0).then(|| format!("{} {noun} in report.json", thousands(entries)));
    let rows = (rows > 0).then(|| format!("{} beyond the report’s limit", counted(rows, "row")));
    let parts: Vec<String> = entries.into_iter().chain(rows).collect();
    parts.join(", ")
}

/// Escapes for HTML text and for quoted attributes: markup becomes text, and so do control
/// characters and marks that turn the direction of writing. A cell can neither act nor make the
/// page read otherwise than it is.
#[derive(Debug, Clone, Copy)]
pub struct Harmless;

impl Escaper for Harmless {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let foreign = |c: char| matches!(c, '<' | '>' | '&' | '"' | '\'') || drives_terminal(c);
        let mut rest = text;
        while let Some(at) = rest.find(foreign) {
            out.write_str(&rest[..at])?;
            let mut after = rest[at..].chars();
            match after.next() {
                Some('<') => out.write_str("&lt;")?,
                Some('>') => out.write_str("&gt;")?,
                Some('&') => out.write_str("&amp;")?,
                Some('"') => out.write_str("&quot;")?,
                Some('\'') => out.write_str("&#39;")?,
                other => other
                    .into_iter()
                    .try_for_each(|c| write!(out, "{}", c.escape_default()))?,
            }
            rest = after.as_str();
        }
        out.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        Harmless
            .write_escaped_str(&mut out, text)
            .expect("a string takes everything");
        out
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(
            escaped("\"><img src=x onerror='a&b'>"),
            "&quot;&gt;&lt;img src=x onerror=&#39;a&amp;b&#39;&gt;"
        );
        assert_eq!(escaped("Grüße, 世界"), "Grüße, 世界");
    }

    #[test]
    fn nothing_turns_or_hides_the_text() {
        assert_eq!(
            escaped("a\u{202e}b\0\u{7}\u{1b}[2Jc\n\u{feff}"),
            "a\\u{202e}b\\u{0}\\u{7}\\u{1b}[2Jc\\n\\u{feff}"
        );
    }
}
