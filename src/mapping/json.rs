//! Looking into JSON text without building a tree.
//!
//! A path is followed member by member; what lies beside it is skipped unread. Members match as
//! column names do.
//!
//! A filled cell that cannot be read where it is asked for becomes a fault of the field or of the
//! column. It never counts as empty, and never as "no".

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::reference::NOWHERE;
use crate::model::{Code, Fault, plain};
use crate::parse::Placeholders;

/// What a JSON value says as a cell: text without its quotes, `null` as empty, everything else
/// as it stands, half of a character (`\ud83d`), too.
pub(super) fn cell(json: &str) -> Cow<'_, str> {
    whole(json).unwrap_or(Cow::Borrowed(json))
}

/// The same, but half of a character is no text.
pub(super) fn whole(json: &str) -> Result<Cow<'_, str>, Shape> {
    let json = match json.as_bytes() {
        // Nearly every value: nothing to look for.
        [] | [0x21..=0xff] | [0x21..=0xff, .., 0x21..=0xff] => json,
        _ => json.trim_matches([' ', '\t', '\r', '\n']),
    };
    let Some(inner) = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return Ok(Cow::Borrowed(if json == "null" { "" } else { json }));
    };
    if !inner.as_bytes().contains(&b'\\') {
        return Ok(Cow::Borrowed(inner));
    }
    let text = serde_json::from_str(json).map(Cow::Owned);
    text.map_err(|_| Shape::Broken)
}

/// The one value that a text says, if it is JSON of a list or an object: an empty one says
/// nothing, a list of one says that one.
pub(super) fn single(text: &str) -> Result<Option<Cow<'_, str>>, Shape> {
    if !text.starts_with(['{', '[']) {
        return Ok(None);
    }
    if text.starts_with('{') {
        let members = serde_json::from_str::<HashMap<Cow<'_, str>, &RawValue>>(text);
        return match members {
            Ok(members) if members.is_empty() => Ok(Some(Cow::Borrowed(""))),
            Ok(_) => Err(Shape::Object),
            // Braces around a text that is no JSON are a part of it.
            Err(_) => Ok(None),
        };
    }
    let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return Ok(None);
    };
    match elements.as_slice() {
        [] => Ok(Some(Cow::Borrowed(""))),
        [one] => {
            let one = cell(one.get());
            let inner = single(&one)?.map(Cow::into_owned);
            Ok(Some(inner.map_or(one, Cow::Owned)))
        }
        _ => Err(Shape::List),
    }
}

/// Whether a token is a number.
pub(super) fn is_number(token: &str) -> bool {
    matches!(token.as_bytes(), [b'-' | b'0'..=b'9', ..])
}

/// The value at the end of a path, as it stands there; nothing if there is no such member. Text
/// on the way that holds JSON itself is gone into.
pub(super) fn token<'j>(json: &'j str, path: &[Box<str>]) -> Result<Option<Cow<'j, str>>, Shape> {
    let Some((segment, rest)) = path.split_first() else {
        return Ok(Some(Cow::Borrowed(json)));
    };
    let json = json.trim_matches([' ', '\t', '\r', '\n']);
    if json.starts_with('"') {
        let text = cell(json);
        if Placeholders::Words.contain(text.trim()) {
            return Ok(None);
        }
        // A text that is no JSON would be looked at as itself again.
        if text.starts_with('"') && text.len() + 2 >= json.len() {
            return Err(Shape::NoJson);
        }
        let found = token(&text, path)?;
        return Ok(found.map(|found| Cow::Owned(found.into_owned())));
    }
    if Placeholders::Words.contain(json) {
        return Ok(None);
    }
    if !json.starts_with(['{', '[']) {
        return Err(Shape::NoJson);
    }
    let Some(found) = member(json, segment)? else {
        return only_element(json, path);
    };
    if rest.is_empty() {
        return Ok(Some(Cow::Borrowed(typed(found).unwrap_or(found))));
    }
    token(found, rest)
}

fn member<'j>(json: &'j str, segment: &str) -> Result<Option<&'j str>, Shape> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let member = Member(segment).deserialize(&mut reader);
    match (member, reader.end()) {
        (Ok(Found::Twice), _) => Err(Shape::Twice),
        (Ok(Found::One(value)), Ok(())) => Ok(Some(value.get())),
        (Ok(Found::None), Ok(())) => Ok(None),
        _ => Err(Shape::NoJson),
    }
}

/// A list of one object is that object.
fn only_element<'j>(json: &'j str, path: &[Box<str>]) -> Result<Option<Cow<'j, str>>, Shape> {
    if !json.starts_with('[') {
        return Ok(None);
    }
    match serde_json::from_str::<Vec<&RawValue>>(json).as_deref() {
        Ok([one]) if one.get().starts_with('{') => token(one.get(), path),
        _ => Ok(None),
    }
}

/// What stands in `{"string_value":…,"int_value":…}`, as GA4 wraps the values of its lists: the
/// one that is not null.
fn typed(json: &str) -> Option<&str> {
    if !json.starts_with('{') || !json.contains("_value\"") {
        return None;
    }
    let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(json).ok()?;
    let mut values = members.iter().filter(|(name, _)| name.ends_with("_value"));
    values
        .find(|(_, value)| value.get() != "null")
        .map(|(_, value)| value.get())
}

/// What was found under a name.
enum Found<'j> {
    None,
    One(&'j RawValue),
    /// Two that differ.
    Twice,
}

impl<'j> Found<'j> {
    fn add(&mut self, value: &'j RawValue) {
        match self {
            Found::None => *self = Found::One(value),
            Found::One(known) if known.get() != value.get() => *self = Found::Twice,
            Found::One(_) | Found::Twice => {}
        }
    }
}

/// Takes one member of an object, or one element of an array by its number.
struct Member<'s>(&'s str);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Found<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Found::None;
        let wanted = plain(self.0);
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == self.0 || plain(&key) == wanted {
                found.add(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let Ok(wanted) = self.0.parse::<usize>() else {
            return pair(self.0, list);
        };
        let mut found = Found::None;
        let mut at = 0;
        while let Some(element) = list.next_element::<&RawValue>()? {
            if at == wanted {
                found.add(element);
            }
            at += 1;
        }
        Ok(found)
    }
}

/// The `value` of the pair with this `key`, in a list of such pairs: GA4's `event_params`.
fn pair<'de, A: SeqAccess<'de>>(key: &str, mut list: A) -> Result<Found<'de>, A::Error> {
    #[derive(serde::Deserialize)]
    struct Pair<'p> {
        #[serde(borrow)]
        key: Cow<'p, str>,
        #[serde(borrow)]
        value: &'p RawValue,
    }
    let mut found = Found::None;
    while let Some(element) = list.next_element::<&RawValue>()? {
        let Ok(pair) = serde_json::from_str::<Pair<'de>>(element.get()) else {
            continue;
        };
        if pair.key == key {
            found.add(pair.value);
        }
    }
    Ok(found)
}

/// Why a filled cell cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unread<'c> {
    pub(crate) code: Code,
    /// The cell.
    pub(crate) text: &'c str,
    /// What to do about it.
    pub(crate) hint: &'static str,
    /// Which column it stands in, by the binding's number.
    pub(super) column: u16,
}

impl<'c> Unread<'c> {
    /// A number, in a field whose name says more than its column.
    pub(super) fn number(text: &'c str, hint: &'static str) -> Self {
        Unread {
            code: Code::InvalidNumber,
            text,
            hint,
            column: NOWHERE,
        }
    }

    /// A value that is not one text.
    pub(super) fn shape(shape: Shape, text: &'c str, column: u16) -> Self {
        Unread {
            code: match shape {
                Shape::Broken => Code::InvalidText,
                _ => Code::InvalidShape,
            },
            text,
            hint: shape.hint(),
            column,
        }
    }

    /// The same as a fault of this field or column.
    pub(crate) fn at(self, name: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(self.code, name, self.text, self.hint)
    }
}

/// What is to be done about an object where one text belongs.
pub const OBJECT: &str =
    "the cell holds an object: name the member that is meant, as COLUMN.MEMBER";

/// A value that is not one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An object with members.
    Object,
    /// A list of several.
    List,
    /// A path leads into it, and it holds no JSON.
    NoJson,
    /// A path leads to two members of one name, which differ.
    Twice,
    /// A text with half of a character.
    Broken,
}

impl Shape {
    pub(super) fn hint(self) -> &'static str {
        match self {
            Shape::Object => OBJECT,
            Shape::List => {
                "the cell holds a list: name the value that is meant by its number, as COLUMN.0"
            }
            Shape::NoJson => {
                "the cell should hold JSON and does not: it is cut, or was written as something \
                 else; export it again as JSON"
            }
            Shape::Broken => {
                "the text holds half of a character, written as \\ud800 to \\udfff: it was cut there; \
                 export it whole"
            }
            Shape::Twice => "two members have this name and differ: leave one of them",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look<'j>(json: &'j str, path: &[&str]) -> Result<Option<Cow<'j, str>>, Shape> {
        let path: Vec<Box<str>> = path.iter().map(|s| (*s).into()).collect();
        let found = token(json, &path)?;
        let text = found.map(|found| Ok(whole(&found)?.into_owned().into()));
        text.transpose()
    }

    fn at<'j>(json: &'j str, path: &[&str]) -> Option<Cow<'j, str>> {
        look(json, path).expect("it holds JSON")
    }

    #[test]
    fn a_path_leads_inside() {
        let json =
            r#"{"$ip":{"value":"9.9.9.9"},"$idfa":{"value":"A","at":1},"list":[{"n":3.10}]}"#;
        assert_eq!(at(json, &["$idfa", "value"]), Some("A".into()));
        assert_eq!(at(json, &["list", "0", "n"]), Some("3.10".into()));
        assert_eq!(at(json, &["$IDFA", "Value"]), Some("A".into()));
    }

    #[test]
    fn pairs_of_key_and_value_are_found_by_key() {
        let json = r#"{"p":[{"key":"a","value":{"string_value":null,"int_value":"7"}},{"key":"b","value":{"double_value":4.99}},{"key":"c","value":"x"},3]}"#;
        assert_eq!(at(json, &["p", "a"]), Some("7".into()));
        assert_eq!(at(json, &["p", "b"]), Some("4.99".into()));
        assert_eq!(at(json, &["p", "c"]), Some("x".into()));
        assert_eq!(at(json, &["p", "d"]), None);
    }

    #[test]
    fn text_that_holds_json_is_gone_into() {
        let json = r#"{"Event Value":"{\"af_revenue\":\"4.99\"}"}"#;
        assert_eq!(
            at(json, &["event_value", "af_revenue"]),
            Some("4.99".into())
        );
    }

    #[test]
    fn what_is_not_there_is_nothing() {
        assert_eq!(at(r#"{"a":1}"#, &["b"]), None);
        assert_eq!(at("[1]", &["x"]), None);
        for nothing in ["", "null", "\"\"", "{}", "[]", "(not set)", "\"n/a\""] {
            assert_eq!(at(nothing, &["a"]), None, "{nothing}");
        }
    }

    #[test]
    fn what_should_be_json_and_is_not_is_no_absence() {
        for text in [
            "no json",
            "4.99",
            "{'a': 1}",
            r#"{"a":1"#,
            r#"{"a":1} and more"#,
            r#""\"a\"""#,
            r#""text""#,
            r#"{"b":1,"a":}"#,
        ] {
            assert_eq!(look(text, &["a"]), Err(Shape::NoJson), "{text}");
        }
        assert_eq!(look(r#"{"a":1}"#, &["a", "b"]), Err(Shape::NoJson));
    }

    #[test]
    fn two_members_of_one_name_must_not_differ() {
        assert_eq!(look(r#"{"a":1,"a":2}"#, &["a"]), Err(Shape::Twice));
        assert_eq!(look(r#"{"a":1,"A":2}"#, &["a"]), Err(Shape::Twice));
        assert_eq!(at(r#"{"a":1,"A":1}"#, &["a"]), Some("1".into()));
    }

    #[test]
    fn a_list_of_one_is_that_one() {
        assert_eq!(at(r#"{"a":[{"b":5}]}"#, &["a", "b"]), Some("5".into()));
        for (text, one) in [
            (r#"["coins"]"#, Some("coins")),
            (r#"[["coins"]]"#, Some("coins")),
            ("[7]", Some("7")),
            ("[]", Some("")),
            ("{}", Some("")),
            ("[Amplitude] Revenue", None),
            ("{idfa}", None),
            ("plain", None),
        ] {
            assert_eq!(single(text), Ok(one.map(Cow::Borrowed)), "{text}");
        }
        assert_eq!(single(r#"["a","b"]"#), Err(Shape::List));
        assert_eq!(single(r#"{"a":1}"#), Err(Shape::Object));
        assert_eq!(single(r#"[{"a":1}]"#), Err(Shape::Object));
    }

    #[test]
    fn values_read_as_cells() {
        for (json, text) in [
            (r#""plain""#, "plain"),
            (r#""a\"b\u00e9""#, "a\"bé"),
            (r#""""#, ""),
            (" null ", ""),
            ("4.990", "4.990"),
            ("true", "true"),
        ] {
            assert_eq!(cell(json), text, "{json}");
            assert_eq!(whole(json), Ok(text.into()), "{json}");
        }
        assert_eq!(whole(r#""a\ud83d""#), Err(Shape::Broken));
        assert_eq!(cell(r#""a\ud83d""#), r#""a\ud83d""#);
    }
}
