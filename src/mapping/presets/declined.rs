//! Exports that are recognised and not sent: sums, reports without users, what Tenjin has itself.
//!
//! They are data in `declined.toml`. An export is one of them if it has all the columns that it is
//! recognised by and none of those that it lacks; then it goes before every preset.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

/// An export that is not sent.
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
    pub(super) fn find(has: impl Fn(&str) -> bool) -> Option<&'static Declined> {
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
             say how with --preset or --mapping)"
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
    use crate::mapping::presets::ALL as PRESETS;

    #[test]
    fn each_is_told_from_every_preset() {
        assert!(ALL.len() > 5);
        for export in ALL.iter() {
            let one = |column: &String| column.split("||").next().map(str::to_owned);
            let header: Vec<String> = export.recognise.iter().filter_map(one).collect();
            let found = Declined::find(|column| crate::mapping::is_in_header(&header, column));
            assert_eq!(found, Some(export));
        }
        for preset in PRESETS {
            let wanted = &preset.file().recognise;
            let found = Declined::find(|column| wanted.iter().any(|known| known == column));
            assert_eq!(found, None, "{}", preset.name);
        }
    }
}
