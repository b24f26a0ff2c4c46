//! Numbers and times as people read them: thousands separators, shares, spans of time, sizes; and sums of
//! money in sentences.

use std::fmt::{self, Display};
use std::time::Duration;

use jiff::{Timestamp, Unit};
use serde::{Serialize, Serializer};

use crate::model::Currency;
use crate::stats::changed::Difference;
use crate::stats::{Money, NO_CURRENCY, Sums};

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

/// An amount with thousands separators and at least the decimals that its currency has.
pub fn amount(currency: Currency, money: &Money) -> String {
    money.written(currency.decimals().unwrap_or_default(), thousands)
}

/// `USD 1,299.00`, `JPY 1,299`, `9.99 without a currency`.
pub fn sum(currency: Currency, money: &Money) -> String {
    if currency == NO_CURRENCY {
        format!("{} without a currency", money.written(2, thousands))
    } else {
        format!("{} {}", currency.code(), amount(currency, money))
    }
}

/// How many currencies stand side by side.
const CURRENCIES: usize = 4;

/// Sums of several currencies; those that there is no room for are counted.
pub fn sums<'m>(all: impl IntoIterator<Item = (Currency, &'m Money)>) -> Vec<String> {
    let mut all: Vec<String> = all.into_iter().map(|(of, money)| sum(of, money)).collect();
    let more = all.len().saturating_sub(CURRENCIES);
    all.truncate(CURRENCIES);
    all.extend((more > 0).then(|| counted(more as u64, "more currency")));
    all
}

/// What is said of rows, and what they are worth: `3 rows, USD 9.99`.
pub fn with_sums<'m>(
    rows: String,
    all: impl IntoIterator<Item = (&'m Currency, &'m Money)>,
) -> String {
    let all = all.into_iter().map(|(currency, sum)| (*currency, sum));
    [vec![rows], sums(all)].concat().join(", ")
}

/// A number per second: decimals only where they tell something.
pub fn rate(pace: f64) -> String {
    if pace < 100.0 {
        format!("{pace:.1}")
    } else {
        thousands(pace.round())
    }
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

/// `1 row`, `2 rows`, `1,000 currencies`.
pub fn counted(number: u64, noun: &str) -> String {
    let number_text = thousands(number);
    match noun.strip_suffix('y') {
        _ if number == 1 => format!("{number_text} {noun}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number_text} {stem}ies"),
        _ => format!("{number_text} {noun}s"),
    }
}

/// A moment. As text and in JSON: RFC 3339, UTC, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(pub Timestamp);

impl Time {
    /// From µs since 1970 UTC; none if that is outside the calendar.
    pub fn of(micros: i64) -> Option<Self> {
        Timestamp::from_microsecond(micros).ok().map(Time)
    }

    /// `2026-11-22 23:34`, in UTC.
    pub fn minute(self) -> String {
        self.0.strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-11-22 23:34:05 UTC`
    pub fn second(self) -> String {
        let time = self.0.round(Unit::Second).unwrap_or(self.0);
        time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = self.0.round(Unit::Microsecond).unwrap_or(self.0);
        rounded.fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A UTC day, counted from 1970, as people write it.
pub fn date(day: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = epoch.checked_add(jiff::Span::new().days(day));
    date.map_or_else(|_| day.to_string(), |date| date.to_string())
}

/// Amounts: `USD 9.99, 3 rows not readable`.
pub fn readable(amounts: &Sums) -> String {
    let mut parts = currencies(amounts);
    match amounts.unreadable() {
        0 => {}
        rows => parts.push(format!("{} not readable", counted(rows, "row"))),
    }
    parts.join(", ")
}

/// The same of amounts that can all be read: `no money` where there are none.
pub(super) fn all(amounts: &Sums) -> String {
    match currencies(amounts).join(", ") {
        none if none.is_empty() => "no money".into(),
        parts => parts,
    }
}

fn currencies(amounts: &Sums) -> Vec<String> {
    let revenue = amounts.revenue();
    sums(revenue.map(|(currency, count)| (currency, &count.money)))
}

/// `EUR 6.00 sent, EUR 6,000.00 now`
pub(super) fn difference(difference: &Difference) -> String {
    let (sent, now) = (all(&difference.sent), all(&difference.now));
    format!("{sent} sent, {now} now")
}

/// What must be said where money differs from what was sent; nothing where it does not. `is_listed`:
/// there is a report.
pub fn warning(money: &Difference, is_listed: bool) -> Option<String> {
    if money.rows == 0 {
        return None;
    }
    let says = if money.rows == 1 { "says" } else { "say" };
    let rows = counted(money.rows, "duplicate");
    let what = format!(
        "{rows} {says} another amount than was sent ({}), and nothing was sent again",
        difference(money)
    );
    let list = if is_listed {
        "changed.csv"
    } else {
        "the rows (--report-dir DIR lists them)"
    };
    let todo = format!("hold the dashboard against {list}; Tenjin's API takes no corrections");
    if !money.is_read_otherwise() {
        return Some(format!("{what}: {todo}"));
    }
    let why = match money.power_of_ten() {
        Some(power) => format!("each is {} what was sent", times(power)),
        None => "all differ by powers of ten".into(),
    };
    Some(format!(
        "{what}: {why}, so decimal points and commas are read otherwise than before. If they were \
         read rightly then, go back to that (--decimal-point or --decimal-comma); if not, {todo}"
    ))
}

/// `1,000 times`, `a 100th of`
fn times(power: i32) -> String {
    let zeros = usize::try_from(power.unsigned_abs()).unwrap_or(0);
    let number = thousands(format!("1{}", "0".repeat(zeros)));
    if power > 0 {
        format!("{number} times")
    } else {
        format!("a {number}th of")
    }
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
    fn money_has_the_decimals_of_its_currency() {
        let said = |code, text: &str| {
            let amount: rust_decimal::Decimal = text.parse().unwrap_or_default();
            sum(Currency(code), &amount.into())
        };
        assert_eq!(said(*b"EUR", "1299.0"), "EUR 1,299.00");
        assert_eq!(said(*b"USD", "0"), "USD 0.00");
        assert_eq!(said(*b"JPY", "1299"), "JPY 1,299");
        assert_eq!(said(*b"KWD", "4.5"), "KWD 4.500");
        assert_eq!(said(*b"USD", "0.0012"), "USD 0.0012");
        assert_eq!(said(*b"XXX", "0.5"), "0.50 without a currency");
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
        let plurals = ["more currency", "retry", "key"].map(|noun| counted(2, noun));
        assert_eq!(plurals, ["2 more currencies", "2 retries", "2 keys"]);
    }
}
