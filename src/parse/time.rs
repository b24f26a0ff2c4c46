//! Points of time as exports write them, as µs since 1970 UTC.
//!
//! RFC 3339 and `yyyy-mm-dd hh:mm:ss[.fraction]`, with a zone or with the one that the user
//! gave; unix seconds, milliseconds and microseconds, told apart by their size. A time without
//! any zone is refused: a wrong guess moves a day's revenue.

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::{Fix, Fixes, ParseError, time_format};
use crate::model::Code;

const SECOND: i64 = 1_000_000;
/// September 2001: a smaller number of seconds is no time of an app's event.
const EARLIEST: i64 = 1_000_000_000;

/// Reads a time.
pub(super) fn read(
    text: &str,
    zone: Option<&TimeZone>,
    fixes: &mut Fixes,
) -> Result<i64, ParseError> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return unix(text).ok_or_else(|| {
            let hint = time_format::hint_for_date(text).unwrap_or(
                "write unix time in seconds, milliseconds or microseconds, or 2026-01-31T13:45:00Z"
                    .into(),
            );
            ParseError::new(Code::InvalidTime, hint)
        });
    }
    let Some((clock, rest)) = civil(text.as_bytes()) else {
        return Err(ParseError::new(Code::InvalidTime, time_format::hint(text)));
    };
    if !rest.is_empty() {
        return offset(rest)
            .map(|seconds| clock - seconds * SECOND)
            .ok_or_else(|| ParseError::new(Code::InvalidTime, "write the zone as Z or +02:00"));
    }
    let Some(zone) = zone else {
        let hint =
            "no zone: pass --timezone UTC (or another), or write Z or an offset behind the time";
        return Err(ParseError::new(Code::InvalidTime, hint));
    };
    within(clock, zone, fixes)
        .ok_or_else(|| ParseError::new(Code::InvalidTime, "no such time in the zone of --timezone"))
}

/// No app had events before 2000: a year such as 26 was cut to two digits.
const YEAR_2000: i64 = 946_684_800 * SECOND;

/// The time, if it can be one of an app's event; `latest` is the end of next year.
pub(super) fn plausible(time: i64, latest: Option<i64>) -> Result<i64, ParseError> {
    if latest.is_none_or(|latest| (YEAR_2000..=latest).contains(&time)) {
        return Ok(time);
    }
    let hint = "a year before 2000 or after next year: check the column and its unit, and write \
                the year in four digits";
    Err(ParseError::new(Code::InvalidTime, hint))
}

/// The end of the year after the one of this moment, µs since 1970 UTC.
pub fn end_of_next_year(now: i64) -> Option<i64> {
    let now = Timestamp::from_microsecond(now).ok()?;
    let year = i64::from(now.to_zoned(TimeZone::UTC).year());
    Some(days(year + 2, 1, 1) * 86_400 * SECOND - 1)
}

/// A count since 1970, with a fraction for seconds.
fn unix(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    let (unit, micros) = match number {
        EARLIEST..100_000_000_000 => (SECOND, micros(fraction.as_bytes())?),
        1_000_000_000_000..100_000_000_000_000 => (1_000, 0),
        1_000_000_000_000_000..100_000_000_000_000_000 => (1, 0),
        _ => return None,
    };
    (unit == SECOND || fraction.is_empty()).then_some(number * unit + micros)
}

/// The date and time in front, as if they were UTC, and what follows them.
fn civil(text: &[u8]) -> Option<(i64, &[u8])> {
    let (year, text) = number(text, 4, 4)?;
    let (month, text) = number(text.strip_prefix(b"-")?, 2, 2)?;
    let (day, text) = number(text.strip_prefix(b"-")?, 2, 2)?;
    let [b'T' | b't' | b' ', text @ ..] = text else {
        return None;
    };
    let (hour, text) = number(text, 1, 2)?;
    let (minute, text) = number(text.strip_prefix(b":")?, 2, 2)?;
    let (second, text) = number(text.strip_prefix(b":")?, 2, 2)?;
    let (fraction, rest) = match text {
        [b'.' | b',', text @ ..] => {
            let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            text.split_at_checked(digits).filter(|_| digits > 0)?
        }
        _ => (&b""[..], text),
    };
    // A leap second counts as the one before it, as everywhere else.
    let second = if second == 60 { 59 } else { second };
    let fits = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && year > 0
        && hour < 24
        && minute < 60
        && second < 60;
    if !fits {
        return None;
    }
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute;
    let clock = (minutes * 60 + second) * SECOND + micros(fraction)?;
    Some((clock, rest))
}

/// What a clock on a wall in this zone shows. Where the clocks are put forward or back, the usual
/// rule: keep the old offset. That is noted, since the source may have meant the other hour.
fn within(clock: i64, zone: &TimeZone, fixes: &mut Fixes) -> Option<i64> {
    if *zone == TimeZone::UTC {
        return Some(clock);
    }
    let clock = Offset::UTC.to_datetime(Timestamp::from_microsecond(clock).ok()?);
    let moment = zone.to_ambiguous_timestamp(clock);
    match moment.offset() {
        AmbiguousOffset::Unambiguous { .. } => {}
        AmbiguousOffset::Fold { .. } => fixes.note(Fix::HourTwice),
        AmbiguousOffset::Gap { .. } => fixes.note(Fix::HourSkipped),
    }
    Some(moment.compatible().ok()?.as_microsecond())
}

/// `Z`, `UTC`, `+02:00`, `+0200`, `+02`, with or without a space before it: seconds east.
fn offset(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (sign, text) = match text {
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', text @ ..] => (1, text),
        [b'-', text @ ..] => (-1, text),
        _ => return None,
    };
    let (hours, text) = number(text, 2, 2)?;
    let text = text.strip_prefix(b":").unwrap_or(text);
    let (minutes, rest) = if text.is_empty() {
        (0, text)
    } else {
        number(text, 2, 2)?
    };
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// The number that `least` to `most` digits in front make.
fn number(text: &[u8], least: usize, most: usize) -> Option<(i64, &[u8])> {
    let digits = text
        .iter()
        .take(most)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits < least {
        return None;
    }
    let (number, rest) = text.split_at(digits);
    let value = number
        .iter()
        .fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
    Some((value, rest))
}

/// The digits behind a point as µs; what is finer is cut.
fn micros(digits: &[u8]) -> Option<i64> {
    let mut micros = 0;
    for place in 0..6 {
        let digit = digits.get(place).unwrap_or(&b'0');
        micros = micros * 10 + i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    digits.iter().all(u8::is_ascii_digit).then_some(micros)
}

/// Days since 1970 in the Gregorian calendar, for years from 1 on.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn utc(text: &str) -> Result<i64, String> {
        read(text, None, &mut Fixes::default()).map_err(|error| error.hint.into_owned())
    }

    fn zoned(text: &str, name: &str) -> Option<i64> {
        let zone = TimeZone::get(name).ok()?;
        read(text, Some(&zone), &mut Fixes::default()).ok()
    }

    #[test]
    fn times_with_a_zone() {
        for text in [
            "2026-11-22T12:00:00Z",
            "2026-11-22t12:00:00z",
            "2026-11-22 12:00:00 UTC",
            "2026-11-22T14:00:00+02:00",
            "2026-11-22 06:30:00.000 -0530",
            "2026-11-22T11:00:00,000000-01",
            "1795348800",
            "1795348800.0",
            "1795348800000",
            "1795348800000000",
        ] {
            assert_eq!(utc(text), Ok(1_795_348_800_000_000), "{text}");
        }
        assert_eq!(utc("2023-10-20 9:01:45Z"), Ok(1_697_792_505_000_000));
        assert_eq!(utc("1969-12-31T23:59:59.9999999Z"), Ok(-1));
        assert_eq!(utc("2016-12-31T23:59:60Z"), utc("2016-12-31T23:59:59Z"));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "2026-11-22",
            "2026-11-22T12:00",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "22/11/2026 12:00:00",
            "2026-11-22T12:00:00.Z",
            "0000-01-01T00:00:00Z",
            "2026-11-22T12:00:00+24:00",
            "2026-11-22T12:00:00 CET",
            "20261122",
            "0",
            ".",
            "1.2.3",
            "1795348800000.5",
            "99999999999999999999",
            "-1795348800",
        ] {
            assert!(utc(text).is_err(), "{text}");
        }
        assert_eq!(
            utc("2026-11-22 12:00:00"),
            Err(
                "no zone: pass --timezone UTC (or another), or write Z or an offset behind the time"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_date_alone_is_no_unix_time() {
        let hint = |text: &str| utc(text).err().unwrap_or_default();
        assert!(hint("25.11.2026").starts_with("pass --time-format '%d.%m.%Y'"));
        assert!(hint("31.02.2026").starts_with("there is no such day"));
        assert!(hint("1.2").starts_with("write unix time"));
    }

    #[test]
    fn the_users_zone_counts_where_a_time_has_none() {
        let noon = zoned("2026-11-22 12:00:00", "Europe/Berlin");
        assert_eq!(noon, Some(1_795_345_200_000_000));
        assert_eq!(
            zoned("2026-11-22 12:00:00Z", "Europe/Berlin"),
            Some(1_795_348_800_000_000)
        );
        // Put forward at 2, and back at 3: the old offset is kept in both.
        assert_eq!(
            zoned("2026-03-29 02:30:00", "Europe/Berlin"),
            utc("2026-03-29T01:30:00Z").ok()
        );
        assert_eq!(
            zoned("2026-10-25 02:30:00", "Europe/Berlin"),
            utc("2026-10-25T00:30:00Z").ok()
        );
    }

    #[test]
    fn years_that_no_event_has_are_no_times() {
        let now = utc("2026-11-22T12:00:00Z").unwrap_or_default();
        let latest = end_of_next_year(now);
        let is_plausible = |text: &str| utc(text).map(|time| plausible(time, latest).is_ok());
        for text in [
            "2000-01-01T00:00:00Z",
            "2026-11-22T12:00:00Z",
            "2027-12-31T23:59:59Z",
        ] {
            assert_eq!(is_plausible(text), Ok(true), "{text}");
        }
        for text in [
            "0026-11-22T12:00:00Z",
            "1999-12-31T23:59:59Z",
            "2028-01-01T00:00:00Z",
        ] {
            assert_eq!(is_plausible(text), Ok(false), "{text}");
        }
    }

    proptest! {
        #[test]
        fn civil_times_are_what_the_library_reads(
            year in 1..=9999_i16, month in 1..=12_i8, day in 1..=31_i8,
            hour in 0..24_i8, minute in 0..60_i8, second in 0..60_i8, micro in 0..1_000_000_i32,
        ) {
            let text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micro:06}");
            let ours = read(&text, Some(&TimeZone::UTC), &mut Fixes::default()).ok();
            let library = DateTime::new(year, month, day, hour, minute, second, micro * 1_000)
                .and_then(|time| time.to_zoned(TimeZone::UTC))
                .map(|time| time.timestamp().as_microsecond())
                .ok();
            // The library stops some hours short of the year 10,000.
            if library.is_some() || year < 9999 {
                prop_assert_eq!(ours, library);
            }
        }

        #[test]
        fn rfc_3339_is_what_the_library_reads(micros in 0..4_000_000_000_000_000_i64, hours in -12..=14_i32) {
            let at = Timestamp::from_microsecond(micros).map_err(|_| TestCaseError::reject("range"))?;
            let offset = Offset::from_seconds(hours * 3_600).map_err(|_| TestCaseError::reject("range"))?;
            let text = at.display_with_offset(offset).to_string();
            prop_assert_eq!(utc(&text), Ok(micros));
        }

        #[test]
        fn no_text_makes_it_stumble(text in ".*") {
            let _ = read(&text, Some(&TimeZone::UTC), &mut Fixes::default());
        }
    }
}
