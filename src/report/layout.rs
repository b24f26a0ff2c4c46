//! How text for people looks: colours by meaning, eighty columns, commands that can be copied.
//!
//! Whether there are colours is decided where output is opened; here it is only obeyed.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::model::Concern;

/// How wide a line of the summary is at most.
pub const WIDTH: usize = 80;

/// Where the text behind a label begins.
pub(super) const INDENT: usize = 11;

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text alone.
    #[default]
    Plain,
    /// ANSI colours.
    Coloured,
}

/// Ends a tone.
const END: &str = "\u{1b}[0m";

/// Everything that [`Style::Coloured`] adds to a text.
pub(super) const COLOURS: [&str; 6] = [
    Tone::Good.code(),
    Tone::Bad.code(),
    Tone::Open.code(),
    Tone::Quiet.code(),
    Tone::Strong.code(),
    END,
];

/// What a text says about the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Done.
    #[default]
    Good,
    /// Somebody has to look at it.
    Bad,
    /// It is not over.
    Open,
    /// Nothing to do.
    Quiet,
    /// A headline.
    Strong,
}

impl Tone {
    /// The tone in which something is told that asks for this.
    pub fn of(concern: Concern) -> Self {
        match concern {
            Concern::Good => Tone::Good,
            Concern::Fix => Tone::Bad,
            Concern::Open => Tone::Open,
            Concern::Quiet => Tone::Quiet,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Tone::Good => "\u{1b}[32m",
            Tone::Bad => "\u{1b}[31m",
            Tone::Open => "\u{1b}[33m",
            Tone::Quiet => "\u{1b}[2m",
            Tone::Strong => "\u{1b}[1m",
        }
    }
}

impl Style {
    /// The text in its tone.
    pub fn tone(self, tone: Tone, text: &str) -> String {
        match self {
            Style::Plain => text.into(),
            Style::Coloured => format!("{}{text}{END}", tone.code()),
        }
    }

    /// Lines below their title; nothing if there are none.
    pub fn titled(self, title: &str, lines: &str) -> String {
        if lines.is_empty() {
            return String::new();
        }
        format!("{}\n{lines}", self.tone(Tone::Strong, title))
    }

    /// A label and its text, wrapped behind it.
    pub fn labelled(self, label: &str, text: &str) -> String {
        self.behind(label, &wrapped(text, WIDTH - INDENT))
    }

    /// A label and its parts, none of which is broken unless it is too long for a line.
    pub fn listed(self, label: &str, parts: &[String], between: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let end = if index + 1 < parts.len() { between } else { "" };
            let part = format!("{part}{end}");
            match lines.last_mut() {
                Some(line) if line.width() + 1 + part.width() <= WIDTH - INDENT => {
                    line.push(' ');
                    line.push_str(&part);
                }
                _ => lines.extend(wrapped(&part, WIDTH - INDENT)),
            }
        }
        self.behind(label, &lines)
    }

    fn behind(self, label: &str, lines: &[String]) -> String {
        let label = self.tone(Tone::Strong, &format!("{label:<INDENT$}"));
        let mut out = String::new();
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                let _ = writeln!(out, "{label}{line}");
            } else {
                let _ = writeln!(out, "{:INDENT$}{line}", "");
            }
        }
        out
    }
}

/// Text broken between words. A word longer than a line stands alone and whole: it may be a path
/// that somebody copies.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = width;
    for word in text.split_whitespace() {
        let length = word.width();
        match lines.last_mut() {
            Some(line) if used + 1 + length <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + length;
            }
            _ => {
                lines.push(word.into());
                used = length;
            }
        }
    }
    lines
}

/// How a summary is to look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout {
    /// Colours.
    pub style: Style,
    /// The width of the terminal, at which long commands are folded. A program that reads the
    /// summary gets each command on one line.
    pub width: Option<usize>,
    /// For `--quiet`: only what suffices to act, in fewer than [`Layout::BRIEF`] lines.
    pub brief: bool,
}

impl Layout {
    /// A brief summary has fewer lines than this.
    pub const BRIEF: usize = 20;

    /// A command, indented. Folded it is still one: a shell takes the lines together.
    pub(super) fn command(self, command: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for part in parts(command) {
            match lines.last_mut() {
                Some(line) if self.width.is_none_or(|width| fits(line, &part, width)) => {
                    line.push(' ');
                    line.push_str(&part);
                }
                Some(line) => {
                    line.push_str(" \\");
                    lines.push(format!("    {part}"));
                }
                None => lines.push(format!("  {part}")),
            }
        }
        lines
    }
}

/// Words, an option and its value together.
fn parts(command: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut takes_value = false;
    for word in words(command) {
        let is_option = word.starts_with("--");
        match parts.last_mut() {
            Some(part) if takes_value && !is_option => {
                part.push(' ');
                part.push_str(word);
            }
            _ => parts.push(word.to_owned()),
        }
        takes_value = is_option && !word.contains('=');
    }
    parts
}

/// Whether a word fits behind others, with room left for the backslash.
fn fits(line: &str, word: &str, width: usize) -> bool {
    line.width() + 1 + word.width() + 2 <= width
}

/// The words of a command as a shell sees them: blanks in quotes part nothing.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in command.char_indices() {
        if c == ' ' && !quoted && !escaped {
            words.extend(start.take().map(|start| &command[start..at]));
            continue;
        }
        start.get_or_insert(at);
        match c {
            _ if escaped => escaped = false,
            '\\' if !quoted => escaped = true,
            '\'' => quoted = !quoted,
            _ => {}
        }
    }
    words.extend(start.map(|start| &command[start..]));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_behind_its_label() {
        let text = Style::Plain.labelled("Label", &"word ".repeat(16));
        let expected = "Label      word word word word word word word word word word word word word word\n           word word\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_list_is_broken_between_its_parts_only() {
        let parts = vec!["one two three four five".to_owned(); 4];
        let text = Style::Plain.listed("Label", &parts, ",");
        let expected = "Label      one two three four five, one two three four five,\n           one two three four five, one two three four five\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn never_breaks_a_path() {
        let path = "x".repeat(100);
        assert_eq!(wrapped(&format!("a {path} b"), 20), ["a", &path, "b"]);
    }

    #[test]
    fn colours_only_when_told() {
        assert_eq!(Style::Plain.tone(Tone::Good, "ok"), "ok");
        assert_eq!(
            Style::Coloured.tone(Tone::Good, "ok"),
            "\u{1b}[32mok\u{1b}[0m"
        );
    }

    const FOLDED: Layout = Layout {
        style: Style::Plain,
        width: Some(80),
        brief: false,
    };

    #[test]
    fn a_command_is_folded_between_words_only() {
        let long = format!(
            "tenjin-s2s upload --ledger l.sqlite '{}' 'it'\\'' is'",
            "a b".repeat(20)
        );
        let lines = FOLDED.command(&long);
        let expected = [
            "  tenjin-s2s upload --ledger l.sqlite \\".to_owned(),
            format!("    '{}' 'it'\\'' is'", "a b".repeat(20)),
        ];
        assert_eq!(lines, expected);
        let together = lines.join("\n").replace("\\\n", "");
        let once = together.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(once, long);
    }

    #[test]
    fn a_program_gets_it_on_one_line() {
        let long = format!("tenjin-s2s upload {}", "x ".repeat(100));
        let lines = Layout::default().command(long.trim_end());
        assert_eq!(lines, [format!("  {}", long.trim_end())]);
    }

    #[test]
    fn a_short_command_stays_as_it_is() {
        assert_eq!(FOLDED.command("tenjin-s2s man"), ["  tenjin-s2s man"]);
    }
}
