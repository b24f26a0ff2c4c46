//! The request's body, form-urlencoded, in the order of the table.

use std::fmt::Write;

use super::parsed::Parsed;
use crate::model::Kind;
use crate::parse::{UuidText, Value};
use crate::schema::{self, Form, Key, Need};

/// Writes the parameters of a valid row.
pub(super) fn write(body: &mut String, parsed: &Parsed<'_>) {
    let rules = parsed.rules;
    body.clear();
    for field in schema::table(parsed.kind)
        .iter()
        .filter(|field| !field.is_ours())
    {
        let value = parsed.get(field.key);
        match field.form {
            Form::Literal(text) => pair(body, field.key, text),
            _ if value.is_absent() && field.need == Need::KeyPresent => pair(body, field.key, ""),
            _ if value.is_absent() => {}
            Form::Uuid | Form::AdvertisingId | Form::DeviceId => {
                // What the row did not have has no form to be kept.
                let joined = parsed.joined.contains(&field.key);
                let ours = joined.then_some(parsed.kind == Kind::AdImpression);
                if let Some(dashed) = rules.id_format.dashes(parsed.kind).or(ours) {
                    id(body, field.key, value, dashed);
                } else {
                    let text = parsed.binding.text(&parsed.record, field.key);
                    pair(body, field.key, text.ok().flatten().unwrap_or_default());
                }
            }
            _ => plain(body, field.key, value),
        }
    }
    if let Some(time) = parsed.time()
        && !parsed.has(Key::SentAt)
        && (parsed.kind == Kind::AdImpression
            || rules.send_event_time && parsed.kind != Kind::Attribution)
    {
        plain(body, Key::SentAt, Value::Time(time));
    }
}

fn id(body: &mut String, key: Key, value: Value<'_>, dashed: bool) {
    match value {
        Value::Uuid(bytes) => pair(body, key, UuidText::new(&bytes, dashed).as_str()),
        other => plain(body, key, other),
    }
}

fn plain(body: &mut String, key: Key, value: Value<'_>) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Absent => Ok(()),
        Value::Uuid(bytes) => {
            pair(body, key, UuidText::new(&bytes, false).as_str());
            Ok(())
        }
        Value::Amount(amount) => write!(name(body, key), "{amount}"),
        Value::Integer(number) => write!(name(body, key), "{number}"),
        Value::Time(micros) => write!(name(body, key), "{}", micros.div_euclid(1_000)),
        Value::Country([a, b]) => write!(name(body, key), "{}{}", char::from(a), char::from(b)),
        Value::Currency(currency) => write!(name(body, key), "{}", currency.code()),
        Value::Text(_) | Value::Hex(_) | Value::Word(_) | Value::Platform(_) => {
            pair(body, key, value.text().unwrap_or_default());
            Ok(())
        }
    };
}

fn pair(body: &mut String, key: Key, text: &str) {
    name(body, key).extend(form_urlencoded::byte_serialize(text.as_bytes()));
}

/// Field names need no encoding.
fn name(body: &mut String, key: Key) -> &mut String {
    if !body.is_empty() {
        body.push('&');
    }
    body.push_str(key.name());
    body.push('=');
    body
}
