//! Text that cannot do harm where it is written: in a terminal, in JSON, in a spreadsheet's cell.
//!
//! [`crate::row::shown`] also cuts; these keep every character, so that nothing is lost.

use std::borrow::Cow;
use std::fmt::Write;

use crate::row::drives_terminal;

/// Characters that would drive a terminal become escapes.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(drives_terminal) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if drives_terminal(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Finished JSON in which such characters are written as `\uXXXX`: the same document to every
/// parser. (They can only stand within its strings; line ends between its members stay.)
pub fn json(document: &str) -> Cow<'_, str> {
    let foreign = |c: char| c != '\n' && drives_terminal(c);
    if !document.chars().any(foreign) {
        return document.into();
    }
    let mut out = String::with_capacity(document.len() + 8);
    for c in document.chars() {
        if foreign(c) {
            // All of them are in the basic plane.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// A cell of ours in a CSV file: harmless, quoted where needed, and never a formula.
pub fn cell(text: &str, delimiter: u8) -> String {
    let text = harmless(text);
    let formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let guard = if formula { "'" } else { "" };
    let delimiter = char::from(delimiter);
    if text.contains([delimiter, '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

/// An argument as a shell takes it back.
pub fn argument(text: &str) -> String {
    let text = harmless(text);
    let plain = |c: char| c.is_alphanumeric() || "_./:=@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_never_formulas() {
        let cells = [
            "=cmd()",
            "+1",
            "-1",
            "@x",
            "a=b",
            "=a,b",
            "\t=x",
            "say \"x\"",
        ];
        let written = cells.map(|text| cell(text, b','));
        let expected = [
            "'=cmd()",
            "'+1",
            "'-1",
            "'@x",
            "a=b",
            "\"'=a,b\"",
            "\\t=x",
            "\"say \"\"x\"\"\"",
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn json_stays_the_same_document() {
        let document = "{\n  \"a\": \"\u{202e}\u{9b}é\u{7f}\"\n}";
        let escaped = json(document);
        assert_eq!(escaped, "{\n  \"a\": \"\\u202e\\u009bé\\u007f\"\n}");
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        assert_eq!(parsed(&escaped), parsed(document));
    }

    #[test]
    fn arguments_survive_a_shell() {
        let written = ["a/b.csv", "a b.csv", "it's", ""].map(argument);
        assert_eq!(written, ["a/b.csv", "'a b.csv'", "'it'\\''s'", "''"]);
    }
}
