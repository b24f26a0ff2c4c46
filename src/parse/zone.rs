//! The zone of times that carry none: a name of the zone database, or a fixed offset.
//!
//! `UTC-5` and `GMT+2` are refused although they look plain: the zone database turns their sign
//! round, and a guess would move rows by hours.

use jiff::tz::{self, TimeZone};

use crate::model::names;

/// What a fixed offset never exceeds, in hours.
const MOST: i8 = 14;

/// Reads a zone's name, or `+05:30`. Errors: `no known zone; …`, for the end of a message.
pub fn zone(name: &str) -> Result<TimeZone, String> {
    let name = name.trim();
    if let Some(offset) = fixed(name) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(name).map_err(|_| format!("no known zone{}", hint(name)))
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
fn hint(name: &str) -> String {
    if let Some(offset) = meant(name) {
        return in_its_form(offset);
    }
    let known: Vec<String> = tz::db().available().map(|zone| zone.to_string()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    match names::did_you_mean(name, &known) {
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

    fn seconds(name: &str) -> Option<i32> {
        let zone = zone(name).ok()?;
        Some(zone.to_offset(jiff::Timestamp::UNIX_EPOCH).seconds())
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
