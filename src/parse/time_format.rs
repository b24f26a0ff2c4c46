//! How times are written: formats that somebody names, the hint for times as spreadsheets write them
//! (the `--time-format` that reads them), and the zone of times that carry none.
//!
//! A hint proposes only: which of day and month comes first is for the user to say. `UTC-5` and `GMT+2`
//! are refused although they look plain: the zone database turns their sign round, and a guess would
//! move rows by hours.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use jiff::civil::{self, Date};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{self, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::model::{shown, text};

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
    if let Some(day) = day_of_spreadsheet(text) {
        return Some(
            format!(
                "a date as a spreadsheet keeps it, in days since 1900 ({day}): format the column as \
                 date and time (yyyy-mm-dd hh:mm:ss), and export it again"
            )
            .into(),
        );
    }
    Some(match formats(text).as_slice() {
        [] if shapes(text).is_empty() => return None,
        [] => "there is no such day or time of day: correct it in the export".into(),
        [one] => format!("pass --time-format '{one}', or {STANDARD}").into(),
        [first, second, ..] => format!(
            "pass --time-format '{first}' or '{second}', whichever puts day and month in their \
             places, or {STANDARD}"
        )
        .into(),
    })
}

/// The day that a spreadsheet means by a number: `46351.4168`, also with a decimal comma. From 2000
/// to 2050: other numbers are something else.
pub fn day_of_spreadsheet(text: &str) -> Option<Date> {
    const DAYS: RangeInclusive<i32> = 36_526..=55_152;
    let (days, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let is_number = [days, fraction]
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let days: i32 = days.parse().ok().filter(|_| is_number)?;
    let start = civil::date(1899, 12, 30);
    DAYS.contains(&days)
        .then(|| start.checked_add(days.days()).ok())?
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

/// What a fixed offset never exceeds, in hours.
const MOST: i8 = 14;

/// Reads a zone's name, or `+05:30`. Errors: `no known zone; …`, for the end of a message.
pub fn zone(name: &str) -> Result<TimeZone, String> {
    let name = name.trim();
    if let Some(offset) = fixed(name) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(name).map_err(|_| format!("no known zone{}", zone_hint(name)))
}

/// `-05:00`
fn fixed(text: &str) -> Option<tz::Offset> {
    let (sign, rest) = signed(text)?;
    let (hours, minutes) = rest.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    offset(sign, hours, minutes)
}

/// The sign, and what is behind it.
fn signed(text: &str) -> Option<(i8, &str)> {
    match text.as_bytes().first()? {
        b'+' => Some((1, &text[1..])),
        b'-' => Some((-1, &text[1..])),
        _ => None,
    }
}

fn offset(sign: i8, hours: &str, minutes: &str) -> Option<tz::Offset> {
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i8>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    (hours <= MOST && minutes < 60)
        .then(|| tz::Offset::from_seconds(i32::from(sign) * seconds).ok())
        .flatten()
}

/// What to write instead.
fn zone_hint(name: &str) -> String {
    if let Some(offset) = meant(name) {
        return in_its_form(offset);
    }
    let known: Vec<String> = tz::db().available().map(|zone| zone.to_string()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    match text::did_you_mean(name, &known) {
        near if near.is_empty() => "; try UTC, Europe/Berlin or -05:00".to_owned(),
        near => near,
    }
}

/// The offset that somebody means who writes `UTC-5`, `gmt+0530` or `+2`.
fn meant(name: &str) -> Option<tz::Offset> {
    let lower = name.to_ascii_lowercase();
    let behind = ["utc", "gmt"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix));
    let (sign, rest) = signed(behind.unwrap_or(&lower).trim())?;
    let (hours, minutes) = match rest.split_once(':') {
        Some(pair) => pair,
        None if rest.len() > 2 && rest.is_ascii() => rest.split_at(rest.len() - 2),
        None => (rest, "0"),
    };
    offset(sign, hours, minutes).filter(|_| !hours.is_empty())
}

/// `; write -05:00, or Etc/GMT+5 …`: the second form only where there is one.
fn in_its_form(offset: tz::Offset) -> String {
    let seconds = offset.seconds();
    let (sign, other) = if seconds < 0 { ('-', '+') } else { ('+', '-') };
    let minutes = seconds.abs() / 60;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let written = format!("; write {sign}{hours:02}:{minutes:02}");
    let is_named = minutes == 0 && (1..=if seconds < 0 { 12 } else { 14 }).contains(&hours);
    match seconds {
        0 => "; write UTC".to_owned(),
        _ if is_named => format!(
            "{written}, or Etc/GMT{other}{hours} (those names have the sign the other way round)"
        ),
        _ => written,
    }
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
            "pass --time-format '%m/%d/%Y %H:%M', or write 2026-01-31T13:45:00Z, or 2026-01-31 \
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

#[cfg(test)]
mod zone_tests {
    use super::*;

    fn seconds(name: &str) -> Option<i32> {
        let zone = zone(name).ok()?;
        Some(zone.to_offset(Timestamp::UNIX_EPOCH).seconds())
    }

    #[test]
    fn names_and_fixed_offsets_are_zones() {
        assert_eq!(seconds("UTC"), Some(0));
        assert_eq!(seconds("Etc/GMT+5"), Some(-5 * 3600));
        assert_eq!(seconds("-05:00"), Some(-5 * 3600));
        assert_eq!(seconds(" +05:30 "), Some(5 * 3600 + 1800));
        for wrong in [
            "", "+", "5", "-5", "+5:30", "+15:00", "+01:60", "+0a:00", "+é1:00",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_offset_in_another_form_is_never_taken_for_the_name_beside_it() {
        let etc = "(those names have the sign the other way round)";
        for (wrong, right) in [
            ("UTC-5", format!("-05:00, or Etc/GMT+5 {etc}")),
            ("GMT+2", format!("+02:00, or Etc/GMT-2 {etc}")),
            ("gmt -05:00", format!("-05:00, or Etc/GMT+5 {etc}")),
            ("+14", format!("+14:00, or Etc/GMT-14 {etc}")),
            ("-13", "-13:00".into()),
            ("utc+0530", "+05:30".into()),
            ("utc+5:30", "+05:30".into()),
            ("UTC+0", "UTC".into()),
        ] {
            let expected = Some(format!("no known zone; write {right}"));
            assert_eq!(zone(wrong).err(), expected, "{wrong}");
        }
        for (wrong, hint) in [
            ("Europe/Berlim", "; did you mean `Europe/Berlin`?"),
            ("Mars/Olympus", "; try UTC, Europe/Berlin or -05:00"),
            ("UTC-", "; did you mean `UTC`?"),
            ("UTC-99", "; did you mean `UTC`?"),
        ] {
            let expected = Some(format!("no known zone{hint}"));
            assert_eq!(zone(wrong).err(), expected, "{wrong}");
        }
    }
}
