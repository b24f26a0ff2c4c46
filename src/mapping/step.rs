//! The steps that make a field's text out of a cell's: a small fixed set, decided before row one.
//!
//! A step that cannot be taken leaves the text as it is, so that the field's own form says what
//! is wrong with it and shows what stood there.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::fmt::strtime::BrokenDownTime;

use super::Record;
use super::binding::Slot;
use super::file::{FieldTable, Read};
use super::number::{decimal_point, divided, micros, scaled, without_exponent};
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
        Read::Exponent => |text| Some(without_exponent(text)?.to_string().into()),
        Read::Language => |text| {
            let (language, _) = text.split_once(['-', '_'])?;
            Some(language.to_ascii_lowercase().into())
        },
        Read::Doubtful => |text| Some(format!("{text} (micros or full units?)").into()),
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

/// Whether a `strptime` format says a day, in directives that are known: a known moment, written
/// in it, is a time again.
pub(super) fn is_time_format(format: &str) -> bool {
    let moment = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    let written = jiff::fmt::strtime::format(format, &moment);
    written.is_ok_and(|text| time(format, &text).is_some())
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
    fn a_format_of_no_time_is_known_beforehand() {
        for format in [
            "%d/%m/%Y %H:%M",
            "%Y%m%d",
            "%m/%d/%y %I:%M %p",
            "%d.%m.%Y %H:%M:%S %z",
            "%Y-%m-%dT%H:%M:%S%.f",
            "%s",
            "%b %d, %Y",
        ] {
            assert!(is_time_format(format), "{format}");
        }
        for format in ["%H:%M", "%Q", "%", "soon", "yyyy-MM-dd", "%Y-%m", ""] {
            assert!(!is_time_format(format), "{format}");
        }
    }

    #[test]
    fn yes_and_no_in_all_spellings() {
        for (text, yes) in [("T", Some(true)), ("off", Some(false)), ("2", None)] {
            assert_eq!(is_yes(text), yes);
        }
        assert_eq!(named(Read::Not)("true").as_deref(), Some("0"));
    }
}
