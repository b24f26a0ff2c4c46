//! Arithmetic on texts, exact or not at all.
//!
//! Nothing here knows floats: a number that cannot be had to the last digit is none.

use rust_decimal::Decimal;

use crate::parse::number_hint;

/// An exact number in digits and a point.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if !text.bytes().all(is_plain) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

/// The number that a text with an exponent is, exactly: `3.4E-6`.
pub(super) fn without_exponent(text: &str) -> Option<Decimal> {
    let (mantissa, _) = text.split_once(['e', 'E'])?;
    number(mantissa)?;
    Decimal::from_scientific(text).ok()
}

/// How texts of amounts are written; a number of JSON has a point, whatever they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbers {
    /// Nobody has said, and nothing speaks against a decimal point.
    #[default]
    Unsaid,
    /// With a decimal point: the user said so.
    Point,
    /// With a decimal comma: the user said so.
    Comma,
    /// Others have a decimal comma, or no point has other than three digits behind it, so that
    /// `1.000` may be a thousand.
    InDoubt,
}

/// What to do about `$4.99` of a row whose currency is another one.
pub const OTHER_CURRENCY: &str =
    "the amount names another currency than the row: correct one of them";

/// What to do about `1.000` beside `4,99`, or beside `15.000` alone.
pub const ONE_OR_A_THOUSAND: &str = "one or a thousand? no other amount decides it: say --decimal-comma (it is a \
                     thousand) or --decimal-point (it is one)";

impl Numbers {
    /// The plain number in an amount as people write it, where the user said which mark is that of
    /// decimals: with spaces or apostrophes between thousands.
    pub(crate) fn plain(self, text: &str) -> Option<String> {
        match self {
            Numbers::Comma => decimal_point(text),
            Numbers::Point => with_point(text, '.'),
            Numbers::Unsaid | Numbers::InDoubt => return None,
        }
        .or_else(|| number(text).map(|_| text.to_owned()))
    }

    /// Whether the user has said it.
    pub(super) fn are_said(self) -> bool {
        matches!(self, Numbers::Comma | Numbers::Point)
    }

    /// The number that a text is, also with an exponent; or what to do about it.
    pub(super) fn read(self, text: &str) -> Result<Decimal, &'static str> {
        if self == Numbers::InDoubt {
            in_doubt(text)?;
        }
        let pointed = match self {
            Numbers::Comma => decimal_point(text),
            Numbers::Unsaid | Numbers::Point | Numbers::InDoubt => None,
        };
        let text = pointed.as_deref().unwrap_or(text);
        let read = number(text).or_else(|| without_exponent(text));
        read.ok_or_else(|| number_hint(text))
    }
}

/// Whether a point may part thousands in this text: then what to do about it.
pub(super) fn in_doubt(text: &str) -> Result<(), &'static str> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let mut groups = text.split('.');
    let first = groups.next().unwrap_or_default();
    let is_group = |group: &str| group.len() == 3 && are_digits(group);
    // No thousands begin with a zero: 0.001 is that.
    let may_lead = first.len() <= 3 && are_digits(first) && !first.starts_with('0');
    if text.contains('.') && may_lead && groups.all(is_group) {
        Err(ONE_OR_A_THOUSAND)
    } else {
        Ok(())
    }
}

/// Whether a text is an amount with a decimal comma, and nothing else: `4,99`, `1.234,5`. Three
/// digits behind a comma may be thousands.
pub(crate) fn has_decimal_comma(text: &str) -> bool {
    let cents = text.rsplit_once(',').map(|(_, cents)| cents);
    cents.is_some_and(|cents| cents.len() != 3) && decimal_point(text).is_some()
}

/// Whether the points in a column of amounts may part thousands: one may, and no other amount with
/// a point shows that it parts decimals.
pub(crate) fn are_points_in_doubt<'t>(amounts: impl Iterator<Item = &'t str>) -> bool {
    let mut is_any = false;
    for amount in amounts.filter(|text| text.contains('.')) {
        match in_doubt(amount) {
            Err(_) => is_any = true,
            Ok(()) if number(amount).is_some() => return false,
            Ok(()) => {}
        }
    }
    is_any
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number times ten to this power, exactly.
pub(super) fn scaled(text: &str, power: i32) -> Option<Decimal> {
    let amount = number(text)?;
    let places = i32::try_from(amount.scale()).ok()? - power;
    let mantissa = amount.mantissa();
    let made = if let Ok(places) = u32::try_from(places) {
        Decimal::try_from_i128_with_scale(mantissa, places).ok()?
    } else {
        let factor = 10_i128.checked_pow(places.unsigned_abs())?;
        Decimal::try_from_i128_with_scale(mantissa.checked_mul(factor)?, 0).ok()?
    };
    Some(made.normalize())
}

/// Digits behind the point of a price that is money and not the rest of a division.
const EXACT: u32 = 12;

/// The quotient, if it is exact; else the fraction, which no form takes.
pub(super) fn divided(text: &str, by: &str) -> String {
    let quotient = || {
        let (amount, by) = (number(text)?, number(by)?);
        let quotient = amount.checked_div(by)?.normalize();
        // With more digits the check itself would be rounded.
        let is_exact = quotient.scale() <= EXACT && quotient.checked_mul(by)? == amount;
        is_exact.then(|| quotient.to_string())
    };
    quotient().unwrap_or_else(|| format!("{text}/{by}"))
}

/// Unix time of another unit, as microseconds.
pub(super) fn micros(text: &str, power: i32) -> Option<String> {
    Some(scaled(text, power)?.trunc().to_string())
}

/// The number in this unit; what is too large for that is a text that no form takes, and never
/// the number itself.
pub(super) fn in_unit(text: &str, power: i32) -> Option<String> {
    number(text)?;
    Some(scaled(text, power).map_or_else(|| format!("{text}E{power}"), |amount| amount.to_string()))
}

/// Dots and spaces part thousands, a comma the cents.
pub(super) fn decimal_point(text: &str) -> Option<String> {
    with_point(text, ',')
}

/// What parts thousands. A comma may do it, too, but where others have a decimal comma it does not.
const THOUSANDS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '’'];

/// The same number with a point before its decimals, where this mark stands before them.
fn with_point(text: &str, mark: char) -> Option<String> {
    let (text, power) = match text.find(['e', 'E']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => ("-", text),
        None => ("", text),
    };
    let parts_thousands = |c: char| THOUSANDS.contains(&c) || c == '.' && mark == ',';
    let (whole, cents) = match text.rsplit_once(mark) {
        Some((_, "")) => return None,
        Some(parts) => parts,
        // A lone point in a column with decimal commas can only part thousands.
        None if text.contains(parts_thousands) => (text, ""),
        None => return None,
    };
    let groups: Vec<&str> = whole.split(parts_thousands).collect();
    let is_one_group = groups.len() == 1;
    let begins_with_zero = groups.first().is_some_and(|first| first.starts_with('0'));
    let are_groups = groups.iter().skip(1).all(|group| group.len() == 3);
    let are_thousands = is_one_group || (are_groups && !begins_with_zero);
    let whole = groups.concat();
    if !are_thousands || !are_digits(&whole) || !(cents.is_empty() || are_digits(cents)) {
        return None;
    }
    let point = if cents.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{cents}{power}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_exact() {
        for (text, power, made) in [
            ("4990000", -6, Some("4.99")),
            ("500000000", -6, Some("500")),
            ("499", -2, Some("4.99")),
            ("1", -6, Some("0.000001")),
            ("0.5", 3, Some("500")),
            ("-499", -2, Some("-4.99")),
            ("0", -6, Some("0")),
            ("4,99", -2, None),
            ("1e6", -6, None),
            ("", -6, None),
        ] {
            let read = scaled(text, power).map(|amount| amount.to_string());
            assert_eq!(read.as_deref(), made, "{text}");
        }
    }

    #[test]
    fn exponents_are_written_out_exactly() {
        for (text, made) in [
            ("3.4E-6", Some("0.0000034")),
            ("1.5e-05", Some("0.000015")),
            ("1.5E7", Some("15000000")),
            ("1.5e+07", Some("15000000")),
            ("-2e-3", Some("-0.002")),
            ("0E0", Some("0")),
            ("1e-40", None),
            ("1e400", None),
            ("e5", None),
            ("1e", None),
            ("0x1e5", None),
            ("4.99", None),
        ] {
            let read = without_exponent(text).map(|amount| amount.to_string());
            assert_eq!(read.as_deref(), made, "{text}");
        }
    }

    #[test]
    fn a_total_is_divided_exactly_or_not_at_all() {
        assert_eq!(divided("9.98", "2"), "4.99");
        assert_eq!(divided("10", "3"), "10/3");
        assert_eq!(divided("10", "0"), "10/0");
        assert_eq!(divided("x", "2"), "x/2");
    }

    #[test]
    fn a_point_before_three_digits_is_in_doubt_beside_decimal_commas() {
        for text in ["1.000", "2.500", "-1.000", "12.345.678"] {
            assert_eq!(
                Numbers::InDoubt.read(text),
                Err(ONE_OR_A_THOUSAND),
                "{text}"
            );
        }
        for (text, number) in [
            ("4.99", "4.99"),
            ("1000", "1000"),
            ("1234.500", "1234.500"),
            ("0.001", "0.001"),
        ] {
            let read = Numbers::InDoubt.read(text).map(|number| number.to_string());
            assert_eq!(read.as_deref(), Ok(number));
        }
        let read = |numbers: Numbers| numbers.read("1.000").map(|number| number.to_string());
        assert_eq!(read(Numbers::Point).as_deref(), Ok("1.000"));
        assert_eq!(read(Numbers::Comma).as_deref(), Ok("1000"));
        let small = Numbers::Comma
            .read("0.001")
            .map(|number| number.to_string());
        assert_eq!(small.as_deref(), Ok("0.001"));
        assert!(Numbers::Comma.read("0.001,5").is_err());
    }

    #[test]
    fn a_decimal_comma_is_told_from_thousands() {
        for text in ["4,99", "1.234,50", "0,5", "-3,1234"] {
            assert!(has_decimal_comma(text), "{text}");
        }
        for text in ["1,000", "4.99", "4,99 €", "1,234,567", "a,b", ""] {
            assert!(!has_decimal_comma(text), "{text}");
        }
    }

    #[test]
    fn decimal_commas() {
        for (text, made) in [
            ("12,50", Some("12.50")),
            ("1.234,50", Some("1234.50")),
            ("1 234 567,5", Some("1234567.5")),
            ("1.234", Some("1234")),
            ("12", None),
            ("-4,99", Some("-4.99")),
            ("3,4E-6", Some("3.4E-6")),
            ("12.5", None),
            ("1,234,567", None),
            ("4,99 €", None),
            ("4,", None),
            (",5", None),
            ("€ 4,99", None),
        ] {
            assert_eq!(decimal_point(text).as_deref(), made, "{text}");
        }
    }
}
