//! Numbers: amounts, whole numbers, digits.
//!
//! Amounts are exact. What a spreadsheet may have made of a number (decimal commas, thousands
//! separators, exponents) is a fault, because guessing wrong is a factor of a thousand.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{Fix, Fixes, ParseError, ParseResult, Value};
use crate::model::Code;

/// Digits before the point: below a thousand million million.
const WHOLE: usize = 15;
/// Digits in all: what is added up exactly.
const DIGITS: usize = 27;

/// Characters of a currency's code or symbol.
const MARK: usize = 4;

/// A plain decimal that is not negative.
pub(super) fn amount(text: &str) -> ParseResult<'static> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let amount =
        decimal(digits).ok_or_else(|| ParseError::new(Code::InvalidNumber, amount_hint(text)))?;
    if negative && !amount.is_zero() {
        let hint = "leave refunds out: Tenjin knows no negative revenue";
        return Err(ParseError::new(Code::NegativePrice, hint));
    }
    Ok(Value::Amount(amount))
}

/// `digits` or `digits.digits`, within the limits.
fn decimal(text: &str) -> Option<Decimal> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    if whole.is_empty() || whole.len() > WHOLE || whole.len() + fraction.len() > DIGITS {
        return None;
    }
    let mut mantissa: u128 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        mantissa = mantissa * 10 + u128::from(digit);
    }
    let scale = u32::try_from(fraction.len()).ok()?;
    Decimal::try_from_i128_with_scale(i128::try_from(mantissa).ok()?, scale).ok()
}

/// The currency that people write before or behind an amount, and the amount: `4,99 €`,
/// `CHF 1'234.50`.
pub fn split_mark(text: &str) -> Option<(&str, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let (from, to) = (text.find(is_digit)?, text.rfind(is_digit)? + 1);
    let mark = match (text[..from].trim(), text[to..].trim()) {
        ("", behind) => behind,
        (before, "") => before,
        _ => return None,
    };
    let is_part = |c: char| c.is_alphabetic() || matches!(c, '.' | '$' | '£'..='¥' | '₠'..='⃏');
    let is_mark = !mark.is_empty() && mark.chars().all(is_part) && mark != ".";
    (is_mark && mark.chars().count() <= MARK).then_some((mark, &text[from..to]))
}

/// What to do about a text that is no amount; of one with an exponent, the number that it is.
fn amount_hint(text: &str) -> Cow<'static, str> {
    let hint = number_hint(text);
    if hint != EXPONENT {
        return hint.into();
    }
    match Decimal::from_scientific(text) {
        Ok(number) if decimal(&number.to_string()).is_some() => format!(
            "write it without an exponent, as {number}; or let a mapping file read all of them: \
             {{ column = \"…\", read = \"exponent\" }}"
        )
        .into(),
        _ => TOO_LONG.into(),
    }
}

const EXPONENT: &str = "write it without an exponent, as 0.0000015";
const TOO_LONG: &str = "too many digits: at most 15 before the point and 27 in all";

/// What to do about a text that is no plain decimal.
pub fn number_hint(text: &str) -> &'static str {
    let count = |wanted: u8| text.bytes().filter(|byte| *byte == wanted).count();
    let (commas, points) = (count(b','), count(b'.'));
    let only = |also: &[u8]| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || also.contains(&byte))
    };
    let is_more = |c: char| !c.is_ascii_digit() && !"-+.,' \u{a0}\u{202f}eE".contains(c);
    let is_taken_back =
        text.contains('(') || text.starts_with(['-', '\u{2212}']) || text.ends_with('-');
    if is_taken_back && text.bytes().any(|byte| byte.is_ascii_digit()) && text.contains(is_more) {
        "brackets and minus signs mean money that was given back: leave the row out, Tenjin takes no refunds"
    } else if text.contains(is_more) && text.bytes().any(|byte| byte.is_ascii_digit()) {
        "write the bare number, as 12.50; the currency has its own field"
    } else if commas == 1 && points == 0 && only(b"-,") {
        "write 12.50, or pass --decimal-comma if all amounts have it"
    } else if (commas > 0 || points > 1 || text.contains([' ', '\'', '\u{a0}', '\u{202f}']))
        && text.bytes().any(|byte| byte.is_ascii_digit())
    {
        "write 1234.50: no thousands separators, and a point before the cents"
    } else if text.contains(['e', 'E']) && only(b"+-.eE") {
        EXPONENT
    } else if only(b".-") && text.len() > WHOLE {
        TOO_LONG
    } else {
        "write a plain decimal number, as 12.50"
    }
}

/// A whole number that may be negative; `71.0`, as programs write numbers of columns with gaps,
/// is 71.
pub(super) fn integer(text: &str, fixes: &mut Fixes) -> Result<i64, ParseError> {
    let whole = without_zeros(text, fixes);
    let plain = whole.strip_prefix('-').unwrap_or(whole);
    let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit());
    match whole.parse() {
        Ok(number) if is_plain => Ok(number),
        _ => {
            let hint = "write a whole number: no fraction, no exponent, no separators";
            Err(ParseError::new(Code::InvalidInteger, hint))
        }
    }
}

/// The text before a fraction of nothing but zeros.
pub(super) fn without_zeros<'t>(text: &'t str, fixes: &mut Fixes) -> &'t str {
    if !text.ends_with('0') {
        return text;
    }
    match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => {
            fixes.note(Fix::IntegerForm);
            whole
        }
        _ => text,
    }
}

/// A whole number from 1 up to `most`.
pub(super) fn count(text: &str, most: u32, fixes: &mut Fixes) -> ParseResult<'static> {
    match integer(text, fixes)? {
        number if (1..=i64::from(most)).contains(&number) => Ok(Value::Integer(number)),
        _ => {
            let hint = format!("write a whole number from 1 to {most}");
            Err(ParseError::new(Code::InvalidInteger, hint))
        }
    }
}

/// Only digits, sent as they are.
pub(super) fn digits<'t>(text: &'t str, most: usize, fixes: &mut Fixes) -> ParseResult<'t> {
    let whole = without_zeros(text, fixes);
    if !whole.is_empty() && whole.len() <= most && whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Value::Text(whole));
    }
    Err(ParseError::new(Code::InvalidInteger, "write only digits"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<String, Code> {
        match amount(text) {
            Ok(Value::Amount(amount)) => Ok(amount.to_string()),
            Ok(_) => Ok(String::new()),
            Err(error) => Err(error.code),
        }
    }

    #[test]
    fn plain_decimals_keep_every_digit() {
        for text in [
            "0",
            "0.99",
            "12.50",
            "007.1",
            "0.000000000000000000000001",
            "999999999999999.99",
        ] {
            let read = read(text);
            assert_eq!(read.as_deref(), Ok(text.trim_start_matches("00")), "{text}");
        }
        assert_eq!(read("-0.00").as_deref(), Ok("0.00"));
    }

    #[test]
    fn everything_else_is_no_number() {
        for text in [
            "", "-", ".5", "5.", "+5", "1e3", "0x1", "1_000", "1 000", "NaN", "inf", "--5", "5-",
            "1.2.3", "٣",
        ] {
            assert_eq!(read(text), Err(Code::InvalidNumber), "{text}");
        }
        assert_eq!(read("-0.01"), Err(Code::NegativePrice));
    }

    #[test]
    fn whole_numbers() {
        let read = |text: &str| integer(text, &mut Fixes::default());
        assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
        for text in [
            "",
            "-",
            "+1",
            "1.5",
            "1.",
            ".0",
            "9223372036854775808",
            "1e3",
            "1,000",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(count("1000001", 1_000_000, &mut Fixes::default()).is_err());
        assert!(digits("12345", 4, &mut Fixes::default()).is_err());
    }

    #[test]
    fn a_fraction_of_zeros_is_none_and_is_counted() {
        for (text, number) in [("71.0", 71), ("-3.00", -3), ("0.0", 0)] {
            let mut fixes = Fixes::default();
            assert_eq!(integer(text, &mut fixes), Ok(number), "{text}");
            assert!(fixes.has(Fix::IntegerForm));
        }
        let mut fixes = Fixes::default();
        assert_eq!(digits("1204.0", 6, &mut fixes), Ok(Value::Text("1204")));
        assert!(fixes.has(Fix::IntegerForm));
    }

    proptest! {
        #[test]
        fn amounts_are_what_the_library_reads(whole in "[0-9]{1,15}", fraction in "[0-9]{1,12}") {
            let text = format!("{whole}.{fraction}");
            let library: Decimal = text.parse().map_err(|_| TestCaseError::reject("library"))?;
            prop_assert_eq!(amount(&text), Ok(Value::Amount(library)));
        }
    }
}
