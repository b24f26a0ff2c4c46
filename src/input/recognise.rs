//! What an input is, from its first bytes: format, line ending, delimiter. Pure.
//!
//! Adjust writes its column definitions as `{idfa}` and `[callback]`, so a brace alone does not
//! make JSON, and a pipe inside braces does not make a delimiter.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::bail;
use memchr::memchr;
use serde_json::value::RawValue;

use super::header::Format;

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
            "a JSON object spread over several lines; make it one object a line, for instance with: jq -c {}",
            list_in_front(text).map_or_else(|| ".".to_owned(), elements)
        ),
        (b'{', None | Some(b'"' | b'}')) => Guess::Is(Format::Ndjson),
        (b'[', None | Some(b'{' | b'[' | b'"' | b']')) => {
            bail!("a JSON array; make it one object a line, for instance with: jq -c '.[]'")
        }
        _ => Guess::Is(Format::Csv),
    })
}

/// Whether the rows stand in a list inside of one object, `{"data":[{…},…]}`, as APIs return them.
/// `line` may be cut off.
pub(super) fn refuse_envelope(line: &[u8]) -> anyhow::Result<()> {
    let Some(list) = list_in_front(line) else {
        return Ok(());
    };
    let whole: Result<HashMap<Cow<'_, str>, &RawValue>, _> = serde_json::from_slice(line);
    if whole.is_ok_and(|members| members.len() > 1) {
        return Ok(());
    }
    bail!(
        "the rows stand in a list inside of one object; make it one object a line, for instance with: jq -c {}",
        elements(list)
    )
}

/// The name of the first member, if it is a list of objects.
pub(super) fn list_in_front(text: &[u8]) -> Option<&str> {
    let after = |text: &'_ [u8], byte: u8| -> Option<usize> {
        let rest = text.trim_ascii_start();
        (rest.first() == Some(&byte)).then(|| text.len() - rest.len() + 1)
    };
    let text = &text[after(text, b'{')?..];
    let text = &text[after(text, b'"')?..];
    let end = memchr(b'"', text)?;
    let rest = &text[end + 1..];
    let rest = &rest[after(rest, b':')?..];
    let rest = &rest[after(rest, b'[')?..];
    after(rest, b'{')?;
    std::str::from_utf8(&text[..end]).ok()
}

/// The filter of `jq` that gives the elements of this list.
fn elements(list: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if list.chars().all(is_plain) {
        format!("'.{list}[]'")
    } else {
        "'.[][]'".to_owned()
    }
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

/// The delimiter of a first line `sep=;`, which spreadsheets write for each other; they may put
/// it in quotes and fill it up to the width of the table.
pub(super) fn announced(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (mark, rest) = line.split_at_checked(4)?;
    let (delimiter, rest) = rest.split_first()?;
    let is_filling = |byte: &u8| matches!(byte, b'"') || DELIMITERS.contains(byte);
    let is_one = mark.eq_ignore_ascii_case(b"sep=") && rest.iter().all(is_filling);
    is_one.then_some(*delimiter)
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
        assert!(pretty.ends_with("jq -c ."), "{pretty}");
        let pretty = format(b"{\n  \"data\": [\n {", false)
            .unwrap_err()
            .to_string();
        assert!(pretty.ends_with("jq -c '.data[]'"), "{pretty}");
    }

    #[test]
    fn rows_in_a_list_are_told_from_rows_with_a_list() {
        for line in [
            &br#"{"data":[{"a":1},{"a":2}]}"#[..],
            br#" { "data" : [ {"a":1} ] } "#,
            br#"{"data":[{"a":1},{"a"#,
        ] {
            let said = refuse_envelope(line).unwrap_err().to_string();
            assert!(said.ends_with("jq -c '.data[]'"), "{said}");
        }
        for line in [
            &br#"{"params":[{"key":"a"}],"event":"x"}"#[..],
            br#"{"data":[1,2]}"#,
            br#"{"data":[]}"#,
            br#"{"a":1}"#,
            b"{",
        ] {
            assert!(refuse_envelope(line).is_ok());
        }
        let odd = refuse_envelope(br#"{"my rows":[{"a":1}]}"#).unwrap_err();
        assert!(odd.to_string().ends_with("jq -c '.[][]'"), "{odd}");
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
