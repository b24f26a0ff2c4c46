//! The steps that make a field's text out of a cell's: a small fixed set, decided before row one.
//!
//! A step that cannot be taken leaves the text as it is, so that the field's own form says what
//! is wrong with it and shows what stood there.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::fmt::strtime::BrokenDownTime;
use rust_decimal::Decimal;

use super::Record;
use super::binding::Slot;
use super::file::{FieldTable, Read};
use crate::forms;

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Words for words, found in lower case.
    Table(HashMap<String, Box<str>>, Option<Box<str>>),
    /// Event names, found exactly.
    Rename(HashMap<String, Box<str>>),
    /// A named way to read.
    Read(Named),
    /// A `strptime` format.
    TimeFormat(Box<str>),
    /// Times ten to this power.
    Scale(i32),
    /// By the number in another column.
    Divide(Vec<Slot>),
}

/// A way to read that needs nothing but the text.
pub(crate) type Named = fn(&str) -> Option<Cow<'static, str>>;

/// The steps of a table, in their order. `divisor` is where the divisor stands.
pub(super) fn steps(table: &FieldTable, divisor: Vec<Slot>) -> Vec<Step> {
    let mut steps = Vec::new();
    if !table.table.is_empty() {
        let words = table.table.iter();
        let words = words.map(|(from, to)| (from.to_lowercase(), to.as_str().into()));
        let otherwise = table.otherwise.as_deref().map(Into::into);
        steps.push(Step::Table(words.collect(), otherwise));
    }
    steps.extend(table.read.map(|read| Step::Read(named(read))));
    let format = table.time_format.as_deref();
    steps.extend(format.map(|format| Step::TimeFormat(format.into())));
    steps.extend(table.scale.map(Step::Scale));
    if table.divide_by.is_some() {
        steps.push(Step::Divide(divisor));
    }
    steps
}

impl Step {
    /// `1.234,50` is `1234.50`.
    pub(super) fn decimal_comma() -> Self {
        Step::Read(named(Read::DecimalComma))
    }

    /// Whether it reads a text in a named way.
    pub(super) fn is_read(&self) -> bool {
        matches!(self, Step::Read(_))
    }

    /// Its word in the report.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Step::Table(..) => "table",
            Step::Rename(_) => "rename",
            Step::Read(..) => "read",
            Step::TimeFormat(_) => "time_format",
            Step::Scale(_) => "scale",
            Step::Divide(_) => "divide_by",
        }
    }

    /// The text after this step.
    pub(super) fn take<'c>(&self, text: &'c str, record: &Record<'c, '_>) -> &'c str {
        let lent = |made: Cow<'_, str>| record.drawer.keep(made.into_owned());
        match self {
            Step::Table(words, otherwise) => match words.get(&text.to_lowercase()) {
                Some(word) => lent(Cow::Borrowed(word)),
                None => match otherwise {
                    Some(word) => lent(Cow::Borrowed(word)),
                    None => text,
                },
            },
            Step::Rename(names) => names
                .get(text)
                .map_or(text, |name| lent(Cow::Borrowed(name))),
            Step::Read(read) => read(text).map_or(text, lent),
            Step::TimeFormat(format) => time(format, text).map_or(text, |time| lent(time.into())),
            Step::Scale(power) => {
                scaled(text, *power).map_or(text, |amount| lent(amount.to_string().into()))
            }
            Step::Divide(by) => match record.first(by).filter(|by| !by.is_empty()) {
                Some("1") | None => text,
                Some(by) => lent(divided(text, by).into()),
            },
        }
    }
}

fn named(read: Read) -> Named {
    match read {
        Read::CountryName => |text| forms::country_code(text).map(Cow::Borrowed),
        Read::ApiLevel => |text| Some(forms::level_of_release(text)?.to_string().into()),
        Read::Seconds => |text| Some(micros(text, 6)?.into()),
        Read::Millis => |text| Some(micros(text, 3)?.into()),
        Read::Micros => |text| Some(micros(text, 0)?.into()),
        Read::Boolean => |text| Some(if is_yes(text)? { "1" } else { "0" }.into()),
        Read::Not => |text| Some(if is_yes(text)? { "0" } else { "1" }.into()),
        Read::DecimalComma => |text| Some(decimal_point(text)?.into()),
        Read::Language => |text| {
            let (language, _) = text.split_once(['-', '_'])?;
            Some(language.to_ascii_lowercase().into())
        },
    }
}

/// Yes or no, however it is spelt.
pub(super) fn is_yes(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["1", "true", "t", "yes", "y", "on"]) {
        Some(true)
    } else if is(&["0", "false", "f", "no", "n", "off"]) {
        Some(false)
    } else {
        None
    }
}

/// An exact number in digits and a point.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if !text.bytes().all(is_plain) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

fn scaled(text: &str, power: i32) -> Option<Decimal> {
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
fn divided(text: &str, by: &str) -> String {
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
fn micros(text: &str, power: i32) -> Option<String> {
    Some(scaled(text, power)?.trunc().to_string())
}

/// Dots and spaces part thousands, a comma the cents.
fn decimal_point(text: &str) -> Option<String> {
    let (whole, cents) = match text.rsplit_once(',') {
        Some(parts) => parts,
        // A lone point in a column with decimal commas can only part thousands.
        None if text.contains('.') => (text, ""),
        None => return None,
    };
    let groups: Vec<&str> = whole
        .split(['.', ' ', '\u{a0}', '\u{202f}', '\''])
        .collect();
    let are_thousands = groups.iter().skip(1).all(|group| group.len() == 3);
    if !are_thousands || whole.contains(',') {
        return None;
    }
    let whole = groups.concat();
    Some(if cents.is_empty() {
        whole
    } else {
        format!("{whole}.{cents}")
    })
}

/// A time in a vendor's own format, as one that everybody reads. A zone stays unsaid if the
/// text says none.
fn time(format: &str, text: &str) -> Option<String> {
    let read = BrokenDownTime::parse(format, text).ok()?;
    if let Ok(moment) = read.to_timestamp() {
        return Some(moment.to_string());
    }
    let date = read.to_date().ok()?;
    let clock = read.to_time().unwrap_or_default();
    let clock = date.to_datetime(clock);
    Some(clock.strftime("%Y-%m-%d %H:%M:%S%.f").to_string())
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
    fn a_total_is_divided_exactly_or_not_at_all() {
        assert_eq!(divided("9.98", "2"), "4.99");
        assert_eq!(divided("10", "3"), "10/3");
        assert_eq!(divided("10", "0"), "10/0");
        assert_eq!(divided("x", "2"), "x/2");
    }

    #[test]
    fn decimal_commas() {
        for (text, made) in [
            ("12,50", Some("12.50")),
            ("1.234,50", Some("1234.50")),
            ("1 234 567,5", Some("1234567.5")),
            ("1.234", Some("1234")),
            ("12", None),
            ("12.5", None),
            ("1,234,567", None),
        ] {
            assert_eq!(decimal_point(text).as_deref(), made, "{text}");
        }
    }

    #[test]
    fn units_and_formats_of_time() {
        let seconds = named(Read::Seconds);
        assert_eq!(seconds("1601412131").as_deref(), Some("1601412131000000"));
        assert_eq!(seconds("1601412131.5").as_deref(), Some("1601412131500000"));
        assert_eq!(
            time("%d/%m/%Y %H:%M", "31/01/2025 13:45").as_deref(),
            Some("2025-01-31 13:45:00")
        );
        assert_eq!(
            time("%d.%m.%Y %H:%M:%S %z", "31.01.2025 13:45:00 +0100").as_deref(),
            Some("2025-01-31T12:45:00Z")
        );
        assert_eq!(
            time("%Y%m%d", "20250131").as_deref(),
            Some("2025-01-31 00:00:00")
        );
        assert_eq!(time("%Y%m%d", "soon"), None);
    }

    #[test]
    fn yes_and_no_in_all_spellings() {
        for (text, yes) in [("T", Some(true)), ("off", Some(false)), ("2", None)] {
            assert_eq!(is_yes(text), yes);
        }
        assert_eq!(named(Read::Not)("true").as_deref(), Some("0"));
    }
}
