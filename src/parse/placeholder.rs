//! What exports write where there is no value: one list, asked by every form, rule and key.
//!
//! Such a cell is an empty one: it is not sent, not derived from, not looked up, and identifies
//! nobody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use crate::model::Kind;
use crate::schema::{self, Form, Key};

/// The words, in any case.
const WORDS: [&str; 14] = [
    "-",
    "na",
    "\\n",
    "n/a",
    "nan",
    "nil",
    "#n/a",
    "none",
    "null",
    "(none)",
    "(null)",
    "unknown",
    "undefined",
    "(not set)",
];

/// Which texts stand for "no value" in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholders {
    /// The words.
    Words,
    /// The words, but `NA` is Namibia, and `na` the language of Nauru.
    Codes,
    /// The words, and zeros with or without dashes.
    Ids,
    /// The same, and addresses that are no user's.
    Addresses,
}

impl Placeholders {
    /// What counts in fields of this form.
    pub fn of(form: Form) -> Self {
        match form {
            Form::Country | Form::Language => Placeholders::Codes,
            Form::SourceId(_)
            | Form::UserId(_)
            | Form::Uuid
            | Form::AdvertisingId
            | Form::DeviceId
            | Form::BundleId(_) => Placeholders::Ids,
            Form::Ip => Placeholders::Addresses,
            _ => Placeholders::Words,
        }
    }

    /// What counts in this field, whatever the row is.
    pub fn in_field(key: Key) -> Self {
        static BY_KEY: LazyLock<Vec<Placeholders>> = LazyLock::new(|| {
            let of = |key: &Key| {
                let mut kinds = Kind::ALL.into_iter();
                let field = kinds.find_map(|kind| schema::field(kind, *key));
                field.map_or(Placeholders::Words, |field| Placeholders::of(field.form))
            };
            Key::ALL.iter().map(of).collect()
        });
        BY_KEY[key as usize]
    }

    /// The words that count.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let is_code = self == Placeholders::Codes;
        WORDS
            .into_iter()
            .filter(move |word| !is_code || *word != "na")
    }

    /// Whether a trimmed text says that there is no value; an empty one does.
    pub fn contain(self, text: &str) -> bool {
        match self {
            _ if text.is_empty() => true,
            Placeholders::Words => is_word(text),
            Placeholders::Codes => is_word(text) && !text.eq_ignore_ascii_case("na"),
            Placeholders::Ids => is_word(text) || is_zero(text),
            Placeholders::Addresses => {
                is_word(text) || is_zero(text) || text.parse().is_ok_and(is_internal)
            }
        }
    }
}

/// Whether a text is no id: a placeholder or zeros.
pub fn is_placeholder(text: &str) -> bool {
    Placeholders::Ids.contain(text)
}

fn is_word(text: &str) -> bool {
    // Nearly every cell: nothing to compare.
    let may_be = matches!(
        text.as_bytes(),
        [b'n' | b'N' | b'u' | b'U' | b'#' | b'\\' | b'(' | b'-', ..]
    );
    may_be && text.len() <= 9 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_zero(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0' | b'-'))
}

/// Whether an address locates no user: unspecified, loopback, private, link-local or shared.
pub(super) fn is_internal(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_internal_v4(address),
        IpAddr::V6(address) => is_internal_v6(address),
    }
}

fn is_internal_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    // 100.64/10 is shared by the customers of a provider (RFC 6598).
    let is_shared = a == 100 && (64..128).contains(&b);
    address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || is_shared
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    address.is_unspecified()
        || address.is_loopback()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_list_in_any_case() {
        for text in [
            "null",
            "NIL",
            "None",
            "NaN",
            "n/a",
            "NA",
            "#N/A",
            "\\N",
            "undefined",
            "Unknown",
            "(null)",
            "(not set)",
            "(none)",
            "-",
            "",
        ] {
            assert!(Placeholders::Words.contain(text), "{text}");
            assert!(Placeholders::Ids.contain(text), "{text}");
        }
        for text in ["anonymous", "no", "none of it", "--x", "nullable", "n", "0"] {
            assert!(!Placeholders::Words.contain(text), "{text}");
        }
    }

    #[test]
    fn zeros_are_none_in_ids_and_addresses_only() {
        for text in ["0", "000", "00000000-0000-0000-0000-000000000000"] {
            assert!(Placeholders::Ids.contain(text) && Placeholders::Addresses.contain(text));
            assert!(!Placeholders::Words.contain(text) && !Placeholders::Codes.contain(text));
        }
    }

    #[test]
    fn namibia_is_a_country() {
        assert!(!Placeholders::Codes.contain("NA") && !Placeholders::Codes.contain("na"));
        assert!(Placeholders::Codes.contain("n/a"));
        assert_eq!(Placeholders::in_field(Key::Country), Placeholders::Codes);
        assert_eq!(
            Placeholders::in_field(Key::CustomerUserId),
            Placeholders::Ids
        );
        assert_eq!(Placeholders::in_field(Key::Price), Placeholders::Words);
    }

    #[test]
    fn a_field_means_the_same_none_in_every_kind() {
        for key in Key::ALL {
            for field in Kind::ALL
                .iter()
                .filter_map(|kind| schema::field(*kind, key))
            {
                assert_eq!(
                    Placeholders::of(field.form),
                    Placeholders::in_field(key),
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn addresses_that_are_no_users() {
        for text in [
            "0.0.0.0",
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.7.7",
            "100.64.0.1",
            "100.127.255.255",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(Placeholders::Addresses.contain(text), "{text}");
        }
        for text in [
            "203.0.113.9",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "2001:db8::1",
        ] {
            assert!(!Placeholders::Addresses.contain(text), "{text}");
        }
    }
}
