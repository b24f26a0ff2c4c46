//! Numbers as people read them: thousands separators, shares, spans of time, sizes.

use std::fmt::Display;
use std::time::Duration;

use crate::stats::Money;

/// `1234567` as `1,234,567`.
pub fn thousands(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A sum of money with thousands separators.
pub fn money(sum: &Money) -> String {
    sum.written(thousands)
}

/// A share of a whole in percent. Never `100.0 %` or `0.0 %` unless it is all or nothing.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".into();
    }
    if part == whole {
        return "100 %".into();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    format!("{:.1} %", percent.clamp(0.1, 99.9))
}

/// `1 h 03 m`, `2 m 05 s`, `4.2 s`, `12 ms`; anything shorter is `1 ms`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 if time.as_millis() > 0 => format!("{} ms", time.as_millis()),
        0 if !time.is_zero() => "1 ms".into(),
        0 => "0 s".into(),
        1..10 => format!("{:.1} s", (time.as_secs_f64() * 10.0).floor() / 10.0),
        10..60 => format!("{seconds} s"),
        60..3_600 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        3_600..172_800 => format!("{} h {:02} m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} days", thousands(seconds / 86_400)),
    }
}

/// `409 MB`, by powers of ten as file managers count.
pub fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut amount = bytes as f64 / 1_000.0;
    let mut unit = 0;
    while amount >= 999.95 && unit + 1 < units.len() {
        amount /= 1_000.0;
        unit += 1;
    }
    let decimals = usize::from(amount < 10.0);
    format!("{amount:.decimals$} {}", units[unit])
}

/// `1 row`, `2 rows`, `1,000 rows`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_thousands() {
        let all = [0, 999, 1_000, 123_456, 1_234_567].map(thousands);
        assert_eq!(all, ["0", "999", "1,000", "123,456", "1,234,567"]);
    }

    #[test]
    fn shares_never_claim_all_or_nothing_falsely() {
        let shown = [(0, 9), (9, 9), (1, 1_000_000), (999_999, 1_000_000), (1, 3)]
            .map(|(part, whole)| share(part, whole));
        assert_eq!(shown, ["0 %", "100 %", "0.1 %", "99.9 %", "33.3 %"]);
        assert_eq!(share(0, 0), "0 %");
    }

    #[test]
    fn spans_have_two_units_at_most() {
        let shown = [0, 12, 4_250, 59_999, 125_000, 3_780_000, 864_000_000]
            .map(|ms| span(Duration::from_millis(ms)));
        assert_eq!(
            shown,
            [
                "0 s", "12 ms", "4.2 s", "59 s", "2 m 05 s", "1 h 03 m", "10 days"
            ]
        );
    }

    #[test]
    fn sizes_and_nouns() {
        assert_eq!(
            [999, 1_000, 4_100_000, 409_000_000].map(size),
            ["999 B", "1.0 kB", "4.1 MB", "409 MB"]
        );
        assert_eq!(
            [1, 2_000].map(|n| counted(n, "row")),
            ["1 row", "2,000 rows"]
        );
    }
}
