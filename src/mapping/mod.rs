//! From the export's words to Tenjin's: which column, or which constant, is which field.
//!
//! [`Wishes`] is what the user said; [`Mapping`] is that, checked; a [`Binding`] is a mapping
//! that has met the columns of an input. All three happen before row one, so that a wrong name
//! is a usage error with a proposal and never a million rejected rows.

mod bind;
mod binding;
mod column;
mod describe;
mod example;
mod file;
mod json;
mod layer;
mod members;
mod number;
mod place;
mod record;
mod rule;
mod step;

use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::tz::TimeZone;

pub use binding::Binding;
pub(crate) use binding::{Asked, Feed};
pub use example::{Example, ExampleRow, Expected};
pub use file::File;
pub(crate) use members::Members;
pub(crate) use record::{Columns, Record};

use crate::forms::{self, Context as FormContext, Drawer, Fixes};
use crate::kind::{Kind, Platform};
use crate::nearest::proposal;
use crate::schema::{self, Form, Key};

/// What the user said about the input, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// `--map FIELD=COLUMN`: a name, a dotted path, or several, `a||b`.
    pub map: Vec<(String, String)>,
    /// `--set FIELD=VALUE`: the same for every row; goes before any column.
    pub set: Vec<(String, String)>,
    /// `--kind`.
    pub kind: Option<Kind>,
    /// `--bundle-id`.
    pub bundle_id: Option<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// Keeps the `event_id`s of two tables apart; empty if nothing was said.
    pub id_source: String,
    /// `--decimal-comma`: amounts in CSV files are written `1.234,50`.
    pub decimal_comma: bool,
}

impl Wishes {
    /// The words by which this value was given.
    fn said(&self, key: Key, value: &str) -> String {
        match key {
            Key::BundleId if self.bundle_id.is_some() => format!("--bundle-id {value}"),
            _ => format!("--set {key}={value}"),
        }
    }
}

/// What the user said, checked.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// By field: the columns wished for.
    columns: Vec<Option<String>>,
    /// By field: the constant.
    constants: Vec<Option<Box<str>>>,
    /// By field: what a mapping file or a preset says, where the user said nothing.
    specs: Vec<Option<layer::Spec>>,
    /// The mapping file, the preset: the earlier goes first.
    layers: Vec<Arc<File>>,
    /// The preset among them.
    preset: Option<Box<str>>,
    decimal_comma: bool,
    fixed: Fixed,
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
            columns: vec![None; Key::COUNT],
            constants: vec![None; Key::COUNT],
            specs: vec![None; Key::COUNT],
            layers: Vec::new(),
            preset: None,
            decimal_comma: wishes.decimal_comma,
            fixed: Fixed {
                id_source: wishes.id_source.as_str().into(),
                ..Fixed::default()
            },
        };
        for (name, column) in &wishes.map {
            mapping.map(name, column)?;
        }
        for (name, value) in &wishes.set {
            mapping.set(name, value, "--set")?;
        }
        let named = [
            ("kind", wishes.kind.map(|kind| kind.name().to_owned())),
            ("bundle_id", wishes.bundle_id.clone()),
            (
                "platform",
                wishes.platform.map(|platform| platform.name().to_owned()),
            ),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                mapping.set(name, &value, &format!("--{}", name.replace('_', "-")))?;
            }
        }
        mapping.fix(wishes)?;
        Ok(mapping)
    }

    /// The same under a preset's name: our own needs no file, names match by themselves.
    #[must_use]
    pub fn as_preset(&self, name: &str) -> Self {
        Mapping {
            preset: Some(name.into()),
            ..self.clone()
        }
    }

    /// Whether the user named columns.
    pub fn is_mapped(&self) -> bool {
        self.columns.iter().any(Option::is_some)
    }

    /// The fields and columns of `--map`.
    pub fn wished(&self) -> impl Iterator<Item = (Key, &str)> {
        let wished = Key::ALL.iter().zip(&self.columns);
        wished.filter_map(|(key, column)| Some((*key, column.as_deref()?)))
    }

    fn map(&mut self, name: &str, column: &str) -> anyhow::Result<()> {
        let key = known(name, "--map")?;
        if column::alternatives(column).is_empty() {
            bail!("--map {key}: names no column");
        }
        match self.columns[key as usize].replace(column.trim().to_owned()) {
            Some(before) if before != column.trim() => bail!(
                "--map {key} is given twice, as `{before}` and as `{column}`; write {key}={before}||{column} to take the first that is not empty"
            ),
            _ => Ok(()),
        }
    }

    fn set(&mut self, name: &str, value: &str, option: &str) -> anyhow::Result<()> {
        let key = known(name, option)?;
        let value = value.trim();
        if key == Key::EventId {
            bail!("{option} event_id: an id tells rows apart, so it cannot be the same for all");
        }
        let before = self.constants[key as usize].replace(value.into());
        if let Some(before) = before
            && *before != *value
        {
            bail!("{key} is set twice, to `{before}` and by {option} to `{value}`");
        }
        Ok(())
    }

    /// Reads the constants as a row's values would be read, so that a bad one is said now.
    fn fix(&mut self, wishes: &Wishes) -> anyhow::Result<()> {
        let constant = |key: Key| self.constants[key as usize].as_deref();
        if let Some(text) = constant(Key::Kind) {
            let kind = text.parse().with_context(|| format!("--set kind={text}"))?;
            self.fixed.kind = Some(kind);
        }
        if let Some(text) = constant(Key::Platform) {
            self.fixed.platform = forms::platform(text);
        }
        for key in Key::ALL {
            if let Some(text) = constant(*key) {
                self.try_constant(*key, text)
                    .with_context(|| wishes.said(*key, text))?;
            }
        }
        Ok(())
    }

    /// Good if one of the kinds and platforms that may come can read it.
    fn try_constant(&self, key: Key, text: &str) -> anyhow::Result<()> {
        if text.is_empty() {
            bail!("says nothing");
        }
        let one_kind = |kind: &Kind| self.fixed.kind.is_none_or(|only| only == *kind);
        let one_side = |side: &Platform| self.fixed.platform.is_none_or(|only| only == *side);
        let mut refusal = None;
        for field in Kind::ALL
            .iter()
            .filter(|kind| one_kind(kind))
            .filter_map(|kind| schema::field(*kind, key))
        {
            // The zone of times is known only later.
            if field.form == Form::Kind || field.form == Form::Time {
                return Ok(());
            }
            for platform in Platform::ALL.into_iter().filter(one_side) {
                let context = FormContext {
                    platform: Some(platform),
                    ..FormContext::default()
                };
                match forms::read(
                    field.form,
                    text,
                    context,
                    &Drawer::default(),
                    &mut Fixes::default(),
                ) {
                    Ok(_) => return Ok(()),
                    Err(trouble) => refusal = Some(trouble),
                }
            }
        }
        match refusal {
            Some(trouble) => Err(trouble.into()),
            None => Ok(()),
        }
    }
}

/// Whether an input has what this reference means: a column of its header, or a member of an
/// object.
pub(crate) fn is_in_header(header: &[String], reference: &str) -> bool {
    place::is_in(header, reference)
}

/// The same for one object of NDJSON.
pub(crate) fn is_in_object(object: &str, reference: &str) -> bool {
    column::alternatives(reference).into_iter().any(|name| {
        let path: Vec<Box<str>> = column::segments(name).into_iter().map(Into::into).collect();
        json::inside(object, &path).is_some()
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
