//! The format of our own files of rejects: the columns that we put in front of those of the export
//! and behind them, and the cell `_raw` for a line that cannot stand there as a record.
//!
//! A short line is base64. A long one is text, since base64 makes it longer by a third and a report
//! must not outgrow its input: `text~^:aa~,~bb` is the line `aa","bb`. Two characters that the line
//! does not have stand for its quotes and its backslashes, so that neither CSV nor JSON adds to it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What stands before the original columns.
pub const BEFORE: [&str; 5] = ["_reason", "_field", "_hint", "_file", "_line"];
/// What stands behind them: a line that is no record.
pub(super) const RAW: &str = "_raw";
/// How many columns are ours.
pub(super) const OWN_COLUMNS: usize = BEFORE.len() + 1;

/// Whether a column or member of this name is ours.
pub fn is_ours(name: &str) -> bool {
    name == RAW || BEFORE.contains(&name)
}

/// Whether these are the columns of a rejects file.
pub(super) fn is_header(names: &[String]) -> bool {
    names.len() > OWN_COLUMNS
        && BEFORE.iter().zip(names).all(|(own, name)| own == name)
        && names.last().is_some_and(|name| name == RAW)
}

/// The original part of a record or header, between our columns.
pub(super) fn original<'c>(text: &'c str, raw: &[&str]) -> &'c str {
    let width = |cells: &[&str]| cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
    let start = width(&raw[..BEFORE.len()]);
    let end = text.len() - width(&raw[raw.len() - 1..]);
    &text[start..end]
}

/// Where a row stood at first. A file name that a spreadsheet would have taken for a formula was written as `./=…`.
pub(super) fn first_place(file: &str, line: &str) -> Option<(String, u64)> {
    let file = file.strip_prefix("./").unwrap_or(file);
    Some((file.to_owned(), line.trim().parse().ok()?))
}

/// What a cell with text begins with; no base64 goes on as it does.
const TEXT: &str = "text";
/// A longer line is text, if it can be.
const SHORT: usize = 150;
/// What may stand for another character, the likeliest not to occur first.
const STAND_INS: &str = "~^`|'@#$%&*?!;<>=+_";

/// The cell `_raw` of a line.
pub fn raw_cell(line: &[u8]) -> String {
    let text = std::str::from_utf8(line)
        .ok()
        .filter(|_| line.len() > SHORT);
    text.and_then(as_text)
        .unwrap_or_else(|| BASE64_STANDARD.encode(line))
}

/// Whether the cell is text: without quotes and backslashes, but with any other character.
pub fn is_text(cell: &str) -> bool {
    stand_ins(cell).is_some()
}

fn as_text(line: &str) -> Option<String> {
    // JSON would write each of these as six.
    let controls = line
        .chars()
        .filter(|c| c.is_control() && *c != '\n')
        .count();
    if controls > line.len() / 20 {
        return None;
    }
    let mut free = STAND_INS.chars().filter(|c| !line.contains(*c));
    let (quote, backslash) = (free.next()?, free.next()?);
    let text = swapped(line, [('"', quote), ('\\', backslash)]);
    Some(format!("{TEXT}{quote}{backslash}:{text}"))
}

fn swapped(text: &str, pairs: [(char, char); 2]) -> String {
    let swap = |c| {
        pairs
            .iter()
            .find(|(from, _)| *from == c)
            .map_or(c, |(_, to)| *to)
    };
    text.chars().map(swap).collect()
}

/// What stands for quotes and backslashes, and the text.
fn stand_ins(cell: &str) -> Option<([char; 2], &str)> {
    let mut rest = cell.strip_prefix(TEXT)?.chars();
    let stand_ins = [rest.next()?, rest.next()?];
    let text = rest.as_str().strip_prefix(':')?;
    stand_ins
        .iter()
        .all(|c| STAND_INS.contains(*c))
        .then_some((stand_ins, text))
}

/// The line in a cell; nothing if somebody has changed it beyond reading.
pub(super) fn raw_line(cell: &str) -> Option<Vec<u8>> {
    let Some(([quote, backslash], text)) = stand_ins(cell) else {
        return BASE64_STANDARD.decode(cell.trim()).ok();
    };
    Some(swapped(text, [(quote, '"'), (backslash, '\\')]).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_text_and_a_short_one_base64() {
        let line = "aa\",\"bb\\".repeat(20);
        let cell = raw_cell(line.as_bytes());
        assert!(cell.starts_with("text~^:aa~,~bb^aa~,~bb^"), "{cell}");
        assert_eq!(cell.len(), line.len() + 7);
        assert_eq!(raw_cell(b"{\"broken\":"), "eyJicm9rZW4iOg==");
    }

    #[test]
    fn every_line_is_read_back_as_it_was() {
        let long = |text: &str| text.repeat(200).into_bytes();
        for line in [
            b"".to_vec(),
            b"text~^:x".to_vec(),
            long("text~^:\"\\"),
            long("a,\"b\r\n"),
            long("\u{1b}[2J"),
            long("\u{540d}\",\u{202e}"),
            long(STAND_INS),
            long("\"~^`|'"),
            vec![0xff; 1_000],
        ] {
            assert_eq!(raw_line(&raw_cell(&line)).as_deref(), Some(&line[..]));
        }
    }

    #[test]
    fn what_is_neither_is_nothing() {
        for cell in ["%", "text", "text~", "textab:x", "text~^x"] {
            assert!(!is_text(cell), "{cell}");
        }
        assert_eq!(raw_line("text~^x"), None);
        assert_eq!(raw_line(" eA== "), Some(b"x".to_vec()));
    }
}
