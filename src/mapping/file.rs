//! A mapping as data: the TOML that `--mapping` reads and the presets ship as.
//!
//! There is no expression language. What a file says wrong is said back with line and column,
//! and the nearest right word. A file may hold examples: a row, and what it must become.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use toml::Spanned;

use super::misplaced::misplaced;
use super::rule::Condition;
use crate::model::Kind;
use crate::model::text::proposal;
use crate::toml_words::in_words;

/// What a mapping file says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// What the export is, in one line.
    #[serde(default)]
    pub about: String,
    /// Fields that the export cannot know: the run gives them, by `--set` or an added column.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Columns or members that tell this export from others; all of them.
    #[serde(default)]
    pub recognise: Vec<String>,
    /// Another way by which the vendor's money may reach Tenjin: both at once count twice.
    pub also_reports: Option<String>,
    /// The zone of times that carry none, where the vendor documents it.
    pub(super) timezone: Option<Spanned<String>>,
    /// Keeps the ids of two tables apart.
    #[serde(default)]
    pub(super) id_source: String,
    #[serde(default)]
    pub(super) fields: BTreeMap<Spanned<String>, FieldSpec>,
    /// Event names as they are, and as they are sent.
    #[serde(default)]
    pub(super) rename: BTreeMap<String, String>,
    /// Which request a row becomes: the first that fits.
    #[serde(default)]
    pub(super) kind: Vec<KindCase>,
    /// Which rows are left out: the first that fits gives the reason.
    #[serde(default)]
    pub(super) filter: Vec<FilterCase>,
    /// Rows, and what they must become.
    #[serde(default)]
    pub(super) example: Vec<Spanned<Example>>,
    /// Where it came from, for messages.
    #[serde(skip)]
    pub(super) origin: String,
    #[serde(skip)]
    text: String,
}

/// How a field gets its value. A bare text is its column.
#[derive(Debug, Clone, Default)]
pub(super) struct FieldSpec(pub(super) FieldTable);

/// The steps stand in the order in which they are taken.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldTable {
    /// The same for every row, or for those where `when` holds.
    pub(super) constant: Option<String>,
    /// `a||b`; with `?` at the end, the export may lack it.
    pub(super) column: Option<String>,
    /// What an empty cell means.
    pub(super) default: Option<String>,
    /// Never filled, also not by a column of its own name.
    #[serde(default)]
    pub(super) nothing: bool,
    /// Words as they are, and as they are sent; in any case.
    #[serde(default)]
    pub(super) table: BTreeMap<String, String>,
    /// What words that are not in the table become; without it they stay.
    pub(super) otherwise: Option<String>,
    pub(super) read: Option<Read>,
    /// A `strptime` format, or several that are tried in their order.
    pub(super) time_format: Option<OneOrMore>,
    /// Times ten to this power: -6 for micros, -2 for cents.
    pub(super) scale: Option<i32>,
    /// A column with the number by which the amount is divided.
    pub(super) divide_by: Option<String>,
    /// The column or the constant counts only where these hold.
    #[serde(default)]
    pub(super) when: Vec<Condition>,
    /// Where else to look, if all this gives nothing.
    pub(super) or: Option<Box<FieldSpec>>,
}

impl FieldTable {
    /// This table and its alternatives, in the order in which they are looked at.
    pub(super) fn with_others(&self) -> impl Iterator<Item = &FieldTable> {
        std::iter::successors(Some(self), |table| Some(&table.or.as_ref()?.0))
    }

    /// The formats of its times, in the order in which they are tried.
    pub(super) fn time_formats(&self) -> &[String] {
        self.time_format.as_ref().map_or(&[], OneOrMore::all)
    }
}

/// The named ways to read a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Read {
    /// `United Kingdom` is `GB`.
    CountryName,
    /// `14` is `34`: an Android release becomes its API level.
    ApiLevel,
    /// Unix time in seconds, with or without a fraction.
    Seconds,
    /// Unix time in milliseconds.
    Millis,
    /// Unix time in microseconds.
    Micros,
    /// Yes and no in all spellings become `1` and `0`.
    Boolean,
    /// The opposite of it.
    Not,
    /// `1.234,50` is `1234.50`.
    DecimalComma,
    /// `3.4E-6` is `0.0000034`.
    Exponent,
    /// `en-US` is `en`.
    Language,
    /// An amount in a unit that is not known: it becomes text that is no number, so the row is rejected.
    Doubtful,
}

/// One rule for the kind; without `when` it fits every row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindCase {
    pub(super) is: Kind,
    #[serde(default)]
    pub(super) when: Vec<Condition>,
}

/// One filter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FilterCase {
    pub(super) reason: Spanned<String>,
    pub(super) when: Vec<Condition>,
}

impl<'de> Deserialize<'de> for FieldSpec {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(SpecVisitor)
    }
}

struct SpecVisitor;

impl<'de> Visitor<'de> for SpecVisitor {
    type Value = FieldSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column in quotes, or a table such as { column = \"…\", scale = -6 }")
    }

    fn visit_str<E>(self, column: &str) -> Result<FieldSpec, E> {
        Ok(FieldSpec(FieldTable {
            column: Some(column.to_owned()),
            ..FieldTable::default()
        }))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldSpec, A::Error> {
        FieldTable::deserialize(MapAccessDeserializer::new(map)).map(FieldSpec)
    }
}

impl File {
    /// Reads the text of a mapping file; `origin` is what messages call it.
    ///
    /// # Errors
    /// The first thing that is wrong, as `origin:line:column: …`.
    pub fn parse(origin: &str, text: &str) -> anyhow::Result<Self> {
        let mut file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let misplaced = misplaced(text, at);
            let what = misplaced.unwrap_or_else(|| nearest(error.message()));
            wrong(origin, text, at, &what)
        })?;
        origin.clone_into(&mut file.origin);
        text.clone_into(&mut file.text);
        Ok(file)
    }

    /// The text, as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line of this byte, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        line(&self.text, at)
    }

    /// An error at the name of a field that there is not.
    pub(super) fn no_field(&self, at: usize, error: &anyhow::Error) -> anyhow::Error {
        let misplaced = misplaced(&self.text, at);
        self.wrong(at, &misplaced.unwrap_or_else(|| format!("{error:#}")))
    }

    /// An error at this byte of the file.
    pub(super) fn wrong(&self, at: usize, what: &str) -> anyhow::Error {
        wrong(&self.origin, &self.text, at, what)
    }
}

fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

fn wrong(origin: &str, text: &str, at: usize, what: &str) -> anyhow::Error {
    let before = text.get(..at).unwrap_or_default();
    let line = line(text, at);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[start..].chars().count() + 1;
    anyhow::anyhow!("{origin}:{line}:{column}: {what}")
}

/// serde lists every known word; one proposal reads better.
fn nearest(message: &str) -> String {
    let mut words = message.split('`').skip(1).step_by(2);
    let is_unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    match (is_unknown, words.next()) {
        (true, Some(wrong)) => {
            let known: Vec<&str> = words.collect();
            let near = proposal(wrong, known.iter().copied());
            let near = if near.is_empty() {
                format!("; known are {}", known.join(", "))
            } else {
                near
            };
            let wrong = crate::model::shown(wrong);
            format!("`{wrong}` is no key of this table{near}")
        }
        _ => in_words(message),
    }
}

/// One example.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows, in a few words.
    #[serde(default)]
    pub about: String,
    /// The row of the export.
    pub row: ExampleRow,
    /// What the run gives beside the row, as `--set` would.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// The zone of times that carry none, as `--timezone` would.
    pub timezone: Option<String>,
    request: Option<BTreeMap<String, String>>,
    rejected: Option<OneOrMore>,
    filtered: Option<String>,
}

/// How the row is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "write the row as a table of its columns, or as a line of NDJSON in quotes"
)]
pub enum ExampleRow {
    /// A line of NDJSON.
    Line(String),
    /// Its cells by column, or, if one of them is not a text, its members.
    Columns(toml::Table),
}

/// One text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "write a text in quotes, or a list of them")]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn all(&self) -> &[String] {
        match self {
            OneOrMore::One(text) => std::slice::from_ref(text),
            OneOrMore::More(texts) => texts,
        }
    }
}

/// What the row must become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A request with these parameters and no others, `sdk_version` aside. `kind` says which
    /// request; `event_id` and `event_time` are compared if they are named.
    Request(BTreeMap<String, String>),
    /// Rejected for these reasons, each as `code` or `code field`.
    Rejected(Vec<String>),
    /// Left out by the rule of this name.
    Filtered(String),
}

impl Example {
    /// What it expects. An error says what the example lacks.
    pub fn expected(&self) -> Result<Expected, &'static str> {
        match (&self.request, &self.rejected, &self.filtered) {
            (Some(request), None, None) => Ok(Expected::Request(request.clone())),
            (None, Some(codes), None) => Ok(Expected::Rejected(codes.all().to_vec())),
            (None, None, Some(reason)) => Ok(Expected::Filtered(reason.clone())),
            _ => Err("an example has a row, and one of `request`, `rejected` and `filtered`"),
        }
    }
}

impl File {
    /// Its examples, each with the line at which it starts.
    pub fn examples(&self) -> Vec<(usize, &Example)> {
        let examples = self.example.iter();
        let placed = examples.map(|spanned| (self.line(spanned.span().start), spanned.get_ref()));
        placed.collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        File::parse("my.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn unknown_words_are_refused_with_their_place_and_the_nearest_one() {
        for (text, error) in [
            (
                "about = \"x\"\n[feilds]\n",
                "my.toml:2:2: `feilds` is no key of this table; did you mean `fields`?",
            ),
            (
                "[fields]\nprice = { colum = \"a\" }\n",
                "my.toml:2:11: `colum` is no key of this table; did you mean `column`?",
            ),
            (
                "[fields]\nprice = { column = \"a\", read = \"bolean\" }\n",
                "my.toml:2:32: `bolean` is no key of this table; did you mean `boolean`?",
            ),
            (
                "[[filter]]\nreason = \"x\"\nwhen = [{ column = \"a\", start_with = [] }]\n",
                "my.toml:3:25: `start_with` is no key of this table; did you mean `starts_with`?",
            ),
        ] {
            assert_eq!(refusal(text), error);
        }
    }

    #[test]
    fn text_that_is_no_toml_says_where() {
        assert!(refusal("[fields]\nprice = \n").starts_with("my.toml:2:9: "));
    }
}
