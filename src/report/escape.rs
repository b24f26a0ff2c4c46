//! Text that cannot do harm where it is written: in a terminal, in JSON, in a spreadsheet's cell.
//!
//! [`crate::model::shown`] also cuts; these keep every character, so that nothing is lost.

use std::borrow::Cow;
use std::fmt::Write;

use super::layout::COLOURS;
use crate::model::{drives_terminal, is_formula};

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

/// Finished text for a terminal: line ends, tabs and, if there are any, our own colours stay, and
/// everything else that would drive it becomes an escape. Foreign text is harmless before it comes
/// here; this holds also where that was forgotten.
pub fn printed(text: &str, coloured: bool) -> Cow<'_, str> {
    let ours = |c: char| matches!(c, '\n' | '\t');
    if !text.chars().any(|c| drives_terminal(c) && !ours(c)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colour = COLOURS
            .iter()
            .find(|code| coloured && rest.starts_with(**code));
        let taken = colour.map_or(c.len_utf8(), |code| code.len());
        let (first, behind) = rest.split_at(taken);
        if colour.is_some() || ours(c) {
            out.push_str(first);
        } else {
            out.push_str(&harmless(first));
        }
        rest = behind;
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
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// A cell of ours in a CSV file: harmless, quoted where needed, and never a formula.
pub fn cell(text: &str, delimiter: u8) -> String {
    let text = harmless(text);
    let guard = if is_formula(&text) { "'" } else { "" };
    let delimiter = char::from(delimiter);
    if text.contains([delimiter, '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
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
    fn only_our_own_colours_reach_the_terminal() {
        let text = "a\tb\n\u{1b}[31mred\u{1b}[0m\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}\r";
        let escaped = "\\u{1b}[2J\\u{1b}]0;x\\u{7}\\u{202e}\\r";
        let coloured = format!("a\tb\n\u{1b}[31mred\u{1b}[0m{escaped}");
        assert_eq!(printed(text, true), coloured);
        let plain = format!("a\tb\n\\u{{1b}}[31mred\\u{{1b}}[0m{escaped}");
        assert_eq!(printed(text, false), plain);
    }

    #[test]
    fn json_stays_the_same_document() {
        let document = "{\n  \"a\": \"\u{202e}\u{9b}é\u{7f}\u{e0041}\u{34f}\"\n}";
        let escaped = json(document);
        let expected = "{\n  \"a\": \"\\u202e\\u009bé\\u007f\\udb40\\udc41\\u034f\"\n}";
        assert_eq!(escaped, expected);
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        assert_eq!(parsed(&escaped), parsed(document));
    }
}
