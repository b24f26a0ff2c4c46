//! Codes of countries and currencies, countries by their English names, and addresses.
//!
//! An address that is no user's counts as none: the row then needs an advertising id, as any
//! other without an address does.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::LazyLock;

use foldhash::HashSet;

use super::placeholder::is_internal;
use super::{Arena, Fix, Fixes, ParseError, ParseResult, Value};
use crate::model::{Code, Currency};

/// An IPv4 or IPv6 address, sent as it is written; but `::ffff:203.0.113.9` is the IPv4 address
/// (RFC 4291, 2.5.5.2), and places the user only as that.
pub(super) fn ip<'t>(text: &'t str, arena: &'t Arena, fixes: &mut Fixes) -> ParseResult<'t> {
    let Ok(address) = text.parse::<IpAddr>() else {
        let hint = "write one IPv4 or IPv6 address, without port, zone or list";
        return Err(ParseError::new(Code::InvalidIp, hint));
    };
    if is_internal(address) {
        return Ok(Value::Absent);
    }
    let canonical = address.to_canonical();
    if canonical == address {
        return Ok(Value::Text(text));
    }
    fixes.note(Fix::IpForm);
    Ok(Value::Text(arena.keep(canonical.to_string())))
}

/// An ISO 3166-1 alpha-2 code, in upper case; or a country's name.
pub(super) fn country(text: &str, fixes: &mut Fixes) -> ParseResult<'static> {
    if let Some(upper) = upper(text)
        && COUNTRIES.contains(&upper)
    {
        if upper != text.as_bytes() {
            fixes.note(Fix::CountryCase);
        }
        return Ok(Value::Country(upper));
    }
    if let Some(code) = country_code(text)
        && let Ok(code) = code.as_bytes().try_into()
    {
        fixes.note(Fix::CountryName);
        return Ok(Value::Country(code));
    }
    let hint = "write an ISO 3166-1 alpha-2 code, as DE or GB";
    Err(ParseError::new(Code::InvalidCountry, hint))
}

/// An ISO 4217 code, in upper case; not one of those for testing or for no currency.
pub(super) fn currency(text: &str, fixes: &mut Fixes) -> ParseResult<'static> {
    if let Some(upper) = upper(text)
        && Currency(upper).is_known()
    {
        if upper != text.as_bytes() {
            fixes.note(Fix::CurrencyCase);
        }
        return Ok(Value::Currency(Currency(upper)));
    }
    let hint = "write an ISO 4217 code, as EUR or USD";
    Err(ParseError::new(Code::InvalidCurrency, hint))
}

/// The currency that a text is the code of.
pub fn currency_code(text: &str) -> Option<Currency> {
    match currency(text.trim(), &mut Fixes::default()) {
        Ok(Value::Currency(currency)) => Some(currency),
        _ => None,
    }
}

/// The letters in upper case, if there are as many.
fn upper<const N: usize>(text: &str) -> Option<[u8; N]> {
    let word: [u8; N] = text.as_bytes().try_into().ok()?;
    Some(word.map(|letter| letter.to_ascii_uppercase()))
}

/// Kosovo's code ISO leaves to its users, and all of them use it.
static COUNTRIES: LazyLock<HashSet<[u8; 2]>> = LazyLock::new(|| {
    let codes = rust_iso3166::ALL_ALPHA2.iter().chain(&["XK"]);
    codes.filter_map(|code| upper(code)).collect()
});

/// Every currency code that is taken, in upper case.
pub fn currencies() -> Vec<String> {
    let known = Currency::words().filter(|word| word.is_known());
    known.map(|word| word.code().to_owned()).collect()
}

/// A code and a name that the ISO list does not have, in the spelling of [`letters_only`], a line.
const ALSO: &str = include_str!("country_names.txt");

/// The ISO 3166-1 alpha-2 code of a country's English name; codes stay codes.
pub fn country_code(name: &str) -> Option<&'static str> {
    let is_code = |name: &str| matches!(name.as_bytes(), [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
    if is_code(name) && !name.eq_ignore_ascii_case("uk") {
        return None;
    }
    NAMES.get(&letters_only(name)).copied()
}

static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for country in rust_iso3166::ALL {
        names.insert(letters_only(country.name), country.alpha2);
        // "Bolivia (Plurinational State of)", "Korea, Republic of"
        let short = country.name.split([',', '(']).next().unwrap_or_default();
        names.entry(letters_only(short)).or_insert(country.alpha2);
    }
    let also = ALSO.lines().filter_map(|line| line.split_once(' '));
    names.extend(also.map(|(code, name)| (name.to_owned(), code)));
    names
});

/// Letters only, in lower case, without accents, `&` spelt out, Saint cut.
fn letters_only(name: &str) -> String {
    let name = name.to_lowercase().replace('&', " and ");
    let name = name.replace("saint ", "st ");
    let letters = name.chars().map(|c| match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'í' | 'ï' | 'î' => 'i',
        'ñ' => 'n',
        'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ü' | 'ú' | 'û' => 'u',
        other => other,
    });
    letters.filter(char::is_ascii_alphabetic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_of_the_list_only() {
        let read = |text| country(text, &mut Fixes::default()).map_err(|error| error.code);
        assert_eq!(read("DE"), Ok(Value::Country(*b"DE")));
        assert_eq!(read("gb"), Ok(Value::Country(*b"GB")));
        assert_eq!(read("XK"), Ok(Value::Country(*b"XK")));
        assert_eq!(read("NA"), Ok(Value::Country(*b"NA")));
        assert_eq!(read("UK"), Ok(Value::Country(*b"GB")));
        assert_eq!(read("Germany"), Ok(Value::Country(*b"DE")));
        for text in ["EU", "XX", "ZZ", "D", "DEU", "D1", "ÄÖ", "é", "Atlantis"] {
            assert_eq!(read(text), Err(Code::InvalidCountry), "{text}");
        }
    }

    #[test]
    fn currencies_of_the_list_only() {
        let read = |text| currency(text, &mut Fixes::default()).map_err(|error| error.code);
        assert_eq!(read("usd"), Ok(Value::Currency(Currency(*b"USD"))));
        assert_eq!(read("JPY"), Ok(Value::Currency(Currency(*b"JPY"))));
        for text in ["XXX", "XTS", "US", "USDT", "ABC", "€"] {
            assert_eq!(read(text), Err(Code::InvalidCurrency), "{text}");
        }
    }

    #[test]
    fn addresses_of_both_sorts_but_not_those_of_nobody() {
        let arena = Arena::default();
        let read = |text| {
            let mut fixes = Fixes::default();
            let value = ip(text, &arena, &mut fixes);
            value.map(|value| (value, fixes.has(Fix::IpForm)))
        };
        for text in ["10.0.0.1", "::ffff:127.0.0.1", "fe80::1"] {
            assert_eq!(read(text), Ok((Value::Absent, false)));
        }
        for text in ["203.0.113.9", "2001:db8::1"] {
            assert_eq!(read(text), Ok((Value::Text(text), false)));
        }
        for text in ["::ffff:203.0.113.9", "::FFFF:cb00:7109"] {
            assert_eq!(read(text), Ok((Value::Text("203.0.113.9"), true)));
        }
        for text in [
            "203.0.113",
            "203.0.113.9:80",
            "203.0.113.9, 10.0.0.1",
            "fe80::1%eth0",
            "1.2.3.04",
            "x",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_as_exports_spell_them() {
        for (name, code) in [
            ("United Kingdom", "GB"),
            ("United States", "US"),
            ("South Korea", "KR"),
            ("Türkiye", "TR"),
            ("Côte d’Ivoire", "CI"),
            ("Bosnia & Herzegovina", "BA"),
            ("Myanmar (Burma)", "MM"),
            ("Hong Kong", "HK"),
            ("Germany", "DE"),
            ("Viet Nam", "VN"),
            ("Saint Lucia", "LC"),
            ("Taiwan", "TW"),
            ("Congo - Kinshasa", "CD"),
            ("British Virgin Islands", "VG"),
            ("Caribbean Netherlands", "BQ"),
            ("Falkland Islands (Islas Malvinas)", "FK"),
            ("Kosovo", "XK"),
            ("Svalbard & Jan Mayen", "SJ"),
            ("The Bahamas", "BS"),
            ("The Gambia", "GM"),
            ("U.S. Virgin Islands", "VI"),
            ("UK", "GB"),
            ("Antigua & Barbuda", "AG"),
            ("Åland Islands", "AX"),
            ("Congo - Brazzaville", "CG"),
            ("Curaçao", "CW"),
            ("Guinea-Bissau", "GW"),
            ("Isle of Man", "IM"),
            ("Réunion", "RE"),
            ("São Tomé & Príncipe", "ST"),
            ("Sint Maarten", "SX"),
            ("St. Barthélemy", "BL"),
            ("St. Helena", "SH"),
            ("St. Martin", "MF"),
            ("St. Pierre & Miquelon", "PM"),
            ("St. Vincent & Grenadines", "VC"),
            ("Timor-Leste", "TL"),
            ("Turks & Caicos Islands", "TC"),
            ("U.S. Outlying Islands", "UM"),
            ("Wallis & Futuna", "WF"),
        ] {
            assert_eq!(country_code(name), Some(code), "{name}");
        }
    }

    #[test]
    fn codes_and_strangers_stay_what_they_are() {
        assert_eq!(country_code("DE"), None);
        assert_eq!(country_code("(not set)"), None);
        assert_eq!(country_code("Atlantis"), None);
    }
}
