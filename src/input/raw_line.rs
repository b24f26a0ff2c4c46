//! A line that cannot stand as a record, in the cell `_raw` of a file of rejects.
//!
//! A short one is base64. A long one is text, since base64 makes it longer by a third and a report
//! must not outgrow its input: `text~^:aa~,~bb` is the line `aa","bb`. Two characters that the line
//! does not have stand for its quotes and its backslashes, so that neither CSV nor JSON adds to it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What a cell with text begins with; no base64 goes on as it does.
const TEXT: &str = "text";
/// A longer line is text, if it can be.
const SHORT: usize = 150;
/// What may stand for another character, the likeliest not to occur first.
const STAND_INS: &str = "~^`|'@#$%&*?!;<>=+_";

/// The cell.
pub fn written(line: &[u8]) -> String {
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
pub(super) fn read(cell: &str) -> Option<Vec<u8>> {
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
        let cell = written(line.as_bytes());
        assert!(cell.starts_with("text~^:aa~,~bb^aa~,~bb^"), "{cell}");
        assert_eq!(cell.len(), line.len() + 7);
        assert_eq!(written(b"{\"broken\":"), "eyJicm9rZW4iOg==");
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
            assert_eq!(read(&written(&line)).as_deref(), Some(&line[..]));
        }
    }

    #[test]
    fn what_is_neither_is_nothing() {
        for cell in ["%", "text", "text~", "textab:x", "text~^x"] {
            assert!(!is_text(cell), "{cell}");
        }
        assert_eq!(read("text~^x"), None);
        assert_eq!(read(" eA== "), Some(b"x".to_vec()));
    }
}
