//! The steps that make a field's text out of a cell's: a small fixed set, decided before row one.
//!
//! A step that cannot be taken leaves the text as it is, so that the field's own form says what
//! is wrong with it and shows what stood there.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Record;
use super::file::{FieldTable, Read};
use super::json::Unread;
use super::number::{Numbers, decimal_point, divided, in_doubt, in_unit, micros, without_exponent};
use super::reference::Slot;
use crate::parse::{self, Placeholders};

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Words for words, found in lower case.
    Table(HashMap<String, Box<str>>, Option<Box<str>>),
    /// Event names, found exactly.
    Rename(HashMap<String, Box<str>>),
    /// A named way to read.
    Read(Read),
    /// Nobody has said whether points part thousands here.
    PointInDoubt,
    /// `strptime` formats: the first that fits.
    TimeFormat(Vec<String>),
    /// Times ten to this power.
    Scale(i32),
    /// By the number in another column.
    Divide(Vec<Slot>),
}

/// The steps of a table, in their order. `divisor` is where the divisor stands.
pub(super) fn steps(table: &FieldTable, divisor: Vec<Slot>) -> Vec<Step> {
    let mut steps = Vec::new();
    if !table.table.is_empty() {
        let words = table.table.iter();
        let words = words.map(|(from, to)| (from.to_lowercase(), to.as_str().into()));
        let otherwise = table.otherwise.as_deref().map(Into::into);
        steps.push(Step::Table(words.collect(), otherwise));
    }
    steps.extend(table.read.map(Step::Read));
    if !table.time_formats().is_empty() {
        steps.push(Step::TimeFormat(table.time_formats().to_vec()));
    }
    steps.extend(table.scale.map(Step::Scale));
    if table.divide_by.is_some() {
        steps.push(Step::Divide(divisor));
    }
    steps
}

impl Step {
    /// The step that amounts written so need first.
    pub(super) fn of_numbers(numbers: Numbers) -> Option<Self> {
        match numbers {
            Numbers::Unsaid | Numbers::Point => None,
            Numbers::Comma => Some(Step::Read(Read::DecimalComma)),
            Numbers::InDoubt => Some(Step::PointInDoubt),
        }
    }

    /// Its name, and what else decides how a time is read.
    pub(super) fn words(&self) -> String {
        match self {
            Step::TimeFormat(formats) => format!("{} {}", self.name(), formats.join(" or ")),
            _ => self.name().to_owned(),
        }
    }

    /// Whether it says which of point and comma the decimal one is.
    pub(super) fn is_decimal_comma(&self) -> bool {
        matches!(self, Step::Read(Read::DecimalComma))
    }

    /// Its word in the report.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Step::Table(..) => "table",
            Step::Rename(_) => "rename",
            Step::Read(_) => "read",
            Step::PointInDoubt => "point_in_doubt",
            Step::TimeFormat(_) => "time_format",
            Step::Scale(_) => "scale",
            Step::Divide(_) => "divide_by",
        }
    }

    /// The text after this step.
    pub(super) fn take<'c>(
        &self,
        text: &'c str,
        record: &Record<'c, '_>,
    ) -> Result<&'c str, Unread<'c>> {
        let lent = |made: Cow<'_, str>| record.arena.keep(made.into_owned());
        Ok(match self {
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
            Step::Read(Read::DecimalComma) | Step::PointInDoubt if record.has_number() => text,
            Step::Read(how) => read(*how, text).map_or(text, lent),
            Step::PointInDoubt => in_doubt(text)
                .map(|()| text)
                .map_err(|hint| Unread::number(text, hint))?,
            Step::TimeFormat(formats) => {
                let mut read = formats
                    .iter()
                    .filter_map(|format| parse::time_in(format, text));
                read.next().map_or(text, |time| lent(time.into()))
            }
            Step::Scale(power) => in_unit(text, *power).map_or(text, |amount| lent(amount.into())),
            Step::Divide(by) => match record.first(by, Placeholders::Words)? {
                None | Some("1") => text,
                Some(by) if Placeholders::Words.contain(by) => text,
                Some(by) => lent(divided(text, by).into()),
            },
        })
    }
}

/// The text, read in a named way; nothing if it cannot be.
fn read(how: Read, text: &str) -> Option<Cow<'static, str>> {
    let digit = |yes: bool| Cow::Borrowed(if yes { "1" } else { "0" });
    Some(match how {
        Read::CountryName => parse::country_code(text)?.into(),
        Read::ApiLevel => parse::level_of_release(text)?.to_string().into(),
        Read::Seconds => micros(text, 6)?.into(),
        Read::Millis => micros(text, 3)?.into(),
        Read::Micros => micros(text, 0)?.into(),
        Read::Boolean => digit(parse::yes_no(text)?),
        Read::Not => digit(!parse::yes_no(text)?),
        Read::DecimalComma => decimal_point(text)?.into(),
        Read::Exponent => without_exponent(text)?.to_string().into(),
        Read::Language => {
            let (language, _) = text.split_once(['-', '_'])?;
            language.to_ascii_lowercase().into()
        }
        Read::Doubtful => format!("{text} (micros or full units?)").into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_time() {
        let seconds = |text: &str| read(Read::Seconds, text);
        assert_eq!(seconds("1601412131").as_deref(), Some("1601412131000000"));
        assert_eq!(seconds("1601412131.5").as_deref(), Some("1601412131500000"));
    }

    #[test]
    fn yes_and_no_in_all_spellings() {
        for (text, yes, not) in [("WAHR", "1", "0"), ("off", "0", "1")] {
            assert_eq!(read(Read::Boolean, text).as_deref(), Some(yes));
            assert_eq!(read(Read::Not, text).as_deref(), Some(not));
        }
        assert_eq!(read(Read::Not, "2"), None);
    }
}
