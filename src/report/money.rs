//! Money in sentences: sums of several currencies, and what has changed since it was sent.

use super::figures::{counted, sums, thousands};
use crate::stats::Sums;
use crate::stats::changed::Difference;

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
