//! Whether a column's first values could be those of a field: a name alone proves little.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::forms;
use crate::schema::Key;

/// Whether all the values fit; a column that is empty so far may be anything.
pub(super) fn like(key: Key, values: &[String]) -> bool {
    if key == Key::EventId {
        let different: HashSet<&String> = values.iter().collect();
        return different.len() == values.len();
    }
    values.iter().all(|value| fits(key, value))
}

fn fits(key: Key, value: &str) -> bool {
    let is_none = forms::is_placeholder(value);
    match key {
        Key::Kind => value.parse::<crate::kind::Kind>().is_ok(),
        Key::EventTime => is_time(value),
        Key::BundleId => {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            value.contains('.') && value.chars().all(is_part)
        }
        Key::Platform => forms::platform(value).is_some(),
        Key::OsVersion => value.starts_with(|c: char| c.is_ascii_digit()) && is_number(value),
        Key::AnalyticsInstallationId | Key::AdvertisingId | Key::DeveloperDeviceId => {
            is_none || is_hex(value)
        }
        Key::IpAddress => value.parse::<IpAddr>().is_ok(),
        Key::Country => value.len() == 2 && value.chars().all(char::is_alphabetic),
        Key::Currency => value.len() == 3 && value.chars().all(char::is_alphabetic),
        Key::Price => is_number(value),
        Key::Quantity => value.parse::<u32>().is_ok_and(|count| count > 0),
        Key::Event => value.len() < 80 && !is_number(value),
        _ => true,
    }
}

/// A date first, or a count since 1970.
fn is_time(value: &str) -> bool {
    let digits = value.chars().take_while(char::is_ascii_digit).count();
    let is_date = digits == 4 && value[4..].starts_with('-') && value.len() >= 10;
    is_date || (10..=16).contains(&digits) && is_number(value)
}

/// A time that says no zone: `2026-11-23 10:00:05`.
pub(super) fn lacks_zone(value: &str) -> bool {
    let after_date = value.get(10..).unwrap_or_default();
    is_time(value)
        && value[4..].starts_with('-')
        && !after_date.contains(['Z', 'z', '+', '-'])
        && !after_date.contains("UTC")
}

fn is_number(value: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    value.starts_with(|c: char| c.is_ascii_digit() || c == '-') && value.chars().all(is_part)
}

/// `4,99`, `1.234,50`: a comma with other than three digits behind it parts no thousands.
pub(super) fn has_comma(value: &str) -> bool {
    let cents = value.rsplit_once(',').map(|(_, cents)| cents);
    cents.is_some_and(|cents| cents.len() != 3 && cents.bytes().all(|b| b.is_ascii_digit()))
}

fn is_hex(value: &str) -> bool {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    value.len() >= 14 && value.chars().all(is_part)
}
