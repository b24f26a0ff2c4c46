//! Which column of an export, or which constant, is which of Tenjin's fields.
//!
//! [`Wishes`] is what the user said; [`Mapping`] is that, checked; a [`Binding`] is a mapping
//! that has met the columns of an input. All three happen before row one, so that a wrong name
//! is a usage error with a proposal and never a million rejected rows.

mod amount_name;
mod bind;
mod binding;
mod describe;
mod feed;
mod field_names;
mod file;
pub mod guess;
mod json;
mod layer;
pub mod lookup;
mod meaning;
mod members;
mod misplaced;
mod number;
pub mod presets;
mod record;
mod reference;
mod rule;
mod side_columns;
mod step;

use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::tz::TimeZone;

pub(crate) use amount_name::{HUNDREDTHS, Held, holds_amounts, name_of_power, power_in};
pub(crate) use binding::Asked;
pub use binding::{AmountUnit, Binding, LineTotal, RefundSign};
pub use describe::in_words;
pub(crate) use feed::{Feed, Fill};
pub use file::{Example, ExampleRow, Expected, File};
pub use json::OBJECT;
pub use meaning::Meaning;
pub(crate) use meaning::{are_currencies, is_file_of_refunds, names_refund, share_a_word};
pub(crate) use members::{Members, each_record};
pub use number::{Numbers, ONE_OR_A_THOUSAND, OTHER_CURRENCY};
pub(crate) use number::{are_points_in_doubt, has_decimal_comma};
pub(crate) use record::{Columns, Notes, Record};
pub(crate) use reference::is_in_header;
pub(crate) use side_columns::Told;

use crate::model::text::proposal;
use crate::model::{Kind, Platform};
use crate::parse::{self, Arena, Context as FormContext, Fixes};
use crate::schema::{self, Form, Key};

/// What the user said about the input, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// `--map FIELD=COLUMN`: a name, a dotted path, or several, `a||b`.
    pub map: Vec<(String, String)>,
    /// `--set FIELD=VALUE`, `--set FIELD:PLATFORM=VALUE`: for rows that say nothing.
    pub set: Vec<(String, String)>,
    /// `--override FIELD=VALUE`: for every row, whatever it says.
    pub overrides: Vec<(String, String)>,
    /// `--kind`.
    pub kind: Option<Kind>,
    /// `--bundle-id`.
    pub bundle_id: Option<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// Keeps the `event_id`s of two tables apart; empty if nothing was said.
    pub id_source: String,
    /// `--time-format`: how times may be written, tried in this order.
    pub time_formats: Vec<String>,
    /// `--decimal-comma`, `--decimal-point`: how texts of amounts are written.
    pub numbers: Numbers,
}

/// What the user said, checked.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// By field.
    fields: Vec<FieldRule>,
    /// The mapping file, the preset: the earlier goes first.
    layers: Vec<Arc<File>>,
    /// The preset among them.
    preset: Option<Box<str>>,
    numbers: Numbers,
    time_formats: Vec<String>,
    fixed: Fixed,
}

/// What is said of one field.
#[derive(Debug, Clone, Default)]
struct FieldRule {
    /// The columns wished for.
    column: Option<String>,
    /// What it is where a row says nothing.
    fill: Fill,
    /// What it is, whatever a row says.
    replaced: Option<Box<str>>,
    /// What a mapping file or a preset says, where the user said nothing.
    spec: Option<layer::Spec>,
}

/// What decides how other fields are read.
#[derive(Debug, Clone, Default)]
struct Fixed {
    kind: Option<Kind>,
    platform: Option<Platform>,
    id_source: Box<str>,
    timezone: Option<TimeZone>,
}

impl Mapping {
    /// Checks what the user said. An error names what is wrong and the nearest right name.
    pub fn new(wishes: &Wishes) -> anyhow::Result<Self> {
        let mut mapping = Mapping {
            fields: vec![FieldRule::default(); Key::COUNT],
            layers: Vec::new(),
            preset: None,
            numbers: wishes.numbers,
            time_formats: wishes.time_formats.clone(),
            fixed: Fixed {
                id_source: wishes.id_source.as_str().into(),
                ..Fixed::default()
            },
        };
        for format in &wishes.time_formats {
            parse::check_time_format(format).context("--time-format")?;
        }
        for (name, column) in &wishes.map {
            mapping.map(name, column)?;
        }
        // What decides how others are read comes first.
        if let Some(kind) = wishes.kind {
            mapping.fields[Key::Kind as usize].replaced = Some(kind.name().into());
            mapping.fixed.kind = Some(kind);
        }
        if let Some(platform) = wishes.platform {
            mapping.set("platform", platform.name(), "--platform")?;
        }
        for (name, value) in &wishes.set {
            mapping.set(name, value, "--set")?;
        }
        if let Some(id) = &wishes.bundle_id {
            mapping.set("bundle_id", id, "--bundle-id")?;
        }
        for (name, value) in &wishes.overrides {
            mapping.replace(name, value)?;
        }
        mapping.try_all(wishes)?;
        Ok(mapping)
    }

    /// This mapping, reported under the name of the preset of our own field names, which needs no file.
    #[must_use]
    pub fn as_preset(&self, name: &str) -> Self {
        Mapping {
            preset: Some(name.into()),
            ..self.clone()
        }
    }

    /// Whether there is a mapping file besides the preset.
    pub fn has_file(&self) -> bool {
        self.layers.iter().any(|file| !self.is_preset(file))
    }

    /// Whether the user named columns.
    pub fn is_mapped(&self) -> bool {
        self.wished().next().is_some()
    }

    /// The fields and columns of `--map`.
    pub fn wished(&self) -> impl Iterator<Item = (Key, &str)> {
        let fields = Key::ALL.into_iter().zip(&self.fields);
        fields.filter_map(|(key, field)| Some((key, field.column.as_deref()?)))
    }

    fn map(&mut self, name: &str, column: &str) -> anyhow::Result<()> {
        let key = known(name, "--map")?;
        reference::check(column).with_context(|| format!("--map {key}"))?;
        match self.fields[key as usize]
            .column
            .replace(column.trim().to_owned())
        {
            Some(before) if before != column.trim() => bail!(
                "--map {key} is given twice, as `{before}` and as `{column}`; write {key}={before}||{column} to take the first that is not empty"
            ),
            _ => Ok(()),
        }
    }

    /// `FIELD` or `FIELD:PLATFORM`, and its value where a row says nothing.
    fn set(&mut self, name: &str, value: &str, option: &str) -> anyhow::Result<()> {
        let (name, platform) = match name.split_once(':') {
            None => (name, None),
            Some((name, platform)) => {
                let known = parse::platform(platform).with_context(|| {
                    format!("{option} {name}:{platform}: the platforms are ios, android, amazon and android_other")
                })?;
                (name, Some(known))
            }
        };
        let key = known(name, option)?;
        let value = value.trim();
        if key == Key::EventId {
            bail!("{option} event_id: an id tells rows apart, so it cannot be the same for all");
        }
        if platform.is_some() && key == Key::Platform {
            bail!("{option} platform: it cannot depend on itself");
        }
        let before = self.fields[key as usize].fill.put(platform, value);
        if let Some(before) = before
            && *before != *value
        {
            bail!("{key} is set twice, to `{before}` and by {option} to `{value}`");
        }
        if key == Key::Platform {
            self.fixed.platform = parse::platform(value);
        }
        Ok(())
    }

    /// `--override`: the value, whatever a row says.
    fn replace(&mut self, name: &str, value: &str) -> anyhow::Result<()> {
        let key = known(name, "--override")?;
        let value = value.trim();
        if key == Key::EventTime || Key::IDS.contains(&key) {
            bail!(
                "--override {key}: it tells rows or users apart, so one value cannot stand for all"
            );
        }
        if !self.fields[key as usize].fill.is_empty() {
            bail!("{key} is set and overridden: leave one of --set and --override out");
        }
        let before = self.fields[key as usize].replaced.replace(value.into());
        if let Some(before) = before
            && *before != *value
        {
            bail!("--override {key} is given twice, as `{before}` and as `{value}`");
        }
        if key == Key::Kind {
            self.fixed.kind = value.parse().ok().or(self.fixed.kind);
        }
        if key == Key::Platform {
            self.fixed.platform = parse::platform(value);
        }
        Ok(())
    }

    /// The id of a device or an installation that `--set` gives to all rows, if there is one: right
    /// for a single row only.
    pub fn constant_id(&self) -> Option<Key> {
        let mut ids = Key::DEVICE_IDS.into_iter();
        ids.find(|key| !self.fields[*key as usize].fill.is_empty())
    }

    /// Whether the user has said how amounts are written.
    pub fn says_numbers(&self) -> bool {
        self.numbers.are_said()
    }

    /// This mapping for inputs whose amounts are written in this way.
    #[must_use]
    pub fn with_numbers(&self, numbers: Numbers) -> Self {
        Mapping {
            numbers,
            ..self.clone()
        }
    }

    /// Parses what was set as values of rows are parsed, so that a bad one is an error before row one.
    fn try_all(&self, wishes: &Wishes) -> anyhow::Result<()> {
        for key in Key::ALL {
            let field = &self.fields[key as usize];
            for (platform, text) in field.fill.values() {
                let said = || match (key, platform) {
                    (Key::BundleId, None) if wishes.bundle_id.is_some() => {
                        format!("--bundle-id {text}")
                    }
                    (_, None) => format!("--set {key}={text}"),
                    (_, Some(platform)) => format!("--set {key}:{platform}={text}"),
                };
                self.try_constant(key, text, platform).with_context(said)?;
            }
            if let Some(text) = &field.replaced {
                self.try_constant(key, text, None)
                    .with_context(|| format!("--override {key}={text}"))?;
            }
        }
        Ok(())
    }

    /// Good if one of the kinds and platforms that may come can read it.
    fn try_constant(&self, key: Key, text: &str, side: Option<Platform>) -> anyhow::Result<()> {
        if text.is_empty() {
            bail!("says nothing");
        }
        if key == Key::Kind {
            text.parse::<Kind>().map_err(anyhow::Error::msg)?;
            return Ok(());
        }
        let one_kind = |kind: &Kind| self.fixed.kind.is_none_or(|only| only == *kind);
        let side = side.or(self.fixed.platform);
        let one_side = |platform: &Platform| side.is_none_or(|only| only == *platform);
        let mut refusal = None;
        for field in Kind::ALL
            .iter()
            .filter(|kind| one_kind(kind))
            .filter_map(|kind| schema::field(*kind, key))
        {
            // The zone of times is known only later.
            if field.form == Form::Time {
                return Ok(());
            }
            for platform in Platform::ALL.into_iter().filter(one_side) {
                let platform = Some(platform);
                let context = FormContext {
                    platform,
                    ..FormContext::default()
                };
                let (arena, mut fixes) = (Arena::default(), Fixes::default());
                match parse::read(field.form, text, context, &arena, &mut fixes) {
                    Ok(_) => return Ok(()),
                    Err(error) => refusal = Some(error),
                }
            }
        }
        refusal.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Whether an object of NDJSON has what this reference means.
pub(crate) fn is_in_object(object: &str, reference: &str) -> bool {
    reference::alternatives(reference).into_iter().any(|name| {
        let path: Vec<Box<str>> = reference::segments(name)
            .into_iter()
            .map(Into::into)
            .collect();
        json::token(object, &path).is_ok_and(|found| found.is_some())
    })
}

/// The field of this name, or an error that proposes one.
fn known(name: &str, option: &str) -> anyhow::Result<Key> {
    match Key::find(name) {
        Some(Key::SdkVersion) => {
            bail!("{option} sdk_version: it is always `server` and added by this tool")
        }
        Some(key) => Ok(key),
        None => {
            let names = Key::ALL.iter().map(|key| key.name());
            bail!(
                "{option}: there is no field `{name}`{}",
                proposal(name, names)
            )
        }
    }
}

#[cfg(test)]
mod tests;
