//! Laying a mapping file under what the user said, and a preset under both.
//!
//! A layer speaks only where nobody above it did. Everything in it is checked here, before it
//! meets any columns, so that a fault of the file is said with its place.

use std::sync::Arc;

use anyhow::Context;
use jiff::tz::TimeZone;

use super::file::{FieldTable, File};
use super::step::number;
use super::{Mapping, column, known};
use crate::forms;
use crate::schema::Key;

/// What a file says about a field, and where.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub(super) file: Arc<File>,
    pub(super) at: usize,
    pub(super) table: FieldTable,
}

/// Fields that tell rows or users apart: no value can stand for all that lack one.
const TELLING: [Key; 5] = [
    Key::EventId,
    Key::AnalyticsInstallationId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
    Key::CustomerUserId,
];

impl Mapping {
    /// This mapping with a file under it; `preset` is its name, if it ships with the tool.
    ///
    /// # Errors
    /// What is wrong with the file, with line and column.
    pub fn over(&self, file: &Arc<File>, preset: Option<&str>) -> anyhow::Result<Self> {
        let mut mapping = self.clone();
        for (name, spec) in &file.fields {
            let at = name.span().start;
            let key = known(name.get_ref(), "a field")
                .map_err(|error| file.wrong(at, &format!("{error:#}")))?;
            mapping
                .check(key, &spec.0)
                .map_err(|error| file.wrong(at, &format!("{key}: {error:#}")))?;
            let is_said = mapping.columns[key as usize].is_some()
                || mapping.constants[key as usize].is_some()
                || mapping.specs[key as usize].is_some();
            if !is_said {
                mapping.specs[key as usize] = Some(Spec {
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

    /// What the fixed words of a file decide, where nobody did.
    fn fix_by(&mut self, file: &File) -> anyhow::Result<()> {
        let said = |key: Key| {
            let spec = self.specs[key as usize].as_ref()?;
            spec.table.constant.as_deref()
        };
        let kind = said(Key::Kind).and_then(|text| text.parse().ok());
        let platform = said(Key::Platform).and_then(forms::platform);
        self.fixed.kind = self.fixed.kind.or(kind);
        self.fixed.platform = self.fixed.platform.or(platform);
        if self.fixed.id_source.is_empty() {
            self.fixed.id_source = file.id_source.as_str().into();
        }
        if let (Some(name), None) = (&file.timezone, &self.fixed.timezone) {
            let zone = TimeZone::get(name.get_ref());
            let what = "timezone: no known zone; try UTC or Europe/Berlin";
            self.fixed.timezone = Some(zone.map_err(|_| file.wrong(name.span().start, what))?);
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

    fn check(&self, key: Key, table: &FieldTable) -> anyhow::Result<()> {
        if let Some(constant) = &table.constant {
            anyhow::ensure!(
                key != Key::EventId,
                "an id tells rows apart, so it cannot be the same for all"
            );
            self.try_constant(key, constant).context(constant.clone())?;
        }
        anyhow::ensure!(
            table.default.is_none() || !TELLING.contains(&key),
            "an id tells apart, so those that lack one cannot share a default"
        );
        if let Some(other) = &table.or {
            anyhow::ensure!(
                other.0.constant.is_none() || !TELLING.contains(&key),
                "an id tells apart, so those that lack one cannot share a constant"
            );
            self.check(key, &other.0)?;
        }
        let columns = [&table.column, &table.divide_by];
        for reference in columns.into_iter().flatten() {
            let name = reference.trim().trim_end_matches('?');
            anyhow::ensure!(!column::alternatives(name).is_empty(), "names no column");
        }
        let ways = [
            table.constant.is_some(),
            table.column.is_some(),
            table.nothing,
        ];
        let is_default_alone = table.default.is_some() && !table.nothing;
        anyhow::ensure!(
            ways.into_iter().filter(|way| *way).count() == 1 || is_default_alone,
            "give it one of `column`, `constant` or `nothing = true`"
        );
        if let Some(power) = table.scale {
            anyhow::ensure!(
                (-18..=18).contains(&power),
                "scale is a power of ten from -18 to 18"
            );
        }
        Ok(())
    }
}

/// Conditions that could never hold, or always would.
fn check_conditions(file: &File) -> anyhow::Result<()> {
    let kinds = file.kind.iter().flat_map(|case| &case.when);
    let filters = file.filter.iter().flat_map(|case| &case.when);
    let fields = file.fields.values().flat_map(|spec| &spec.0.when);
    for condition in kinds.chain(filters).chain(fields) {
        let at = condition.column.span().start;
        let mut bounds = [&condition.above, &condition.below].into_iter().flatten();
        if bounds.any(|bound| number(bound).is_none()) {
            return Err(file.wrong(at, "`above` and `below` are plain numbers"));
        }
        if condition.is_empty() {
            let what = "say what the column must say: in, not_in, starts_with, yes, filled, above or below";
            return Err(file.wrong(at, what));
        }
        let name = condition.column.get_ref().trim().trim_end_matches('?');
        if column::alternatives(name).is_empty() {
            return Err(file.wrong(at, "names no column"));
        }
    }
    if let Some(case) = file.filter.iter().find(|case| case.when.is_empty()) {
        let what = "a filter without conditions would leave out every row";
        return Err(file.wrong(case.reason.span().start, what));
    }
    Ok(())
}
