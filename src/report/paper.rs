//! Where the summary is written: how wide, how coloured, how much of it.

use super::ink::Ink;

/// How a summary is to look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Paper {
    /// Colours.
    pub ink: Ink,
    /// The width of the terminal, at which long commands are folded. A program that reads the
    /// summary gets each command on one line.
    pub width: Option<usize>,
    /// For `--quiet`: only what suffices to act, in fewer than [`Paper::BRIEF`] lines.
    pub brief: bool,
}

impl Paper {
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
    use unicode_width::UnicodeWidthStr;
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

    const FOLDED: Paper = Paper {
        ink: Ink::Plain,
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
        let lines = Paper::default().command(long.trim_end());
        assert_eq!(lines, [format!("  {}", long.trim_end())]);
    }

    #[test]
    fn a_short_command_stays_as_it_is() {
        assert_eq!(FOLDED.command("tenjin-s2s man"), ["  tenjin-s2s man"]);
    }
}
