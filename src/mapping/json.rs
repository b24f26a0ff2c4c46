//! Looking into JSON text without building a tree.
//!
//! A path is followed member by member; what lies beside it is skipped unread. Members match as
//! column names do.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::schema::plain;

/// What a JSON value says as a cell: text without its quotes, `null` as empty, everything else
/// as it stands.
pub(super) fn cell(json: &str) -> Cow<'_, str> {
    let json = match json.as_bytes() {
        // Nearly every value: nothing to look for.
        [] | [0x21..=0xff] | [0x21..=0xff, .., 0x21..=0xff] => json,
        _ => json.trim_matches([' ', '\t', '\r', '\n']),
    };
    let Some(inner) = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return Cow::Borrowed(if json == "null" { "" } else { json });
    };
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    // A half of a surrogate pair is no text: the escape stays as it was written.
    serde_json::from_str(json).map_or(Cow::Borrowed(inner), Cow::Owned)
}

/// The value at the end of a path, as a cell; nothing if the text is no JSON or has no such
/// member. Text on the way that holds JSON itself is gone into.
pub(super) fn inside<'j>(json: &'j str, path: &[Box<str>]) -> Option<Cow<'j, str>> {
    let Some((segment, rest)) = path.split_first() else {
        return Some(cell(json));
    };
    if json.starts_with('"') {
        let text = cell(json);
        let is_nested = text.trim_start().starts_with(['{', '[']);
        let found = is_nested.then(|| inside(&text, path)).flatten()?;
        return Some(Cow::Owned(found.into_owned()));
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    let member = Member(segment).deserialize(&mut reader).ok()??;
    if rest.is_empty() {
        return Some(cell(typed(member.get()).unwrap_or(member.get())));
    }
    inside(member.get(), rest)
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

/// Takes one member of an object, or one element of an array by its number.
struct Member<'s>(&'s str);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let wanted = plain(self.0);
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if found.is_none() && (key == self.0 || plain(&key) == wanted) {
                found = Some(map.next_value()?);
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
        let mut found = None;
        let mut at = 0;
        while let Some(element) = list.next_element::<&RawValue>()? {
            if at == wanted {
                found = Some(element);
            }
            at += 1;
        }
        Ok(found)
    }
}

/// The `value` of the pair with this `key`, in a list of such pairs: GA4's `event_params`.
fn pair<'de, A: SeqAccess<'de>>(key: &str, mut list: A) -> Result<Option<&'de RawValue>, A::Error> {
    #[derive(serde::Deserialize)]
    struct Pair<'p> {
        #[serde(borrow)]
        key: Cow<'p, str>,
        #[serde(borrow)]
        value: &'p RawValue,
    }
    let mut found = None;
    while let Some(element) = list.next_element::<&RawValue>()? {
        let Ok(pair) = serde_json::from_str::<Pair<'de>>(element.get()) else {
            continue;
        };
        if found.is_none() && pair.key == key {
            found = Some(pair.value);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'j>(json: &'j str, path: &[&str]) -> Option<Cow<'j, str>> {
        let path: Vec<Box<str>> = path.iter().map(|s| (*s).into()).collect();
        inside(json, &path)
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
        assert_eq!(at(r#""\"a\"""#, &["a"]), None);
    }

    #[test]
    fn what_is_not_there_is_nothing() {
        assert_eq!(at(r#"{"a":1}"#, &["b"]), None);
        assert_eq!(at(r#"{"a":1}"#, &["a", "b"]), None);
        assert_eq!(at("[1]", &["x"]), None);
        assert_eq!(at("no json", &["a"]), None);
        assert_eq!(at("", &["a"]), None);
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
            (r#""\ud800""#, r"\ud800"),
        ] {
            assert_eq!(cell(json), text, "{json}");
        }
    }
}
