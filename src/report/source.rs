//! An input as the report's files see it: its name, and the shape of its records.

use std::sync::Arc;

/// One input of the run.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as the user gave it, `-` for standard input.
    pub path: String,
    /// How its records are written.
    pub shape: Shape,
}

/// How an input's records are written.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Records with a header.
    Csv {
        /// The byte between cells.
        delimiter: u8,
        /// The header's text in UTF-8 as it stands in the input, without BOM and line ending.
        header: Arc<str>,
    },
    /// One object a line.
    Ndjson,
}

impl Source {
    /// Whether the rows cannot be read a second time.
    pub fn is_stdin(&self) -> bool {
        self.path == "-"
    }

    /// The name in `_file`, in examples and in messages.
    pub fn name(&self) -> &str {
        if self.is_stdin() { "stdin" } else { &self.path }
    }

    /// The name for a file about the `number`th input: `3-events.csv`. Harmless whatever the
    /// input is called.
    pub fn file_name(&self, number: u32) -> String {
        let base = self.name().rsplit(['/', '\\']).next().unwrap_or_default();
        let base = without(base, &[".gz", ".zst"]);
        let stem = without(base, &[".csv", ".tsv", ".ndjson", ".jsonl", ".json"]);
        let plain = |c: char| {
            if c.is_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '_'
            }
        };
        let stem: String = stem.chars().map(plain).take(60).collect();
        let extension = match self.shape {
            Shape::Csv { .. } => "csv",
            Shape::Ndjson => "ndjson",
        };
        format!("{number}-{stem}.{extension}")
    }
}

fn without<'n>(name: &'n str, endings: &[&str]) -> &'n str {
    let ending = |ending: &&&str| {
        let start = name.len().saturating_sub(ending.len());
        start > 0
            && name
                .get(start..)
                .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    match endings.iter().find(ending) {
        Some(ending) => &name[..name.len() - ending.len()],
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_harmless() {
        let named = |path: &str| {
            let source = Source {
                path: path.into(),
                shape: Shape::Ndjson,
            };
            source.file_name(2)
        };
        assert_eq!(named("-"), "2-stdin.ndjson");
        assert_eq!(named("a/b/Events.JSONL.GZ"), "2-Events.ndjson");
        assert_eq!(named("..\\..\\x y.csv.zst"), "2-x_y.ndjson");
        assert_eq!(named("a/../"), "2-.ndjson");
        assert_eq!(named("\u{1b}[2J\u{202e}é.txt"), "2-__2J_é.txt.ndjson");
        assert_eq!(named(&"x".repeat(300)).len(), 2 + 60 + 7);
    }
}
