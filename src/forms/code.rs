//! Codes of countries and currencies, and addresses.
//!
//! Private and loopback addresses are taken: they place nobody, but without one Tenjin would
//! place the user where this program runs, which is worse.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::{Drawer, Fix, Fixes, Trouble, Value};
use crate::event::Currency;
use crate::row::Code;

/// An IPv4 or IPv6 address, sent as it is written; but `::ffff:203.0.113.9` is the IPv4 address
/// (RFC 4291, 2.5.5.2), and places the user only as that.
pub(super) fn ip<'t>(
    text: &'t str,
    drawer: &'t Drawer,
    fixes: &mut Fixes,
) -> Result<Value<'t>, Trouble> {
    let Ok(address) = text.parse::<IpAddr>() else {
        let hint = "write one IPv4 or IPv6 address, without port, zone or list";
        return Err(Trouble::new(Code::InvalidIp, hint));
    };
    let canonical = address.to_canonical();
    if canonical == address {
        return Ok(Value::Text(text));
    }
    fixes.note(Fix::IpForm);
    Ok(Value::Text(drawer.keep(canonical.to_string())))
}

/// An ISO 3166-1 alpha-2 code, in upper case.
pub(super) fn country(text: &str, fixes: &mut Fixes) -> Result<Value<'static>, Trouble> {
    if let Some((at, upper)) = letters::<2>(text)
        && COUNTRIES[at]
    {
        if upper != text.as_bytes() {
            fixes.note(Fix::CountryCase);
        }
        return Ok(Value::Country(upper));
    }
    let hint = "write an ISO 3166-1 alpha-2 code, as DE or GB";
    Err(Trouble::new(Code::InvalidCountry, hint))
}

/// An ISO 4217 code, in upper case; not one of those for testing or for no currency.
pub(super) fn currency(text: &str, fixes: &mut Fixes) -> Result<Value<'static>, Trouble> {
    if let Some((at, upper)) = letters::<3>(text)
        && CURRENCIES[at]
    {
        if upper != text.as_bytes() {
            fixes.note(Fix::CurrencyCase);
        }
        return Ok(Value::Currency(Currency(upper)));
    }
    let hint = "write an ISO 4217 code, as EUR or USD";
    Err(Trouble::new(Code::InvalidCurrency, hint))
}

/// The letters in upper case, and their place among all words of that length.
fn letters<const N: usize>(text: &str) -> Option<(usize, [u8; N])> {
    let mut word: [u8; N] = text.as_bytes().try_into().ok()?;
    let mut at = 0;
    for byte in &mut word {
        byte.make_ascii_uppercase();
        at = at * 26 + usize::from(byte.checked_sub(b'A').filter(|letter| *letter < 26)?);
    }
    Some((at, word))
}

static COUNTRIES: LazyLock<Box<[bool]>> = LazyLock::new(|| {
    let mut table = vec![false; 26 * 26];
    for code in rust_iso3166::ALL_ALPHA2 {
        if let Some((at, _)) = letters::<2>(code) {
            table[at] = true;
        }
    }
    table.into()
});

static CURRENCIES: LazyLock<Box<[bool]>> = LazyLock::new(|| {
    let alphabet = b'A'..=b'Z';
    let mut table = Vec::with_capacity(26 * 26 * 26);
    for a in alphabet.clone() {
        for b in alphabet.clone() {
            table.extend(alphabet.clone().map(|c| is_currency([a, b, c])));
        }
    }
    table.into()
});

fn is_currency(word: [u8; 3]) -> bool {
    let code = Currency(word);
    let known = iso_currency::Currency::from_code(code.code()).is_some();
    known && !matches!(code.code(), "XXX" | "XTS")
}

/// Every currency code that is taken, in upper case.
pub fn currencies() -> Vec<String> {
    let letters = || 'A'..='Z';
    let codes =
        letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    codes
        .filter(|code| is_currency(code.map(|letter| letter as u8)))
        .map(|code| code.iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_of_the_list_only() {
        let read = |text| country(text, &mut Fixes::default()).map_err(|trouble| trouble.code);
        assert_eq!(read("DE"), Ok(Value::Country(*b"DE")));
        assert_eq!(read("gb"), Ok(Value::Country(*b"GB")));
        for text in ["UK", "EU", "XX", "ZZ", "D", "DEU", "D1", "ÄÖ", "é"] {
            assert_eq!(read(text), Err(Code::InvalidCountry), "{text}");
        }
    }

    #[test]
    fn currencies_of_the_list_only() {
        let read = |text| currency(text, &mut Fixes::default()).map_err(|trouble| trouble.code);
        assert_eq!(read("usd"), Ok(Value::Currency(Currency(*b"USD"))));
        assert_eq!(read("JPY"), Ok(Value::Currency(Currency(*b"JPY"))));
        for text in ["XXX", "XTS", "US", "USDT", "ABC", "€"] {
            assert_eq!(read(text), Err(Code::InvalidCurrency), "{text}");
        }
    }

    #[test]
    fn addresses_of_both_sorts_also_private_ones() {
        let drawer = Drawer::default();
        let read = |text| {
            let mut fixes = Fixes::default();
            let value = ip(text, &drawer, &mut fixes);
            value.map(|value| (value, fixes.has(Fix::IpForm)))
        };
        for text in ["203.0.113.9", "10.0.0.1", "2001:db8::1"] {
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
}
