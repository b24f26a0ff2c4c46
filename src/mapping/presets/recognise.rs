//! Which preset an export is for, by its header or by its first objects.
//!
//! Exports that are recognised and not sent (sums, reports without users, what Tenjin has itself)
//! are data in `declined.toml` and go first. A preset is taken if everything that it is recognised
//! by is there; of several, the one that asks for most. Half of it is no export of that vendor, but
//! maybe a damaged one: that is said, with the nearest names.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{ALL as PRESETS, Preset};
use crate::mapping::{is_in_header, is_in_object};
use crate::model::text::proposal;

/// What was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// This preset's export.
    Whole(&'static Preset),
    /// An export that is not sent.
    Declined(&'static Declined),
    /// Something like it, and what is missing, in a sentence.
    Half(String),
    /// Nothing.
    Nothing,
}

/// By the names of a header.
pub fn by_header(header: &[String]) -> Found {
    let is_in = |reference: &str| is_in_header(header, reference);
    found(is_in, || header.to_vec())
}

/// By the first objects of NDJSON.
pub fn by_objects(objects: &[&str]) -> Found {
    let is_in = |reference: &str| objects.iter().any(|object| is_in_object(object, reference));
    found(is_in, || names(objects))
}

fn found(has: impl Fn(&str) -> bool, names: impl Fn() -> Vec<String>) -> Found {
    match Declined::find(&has) {
        Some(export) => Found::Declined(export),
        None => told(search(has), names),
    }
}

/// The best preset and what it misses.
type Best = Option<(&'static Preset, Vec<&'static str>)>;

fn search(has: impl Fn(&str) -> bool) -> Best {
    let mut best: Best = None;
    let mut most = 0;
    for preset in PRESETS {
        let wanted = &preset.file().recognise;
        let missing: Vec<&'static str> = wanted
            .iter()
            .map(String::as_str)
            .filter(|reference| !has(reference))
            .collect();
        let there = wanted.len() - missing.len();
        let is_whole = missing.is_empty() && there > 0;
        let is_half = there >= 2 && there * 2 >= wanted.len();
        // Whole goes before half, then the one with more.
        let rank = there + if is_whole { 1_000 } else { 0 };
        if (is_whole || is_half) && rank > most {
            most = rank;
            best = Some((preset, missing));
        }
    }
    best
}

fn told(best: Best, names: impl Fn() -> Vec<String>) -> Found {
    match best {
        None => Found::Nothing,
        Some((preset, missing)) if missing.is_empty() => Found::Whole(preset),
        Some((preset, missing)) => {
            let names = names();
            let missing: Vec<String> = missing
                .iter()
                .map(|reference| lacking(reference, &names))
                .collect();
            Found::Half(format!(
                "it looks like an export for the preset {}, but there is no column {}",
                preset.name,
                missing.join(", and none ")
            ))
        }
    }
}

fn lacking(reference: &str, names: &[String]) -> String {
    let wanted: Vec<&str> = reference.split("||").map(str::trim).collect();
    let known = || names.iter().map(String::as_str);
    let near = wanted.iter().map(|name| proposal(name, known()));
    let near = near.into_iter().find(|near| !near.is_empty());
    format!("`{}`{}", wanted.join("` or `"), near.unwrap_or_default())
}

/// The members of the first objects, those within others as paths.
fn names(objects: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for object in objects {
        let Ok(serde_json::Value::Object(members)) = serde_json::from_str(object) else {
            continue;
        };
        for (name, value) in members {
            let inner = value.as_object().into_iter().flat_map(|inner| inner.keys());
            names.extend(inner.map(|inner| format!("{name}.{inner}")));
            names.push(name);
        }
    }
    names.sort();
    names.dedup();
    names
}

/// An export that is not sent: it has all the columns that it is recognised by and none of those
/// that it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declined {
    /// Whose and which.
    is: String,
    /// Why it is not sent.
    why: String,
    /// What to do instead.
    instead: String,
    recognise: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
}

impl Declined {
    /// The one that has these columns, if any does.
    fn find(has: impl Fn(&str) -> bool) -> Option<&'static Declined> {
        let is_it = |export: &&Declined| {
            export.recognise.iter().all(|column| has(column))
                && !export.lacks.iter().any(|column| has(column))
        };
        ALL.iter().find(is_it)
    }
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Declined {
            is, why, instead, ..
        } = self;
        write!(
            f,
            "this is {is}, which is not sent: {why}; instead, {instead} (to read it all the same, \
             pass --preset or --mapping)"
        )
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    export: Vec<Declined>,
}

static ALL: LazyLock<Vec<Declined>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("declined.toml"))
        .expect("the file ships with the program and is tested");
    file.export
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_from_every_preset() {
        assert!(ALL.len() > 5);
        for export in ALL.iter() {
            let one = |column: &String| column.split("||").next().map(str::to_owned);
            let header: Vec<String> = export.recognise.iter().filter_map(one).collect();
            let found = Declined::find(|column| is_in_header(&header, column));
            assert_eq!(found, Some(export));
        }
        for preset in PRESETS {
            let wanted = &preset.file().recognise;
            let found = Declined::find(|column| wanted.iter().any(|known| known == column));
            assert_eq!(found, None, "{}", preset.name);
        }
    }
}
