//! Everything that is said on standard error goes through here, so that foreign text in it (a
//! file's name, a header, a mapping's key) never drives the terminal, whoever wrote the message.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::report::escape;

/// More than any message of ours needs; what is foreign in one can be of any length.
const LONGEST: usize = 4_000;

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note<'t> {
    /// Said beside the result.
    Remark(Cow<'t, str>),
    /// Said even to the quiet.
    Notice(Cow<'t, str>),
    /// Ends the run, or spoils its result.
    Error(Cow<'t, str>),
}

impl<'t> Note<'t> {
    fn parts(&self) -> (&'static str, &'static str, &str) {
        match self {
            Note::Remark(text) => ("notice", "", text),
            Note::Notice(text) => ("notice", "tenjin-s2s: ", text),
            Note::Error(text) => ("error", "error: ", text),
        }
    }

    /// Something that ends the run, or spoils its result.
    pub fn error(text: impl Into<Cow<'t, str>>) -> Self {
        Note::Error(text.into())
    }

    /// Something that is said even to the quiet.
    pub fn notice(text: impl Into<Cow<'t, str>>) -> Self {
        Note::Notice(text.into())
    }
}

/// In which form things are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// For people.
    Text,
    /// As events: `{"type":"error","message":"…"}`.
    Json,
    /// Errors as events, everything else for people: where a program reads the result, and no
    /// progress.
    JsonErrors,
}

impl Messages {
    /// The note as one message that ends with a line end. Lines behind the first are indented, so
    /// that nothing foreign can look like a message of its own.
    pub fn line(self, note: &Note<'_>) -> String {
        let (kind, prefix, text) = note.parts();
        let text = bounded(text.trim_end());
        match (self, note) {
            (Messages::Json, _) | (Messages::JsonErrors, Note::Error(_)) => {
                event(&serde_json::json!({ "type": kind, "message": text }))
            }
            (Messages::Text | Messages::JsonErrors, _) => {
                let lines: Vec<_> = text.lines().map(escape::harmless).collect();
                format!("{prefix}{}\n", lines.join("\n  "))
            }
        }
    }

    /// Says it on standard error.
    pub fn say(self, note: &Note<'_>) {
        // Nobody hears it if standard error is closed.
        let _ = io::stderr().lock().write_all(self.line(note).as_bytes());
    }
}

/// An event as its line.
pub(super) fn event(event: &impl serde::Serialize) -> String {
    // Numbers, strings and lists always fit into JSON.
    let text = serde_json::to_string(event).unwrap_or_default();
    escape::json(&text).into_owned() + "\n"
}

fn bounded(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{202e}\u{9b}b\u{7}.csv: no\nerror: all is well\r\n";

    #[test]
    fn nothing_foreign_drives_the_terminal_or_looks_like_a_message() {
        let said = Messages::Text.line(&Note::error(HOSTILE));
        let expected = "error: a\\u{1b}[2J\\u{202e}\\u{9b}b\\u{7}.csv: no\n  error: all is well\n";
        assert_eq!(said, expected);
        let said = Messages::Text.line(&Note::notice("made \u{61c}x"));
        assert_eq!(said, "tenjin-s2s: made \\u{61c}x\n");
    }

    #[test]
    fn events_are_one_line_and_say_the_same() {
        let said = Messages::Json.line(&Note::error(HOSTILE));
        assert_eq!(
            said,
            "{\"message\":\"a\\u001b[2J\\u202e\\u009bb\\u0007.csv: no\\nerror: all is well\",\"type\":\"error\"}\n"
        );
    }

    #[test]
    fn a_message_is_bounded() {
        let said = Messages::Text.line(&Note::error("x".repeat(100_000)));
        assert_eq!(said.chars().count(), "error: …\n".chars().count() + LONGEST);
    }
}
