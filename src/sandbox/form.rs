//! The forms that a parameter's value may have, from tenjin.com/docs: tenjin-server-to-server-s2s
//! and impression-level-revenue-data-api-s2s.
//!
//! Written apart from the client's own tables on purpose: a shared mistake would stay unseen.

use std::net::IpAddr;

/// What a value must look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// 32 hexadecimal digits, or a dashed UUID.
    Id,
    /// The same, or empty (the user opted out).
    IdOrEmpty,
    /// An id, or what Android devices have instead: see [`is_other_id`].
    DeviceId,
    /// Anything but nothing.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of an event: under 80 characters.
    EventName,
    /// A whole number.
    Integer,
    /// A whole number above 0.
    Positive,
    /// Digits, perhaps a point and digits.
    Decimal,
    /// ISO 4217, in capitals.
    Currency,
    /// ISO 3166-1 alpha-2, in capitals.
    Country,
    /// Two small letters.
    Language,
    /// IPv4 or IPv6.
    Ip,
}

impl Form {
    /// What is wrong with the value, if anything.
    pub(super) fn fault(self, value: &str) -> Option<&'static str> {
        if value.contains('\u{fffd}') {
            return Some("is not UTF-8");
        }
        let (fits, fault) = match self {
            Form::Id => (is_id(value), "is not 32 hexadecimal digits or a UUID"),
            Form::IdOrEmpty => (
                value.is_empty() || is_id(value) || is_other_id(value),
                "is neither empty nor 32 hexadecimal digits or a UUID",
            ),
            Form::DeviceId => (
                is_id(value) || is_other_id(value),
                "is not 32 hexadecimal digits or a UUID",
            ),
            Form::Text => (!value.is_empty(), "is empty"),
            Form::Word(words) => (words.contains(&value), "is not one of the known words"),
            Form::EventName => (
                !value.is_empty() && value.chars().count() < 80,
                "is not 1 to 79 characters long",
            ),
            Form::Integer => (is_integer(value), "is not an integer"),
            Form::Positive => (
                is_digits(value) && value.parse::<i64>().is_ok_and(|n| n > 0),
                "is not an integer above 0",
            ),
            Form::Decimal => (is_decimal(value), "is not a plain decimal number"),
            Form::Currency => (is_currency(value), "is not an ISO 4217 code in capitals"),
            Form::Country => (
                rust_iso3166::from_alpha2(value).is_some(),
                "is not an ISO 3166-1 alpha-2 code in capitals",
            ),
            Form::Language => (
                is_letters(value, 2, b'a'..=b'z'),
                "is not two small letters",
            ),
            Form::Ip => (value.parse::<IpAddr>().is_ok(), "is not an IP address"),
        };
        (!fits).then_some(fault)
    }
}

/// Whether an identifier names a device: not empty, not all zeros.
pub(super) fn is_usable(id: &str) -> bool {
    id.bytes().any(|b| !matches!(b, b'0' | b'-'))
}

/// Ids that no UUID holds: Android's own of 16 digits, which Tenjin's public importer sends as
/// `developer_device_id`, and OAIDs of up to 64. Forty digits are a SHA-1 hash.
pub(super) fn is_other_id(value: &str) -> bool {
    (16..=64).contains(&value.len())
        && !matches!(value.len(), 32 | 40)
        && value.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Digits and points, as in `17.5`.
pub(super) fn is_version(value: &str) -> bool {
    value.split('.').all(is_digits)
}

/// Digits, and at least one.
pub(super) fn is_digits(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit())
}

fn is_id(value: &str) -> bool {
    let bytes = value.as_bytes();
    match bytes.len() {
        32 => bytes.iter().all(u8::is_ascii_hexdigit),
        36 => bytes.iter().enumerate().all(|(place, b)| match place {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        }),
        _ => false,
    }
}

fn is_integer(value: &str) -> bool {
    is_digits(value.strip_prefix('-').unwrap_or(value)) && value.parse::<i64>().is_ok()
}

fn is_decimal(value: &str) -> bool {
    match value.split_once('.') {
        Some((whole, part)) => is_digits(whole) && is_digits(part),
        None => is_digits(value),
    }
}

/// Money of some country: the codes for tests and for no currency are none.
fn is_currency(value: &str) -> bool {
    iso_currency::Currency::from_code(value).is_some() && !matches!(value, "XTS" | "XXX")
}

fn is_letters(value: &str, count: usize, range: std::ops::RangeInclusive<u8>) -> bool {
    value.len() == count && value.bytes().all(|b| range.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_take_what_the_page_shows_and_nothing_else() {
        let id = "0123456789abcdef0123456789ABCDEF";
        let dashed = "01234567-89ab-cdef-0123-456789abcdef";
        let zeros = "00000000-0000-0000-0000-000000000000";
        let table: [(Form, &[&str], &[&str]); 12] = [
            (
                Form::DeviceId,
                &[id, dashed, "9774d56d682e549c"],
                &[
                    "",
                    "9774d56d682e549",
                    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                ],
            ),
            (
                Form::Id,
                &[id, dashed, zeros],
                &[
                    "",
                    "0123",
                    "0123456789abcdef0123456789abcdeg",
                    "01234567-89ab-cdef-01234-56789abcdef",
                ],
            ),
            (Form::IdOrEmpty, &["", dashed], &["null", "-"]),
            (Form::Text, &["x", " "], &["", "\u{fffd}"]),
            (Form::Word(&["0", "1"]), &["0", "1"], &["", "true", "2"]),
            (
                Form::Integer,
                &["0", "-5", "9223372036854775807"],
                &["", "-", "+5", "1.0", "9223372036854775808"],
            ),
            (Form::Positive, &["1", "20"], &["0", "-1", "", "1.0"]),
            (
                Form::Decimal,
                &["0", "0.99", "12"],
                &["", "-1", "1e3", "1,5", ".5", "5.", "1.2.3", "+1"],
            ),
            (Form::Currency, &["EUR"], &["eur", "EU", "EURO", "XXX", "€"]),
            (Form::Country, &["DE"], &["de", "DEU", "ZZ", ""]),
            (Form::Language, &["de"], &["DE", "d"]),
            (
                Form::Ip,
                &["1.2.3.4", "2001:db8::1"],
                &["", "1.2.3", "1.2.3.4:80", "01.2.3.4"],
            ),
        ];
        for (form, good, bad) in table {
            for value in good {
                assert_eq!(form.fault(value), None, "{form:?} {value}");
            }
            for value in bad {
                assert!(form.fault(value).is_some(), "{form:?} {value}");
            }
        }
        assert_eq!(Form::EventName.fault(&"ü".repeat(79)), None);
        assert!(Form::EventName.fault(&"x".repeat(80)).is_some());
    }

    #[test]
    fn zeros_name_no_device() {
        assert!(is_usable("00000000-0000-0000-0000-000000000001"));
        assert!(!is_usable("00000000-0000-0000-0000-000000000000"));
        assert!(!is_usable(""));
        assert!(is_version("17.5.1") && !is_version("17.") && !is_version("v17"));
    }
}
