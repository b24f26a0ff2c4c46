//! Examples in a mapping file: a row, and what it must become. `tenjin-s2s test` runs them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::File;

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
#[serde(untagged)]
pub enum ExampleRow {
    /// A line of NDJSON.
    Line(String),
    /// Its cells by column, or, if one of them is not a text, its members.
    Columns(toml::Table),
}

/// One text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text in quotes, or a list of them")]
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
    ///
    /// # Errors
    /// An example that says too little or too much, as `origin:line:column: …`.
    pub fn examples(&self) -> anyhow::Result<Vec<(usize, &Example)>> {
        let examples = self.example.iter().map(|spanned| {
            let at = spanned.span().start;
            let example = spanned.get_ref();
            example.expected().map_err(|what| self.wrong(at, what))?;
            Ok((self.line(at), example))
        });
        examples.collect()
    }
}
