//! The comparison for people, and as JSON: the same facts.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::differences::IN_DOUBT;
use super::{Account, Entry, Group, List, Sum, Total, compared};
use crate::ledger::compare::Cause;
use crate::model::shown;
use crate::report::figures::{counted, share, thousands};
use crate::report::layout::{Style, Tone};

/// How many lines of a list the text shows.
const LINES: usize = 8;

/// The summary. `unknown` is what the comparison cannot know, a sentence each.
pub(super) fn text(account: &Account, list: &List, unknown: &[String], style: Style) -> String {
    let mut out = counts(account, list, style);
    out += &totals(&account.totals, style);
    out += &days(account, style);
    out += &rows(list, style);
    out += &uncounted(account, style);
    out + &style.titled("To know", &sentences(unknown))
}

fn counts(account: &Account, list: &List, style: Style) -> String {
    let number = |count, tone| style.tone(tone, &format!("{:>9}", thousands(count)));
    let rows = &account.rows;
    let accepted = rows.accepted.rows;
    let from = super::written(account.period.from);
    let to = super::written(account.period.to);
    let mut out = format!(
        "{} {} accepted from {from} to {to}\n",
        number(accepted, Tone::Strong),
        if accepted == 1 { "row" } else { "rows" }
    );
    for (count, tone, name) in [
        (rows.found.rows, Tone::Good, "found in the export"),
        (rows.other_money.rows, Tone::Bad, "found with other money"),
        (rows.missing.rows, Tone::Bad, "missing"),
        (rows.unnamed.rows, Tone::Open, "not comparable"),
    ] {
        if count > 0 || name == "missing" {
            let share = share(count, accepted);
            let _ = writeln!(out, "{} {name:<22} {share:>7}", number(count, tone));
        }
    }
    if rows.again.rows > 0 {
        let again = number(rows.again.rows, Tone::Bad);
        let _ = writeln!(out, "{again} there more often than accepted");
    }
    let foreign = thousands(rows.foreign.rows);
    let _ = writeln!(out, "{foreign:>9} more in the export");
    let in_doubt = list.in_doubt();
    if in_doubt > 0 {
        let noun = if in_doubt == 1 { "row" } else { "rows" };
        let _ = writeln!(out, "{} {noun} in doubt", number(in_doubt, Tone::Open));
    }
    for (why, place) in
        IN_DOUBT
            .into_iter()
            .zip(["in the export", "not in the export", "not comparable"])
    {
        let (count, money) = list.sum(why);
        let money = if money.is_empty() {
            money
        } else {
            format!(" ({money})")
        };
        if count > 0 {
            let _ = writeln!(out, "{:>9} of them {place}{money}", thousands(count));
        }
    }
    if !compared(account, list) {
        let _ = writeln!(out, "{}", style.tone(Tone::Bad, &nothing(account)));
    }
    out
}

/// Why there was nothing to compare.
pub(super) fn nothing(account: &Account) -> String {
    let left = &account.not_compared;
    match left.outside + left.kinds.values().sum::<u64>() {
        0 => "Nothing was compared: the ledger has no accepted row of this endpoint and its apps"
            .into(),
        rows => format!(
            "Nothing was compared: none of {} is of this time and of a kind that the export has",
            counted(rows, "accepted row")
        ),
    }
}

fn totals(totals: &[Total], style: Style) -> String {
    let line = |total: &Total| {
        let of = |sum: &Sum| amount(sum, &total.currency);
        let sums = &total.sums;
        format!(
            "  {:<18} {} accepted, {} found, {} in the export\n",
            format!("{} {}", total.kind, total.currency),
            of(&sums.accepted),
            of(&sums.found),
            of(&sums.export)
        )
    };
    style.titled("By kind", &totals.iter().map(line).collect::<String>())
}

/// Rows, and their money if they are some.
fn amount(sum: &Sum, currency: &str) -> String {
    match currency {
        "" => thousands(sum.rows),
        _ => format!("{} ({})", thousands(sum.rows), sum.figure(currency)),
    }
}

/// The groups that differ.
fn days(account: &Account, style: Style) -> String {
    let differing = account.groups.iter().filter(|group| group.sums.differs());
    let line = |group: &Group| {
        let what = &group.what;
        let name = shown(&what.name);
        let sums = &group.sums;
        let mut parts = Vec::new();
        for (sum, what) in [
            (&sums.missing, "missing"),
            (&sums.other_money, "with other money"),
            (&sums.again, "too many"),
        ] {
            if sum.rows > 0 {
                parts.push(format!("{} {what}", amount(sum, &group.currency)));
            }
        }
        if sums.unnamed_missing > 0 {
            let rows = thousands(sums.unnamed_missing);
            parts.push(format!("at least {rows} missing"));
        }
        format!(
            "  {} {} ({}) {} {name} {}: {}\n",
            group.day,
            shown(&what.bundle_id),
            what.platform,
            what.kind,
            group.currency,
            parts.join(", ")
        )
    };
    let lines: String = differing.clone().take(LINES).map(line).collect();
    let more = differing.count().saturating_sub(LINES) as u64 + account.groups_left_out;
    style.titled("Differences by day of arrival", &with_more(lines, more))
}

fn with_more(mut lines: String, more: u64) -> String {
    if more > 0 && !lines.is_empty() {
        let _ = writeln!(lines, "  {} more", thousands(more));
    }
    lines
}

fn rows(list: &List, style: Style) -> String {
    let lines: String = list.entries.iter().take(LINES).map(row).collect();
    let more = list.entries.len().saturating_sub(LINES) as u64 + list.left_out;
    style.titled("Rows", &with_more(lines, more))
}

fn row(entry: &Entry) -> String {
    let money = |amount: &str, currency: &str| match amount {
        "" => String::new(),
        _ => format!(" {currency} {amount}"),
    };
    let sent = money(&entry.sent_amount, &entry.sent_currency);
    let place = format!(
        "{}:{}",
        shown(&entry.export_file),
        entry.export_line.unwrap_or(0)
    );
    let state = entry.state.replace('_', " ");
    let export = money(&entry.export_amount, &entry.export_currency);
    let end = match entry.what {
        Cause::Missing => "missing".to_owned(),
        Cause::OtherMoney => format!("{place} says{export}"),
        Cause::Again if entry.is_same_money => format!("once more at {place}"),
        Cause::Again => format!("once more at {place}, with{export}"),
        Cause::InDoubtFound => format!("{state}, and at {place}{export}"),
        Cause::InDoubtMissing => format!("{state}, and not in the export"),
        Cause::InDoubtUnnamed => format!("{state}, and not comparable"),
    };
    format!(
        "  {}:{} {} {}{sent}: {end}\n",
        shown(&entry.file),
        entry.line,
        entry.kind,
        shown(&entry.name)
    )
}

fn uncounted(account: &Account, style: Style) -> String {
    let line = |entry: &super::account::Uncounted| {
        format!(
            "  {} {}: {} {}, {} of this tool\n",
            counted(entry.rows, "row"),
            shown(&entry.state),
            entry.currency,
            entry.amount,
            thousands(entry.known)
        )
    };
    let lines: String = account.uncounted.iter().map(line).collect();
    style.titled("Received, and not counted by Tenjin", &lines)
}

fn sentences(unknown: &[String]) -> String {
    let mut out = String::new();
    for sentence in unknown {
        for (at, line) in crate::report::layout::wrapped(sentence, 76)
            .iter()
            .enumerate()
        {
            let _ = writeln!(out, "{} {line}", if at == 0 { "  -" } else { "   " });
        }
    }
    out
}

/// The same for programs.
pub(super) fn json(account: &Account, list: &List, unknown: &[String]) -> Value {
    let left = &account.not_compared;
    let in_doubt = IN_DOUBT.map(|why| list.sum(why).0);
    let app = |((bundle_id, platform), rows): (&(String, String), &u64)| json!({ "bundle_id": bundle_id, "platform": platform, "accepted": rows });
    json!({
        "version": 1,
        "period": account.period,
        "exports": account.exports,
        "compared": compared(account, list),
        "rows": counted_rows(account),
        "in_doubt": {
            "rows": list.in_doubt(),
            "found": in_doubt[0],
            "missing": in_doubt[1],
            "not_comparable": in_doubt[2],
        },
        "totals": account.totals,
        "groups": account.groups,
        "groups_left_out": account.groups_left_out,
        "differences": list.entries,
        "differences_left_out": list.left_out,
        "uncounted": account.uncounted,
        "not_compared": {
            "outside_of_the_period": left.outside,
            "kinds": left.kinds,
            "apps_not_in_the_export": left.apps.iter().map(app).collect::<Vec<_>>(),
        },
        "unknown": unknown,
    })
}

/// Rows alone: their money is of several currencies.
fn counted_rows(account: &Account) -> Value {
    let mut rows = json!(account.rows);
    for sum in rows.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Some(count) = sum.get("rows") {
            *sum = count.clone();
        }
    }
    rows
}
