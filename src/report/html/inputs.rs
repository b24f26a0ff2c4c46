//! The inputs of the run, and the files that stand beside the page.

use std::path::Path;

use super::super::figures::{size, thousands};
use super::Facts;
use crate::model::shown;

/// Inputs, and files of one sort, that the page lists.
const LISTED: usize = 12;

/// Two tables.
pub(super) struct Inputs {
    pub(super) lines: Vec<Line>,
    pub(super) more: String,
    pub(super) files: Vec<File>,
    pub(super) more_files: String,
}

/// One input.
pub(super) struct Line {
    pub(super) path: String,
    pub(super) format: &'static str,
    pub(super) preset: String,
    pub(super) size: String,
    pub(super) rows: String,
    pub(super) complete: bool,
}

/// A file in the folder of the page.
pub(super) struct File {
    /// Relative to the page, with `/`.
    pub(super) link: String,
    pub(super) meaning: &'static str,
}

impl Inputs {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let inputs = &facts.run.inputs;
        let lines = inputs
            .iter()
            .zip(0..)
            .take(LISTED)
            .map(|(input, index)| Line {
                path: shown(facts.run.input_name(index)).into(),
                format: input.format,
                preset: input
                    .preset
                    .as_deref()
                    .map(shown)
                    .unwrap_or_default()
                    .into(),
                size: size(input.bytes),
                rows: thousands(input.rows),
                complete: input.complete,
            });
        let (files, more_files) = files(facts);
        Inputs {
            lines: lines.collect(),
            more: more(inputs.len(), "inputs in report.json"),
            files,
            more_files,
        }
    }
}

fn more(all: usize, noun: &str) -> String {
    match all.saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("and {} more {noun}", thousands(more)),
    }
}

fn files(facts: Facts<'_>) -> (Vec<File>, String) {
    let places = facts.places;
    let Some(folder) = &places.folder else {
        return (Vec::new(), String::new());
    };
    let mut files = vec![
        File {
            link: "report.json".into(),
            meaning: "these numbers, for programs",
        },
        File {
            link: "outcomes.ndjson".into(),
            meaning: "every row that was not accepted, by file and line",
        },
    ];
    let sorts = [
        (&places.rejects, "rejected rows, to be fixed and uploaded"),
        (&places.refused, "refused rows, to be fixed and uploaded"),
        (&places.in_doubt, "rows in doubt"),
        (&places.not_sent, "rows of the stream that were not sent"),
    ];
    let mut left = 0;
    for (paths, meaning) in sorts {
        left += paths.len().saturating_sub(LISTED);
        let links = paths
            .iter()
            .take(LISTED)
            .filter_map(|path| link(folder, path));
        files.extend(links.map(|link| File { link, meaning }));
    }
    (files, more(left + LISTED, "files in the same folders"))
}

/// The path from the page to a file of ours: the names in it are harmless since we chose them.
fn link(folder: &Path, file: &Path) -> Option<String> {
    let inside = file.strip_prefix(folder).ok()?;
    let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy()).collect();
    Some(names.join("/"))
}
