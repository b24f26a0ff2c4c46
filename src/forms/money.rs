//! Numbers: amounts, whole numbers, digits.
//!
//! Amounts are exact. What a spreadsheet may have made of a number (decimal commas, thousands
//! separators, exponents) is a fault, because guessing wrong is a factor of a thousand.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{Trouble, Value};
use crate::row::Code;

/// Digits before the point: below a thousand million million.
const WHOLE: usize = 15;
/// Digits in all: what is added up exactly.
const DIGITS: usize = 27;

/// A plain decimal that is not negative.
pub(super) fn amount(text: &str) -> Result<Value<'static>, Trouble> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let amount = decimal(digits).ok_or_else(|| Trouble::new(Code::InvalidNumber, hint(text)))?;
    if negative && !amount.is_zero() {
        let hint = "leave refunds out: Tenjin knows no negative revenue";
        return Err(Trouble::new(Code::NegativePrice, hint));
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

fn hint(text: &str) -> &'static str {
    let count = |wanted: u8| text.bytes().filter(|byte| *byte == wanted).count();
    let (commas, points) = (count(b','), count(b'.'));
    let only = |also: &[u8]| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || also.contains(&byte))
    };
    if commas == 1 && points == 0 && only(b"-,") {
        "write 12.50, or tell the mapping that the column has decimal commas"
    } else if (commas > 0 || points > 1 || text.contains([' ', '\'', '\u{a0}', '\u{202f}']))
        && text.bytes().any(|byte| byte.is_ascii_digit())
    {
        "write 1234.50: no thousands separators, and a point before the cents"
    } else if text.contains(['e', 'E']) && only(b"+-.eE") {
        "write it without an exponent, as 0.0000015"
    } else if only(b".-") && text.len() > WHOLE {
        "too many digits: at most 15 before the point and 27 in all"
    } else if text.bytes().any(|byte| byte.is_ascii_digit()) {
        "write the bare number, as 12.50; the currency has its own field"
    } else {
        "write a plain decimal number, as 12.50"
    }
}

/// A whole number that may be negative.
pub(super) fn integer(text: &str) -> Result<i64, Trouble> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if is_plain => Ok(number),
        _ => {
            let hint = "write a whole number: no fraction, no exponent, no separators";
            Err(Trouble::new(Code::InvalidInteger, hint))
        }
    }
}

/// A whole number from 1 up to `most`.
pub(super) fn count(text: &str, most: u32) -> Result<Value<'static>, Trouble> {
    match integer(text)? {
        number if (1..=i64::from(most)).contains(&number) => Ok(Value::Integer(number)),
        _ => {
            let hint = format!("write a whole number from 1 to {most}");
            Err(Trouble::new(Code::InvalidInteger, hint))
        }
    }
}

/// Only digits, sent as they are.
pub(super) fn digits(text: Cow<'_, str>, most: usize) -> Result<Value<'_>, Trouble> {
    if text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Value::Text(text));
    }
    Err(Trouble::new(Code::InvalidInteger, "write only digits"))
}
