//! The hint for times as spreadsheets write them: the `--time-format` that reads them.
//!
//! A proposal only: which of day and month comes first is for the user to say.

use std::borrow::Cow;

const STANDARD: &str = "write 2026-01-31T13:45:00Z, or 2026-01-31 13:45:00 with --timezone";

/// What to do about a text that is no time as it stands.
pub(super) fn hint(text: &str) -> Cow<'static, str> {
    match formats(text).as_slice() {
        [] => STANDARD.into(),
        [one] => format!("say --time-format '{one}', or {STANDARD}").into(),
        [first, second, ..] => format!(
            "say --time-format '{first}' or '{second}', whichever puts day and month in their \
             places, or {STANDARD}"
        )
        .into(),
    }
}

/// The formats that fit, the more usual one first.
pub fn formats(text: &str) -> Vec<String> {
    let (date, clock) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let Some(clock) = clock_format(clock.trim()) else {
        return Vec::new();
    };
    dates(date)
        .into_iter()
        .map(|date| format!("{date}{clock}"))
        .collect()
}

/// ` %H:%M`, with what else stands there; nothing for what is no time of day.
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
    Some(format!(" {hour}:%M{seconds}{half}"))
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
}
