//! Codes of countries and currencies, and addresses.
//!
//! Private and loopback addresses are taken: they place nobody, but without one Tenjin would
//! place the user where this program runs, which is worse.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::LazyLock;

use super::{Fix, Fixes, Trouble, Value};
use crate::event::Currency;
use crate::row::Code;

/// An IPv4 or IPv6 address, sent as it is written.
pub(super) fn ip(text: Cow<'_, str>) -> Result<Value<'_>, Trouble> {
    match text.parse::<IpAddr>() {
        Ok(_) => Ok(Value::Text(text)),
        Err(_) => {
            let hint = "write one IPv4 or IPv6 address, without port, zone or list";
            Err(Trouble::new(Code::InvalidIp, hint))
        }
    }
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
