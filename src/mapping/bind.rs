//! The meeting of a mapping and an input's columns.
//!
//! What the user mapped goes first, then constants beat it, then names that match on their own.
//! Two columns that would feed the same field are an error that names both: guessing here would
//! be guessing about money.

use std::collections::BTreeSet;

use anyhow::bail;
use serde_json::{Value, json};

use super::binding::{Binding, Feed, Slot};
use super::column::{self, Reading};
use super::{Mapping, proposal};
use crate::schema::{Key, plain};

/// Our own columns of a rejects file: no need to say that they feed nothing.
pub(super) const REJECTS: [&str; 6] = ["_reason", "_field", "_hint", "_file", "_line", "_raw"];

impl Mapping {
    /// Binds to the header of a CSV file. A wished-for column that is not there, or two columns
    /// for one field, are errors that name them.
    pub fn bind_csv(&self, header: &[String]) -> anyhow::Result<Binding> {
        if header.len() >= usize::from(u16::MAX) {
            bail!(
                "the header has {} columns; at most 65,534 can be read",
                header.len()
            );
        }
        let mut used = BTreeSet::new();
        let mut feeds = Vec::with_capacity(Key::COUNT);
        for key in Key::ALL {
            feeds.push(self.feed_csv(*key, header, &mut used)?);
        }
        let unmapped = header
            .iter()
            .enumerate()
            .filter(|(at, name)| !used.contains(at) && !REJECTS.contains(&name.as_str()))
            .map(|(_, name)| name.clone())
            .collect();
        Ok(Binding::new(header.to_vec(), feeds, self.fixed.clone()).with_unmapped(unmapped))
    }

    fn feed_csv(
        &self,
        key: Key,
        header: &[String],
        used: &mut BTreeSet<usize>,
    ) -> anyhow::Result<Feed> {
        let slots = match &self.columns[key as usize] {
            Some(reference) => wished(key, reference, header)?,
            None if key == Key::SdkVersion => Vec::new(),
            None => find(&format!("the field {key}"), key.name(), header)?
                .map(|at| vec![slot(at, Vec::new())])
                .unwrap_or_default(),
        };
        used.extend(slots.iter().map(|slot| usize::from(slot.column)));
        Ok(self.feed(key, slots))
    }

    /// Binds to NDJSON, where each row says which members it has.
    pub fn bind_json(&self) -> Binding {
        let mut columns: Vec<String> = Vec::new();
        let mut number = |name: &str| {
            let at = columns.iter().position(|known| plain(known) == plain(name));
            at.unwrap_or_else(|| {
                columns.push(name.to_owned());
                columns.len() - 1
            })
        };
        let mut feeds = Vec::with_capacity(Key::COUNT);
        for key in Key::ALL {
            let ways: Vec<Reading> = match &self.columns[*key as usize] {
                Some(reference) => {
                    let names = column::alternatives(reference);
                    names.into_iter().flat_map(column::readings).collect()
                }
                None if *key == Key::SdkVersion => Vec::new(),
                None => vec![Reading {
                    column: key.name().to_owned(),
                    path: Vec::new(),
                }],
            };
            let slots = ways
                .into_iter()
                .map(|way| slot(number(&way.column), way.path))
                .collect();
            feeds.push(self.feed(*key, slots));
        }
        Binding::new(columns, feeds, self.fixed.clone())
    }

    fn feed(&self, key: Key, mut slots: Vec<Slot>) -> Feed {
        if let Some(text) = &self.constants[key as usize] {
            return Feed::Constant(text.clone());
        }
        match slots.len() {
            0 => Feed::Nothing,
            1 => Feed::Column(slots.remove(0)),
            _ => Feed::First(slots),
        }
    }

    /// The mapping as the report shows it: for each field its column or its constant. Fields of
    /// NDJSON that are found by their own name are not listed.
    pub fn describe(&self, binding: &Binding) -> Value {
        let mut fields = serde_json::Map::new();
        for key in Key::ALL {
            let place = |slot: &Slot| {
                let column = binding.columns[usize::from(slot.column)].as_str();
                let path = slot.path.iter().map(AsRef::as_ref);
                std::iter::once(column)
                    .chain(path)
                    .collect::<Vec<_>>()
                    .join(".")
            };
            let wished = self.columns[*key as usize].as_deref();
            let line = match binding.feed(*key) {
                Feed::Constant(text) => json!({ "constant": text }),
                Feed::Column(slot) if wished.is_some() || !binding.is_json() => {
                    json!({ "column": place(slot) })
                }
                Feed::Nothing | Feed::Column(_) => continue,
                Feed::First(_) if binding.is_json() => json!({ "column": wished }),
                Feed::First(slots) => {
                    json!({ "column": slots.iter().map(place).collect::<Vec<_>>().join("||") })
                }
            };
            fields.insert(key.name().to_owned(), line);
        }
        Value::Object(fields)
    }
}

/// The slots of `--map`: the whole text as a header, else each alternative.
fn wished(key: Key, reference: &str, header: &[String]) -> anyhow::Result<Vec<Slot>> {
    let what = format!("--map {key}={reference}");
    if let Some(at) = find(&what, reference, header)? {
        return Ok(vec![slot(at, Vec::new())]);
    }
    let mut slots = Vec::new();
    for name in column::alternatives(reference) {
        let mut found = None;
        for way in column::readings(name) {
            if let Some(at) = find(&what, &way.column, header)? {
                found = Some(slot(at, way.path));
                break;
            }
        }
        let Some(slot) = found else {
            let near = proposal(name, header.iter().map(String::as_str));
            bail!("{what}: there is no column `{name}`{near}")
        };
        slots.push(slot);
    }
    Ok(slots)
}

/// The column of this name: the exact one, else the only one that is spelt alike.
fn find(what: &str, name: &str, header: &[String]) -> anyhow::Result<Option<usize>> {
    let wanted = plain(name);
    let alike: Vec<usize> = (0..header.len())
        .filter(|at| plain(&header[*at]) == wanted)
        .collect();
    match alike.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        [first, second, ..] => match alike.iter().find(|at| header[**at] == name) {
            Some(exact) if what.starts_with("--map") => Ok(Some(*exact)),
            _ => bail!(
                "{what}: two columns match, `{}` and `{}`; say which with --map",
                header[*first],
                header[*second]
            ),
        },
    }
}

fn slot(column: usize, path: Vec<Box<str>>) -> Slot {
    Slot {
        column: u16::try_from(column).unwrap_or(u16::MAX),
        path,
    }
}
