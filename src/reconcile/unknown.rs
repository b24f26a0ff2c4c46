//! What the comparison cannot know, a sentence each.

use super::choice::{self, Known};
use super::{Account, List, written};
use crate::ledger::compare::ForgottenRows;
use crate::report::figures::counted;

/// How many apps are named.
const NAMED: usize = 5;

/// What a reader must know before trusting the numbers.
pub(super) fn sentences(
    account: &Account,
    list: &List,
    known: &Known,
    forgotten: &[ForgottenRows],
) -> Vec<String> {
    let mut all = vec![
        "the export also has what the app's SDK sent: its rows and sums are an upper bound of what \
         arrived of this tool"
            .to_owned(),
    ];
    all.extend(unnamed(account));
    all.extend(again(account));
    all.extend(edges(account, list));
    if list.released > 0 {
        all.push(format!(
            "{} released to be sent again, and in the export: an upload would send them twice; for \
             each: `ledger resolve --as accepted --row FILE:LINE`",
            are(list.released)
        ));
    }
    all.extend(not_compared(account, known));
    all.extend(lost(known, forgotten));
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

fn are(number: u64) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(number, "row"))
}

fn were(number: u64) -> String {
    let verb = if number == 1 { "was" } else { "were" };
    format!("{} {verb}", counted(number, "row"))
}

fn unnamed(account: &Account) -> Option<String> {
    let rows = &account.rows;
    let least = match rows.unnamed_missing {
        0 => String::new(),
        least => format!(", and at least {} missing", are(least)),
    };
    (rows.unnamed.rows > 0).then(|| {
        format!(
            "{} accepted without an id of a sort that the export has, or in the first minutes of the \
             time that is compared and may have arrived before it: only their number can be \
             compared{least}",
            were(rows.unnamed.rows),
        )
    })
}

fn again(account: &Account) -> Option<String> {
    let again = account.rows.again.rows;
    (again > 0).then(|| {
        format!(
            "{} there more often than accepted: recorded twice, or sent by the SDK as well",
            are(again)
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
                are(rows)
            ));
        }
    }
    all
}

fn not_compared(account: &Account, known: &Known) -> Vec<String> {
    let left = &account.not_compared;
    let mut all = Vec::new();
    if left.outside > 0 {
        all.push(format!(
            "{} accepted outside of the time that is compared",
            were(left.outside)
        ));
    }
    if left.in_doubt_outside > 0 {
        all.push(format!(
            "{} in doubt since runs outside of the time that is compared",
            are(left.in_doubt_outside)
        ));
    }
    if known.claimed > 0 {
        all.push(format!(
            "{} claimed by a run that goes on or was killed, and not compared",
            are(known.claimed)
        ));
    }
    for (kind, rows) in &left.kinds {
        all.push(format!(
            "{} of kind {kind} not compared: the export's mapping names no such rows",
            are(*rows)
        ));
    }
    for ((bundle_id, platform), rows) in left.apps.iter().take(NAMED) {
        all.push(format!(
            "the export has no row of {bundle_id} ({platform}), of which {} accepted: export it, or \
             leave it out by naming the others with --app",
            were(*rows)
        ));
    }
    all
}

/// What the ledger does not know any more, so that it looks like somebody else's.
fn lost(known: &Known, forgotten: &[ForgottenRows]) -> Vec<String> {
    const EFFECT: &str = "if the export has them, they count as more in the export";
    let mut all = Vec::new();
    for app in &known.apps {
        let name = choice::name(app);
        if let Some(time) = app.horizon.map(written) {
            all.push(format!(
                "the ledger has forgotten events of {name} dated before {time}: {EFFECT}"
            ));
        }
        if let Some(time) = app.gap_until.map(written) {
            all.push(format!(
                "the ledger may have lost rows of {name} dated before {time}: {EFFECT}"
            ));
        }
    }
    for app in forgotten {
        let rows = counted(app.rows, "row");
        let name = format!("{} ({})", app.bundle_id, app.platform);
        all.push(format!(
            "the ledger has forgotten {rows} of {name} with their runs: {EFFECT}"
        ));
    }
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    if more > 0 {
        all.push(format!(
            "the ledger has forgotten rows in {more} more such cases: see ledger status"
        ));
    }
    all
}
