//! NDJSON lines into members: one pass of `serde_json`, values as the text that stands there,
//! so that money keeps its digits.
//!
//! A line that is not one whole object, or says one key twice, is damaged alone.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memmem};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::damage;
use super::header::Dialect;
use crate::model::{Cells, Fault, Place, RawRow, shown};

/// The members of an object: names, and values as JSON text.
pub(super) type Members<'c> = Vec<(Cow<'c, str>, &'c str)>;

/// Cuts whole lines.
pub(super) fn each(
    first: Place,
    bytes: &[u8],
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) {
    let mut members = Members::new();
    let (mut at, mut place) = (0, first);
    while at < bytes.len() {
        let end = memchr(dialect.newline, &bytes[at..]).map_or(bytes.len(), |found| at + found);
        let text = &bytes[at..end];
        if !text.trim_ascii().is_empty() {
            line(place, text, dialect, &mut members, visit);
        }
        at = end + 1;
        place.line += 1;
    }
}

/// Cuts one line. `members` is room to use; what is in it from the line before helps.
pub(super) fn line<'c>(
    place: Place,
    bytes: &'c [u8],
    dialect: &Dialect,
    members: &mut Members<'c>,
    visit: &mut impl FnMut(RawRow<'_>),
) {
    if bytes.len() > dialect.max_row_bytes {
        let text = damage::start_of_long(bytes, dialect.max_row_bytes);
        let cells = Cells::Damaged(damage::too_long(text, dialect.max_row_bytes));
        return visit(RawRow::new(place, text, cells));
    }
    let text = bytes.trim_ascii();
    let cells = match parse(bytes, dialect, members) {
        Ok(()) => judged(members),
        Err(fault) => Cells::Damaged(fault),
    };
    visit(RawRow::new(place, text, cells));
}

/// The members, or that nothing is in them.
pub(super) fn judged<'c>(members: &'c Members<'_>) -> Cells<'c> {
    let empty = |value: &str| matches!(value, "null" | "\"\"");
    if members.iter().all(|(_, value)| empty(value)) {
        Cells::Empty
    } else {
        Cells::Json(members)
    }
}

/// Afterwards `members` are those of this line, or none: no two of them ever have one name.
fn parse<'c>(bytes: &'c [u8], dialect: &Dialect, members: &mut Members<'c>) -> Result<(), Fault> {
    let read = std::str::from_utf8(bytes)
        .map_err(|error| damage::invalid_utf8(bytes, error, dialect.encoding.likely(bytes)))
        .and_then(|text| match flat(text.trim_ascii(), members) {
            Some(()) => Ok(()),
            None => any(text, members).map_err(|hint| damage::malformed(bytes, hint)),
        });
    if read.is_err() {
        members.clear();
    }
    read
}

/// The members of any object, or what is wrong with it.
fn any<'c>(text: &'c str, members: &mut Members<'c>) -> Result<(), String> {
    members.clear();
    let mut json = serde_json::Deserializer::from_str(text);
    ObjectInto(members)
        .deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| hint(text, &error))?;
    match repeated(members) {
        None => Ok(()),
        Some(at) => Err(format!(
            "member {} has the name of one before it, `{}`: leave one of them",
            at + 1,
            shown(&members[at].0)
        )),
    }
}

/// The members of an object as most programs write it: no blanks, no escapes, nothing nested, so that
/// a text ends at the next quote. Of any other line it says nothing, nor of one that repeats a name.
///
/// Rows of one file mostly have the same members in the same order, so the name is expected that the
/// line before has in this place.
fn flat<'c>(text: &'c str, members: &mut Members<'c>) -> Option<()> {
    let is_plain = |byte: &u8| *byte >= b' ' && *byte != b'\\';
    if !text
        .as_bytes()
        .iter()
        .fold(true, |all, byte| all & is_plain(byte))
    {
        return None;
    }
    let mut rest = text.strip_prefix('{')?;
    let (mut count, mut as_before) = (0, true);
    loop {
        // A name with escapes is another text.
        let known = match members.get(count) {
            Some((Cow::Borrowed(name), _)) => behind(rest, name),
            _ => None,
        };
        let value = if let Some(value) = known {
            value
        } else {
            let (name, behind) = rest.strip_prefix('"')?.split_once('"')?;
            as_before = false;
            members.truncate(count);
            members.push((Cow::Borrowed(name), ""));
            behind.strip_prefix(':')?
        };
        let end = match value.strip_prefix('"') {
            Some(inner) => memchr(b'"', inner.as_bytes())? + 2,
            None => bare(value)?,
        };
        members[count].1 = &value[..end];
        count += 1;
        match value.as_bytes().get(end)? {
            b',' => rest = &value[end + 1..],
            b'}' if end + 1 == value.len() => break,
            _ => return None,
        }
    }
    members.truncate(count);
    (as_before || repeated(members).is_none()).then_some(())
}

/// What stands behind this name, if it is the next.
fn behind<'c>(text: &'c str, name: &str) -> Option<&'c str> {
    text.strip_prefix('"')?
        .strip_prefix(name)?
        .strip_prefix("\":")
}

/// How long the number or word at the start is.
fn bare(text: &str) -> Option<usize> {
    let end = text.bytes().position(|byte| matches!(byte, b',' | b'}'))?;
    let is_whole = serde_json::from_str::<IgnoredAny>(&text[..end]).is_ok();
    (is_whole && !text[..end].contains(' ')).then_some(end)
}

/// What is wrong with a line. `serde_json`'s own words quote values; ours do not.
fn hint(text: &str, error: &serde_json::Error) -> String {
    if error.is_data() {
        return "not a JSON object; each line must be one object".to_owned();
    }
    let column = error.column();
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or_default();
    let in_words = IN_WORDS.iter().find(|(start, _)| what.starts_with(start));
    let is_there = |word: &&&str| {
        // The error stands behind the first letter or behind the word.
        let start = column.saturating_sub(word.len() + 1);
        let around = text.as_bytes().get(start..).unwrap_or_default();
        let around = &around[..around.len().min(2 * word.len() + 1)];
        memmem::find(around, word.as_bytes()).is_some()
    };
    let what = match NO_VALUES.iter().find(is_there) {
        Some(word) => {
            format!("{word} is no value of JSON: write a number, a text, true, false or null")
        }
        None => in_words.map_or(what, |(_, words)| words).to_owned(),
    };
    format!("not JSON from column {column} on: {what}")
}

/// What programs write in the place of a value.
const NO_VALUES: [&str; 6] = ["-Infinity", "Infinity", "NaN", "None", "True", "False"];

/// How the errors of `serde_json` begin, and what they say.
const IN_WORDS: [(&str, &str); 10] = [
    (
        "EOF while parsing",
        "the line ends in the middle of the object: it is cut",
    ),
    (
        "trailing characters",
        "more stands behind the object; each line must be one object",
    ),
    ("trailing comma", "a comma with nothing behind it"),
    (
        "expected value",
        "no value stands here: write a number, a text in double quotes, true, false or null",
    ),
    (
        "key must be a string",
        "names of members stand in double quotes",
    ),
    (
        "expected `:`",
        "a colon is missing between a name and its value",
    ),
    (
        "expected `,`",
        "a comma is missing, or a text has a double quote that is not written \\\"",
    ),
    (
        "control character",
        "a text has a control character: write it as an escape, a line end as \\n",
    ),
    ("invalid escape", "a backslash in a text is written \\\\"),
    (
        "recursion limit",
        "more than 127 objects or lists stand in each other",
    ),
];

/// Where a name comes for the second time.
fn repeated(members: &Members<'_>) -> Option<usize> {
    const FEW: usize = 32;
    let name = |at: usize| members[at].0.as_ref();
    if members.len() <= FEW {
        let mut marks = 0_u64;
        return (0..members.len()).find(|&at| {
            let mark = mark(name(at));
            let seen = marks & mark != 0;
            marks |= mark;
            seen && (0..at).any(|before| name(before) == name(at))
        });
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|&at| (name(at), at));
    let twice = order
        .windows(2)
        .filter(|pair| name(pair[0]) == name(pair[1]));
    twice.map(|pair| pair[1]).min()
}

/// One bit of 64, the same for equal names: most names need no comparing.
fn mark(name: &str) -> u64 {
    let ends = |byte: Option<&u8>| byte.map_or(0, |&byte| u32::from(byte));
    let bytes = name.as_bytes();
    let mixed =
        ends(bytes.first()) * 5 + ends(bytes.last()) * 11 + ends(bytes.get(bytes.len() / 2));
    let length = u32::try_from(bytes.len() % 64).unwrap_or_default();
    1 << ((mixed + 17 * length) % 64)
}

/// Puts an object's members into a list that is used again and again.
struct ObjectInto<'a, 'c>(&'a mut Members<'c>);

impl<'c> DeserializeSeed<'c> for ObjectInto<'_, 'c> {
    type Value = ();

    fn deserialize<D: Deserializer<'c>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'c> Visitor<'c> for ObjectInto<'_, 'c> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'c>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some((Name(name), value)) = map.next_entry::<Name<'c>, &'c RawValue>()? {
            self.0.push((name, value.get()));
        }
        Ok(())
    }
}

/// A name, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Name<'c>(#[serde(borrow)] Cow<'c, str>);

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::header::ReadOptions;
    use super::super::tests::seen::{rows, rows_with, source};
    use super::*;

    fn hint_of(line: &str) -> String {
        let text = format!("{{\"a\":1}}\n{line}\n");
        let mut source = source(text.as_bytes(), &ReadOptions::default(), 1 << 20);
        let mut hint = String::new();
        let chunk = source.next_chunk().unwrap().unwrap();
        chunk
            .for_each(|row| {
                if let Cells::Damaged(fault) = row.cells {
                    hint = fault.hint.into_owned();
                }
            })
            .unwrap();
        hint
    }

    #[test]
    fn members_keep_their_text_and_lines_their_numbers() {
        assert_eq!(
            rows(
                "\n{\"price\": 12.50 ,\"n\":1e3,\"o\":{\"x\":[1, 2]}}\r\n\n  {\"a\\u0062\":\"\\u00e9\"}"
            ),
            ["2: price=12.50|n=1e3|o={\"x\":[1, 2]}", "4: ab=\"\\u00e9\""]
        );
    }

    #[test]
    fn a_line_that_is_flat_is_read_as_any_other() {
        let mut flat_ones = 0;
        for value in [
            "1",
            "-0.50",
            "1e999",
            "01",
            "1.",
            "-",
            "+1",
            "true",
            "nul",
            "null",
            "",
            " 1",
            "1 ",
            "\"\"",
            "\"x,y}\"",
            "\"{\"",
            "\"a\"b",
            "\"a",
            "a\"",
            "\"é\"",
            "\"\\n\"",
            "\"\t\"",
            "[]",
            "[1,2]",
            "{}",
            "{\"b\":1}",
            "1}",
            "1,",
            "1,,",
            "1,\"b\"",
            "1,\"b\":",
            "1,\"b\":2",
            "1,\"\":3",
            "1 ,\"b\":2",
            "1, \"b\":2",
            "1,b:2",
            "1}x",
            "1}}",
            "[1]]",
        ] {
            for line in [format!("{{\"a\":{value}}}"), format!("{{\"a\":{value}")] {
                let (mut quick, mut whole) = (Members::new(), Members::new());
                let is_flat = flat(&line, &mut quick).is_some();
                let mut json = serde_json::Deserializer::from_str(&line);
                let read = ObjectInto(&mut whole).deserialize(&mut json);
                let is_whole = read.and_then(|()| json.end()).is_ok();
                assert!(!is_flat || is_whole && quick == whole, "{line}");
                flat_ones += usize::from(is_flat);
            }
        }
        assert_eq!(flat_ones, 13);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        let broken = [
            "{\"a\":1",
            "7",
            "[1]",
            "{\"a\":1} x",
            "{\"a\":1}{\"a\":2}",
            "{\"a\":1,\"a\":1}",
        ];
        for line in broken {
            let text = format!("{{\"a\":1}}\n{line}\n{{\"a\":2}}\n");
            assert_eq!(
                rows(text),
                ["1: a=1", "2: (malformed_row)", "3: a=2"],
                "{line}"
            );
        }
        assert_eq!(
            rows(b"{\"a\":1}\n{\"a\":\"\xFF\"}\n{\"a\":2}"),
            ["1: a=1", "2: (invalid_utf8)", "3: a=2"]
        );
    }

    #[test]
    fn the_hint_says_where_and_never_repeats_the_line() {
        let no_value = "no value stands here: write a number, a text in double quotes, true, false \
                        or null";
        for (line, column, what) in [
            ("{\"a\":secret}", 6, no_value),
            (
                "{\"a\":1",
                6,
                "the line ends in the middle of the object: it is cut",
            ),
            (
                "{\"a\":\"se",
                8,
                "the line ends in the middle of the object: it is cut",
            ),
            (
                "{\"a\":1}{}",
                8,
                "more stands behind the object; each line must be one object",
            ),
            ("{\"a\":1,}", 8, "a comma with nothing behind it"),
            ("{'a':1}", 2, "names of members stand in double quotes"),
            (
                "{\"a\" 1}",
                6,
                "a colon is missing between a name and its value",
            ),
            (
                "{\"a\":\"x\"y\"}",
                9,
                "a comma is missing, or a text has a double quote that is not written \\\"",
            ),
            (
                "{\"a\":\"x\ty\"}",
                7,
                "a text has a control character: write it as an escape, a line end as \\n",
            ),
            (
                "{\"a\":\"\\x\"}",
                8,
                "a backslash in a text is written \\\\",
            ),
        ] {
            let hint = format!("not JSON from column {column} on: {what}");
            assert_eq!(hint_of(line), hint, "{line}");
        }
        for word in NO_VALUES {
            for line in [
                format!("{{\"a\":{word}}}"),
                format!("{{\"a\":1, \"b\": {word} }}"),
            ] {
                let hint = hint_of(&line);
                let what = format!(
                    ": {word} is no value of JSON: write a number, a text, true, false or null"
                );
                assert!(hint.ends_with(&what), "{line}: {hint}");
            }
        }
        assert_eq!(
            hint_of("\"secret\""),
            "not a JSON object; each line must be one object"
        );
        assert_eq!(
            hint_of("{\"a\":1,\"b\":2,\"a\":3}"),
            "member 3 has the name of one before it, `a`: leave one of them"
        );
    }

    #[test]
    fn objects_with_nothing_in_them_are_empty() {
        assert_eq!(
            rows("{}\n{\"a\":null,\"b\":\"\"}\n{\"a\":0}"),
            ["1: (empty)", "2: (empty)", "3: a=0"]
        );
    }

    #[test]
    fn a_name_twice_is_found_among_many() {
        let member = |at: usize| format!("\"k{at}\":{at}");
        let mut members: Vec<String> = (0..1_000).map(member).collect();
        assert_eq!(hint_of(&format!("{{{}}}", members.join(","))), "");
        members.push(member(500));
        assert_eq!(
            hint_of(&format!("{{{}}}", members.join(","))),
            "member 1001 has the name of one before it, `k500`: leave one of them"
        );
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(
            rows_with(deep.as_bytes(), &ReadOptions::default(), 1 << 20).len(),
            1
        );
    }

    #[test]
    fn lines_over_the_limit_are_skipped() {
        let options = ReadOptions {
            max_row_bytes: 100,
            ..ReadOptions::default()
        };
        let text = format!(
            "{{\"a\":1}}\n{{\"a\":\"{}\"}}\n{{\"a\":2}}\n",
            "x".repeat(1_000)
        );
        for chunk_bytes in [16, 1 << 20] {
            let seen = rows_with(text.as_bytes(), &options, chunk_bytes);
            let told = super::super::tests::seen::told(&seen);
            assert_eq!(told, ["1: a=1", "2: (too_long)", "3: a=2"]);
            assert_eq!(seen[1].text.len(), 100);
        }
    }
}
