//! The guides in the man page: their Markdown as roff.

use std::borrow::Cow;
use std::fmt::Write;

use crate::cli::guides::{ALL, Guide};

/// A section with a part for each guide.
pub(super) fn section() -> String {
    let mut out = ".SH GUIDES\n".to_owned();
    for guide in ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(out, ".SS \"{}\"", escaped(guide.title()));
        out += &body(guide);
    }
    out
}

fn body(guide: &Guide) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for line in guide.body().lines() {
        let roff: Cow<str> = if line.starts_with("```") {
            is_code = !is_code;
            if is_code { ".nf" } else { ".fi" }.into()
        } else if is_code {
            escaped(line).into()
        } else if line.is_empty() {
            ".PP".into()
        } else if let Some(entry) = line.strip_prefix("- ") {
            format!(".IP \\(bu 2\n{}", prose(entry)).into()
        } else {
            prose(line.trim_start()).into()
        };
        let _ = writeln!(out, "{roff}");
    }
    out
}

/// A line with its words in backticks set apart.
fn prose(line: &str) -> String {
    let mut out = String::new();
    for (at, part) in line.split('`').enumerate() {
        match at % 2 {
            0 => out += &escaped(part),
            _ => {
                let _ = write!(out, "\\fB{}\\fR", escaped(part));
            }
        }
    }
    out
}

/// What roff takes for letters only. A line that began with a point would be a command.
fn escaped(text: &str) -> String {
    let guard = if text.starts_with(['.', '\'']) {
        "\\&"
    } else {
        ""
    };
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    format!("{guard}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_and_code_are_kept_apart() {
        let text =
            "# A title\n\nSay `--quiet` and\n.go\n\n- one\n  more\n\n```sh\na \\\n  -b\n```\n";
        let roff = body(&Guide { name: "a", text });
        assert_eq!(
            roff,
            "Say \\fB\\-\\-quiet\\fR and\n\\&.go\n.PP\n.IP \\(bu 2\none\nmore\n.PP\n.nf\na \\e\n  \\-b\n.fi\n"
        );
    }
}
