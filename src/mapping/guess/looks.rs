//! Whether a column's first values could be those of a field: a name alone proves little.

use std::collections::HashSet;
use std::net::IpAddr;

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::parse;
use crate::schema::{Form, Key};

/// The row of a filled cell, and its text.
pub(super) type Cell = (usize, String);

/// The texts alone.
pub(super) fn texts(cells: &[Cell]) -> impl Iterator<Item = &str> + Clone {
    cells.iter().map(|(_, text)| text.as_str())
}

/// Whether nearly all the values fit: some are damaged in every file.
pub(super) fn like(key: Key, cells: &[Cell]) -> bool {
    if key == Key::EventId {
        let different: HashSet<&str> = texts(cells).collect();
        return different.len() * 10 >= cells.len() * 9;
    }
    let fitting = texts(cells).filter(|text| fits(key, text)).count();
    // Rows of other platforms are rejected, and may be most of them.
    let least = if key == Key::Platform { 2 } else { 8 };
    fitting * 10 >= cells.len() * least
}

fn fits(key: Key, value: &str) -> bool {
    match key {
        Key::Kind => value.parse::<crate::model::Kind>().is_ok(),
        Key::EventTime => is_time(value) || parse::day_of_spreadsheet(value).is_some(),
        Key::BundleId => {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            let starts = value.starts_with(|c: char| c.is_ascii_alphabetic());
            starts && value.contains('.') && value.chars().all(is_part)
        }
        Key::Platform => parse::platform(value).is_some(),
        Key::OsVersion => value.starts_with(|c: char| c.is_ascii_digit()) && is_number(value),
        Key::AnalyticsInstallationId | Key::AdvertisingId => is_uuid(value),
        Key::DeveloperDeviceId => is_uuid(value) || is_android_id(value),
        Key::IpAddress => value.parse::<IpAddr>().is_ok(),
        Key::Country => value.len() == 2 && value.chars().all(char::is_alphabetic),
        Key::Currency => parse::currency_code(value).is_some(),
        Key::Price => is_number(value),
        Key::Quantity => value.parse::<u32>().is_ok_and(|count| count > 0),
        Key::Event => value.len() < 80 && !is_number(value),
        _ => true,
    }
}

/// A date first, or a count since 1970.
fn is_time(value: &str) -> bool {
    let digits = value.chars().take_while(char::is_ascii_digit).count();
    let is_date = digits == 4 && value[4..].starts_with('-') && value.len() >= 10;
    let is_local = (1..=2).contains(&digits) && {
        let date = value.split([' ', 'T', ',']).next().unwrap_or_default();
        let parts: Vec<&str> = date.split(['.', '/']).collect();
        let is_short = |part: &&str| (1..=4).contains(&part.len());
        parts.len() == 3 && parts.iter().all(|part| is_short(part) && is_count(part))
    };
    is_date || is_local || (10..=16).contains(&digits) && is_number(value)
}

/// Whether it is a time as it stands, if its zone is said.
pub(super) fn is_read(value: &str) -> bool {
    let context = parse::Context {
        timezone: Some(&TimeZone::UTC),
        ..parse::Context::default()
    };
    let (arena, mut fixes) = (parse::Arena::default(), parse::Fixes::default());
    parse::read(Form::Time, value, context, &arena, &mut fixes).is_ok()
}

/// A date without a time of day.
pub(super) fn is_date(value: &str) -> bool {
    is_time(value) && value.len() <= 10 && !value.chars().all(|c| c.is_ascii_digit())
}

/// A time of day without a date: `10:15`, `9:05:00 PM`.
pub(super) fn is_clock(value: &str) -> bool {
    let end = value.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'));
    let parts: Vec<&str> = value[..end.unwrap_or(value.len())].splitn(3, ':').collect();
    let are_short = parts
        .iter()
        .take(2)
        .all(|part| is_count(part) && (1..=2).contains(&part.len()));
    (2..=3).contains(&parts.len()) && are_short
}

/// A time of day that says no zone.
pub(super) fn lacks_zone_of_day(value: &str) -> bool {
    is_clock(value) && !value.contains(['Z', 'z', '+', '-']) && !value.contains("UTC")
}

fn is_count(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A time that says no zone: `2026-11-23 10:00:05`.
pub(super) fn lacks_zone(value: &str) -> bool {
    let is_iso = value.get(4..).is_some_and(|rest| rest.starts_with('-'));
    let behind = match value.split_once([' ', ',']) {
        _ if is_iso => value.get(10..),
        Some((date, behind)) if !is_count(date) => Some(behind),
        _ => None,
    };
    let is_said = |behind: &str| behind.contains(['Z', 'z', '+', '-']) || behind.contains("UTC");
    is_time(value) && behind.is_some_and(|behind| !is_said(behind))
}

fn is_number(value: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    value.starts_with(|c: char| c.is_ascii_digit() || c == '-') && value.chars().all(is_part)
}

/// An amount in any spelling, of more than nothing: `4,99 €`, `CHF 1'000`.
pub(super) fn is_amount(value: &str) -> bool {
    let bare = parse::split_mark(value).map_or(value, |(_, bare)| bare);
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,-+'’€$£¥".contains(c);
    bare.contains(|c: char| ('1'..='9').contains(&c)) && bare.chars().all(is_part)
}

/// The number in an amount in any spelling, if it is above zero. Of points and commas the last
/// parts the decimals.
pub(super) fn amount(value: &str) -> Option<Decimal> {
    let is_mark = |c: char| matches!(c, '.' | ',');
    let (whole, part) = match value.rfind(is_mark) {
        Some(at) => (&value[..at], &value[at + 1..]),
        None => (value, ""),
    };
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let number = format!("{}.{}", digits(whole), digits(part));
    let number = number.trim_end_matches('.');
    let is_positive = is_amount(value) && !value.contains('-');
    is_positive.then(|| Decimal::from_str_exact(number).ok())?
}

/// `4,99`, `1.234,50`: a comma with other than three digits behind it parts no thousands.
pub(super) fn has_comma(value: &str) -> bool {
    let bare = parse::split_mark(value).map_or(value, |(_, bare)| bare);
    let cents = bare.rsplit_once(',').map(|(_, cents)| cents);
    cents.is_some_and(|cents| cents.len() != 3 && cents.bytes().all(|b| b.is_ascii_digit()))
}

/// 32 hexadecimal digits, with or without dashes; zeros stand for none. A number of any length,
/// as ads and campaigns have, is none.
fn is_uuid(value: &str) -> bool {
    uuid::Uuid::try_parse(value).is_ok() || parse::is_placeholder(value)
}

/// 16 hexadecimal digits, a letter among them.
fn is_android_id(value: &str) -> bool {
    value.len() == 16
        && value.bytes().all(|byte| byte.is_ascii_hexdigit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
}

/// Whether a name in a header is a value instead: a time, an id, an address.
pub(super) fn is_data(name: &str) -> bool {
    let is_id = uuid::Uuid::try_parse(name).is_ok();
    is_id || name.parse::<IpAddr>().is_ok() || is_time(name)
}
