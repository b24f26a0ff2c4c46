//! What the comparison cannot know, a sentence each.

use super::{Account, List, written};
use crate::report::figures::counted;

/// What a reader must know before he trusts the numbers. `in_doubt`: rows of the ledger.
pub(super) fn sentences(account: &Account, list: &List, in_doubt: u64) -> Vec<String> {
    let mut all = vec![
        "the export also has what the app's SDK sent: its rows and sums are an upper bound of what \
         arrived of this tool"
            .to_owned(),
    ];
    all.extend(unnamed(account));
    all.extend(again(account));
    all.extend(edges(account, list));
    all.extend(aside(account));
    if in_doubt > 0 {
        all.push(format!(
            "{} in doubt: they are not compared, since nobody knows whether they were accepted",
            are(in_doubt, "row")
        ));
    }
    for export in &account.exports {
        if export.unreadable > 0 {
            let rows = counted(export.unreadable, "row");
            let first = export.examples.join("; ");
            all.push(format!("{rows} of the export cannot be read: {first}"));
        }
    }
    all.push("values of events are not kept in the ledger, so they are not compared".into());
    all
}

fn are(number: u64, noun: &str) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(number, noun))
}

fn unnamed(account: &Account) -> Option<String> {
    let rows = &account.rows;
    let least = match rows.unnamed_missing {
        0 => String::new(),
        least => format!(", and at least {} missing", are(least, "row")),
    };
    (rows.unnamed.rows > 0).then(|| {
        format!(
            "{} accepted without an id of a sort that the export has, or in the first minutes of the \
             time that is compared and may have arrived before it: only their number can be \
             compared{least}",
            were(rows.unnamed.rows, "row"),
        )
    })
}

fn were(number: u64, noun: &str) -> String {
    let verb = if number == 1 { "was" } else { "were" };
    format!("{} {verb}", counted(number, noun))
}

fn again(account: &Account) -> Option<String> {
    let again = account.rows.again.rows;
    (again > 0).then(|| {
        format!(
            "{} there more often than accepted: recorded twice, or sent by the SDK as well",
            are(again, "row")
        )
    })
}

/// Rows that may be missing only because the export does not reach so far.
fn edges(account: &Account, list: &List) -> Vec<String> {
    let Some((start, end)) = account.period.span else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (rows, side, edge, option, at) in [
        (list.before_the_start, "before", "first", "--from", start),
        (list.after_the_end, "after", "last", "--to", end),
    ] {
        if rows > 0 {
            let at = written(at);
            all.push(format!(
                "{} missing and accepted {side} the {edge} row of the export arrived: if it does \
                 not reach so far, say {option} {at}",
                are(rows, "row")
            ));
        }
    }
    all
}

fn aside(account: &Account) -> Vec<String> {
    let aside = &account.aside;
    let mut all = Vec::new();
    if aside.outside > 0 {
        all.push(format!(
            "{} accepted outside of the time that is compared",
            were(aside.outside, "row")
        ));
    }
    for (kind, rows) in &aside.kinds {
        all.push(format!(
            "{} of kind {kind} not compared: the export's mapping names no such rows",
            are(*rows, "row")
        ));
    }
    for ((bundle_id, platform), rows) in aside.apps.iter().take(5) {
        all.push(format!(
            "the export has no row of {bundle_id} ({platform}), of which {} accepted: export it, or \
             leave it out by naming the others with --app",
            were(*rows, "row")
        ));
    }
    all
}
