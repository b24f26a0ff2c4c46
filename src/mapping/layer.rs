//! Laying a mapping file under what the user said, and a preset under both.
//!
//! A layer speaks only where nobody above it did. Everything in it is checked here, before it
//! meets any columns, so that a fault of the file is said with its place.

use std::sync::Arc;

use anyhow::{Context, bail};

use super::file::{FieldTable, File};
use super::rule::Condition;
use super::{Mapping, known, reference};
use crate::model::shown;
use crate::parse;
use crate::schema::Key;

/// What a file says about a field, and where.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub(super) file: Arc<File>,
    pub(super) at: usize,
    pub(super) table: FieldTable,
}

impl Mapping {
    /// This mapping with a file under it; `preset` is its name, if it ships with the tool.
    ///
    /// # Errors
    /// What is wrong with the file, with line and column.
    pub fn over(&self, file: &Arc<File>, preset: Option<&str>) -> anyhow::Result<Self> {
        let mut mapping = self.clone();
        for (name, spec) in &file.fields {
            let at = name.span().start;
            let key = known(name.get_ref(), "fields").map_err(|error| file.no_field(at, &error))?;
            mapping
                .check(key, &spec.0)
                .map_err(|error| file.wrong(at, &format!("{key}: {error:#}")))?;
            let field = &mut mapping.fields[key as usize];
            if field.column.is_none() && field.spec.is_none() {
                field.spec = Some(Spec {
                    file: Arc::clone(file),
                    at,
                    table: spec.0.clone(),
                });
            }
        }
        mapping.fix_by(file)?;
        mapping.layers.push(Arc::clone(file));
        if let Some(name) = preset {
            mapping.preset = Some(name.into());
        }
        Ok(mapping)
    }

    /// Takes what a file sets for all rows, where the user and the files above set nothing.
    fn fix_by(&mut self, file: &File) -> anyhow::Result<()> {
        let said = |key: Key| {
            let table = &self.fields[key as usize].spec.as_ref()?.table;
            let always = table.when.is_empty();
            table.constant.as_deref().filter(|_| always)
        };
        let kind = said(Key::Kind).and_then(|text| text.parse().ok());
        let platform = said(Key::Platform).and_then(parse::platform);
        self.fixed.kind = self.fixed.kind.or(kind);
        self.fixed.platform = self.fixed.platform.or(platform);
        if self.fixed.id_source.is_empty() {
            self.fixed.id_source = file.id_source.as_str().into();
        }
        if let (Some(name), None) = (&file.timezone, &self.fixed.timezone) {
            let wrong = |why: String| file.wrong(name.span().start, &format!("timezone: {why}"));
            self.fixed.timezone = Some(parse::zone(name.get_ref()).map_err(wrong)?);
        }
        check_conditions(file)?;
        for case in &file.filter {
            let reason = case.reason.get_ref();
            let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            if reason.is_empty() || !reason.bytes().all(is_word) {
                let what = "a reason is one word in snake_case, as family_sharing";
                return Err(file.wrong(case.reason.span().start, what));
            }
        }
        Ok(())
    }

    /// Whether a layer is the preset: the last one, if there is any.
    pub(super) fn is_preset(&self, file: &Arc<File>) -> bool {
        let last = self.layers.last().filter(|_| self.preset.is_some());
        last.is_some_and(|last| Arc::ptr_eq(last, file))
    }

    /// What `--map` and a mapping file name, and where: those that an input may not lack.
    pub fn references(&self) -> Vec<(String, String)> {
        let wished = self.wished();
        let mut all: Vec<(String, String)> = wished
            .map(|(key, column)| (format!("--map {key}={}", shown(column)), column.to_owned()))
            .collect();
        for file in self.layers.iter().filter(|file| !self.is_preset(file)) {
            let named = file.columns().into_iter();
            all.extend(
                named
                    .filter(|(_, column)| !reference::may_lack(column).1)
                    .map(|(at, column)| {
                        let what = format!("`{}`", shown(column));
                        (file.wrong(at, &what).to_string(), column.to_owned())
                    }),
            );
        }
        all
    }

    fn check(&self, key: Key, table: &FieldTable) -> anyhow::Result<()> {
        anyhow::ensure!(
            table.constant.is_none() || key != Key::EventId,
            "an id tells rows apart, so it cannot be the same for all"
        );
        anyhow::ensure!(
            table.default.is_none() || !Key::IDS.contains(&key),
            "an id tells rows apart, so those that lack one cannot share a default"
        );
        for text in said_values(table) {
            self.try_constant(key, text, None)
                .context(text.to_owned())?;
        }
        if let Some(other) = &table.or {
            anyhow::ensure!(
                other.0.constant.is_none() || !Key::IDS.contains(&key),
                "an id tells rows apart, so those that lack one cannot share a constant"
            );
            self.check(key, &other.0)?;
        }
        check_table(table)
    }
}

/// What a table says whatever its field is.
fn check_table(table: &FieldTable) -> anyhow::Result<()> {
    let columns = [&table.column, &table.divide_by];
    for reference in columns.into_iter().flatten() {
        reference::check(reference.trim().trim_end_matches('?'))?;
    }
    let ways = [
        table.constant.is_some(),
        table.column.is_some(),
        table.nothing,
    ];
    let is_default_alone = table.default.is_some() && !ways.contains(&true);
    anyhow::ensure!(
        ways.into_iter().filter(|way| *way).count() == 1 || is_default_alone,
        "give it one of `column`, `constant` or `nothing = true`"
    );
    if let Some(word) = idle(table) {
        bail!("`{word}` has no effect here: {}", wanted_by(word));
    }
    if let Some(power) = table.scale {
        anyhow::ensure!(
            (-18..=18).contains(&power),
            "scale is a power of ten from -18 to 18"
        );
    }
    for format in table.time_formats() {
        parse::check_time_format(format).context("time_format")?;
    }
    Ok(())
}

/// The values that a table gives as they stand, for no step changes them any more.
fn said_values(table: &FieldTable) -> impl Iterator<Item = &str> {
    let changes = table.read.is_some()
        || table.time_format.is_some()
        || table.scale.is_some()
        || table.divide_by.is_some();
    let words = table.table.values().chain(&table.otherwise);
    // An empty word takes a value away.
    let words = words.filter(move |word| !changes && !word.is_empty());
    let whole = table.constant.iter().chain(&table.default);
    whole.chain(words).map(String::as_str)
}

/// A key of the table that would have no effect.
fn idle(table: &FieldTable) -> Option<&'static str> {
    let steps = [
        (!table.table.is_empty(), "table"),
        (table.otherwise.is_some(), "otherwise"),
        (table.read.is_some(), "read"),
        (table.time_format.is_some(), "time_format"),
        (table.scale.is_some(), "scale"),
        (table.divide_by.is_some(), "divide_by"),
    ];
    let first = |words: &[(bool, &'static str)]| {
        let mut said = words.iter().filter(|(is_said, _)| *is_said);
        said.next().map(|(_, word)| *word)
    };
    let (when, or) = (!table.when.is_empty(), table.or.is_some());
    if table.column.is_some() {
        let lonely = table.otherwise.is_some() && table.table.is_empty();
        return lonely.then_some("otherwise");
    }
    if table.constant.is_some() {
        let never = [(table.default.is_some(), "default"), (or && !when, "or")];
        return first(&steps).or(first(&never));
    }
    first(&steps).or(first(&[(when, "when"), (or, "or")]))
}

/// What such a key needs to have an effect.
fn wanted_by(word: &str) -> &'static str {
    match word {
        "otherwise" => "it stands beside a `table`",
        "default" | "or" => "a constant must not be empty, unless it has a `when`",
        _ => "it needs a `column`",
    }
}

impl File {
    /// Every column that the file names, and where in it.
    fn columns(&self) -> Vec<(usize, &str)> {
        let fields = self.fields.iter();
        let mut all: Vec<(usize, &str)> = fields
            .flat_map(|(name, spec)| columns(&spec.0).map(|column| (name.span().start, column)))
            .collect();
        all.extend(all_conditions(self).map(|condition| {
            let column = &condition.column;
            (column.span().start, column.get_ref().as_str())
        }));
        all
    }
}

/// The columns of a field, also those further down its alternatives.
fn columns(table: &FieldTable) -> impl Iterator<Item = &str> {
    let columns = table
        .with_others()
        .flat_map(|table| [&table.column, &table.divide_by]);
    columns.flatten().map(String::as_str)
}

fn all_conditions(file: &File) -> impl Iterator<Item = &Condition> {
    let kinds = file.kind.iter().flat_map(|case| &case.when);
    let filters = file.filter.iter().flat_map(|case| &case.when);
    let fields = file.fields.values();
    let tables = fields.flat_map(|spec| spec.0.with_others());
    let fields = tables.flat_map(|table| &table.when);
    kinds.chain(filters).chain(fields)
}

/// Conditions that could never hold, or always would.
fn check_conditions(file: &File) -> anyhow::Result<()> {
    for condition in all_conditions(file) {
        let at = condition.column.span().start;
        if condition.is_empty() {
            let what = "name the test of the column: in, not_in, starts_with, yes, filled, above, below or at_most";
            return Err(file.wrong(at, what));
        }
        let name = condition.column.get_ref().trim().trim_end_matches('?');
        reference::check(name).map_err(|error| file.wrong(at, &error.to_string()))?;
    }
    if let Some(case) = file.filter.iter().find(|case| case.when.is_empty()) {
        let what = "a filter without conditions would leave out every row";
        return Err(file.wrong(case.reason.span().start, what));
    }
    Ok(())
}
