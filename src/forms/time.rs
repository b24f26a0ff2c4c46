//! Points of time as exports write them, as µs since 1970 UTC.
//!
//! RFC 3339 and `yyyy-mm-dd hh:mm:ss[.fraction]`, with a zone or with the one that the user
//! gave; unix seconds, milliseconds and microseconds, told apart by their size. A time without
//! any zone is refused: a wrong guess moves a day's revenue.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Trouble;
use crate::row::Code;

const SECOND: i64 = 1_000_000;
/// September 2001: a smaller number of seconds is no time of an app's event.
const EARLIEST: i64 = 1_000_000_000;

/// Reads a time.
pub(super) fn read(text: &str, zone: Option<&TimeZone>) -> Result<i64, Trouble> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return unix(text).ok_or_else(|| {
            let hint =
                "write unix time in seconds, milliseconds or microseconds, or 2026-01-31T13:45:00Z";
            Trouble::new(Code::InvalidTime, hint)
        });
    }
    let Some((clock, rest)) = civil(text.as_bytes()) else {
        let hint = "write 2026-01-31T13:45:00Z, or 2026-01-31 13:45:00 with --timezone";
        return Err(Trouble::new(Code::InvalidTime, hint));
    };
    if !rest.is_empty() {
        return offset(rest)
            .map(|seconds| clock.utc() - seconds * SECOND)
            .ok_or_else(|| Trouble::new(Code::InvalidTime, "write the zone as Z or +02:00"));
    }
    match zone {
        Some(zone) => clock.within(zone).ok_or_else(|| {
            Trouble::new(Code::InvalidTime, "no such time in the zone of --timezone")
        }),
        None => {
            let hint =
                "no zone: say --timezone UTC (or another), or write Z or an offset behind the time";
            Err(Trouble::new(Code::InvalidTime, hint))
        }
    }
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

/// What a clock on a wall shows.
#[derive(Debug, Clone, Copy)]
struct Clock {
    year: i64,
    month: i64,
    day: i64,
    seconds: i64,
    micros: i64,
}

/// The date and time in front, and what follows them.
fn civil(text: &[u8]) -> Option<(Clock, &[u8])> {
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
    let seconds = hour * 3_600 + minute * 60 + second;
    fits.then_some((
        Clock {
            year,
            month,
            day,
            seconds,
            micros: micros(fraction)?,
        },
        rest,
    ))
}

impl Clock {
    fn utc(self) -> i64 {
        (days(self.year, self.month, self.day) * 86_400 + self.seconds) * SECOND + self.micros
    }

    /// Where the clocks are put forward or back, the usual rule: keep the old offset.
    fn within(self, zone: &TimeZone) -> Option<i64> {
        if *zone == TimeZone::UTC {
            return Some(self.utc());
        }
        let date_time = DateTime::new(
            self.year.try_into().ok()?,
            self.month.try_into().ok()?,
            self.day.try_into().ok()?,
            (self.seconds / 3_600).try_into().ok()?,
            (self.seconds / 60 % 60).try_into().ok()?,
            (self.seconds % 60).try_into().ok()?,
            (self.micros * 1_000).try_into().ok()?,
        );
        let moment = zone.to_ambiguous_timestamp(date_time.ok()?).compatible();
        Some(moment.ok()?.as_microsecond())
    }
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
