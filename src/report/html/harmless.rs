//! The escaping that every value of the page goes through, whoever wrote the template line.
//!
//! Markup becomes text, and so do control characters and marks that turn the direction of
//! writing: a cell can neither act nor make the page read otherwise than it is.

use std::fmt::{self, Write};

use askama::filters::Escaper;

use crate::model::drives_terminal;

/// Escapes for HTML text and for quoted attributes.
#[derive(Debug, Clone, Copy)]
pub struct Harmless;

impl Escaper for Harmless {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let foreign = |c: char| matches!(c, '<' | '>' | '&' | '"' | '\'') || drives_terminal(c);
        let mut rest = text;
        while let Some(at) = rest.find(foreign) {
            out.write_str(&rest[..at])?;
            let mut after = rest[at..].chars();
            if let Some(c) = after.next() {
                one(&mut out, c)?;
            }
            rest = after.as_str();
        }
        out.write_str(rest)
    }
}

fn one(out: &mut impl Write, c: char) -> fmt::Result {
    match c {
        '<' => out.write_str("&lt;"),
        '>' => out.write_str("&gt;"),
        '&' => out.write_str("&amp;"),
        '"' => out.write_str("&quot;"),
        '\'' => out.write_str("&#39;"),
        _ => write!(out, "{}", c.escape_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        Harmless
            .write_escaped_str(&mut out, text)
            .expect("a string takes everything");
        out
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(
            escaped("\"><img src=x onerror='a&b'>"),
            "&quot;&gt;&lt;img src=x onerror=&#39;a&amp;b&#39;&gt;"
        );
        assert_eq!(escaped("Grüße, 世界"), "Grüße, 世界");
    }

    #[test]
    fn nothing_turns_or_hides_the_text() {
        assert_eq!(
            escaped("a\u{202e}b\0\u{7}\u{1b}[2Jc\n\u{feff}"),
            "a\\u{202e}b\\u{0}\\u{7}\\u{1b}[2Jc\\n\\u{feff}"
        );
    }
}
