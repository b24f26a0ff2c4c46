//! Money that was seen and left, for people.

use super::figures::{counted, money as spaced, thousands};
use super::ink::Ink;
use crate::model::shown;
use crate::stats::{Left, LeftOut, NO_CURRENCY, Why};

/// How many columns and currencies are shown.
const SHOWN: usize = 4;

/// The amounts of an entry: `USD 9.99, 3 rows that cannot be read`.
pub fn money(left: &Left<'_>) -> String {
    let sums = left.revenue().map(|(currency, count)| match currency {
        NO_CURRENCY => format!("{} without a currency", spaced(&count.money)),
        currency => format!("{} {}", currency.code(), spaced(&count.money)),
    });
    let mut parts: Vec<String> = sums.take(SHOWN).collect();
    let more = left.revenue().count().saturating_sub(SHOWN);
    match more {
        0 => {}
        1 => parts.push("1 more currency".into()),
        more => parts.push(format!("{more} more currencies")),
    }
    match left.unreadable() {
        0 => {}
        rows => parts.push(format!("{} not readable", thousands(rows))),
    }
    parts.join(", ")
}

/// What the summary and the plan say of it.
pub(super) fn lines(left_out: &LeftOut, ink: Ink) -> String {
    let ranked = left_out.ranked();
    let parts: Vec<String> = ranked.iter().take(SHOWN).map(part).collect();
    let mut out = ink.listed("Money left", &parts, " ·");
    let beyond = ranked.iter().skip(SHOWN).map(Left::rows).sum::<u64>() + left_out.more();
    if beyond > 0 {
        out += &ink.labelled(
            "",
            &format!("{} more in the report", counted(beyond, "row")),
        );
    }
    out
}

fn part(left: &Left<'_>) -> String {
    let why = match left.why {
        Why::Goes(kind) => format!("sent as {kind}"),
        Why::Denied(rule) | Why::Rule(rule) => shown(rule).into(),
    };
    let rows = counted(left.rows(), "row");
    format!(
        "{} in {rows} ({why}, column {})",
        money(left),
        shown(left.column)
    )
}
