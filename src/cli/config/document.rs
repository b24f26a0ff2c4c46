//! A configuration file as text: where something in it stands, and what is wrong there.

use std::ops::Range;

use anyhow::anyhow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::{Found, Origin};
use crate::model::shown;

/// A file that was read.
#[derive(Debug)]
pub(super) struct Document {
    /// The path as people know it.
    pub(super) name: String,
    pub(super) text: String,
    origin: Origin,
}

impl Document {
    pub(super) fn new(found: Found) -> Self {
        Document {
            name: shown(&found.path.to_string_lossy()).into(),
            text: found.text,
            origin: found.origin,
        }
    }

    /// Reads the text as TOML.
    pub(super) fn parse(&self) -> anyhow::Result<Spanned<DeTable<'_>>> {
        DeTable::parse(&self.text).map_err(|error| {
            let at = error.span().unwrap_or_default();
            self.fault(at, &shown(error.message()))
        })
    }

    /// Whether it was found in the working directory, where anybody may have put it.
    pub(super) fn is_found_here(&self) -> bool {
        self.origin == Origin::WorkingDirectory
    }

    /// A key that a file in the working directory may not set.
    pub(super) fn forbidden(&self, at: Range<usize>, key: &str) -> anyhow::Error {
        let text = format!(
            "a file found in the working directory may not set `{key}`: it may have come with a \
             download; say --config {} if it is yours",
            self.name
        );
        self.fault(at, &text)
    }

    /// `tenjin-s2s.toml:3:8: what is wrong`
    pub(super) fn fault(&self, at: Range<usize>, text: &str) -> anyhow::Error {
        anyhow!("{}: {text}", self.place(at.start))
    }

    /// The file, the line and the column, both from 1.
    fn place(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[start..].chars().count() + 1;
        format!("{}:{}:{column}", self.name, self.line(at))
    }

    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(&self.text);
        memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1
    }

    pub(super) fn table<'d, 't>(
        &self,
        value: &'d Spanned<DeValue<'t>>,
        otherwise: &str,
    ) -> anyhow::Result<&'d DeTable<'t>> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.fault(value.span(), otherwise))
    }

    pub(super) fn text<'d>(&self, value: &'d Spanned<DeValue<'_>>) -> anyhow::Result<&'d str> {
        let text = value.get_ref().as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| self.fault(value.span(), "this is text in quotes, and not empty"))
    }
}
