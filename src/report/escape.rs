//! Text that cannot do harm where it is written: in a terminal, in JSON, in a spreadsheet's cell.
//!
//! [`crate::model::shown`] also cuts; these keep every character, so that nothing is lost.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write;

use super::layout::COLOURS;
use crate::model::drives_terminal;

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
    let formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let guard = if formula { "'" } else { "" };
    let delimiter = char::from(delimiter);
    if text.contains([delimiter, '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

/// An argument as a shell takes it back. What would drive the terminal is written as bash, zsh
/// and ksh read it: `$'a\033.csv'`.
pub fn argument(text: &str) -> String {
    if text.chars().any(drives_terminal) {
        return dollar_quoted(text);
    }
    let plain = |c: char| c.is_alphanumeric() || "_./:=@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The same for a name that may not be UTF-8.
pub fn any_argument(name: &OsStr) -> String {
    if let Some(text) = name.to_str() {
        return argument(text);
    }
    let bytes = name.as_encoded_bytes().iter();
    let written = bytes.map(|&byte| match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    });
    format!("$'{}'", written.collect::<String>())
}

fn dollar_quoted(text: &str) -> String {
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if drives_terminal(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    // Octal has a fixed length, so what follows is not taken for a part of it.
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out + "'"
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

    #[test]
    fn arguments_survive_a_shell() {
        let written = ["a/b.csv", "a b.csv", "it's", ""].map(argument);
        assert_eq!(written, ["a/b.csv", "'a b.csv'", "'it'\\''s'", "''"]);
        let written = argument("it's\u{1b}7\u{202e}\\.csv");
        assert_eq!(written, "$'it\\'s\\0337\\342\\200\\256\\\\.csv'");
    }
}
