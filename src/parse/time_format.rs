//! Times in formats that somebody names, and the hint for times as spreadsheets write them: the
//! `--time-format` that reads them.
//!
//! A proposal only: which of day and month comes first is for the user to say.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

use crate::model::shown;

/// Checks that a `strptime` format has known directives and names a day: a moment that is written in
/// it can be read back.
///
/// # Errors
/// The format is not one of a date and a time.
pub fn check_time_format(format: &str) -> anyhow::Result<()> {
    let written = strtime::format(format, &Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC));
    let is_one = written.is_ok_and(|text| time_in(format, &text).is_some());
    let format = shown(format);
    anyhow::ensure!(
        is_one,
        "{format:?} is not a format of a date and a time, such as %d/%m/%Y %H:%M"
    );
    Ok(())
}

/// A time in this `strptime` format, rewritten as RFC 3339, or as `2026-01-31 13:45:00` if the text
/// names no zone. `None` if the text does not fit.
pub fn time_in(format: &str, text: &str) -> Option<String> {
    let read = BrokenDownTime::parse(format, text).ok()?;
    if let Ok(moment) = read.to_timestamp() {
        return Some(moment.to_string());
    }
    let date = read.to_date().ok()?;
    let clock = date.to_datetime(read.to_time().unwrap_or_default());
    Some(clock.strftime("%Y-%m-%d %H:%M:%S%.f").to_string())
}

const STANDARD: &str = "write 2026-01-31T13:45:00Z, or 2026-01-31 13:45:00 with --timezone";

/// What to do about a text that is no time as it stands.
pub(super) fn hint(text: &str) -> Cow<'static, str> {
    hint_for_date(text).unwrap_or(STANDARD.into())
}

/// The same, if it looks like a date.
pub(super) fn hint_for_date(text: &str) -> Option<Cow<'static, str>> {
    Some(match formats(text).as_slice() {
        [] if shapes(text).is_empty() => return None,
        [] => "there is no such day or time of day: correct it in the export".into(),
        [one] => format!("say --time-format '{one}', or {STANDARD}").into(),
        [first, second, ..] => format!(
            "say --time-format '{first}' or '{second}', whichever puts day and month in their \
             places, or {STANDARD}"
        )
        .into(),
    })
}

/// The formats that read it, the more usual one first.
pub fn formats(text: &str) -> Vec<String> {
    let mut formats = shapes(text);
    formats.retain(|format| time_in(format, text).is_some());
    formats
}

/// The formats that it looks like, whether or not there is such a day.
fn shapes(text: &str) -> Vec<String> {
    let (date, mark, clock) = match text.find([' ', 'T']) {
        Some(at) => (&text[..at], &text[at..=at], &text[at + 1..]),
        None => (text, "", ""),
    };
    let Some(clock) = clock_format(clock.trim()) else {
        return Vec::new();
    };
    let dates = dates(date).into_iter();
    dates.map(|date| format!("{date}{mark}{clock}")).collect()
}

/// `%H:%M`, with what else stands there; nothing for what is no time of day.
fn clock_format(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let upper = text.to_ascii_uppercase();
    let (clock, half) = match upper.strip_suffix("AM").or(upper.strip_suffix("PM")) {
        Some(clock) => (clock, true),
        None => (upper.as_str(), false),
    };
    let space = if half && clock.ends_with(' ') {
        " "
    } else {
        ""
    };
    let parts: Vec<&str> = clock.trim().split(':').collect();
    let are_digits = |part: &&str| matches!(part.len(), 1 | 2) && is_digits(part);
    if !parts.iter().all(are_digits) {
        return None;
    }
    let hour = if half { "%I" } else { "%H" };
    let seconds = match parts.len() {
        2 => "",
        3 => ":%S",
        _ => return None,
    };
    let half = if half {
        format!("{space}%p")
    } else {
        String::new()
    };
    Some(format!("{hour}:%M{seconds}{half}"))
}

/// The ways to read a date of three numbers.
fn dates(text: &str) -> Vec<String> {
    let Some(mark) = text.chars().find(|c| matches!(c, '/' | '.' | '-')) else {
        return Vec::new();
    };
    let parts: Vec<&str> = text.split(mark).collect();
    let &[first, second, third] = parts.as_slice() else {
        return Vec::new();
    };
    if ![first, second, third].into_iter().all(is_digits) {
        return Vec::new();
    }
    if first.len() == 4 {
        return vec![format!("%Y{mark}%m{mark}%d")];
    }
    let year = match third.len() {
        4 => "%Y",
        2 => "%y",
        _ => return Vec::new(),
    };
    let day_first = format!("%d{mark}%m{mark}{year}");
    let month_first = format!("%m{mark}%d{mark}{year}");
    let above_12 = |part: &str| part.parse::<u32>().is_ok_and(|number| number > 12);
    match (above_12(first), above_12(second), mark) {
        (true, true, _) => Vec::new(),
        // Only slashes are written in both orders.
        (true, _, _) | (_, false, '.' | '-') => vec![day_first],
        (_, true, _) => vec![month_first],
        _ => vec![month_first, day_first],
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_that_fits_is_named() {
        for (text, expected) in [
            ("11/25/2026 10:00", &["%m/%d/%Y %H:%M"][..]),
            ("25/11/2026 10:00:05", &["%d/%m/%Y %H:%M:%S"]),
            ("1/2/2026 9:07", &["%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"]),
            ("11/25/2026 10:00 PM", &["%m/%d/%Y %I:%M %p"]),
            ("25.11.26 10:00", &["%d.%m.%y %H:%M"]),
            ("2026-11-25 10:00", &["%Y-%m-%d %H:%M"]),
            ("2026/11/25", &["%Y/%m/%d"]),
            ("5.11.2026", &["%d.%m.%Y"]),
            ("soon", &[]),
            ("11/25/2026 soon", &[]),
            ("30/30/2026", &[]),
            ("1.5", &[]),
        ] {
            assert_eq!(formats(text), expected, "{text}");
        }
    }

    #[test]
    fn the_option_stands_in_the_hint() {
        assert_eq!(
            hint("11/25/2026 10:00"),
            "say --time-format '%m/%d/%Y %H:%M', or write 2026-01-31T13:45:00Z, or 2026-01-31 \
             13:45:00 with --timezone"
        );
        assert_eq!(hint("soon"), STANDARD);
    }

    #[test]
    fn no_format_is_proposed_for_a_day_that_there_is_not() {
        for text in [
            "31.02.2026",
            "31.04.2026 10:00",
            "2026-02-30 10:00:00",
            "02/30/2026 10:00",
            "25.11.2026 25:00",
            "25.11.2026 10:61",
        ] {
            assert_eq!(formats(text), Vec::<String>::new(), "{text}");
            assert_eq!(
                hint(text),
                "there is no such day or time of day: correct it in the export",
                "{text}"
            );
        }
        assert_eq!(formats("2026/11/25T10:00"), ["%Y/%m/%dT%H:%M"]);
    }

    #[test]
    fn named_formats_are_read() {
        assert_eq!(
            time_in("%d/%m/%Y %H:%M", "31/01/2025 13:45").as_deref(),
            Some("2025-01-31 13:45:00")
        );
        assert_eq!(
            time_in("%d.%m.%Y %H:%M:%S %z", "31.01.2025 13:45:00 +0100").as_deref(),
            Some("2025-01-31T12:45:00Z")
        );
        assert_eq!(
            time_in("%Y%m%d", "20250131").as_deref(),
            Some("2025-01-31 00:00:00")
        );
        assert_eq!(time_in("%Y%m%d", "soon"), None);
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
            assert!(check_time_format(format).is_ok(), "{format}");
        }
        for format in ["%H:%M", "%Q", "%", "soon", "yyyy-MM-dd", "%Y-%m", ""] {
            assert!(check_time_format(format).is_err(), "{format}");
        }
    }
}
