//! What an input is, from its first bytes: format, line ending, delimiter. Pure.
//!
//! Adjust writes its column definitions as `{idfa}` and `[callback]`, so a brace alone does not
//! make JSON, and a pipe inside braces does not make a delimiter.

use anyhow::bail;
use memchr::memchr;

use super::dialect::Format;

/// The delimiters that are looked for, the likeliest first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    Is(Format),
    /// Nothing but blanks so far.
    Blank,
    /// One byte more could change it.
    Undecided,
}

/// Tells the format. With `last` these are all the bytes there are.
pub(super) fn format(bytes: &[u8], last: bool) -> anyhow::Result<Guess> {
    let text = bytes.trim_ascii_start();
    let (Some(first), rest) = (text.first(), text.get(1..).unwrap_or_default()) else {
        return Ok(Guess::Blank);
    };
    if !matches!(first, b'{' | b'[') {
        return Ok(Guess::Is(Format::Csv));
    }
    let inner = rest.trim_ascii_start();
    Ok(match (first, inner.first()) {
        (_, None) if !last => Guess::Undecided,
        (b'{', Some(b'"')) if newline_in(rest, inner) => bail!(
            "a JSON object spread over several lines; make it one object a line, for instance with: jq -c ."
        ),
        (b'{', None | Some(b'"' | b'}')) => Guess::Is(Format::Ndjson),
        (b'[', None | Some(b'{' | b'[' | b'"' | b']')) => {
            bail!("a JSON array; make it one object a line, for instance with: jq -c '.[]'")
        }
        _ => Guess::Is(Format::Csv),
    })
}

fn newline_in(rest: &[u8], inner: &[u8]) -> bool {
    memchr(b'\n', &rest[..rest.len() - inner.len()]).is_some()
}

/// What ends a line: `\r` only where there are such and no `\n`. `None`: more bytes are needed.
pub(super) fn newline(bytes: &[u8], last: bool) -> Option<u8> {
    if memchr(b'\n', bytes).is_some() {
        return Some(b'\n');
    }
    match memchr(b'\r', bytes) {
        Some(place) if last || place + 1 < bytes.len() => Some(b'\r'),
        None if last => Some(b'\n'),
        _ => None,
    }
}

/// The delimiter that a header uses most, outside of quotes and braces; a comma if none.
pub(super) fn delimiter(bytes: &[u8], newline: u8) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let (mut quoted, mut braced) = (false, false);
    for &byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            _ if byte == newline => break,
            b'{' => braced = true,
            b'}' => braced = false,
            _ if braced => {}
            _ => {
                if let Some(at) = DELIMITERS.iter().position(|&known| known == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let first = counts.iter().position(|&count| count == most);
    DELIMITERS[first.unwrap_or_default()]
}

/// The delimiter of a first line `sep=;`, which spreadsheets write for each other.
pub(super) fn announced(line: &[u8]) -> Option<u8> {
    match line {
        [b'S' | b's', b'E' | b'e', b'P' | b'p', b'=', delimiter] => Some(*delimiter),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_format() {
        let csv = Guess::Is(Format::Csv);
        let json = Guess::Is(Format::Ndjson);
        for (bytes, guess) in [
            (&b"a,b\n"[..], csv),
            (b"\n \n\"a\",b\n", csv),
            (b"{\"a\":1}\n", json),
            (b"\n  { \"a\":1}\n", json),
            (b"{}\n", json),
            (b"{idfa},{gps_adid}\n", csv),
            (b"[callback],{idfa}\n", csv),
            (b"{", Guess::Undecided),
            (b" \n", Guess::Blank),
            (b"", Guess::Blank),
        ] {
            assert_eq!(format(bytes, false).unwrap(), guess, "{bytes:?}");
        }
        assert_eq!(format(b"{", true).unwrap(), json);
    }

    #[test]
    fn json_that_is_not_one_object_a_line_says_what_to_do() {
        let array = format(b"[\n{\"a\":1}]", false).unwrap_err().to_string();
        assert!(array.contains("jq -c '.[]'"), "{array}");
        let pretty = format(b"{\n  \"a\": 1\n}", false).unwrap_err().to_string();
        assert!(pretty.contains("jq -c ."), "{pretty}");
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        for (header, expected) in [
            (&b"a,b;c,d\n;;;;;;"[..], b','),
            (b"a;b;c\n", b';'),
            (b"a\tb\n", b'\t'),
            (b"a|b\n", b'|'),
            (b"\"a;x;y\",b\n", b','),
            (b"{idfa||gps_adid};{created_at}\n", b';'),
            (b"alone\n", b','),
        ] {
            assert_eq!(delimiter(header, b'\n'), expected, "{header:?}");
        }
    }

    #[test]
    fn a_lone_carriage_return_ends_lines_only_where_nothing_else_does() {
        assert_eq!(newline(b"a,b\r\n1", false), Some(b'\n'));
        assert_eq!(newline(b"a,b\r1,2\r", false), Some(b'\r'));
        assert_eq!(newline(b"a,b\r", false), None);
        assert_eq!(newline(b"a,b\r", true), Some(b'\r'));
        assert_eq!(newline(b"a,b", false), None);
        assert_eq!(newline(b"a,b", true), Some(b'\n'));
    }
}
