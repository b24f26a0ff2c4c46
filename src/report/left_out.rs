//! Money that was seen and left, for people.

use super::figures::{counted, sums};
use super::layout::Style;
use crate::model::shown;
use crate::stats::{Cause, Left, LeftOut, Sums};

/// How many columns are shown.
const SHOWN: usize = 4;

/// Amounts: `USD 9.99, 3 rows that cannot be read`.
pub fn money(amounts: &Sums) -> String {
    let revenue = amounts.revenue();
    let mut parts = sums(revenue.map(|(currency, count)| (currency, &count.money)));
    match amounts.unreadable() {
        0 => {}
        rows => parts.push(format!("{} not readable", counted(rows, "row"))),
    }
    parts.join(", ")
}

/// What the summary and the plan say of it.
pub(super) fn lines(left_out: &LeftOut, style: Style) -> String {
    let ranked = left_out.ranked();
    let parts: Vec<String> = ranked.iter().take(SHOWN).map(part).collect();
    let mut out = style.listed("Not sent", &parts, " ·");
    let beyond = ranked.iter().skip(SHOWN).map(Left::rows).sum::<u64>() + left_out.more();
    if beyond > 0 {
        out += &style.labelled(
            "",
            &format!("{} more in the report", counted(beyond, "row")),
        );
    }
    out
}

fn part(left: &Left<'_>) -> String {
    let why = match left.why {
        Cause::Goes(kind) => format!("rows go as {kind}"),
        Cause::Denied(rule) | Cause::Rule(rule) => shown(rule).into(),
    };
    let rows = counted(left.rows(), "row");
    format!(
        "{} in {rows} ({why}, column {})",
        money(left.sums),
        shown(left.column)
    )
}
