//! Values as people type them: read here, or refused with a form that is right.
//!
//! Each parser lists what may be typed, so that completions offer it and clap names the nearest.

use std::ffi::OsStr;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use encoding_rs::Encoding;

use crate::mapping::guess::PLACEHOLDER;
use crate::mapping::presets;
use crate::model::{Kind, Platform};
use crate::report::warning::WarningCode;
use crate::schema::Key;

/// What separates cells; `None` is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(pub Option<u8>);

/// The oldest row that is sent; `None` is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxAge(pub Option<Duration>);

/// Which rows outcomes.ndjson names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomesArg {
    /// Rows that need attention
    Problems,
    /// Duplicate and filtered rows too
    All,
}

/// The format of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// By content
    Auto,
    /// A header and records
    Csv,
    /// One JSON object a line
    Ndjson,
}

pub(super) fn kind_names() -> impl TypedValueParser<Value = Kind> {
    one_of(Kind::ALL, Kind::name)
}

pub(super) fn allowed_names() -> impl TypedValueParser<Value = Kind> {
    let all = Kind::ALL.into_iter();
    one_of(all.filter(|kind| kind.needs_permission()), Kind::name)
}

/// Remarks only tell how it went, so there is nothing to accept.
pub(super) fn warning_codes() -> impl TypedValueParser<Value = WarningCode> {
    let all = WarningCode::ALL.into_iter();
    one_of(all.filter(|code| !code.is_remark()), WarningCode::name)
}

pub(super) fn platform_names() -> impl TypedValueParser<Value = Platform> {
    one_of(Platform::ALL, Platform::name)
}

/// One of these by its name; in which case, `ignore_case` of the option says.
fn one_of<T: Copy + Send + Sync + 'static>(
    all: impl IntoIterator<Item = T>,
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let all: Vec<T> = all.into_iter().collect();
    let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
    PossibleValuesParser::new(names).try_map(move |typed| {
        let mut all = all.iter().copied();
        all.find(|one| name(*one).eq_ignore_ascii_case(&typed))
            .ok_or("there is no such name")
    })
}

/// The name of a preset, with underscores or dashes, in any case.
#[derive(Debug, Clone, Copy)]
pub(super) struct PresetName {
    /// Whether `auto` is one, too.
    pub(super) auto: bool,
}

impl PresetName {
    fn all(self) -> impl Iterator<Item = PossibleValue> {
        let auto = self
            .auto
            .then(|| PossibleValue::new("auto").help("recognised by its columns"));
        let named = presets::ALL.iter();
        auto.into_iter()
            .chain(named.map(|preset| PossibleValue::new(preset.name).help(&*preset.file().about)))
    }
}

impl TypedValueParser for PresetName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let spelt = value.to_string_lossy().trim().to_ascii_lowercase();
        let name = spelt.replace('_', "-");
        PossibleValuesParser::new(self.all()).parse_ref(command, arg, OsStr::new(&name))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.all()))
    }
}

/// `FIELD=…`; which field it is, the mapping checks, since files name fields, too.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldPair;

impl TypedValueParser for FieldPair {
    type Value = (String, String);

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        let text = StringValueParser::new();
        text.try_map(|text| assignment(&text))
            .parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let given = Key::ALL.iter().filter(|key| **key != Key::SdkVersion);
        Some(Box::new(
            given.map(|key| PossibleValue::new(format!("{key}="))),
        ))
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (field, value) = text
        .split_once('=')
        .ok_or("write it as FIELD=COLUMN for --map, as FIELD=VALUE for --set and --override")?;
    let field = field.trim();
    if field.is_empty() {
        return Err("the name before = is empty".into());
    }
    Ok((field.to_owned(), own_text(value)?))
}

/// Any text but a placeholder of ours that was copied with its command.
pub(super) fn own_text(text: &str) -> Result<String, String> {
    if text.trim().starts_with(PLACEHOLDER) {
        return Err(format!("put your own in the place of {}", text.trim()));
    }
    Ok(text.to_owned())
}

pub(super) fn delimiter(text: &str) -> Result<Delimiter, String> {
    match text {
        "auto" => Ok(Delimiter(None)),
        "tab" | "\\t" | "\t" => Ok(Delimiter(Some(b'\t'))),
        _ => match text.as_bytes() {
            [one] if one.is_ascii_punctuation() && *one != b'"' => Ok(Delimiter(Some(*one))),
            _ => Err("write auto, tab, or one character such as ; or |".into()),
        },
    }
}

/// An encoding by one of the names that it has on the web.
pub(super) fn encoding(text: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label_no_replacement(text.as_bytes()).ok_or_else(|| {
        "no known encoding; write utf-8, windows-1252, iso-8859-15, shift_jis …".into()
    })
}

/// Longer ones are mistakes, and clocks that add them up overflow.
const LONGEST_YEARS: u32 = 100;

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration =
        humantime::parse_duration(text).map_err(|e| format!("{e}; write 30s, 15m or 7d"))?;
    // What `humantime` takes for a year.
    let year = Duration::from_secs(31_557_600);
    if duration > year * LONGEST_YEARS {
        return Err(format!("a duration is at most {LONGEST_YEARS} years"));
    }
    Ok(duration)
}

pub(super) fn max_age(text: &str) -> Result<MaxAge, String> {
    match text {
        "none" => Ok(MaxAge(None)),
        _ => duration(text).map(|age| MaxAge(Some(age))),
    }
}

/// The start of a day, or a time, in microseconds since 1970 UTC.
pub(super) fn start_of_time(text: &str) -> Result<i64, String> {
    moment(text, 0)
}

/// The end of a day, or a time.
pub(super) fn end_of_time(text: &str) -> Result<i64, String> {
    moment(text, 1)
}

fn moment(text: &str, days: i64) -> Result<i64, String> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(time.as_microsecond());
    }
    let day = text.parse::<jiff::civil::Date>().ok();
    let start = day.and_then(|day| {
        let day = day.checked_add(jiff::Span::new().days(days)).ok()?;
        day.to_zoned(jiff::tz::TimeZone::UTC).ok()
    });
    let start = start.ok_or("write a day (2026-11-26) or a time (2026-11-26T15:00:00Z)")?;
    Ok(start.timestamp().as_microsecond())
}
