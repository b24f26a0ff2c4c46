//! `fields --output csv-example`: a header with a row that is right, to start a file from.

use super::{columns, given, header};
use crate::model::Kind;
use crate::schema::{Field, Form, Key, Need};

/// The header, and one row for each of these kinds with what an iOS app must say.
pub(super) fn csv(kinds: &[Kind]) -> String {
    let mut text = header(kinds);
    for kind in kinds {
        let cell = |key: Key| match given(*kind).find(|field| field.key == key) {
            Some(field) if is_shown(field) => value(*kind, field),
            _ => String::new(),
        };
        let cells: Vec<String> = columns(kinds).map(cell).collect();
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

/// What a row needs, and what makes it known again.
fn is_shown(field: &Field) -> bool {
    field.need != Need::Optional || matches!(field.key, Key::Kind | Key::EventTime | Key::EventId)
}

/// A value of its form. None holds a comma or a quote.
fn value(kind: Kind, field: &Field) -> String {
    let text = match field.form {
        Form::Kind => kind.name(),
        // An older one would be left out.
        Form::Time | Form::Millis => return jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
        Form::SourceId(_) => "order-1001",
        Form::UserId(_) => "user-1",
        Form::BundleId(_) => "com.example.game",
        Form::Platform => "ios",
        Form::OsVersion => "17.5",
        Form::Uuid => "3f9dda78-c8a1-4c8b-8d88-0305ee6a3c01",
        Form::AdvertisingId => "6d92078a-8246-4ba4-ae5b-76104861e7dc",
        Form::DeviceId => "a0b1c2d3-e4f5-4678-89ab-cdef01234567",
        Form::Ip => "203.0.113.7",
        Form::Country => "DE",
        Form::Currency => "EUR",
        Form::Amount => "4.99",
        Form::Integer | Form::Count(_) | Form::Digits(_) => "1",
        Form::Flag => "0",
        Form::Truth => "false",
        Form::Choice(words) => words.first().copied().unwrap_or_default(),
        Form::Language => "en",
        Form::Text(_) => match field.key {
            Key::Event => "level_up",
            Key::ProductId => "gold_100",
            Key::AppVersion => "1.4.0",
            _ => "example",
        },
        Form::Literal(text) => text,
    };
    text.into()
}
