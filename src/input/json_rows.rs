//! NDJSON lines into members: one pass of `serde_json`, values as the text that stands there,
//! so that money keeps its digits.
//!
//! A line that is not one whole object, or says one key twice, is damaged alone.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::damage;
use super::dialect::Dialect;
use super::rejects;
use crate::row::{Cells, Fault, Place, RawRow};

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
        let text = &bytes[..damage::KEPT.min(bytes.len())];
        let cells = Cells::Damaged(damage::too_long(text, dialect.max_row_bytes));
        return visit(RawRow { place, text, cells });
    }
    let text = bytes.trim_ascii();
    let cells = match parse(bytes, members) {
        Ok(()) if members.iter().any(|(name, _)| name == rejects::BEFORE[0]) => {
            return rejects::json_row(place, members, dialect, visit);
        }
        Ok(()) => judged(members),
        Err(fault) => Cells::Damaged(fault),
    };
    visit(RawRow { place, text, cells });
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

fn parse<'c>(bytes: &'c [u8], members: &mut Members<'c>) -> Result<(), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| damage::invalid_utf8(bytes, error))?;
    members.clear();
    let mut json = serde_json::Deserializer::from_str(text);
    ObjectInto(members)
        .deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| damage::malformed(bytes, hint(&error)))?;
    match repeated(members) {
        None => Ok(()),
        Some(at) => Err(damage::malformed(
            bytes,
            format!("member {} has the name of one before it", at + 1),
        )),
    }
}

/// `serde_json`'s own words quote the value where it is of the wrong type; ours do not.
fn hint(error: &serde_json::Error) -> String {
    if error.is_data() {
        return "not a JSON object; each line must be one object".to_owned();
    }
    let column = error.column();
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or_default();
    format!("not JSON from column {column} on: {what}")
}

/// Where a name comes for the second time.
fn repeated(members: &Members<'_>) -> Option<usize> {
    const FEW: usize = 24;
    let name = |at: usize| members[at].0.as_ref();
    if members.len() <= FEW {
        return (1..members.len()).find(|&at| (0..at).any(|before| name(before) == name(at)));
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|&at| (name(at), at));
    let twice = order
        .windows(2)
        .filter(|pair| name(pair[0]) == name(pair[1]));
    twice.map(|pair| pair[1]).min()
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
        while let Some(name) = map.next_key_seed(Name)? {
            let value: &'c RawValue = map.next_value()?;
            self.0.push((name, value.get()));
        }
        Ok(())
    }
}

/// A name, borrowed unless it has escapes.
struct Name;

impl<'c> DeserializeSeed<'c> for Name {
    type Value = Cow<'c, str>;

    fn deserialize<D: Deserializer<'c>>(self, json: D) -> Result<Cow<'c, str>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'c> Visitor<'c> for Name {
    type Value = Cow<'c, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'c str) -> Result<Cow<'c, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'c, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
