//! What the ledger knows at the end of a run that people should know: rows of earlier runs that
//! nobody has decided about or sent, and subscriptions.

use std::collections::HashSet;

use crate::delivery::claims::Claims;
use crate::ledger::{self, Ledger};
use crate::model::{Exit, Kind, Outcome, shown};
use crate::report::figures::{counted, with_sums};
use crate::report::run::{LeftOver, RunFacts};
use crate::report::warning::{Warning, WarningCode};
use crate::run::bookkeeper::Bookkeeper;

/// Rows that earlier runs left in doubt, beside those that this run has counted itself.
pub(crate) fn in_doubt(keeper: &mut Bookkeeper, claims: &Claims) {
    let own = keeper.stats.rows().count(Outcome::InDoubt);
    let text = match claims.ask(|ledger| ledger.doubts()) {
        Ok(doubts) => {
            keeper.run.ledger_in_doubt = Some(doubts.rows);
            if doubts.rows <= own {
                return;
            }
            let of_run = match own {
                0 => String::new(),
                own => format!(", {own} of them counted above"),
            };
            format!(
                "in doubt since earlier runs: {}{of_run}; look for them on the dashboard, then \
                 decide: {}",
                with_sums(counted(doubts.rows, "row"), &doubts.revenue),
                keeper.run.typed.about_ledger(["list", "--in-doubt"])
            )
        }
        // What cannot be read is not nothing.
        Err(error) => format!("it is not known whether rows of earlier runs are in doubt: {error}"),
    };
    keeper.warn(vec![Warning::new(WarningCode::RowsInDoubt, text)]);
}

/// Rows of earlier runs that are free to be sent, and that this run has not sent, so that nobody
/// forgets them; with any, the run is not complete.
pub fn left_over(keeper: &mut Bookkeeper, claims: &Claims) -> Exit {
    let text = match claims.ask(|ledger| ledger.left_over()) {
        Ok(left) if left.total.rows == 0 => {
            keeper.run.left_over = Some(LeftOver::default());
            return Exit::Done;
        }
        Ok(left) => {
            let text = left_over_text(&left, &keeper.run);
            let revenue = left.total.revenue.iter();
            keeper.run.left_over = Some(LeftOver {
                rows: left.total.rows,
                revenue: revenue
                    .map(|(currency, sum)| (currency.code().to_owned(), sum.to_string()))
                    .collect(),
                inputs: left.inputs,
            });
            text
        }
        // What cannot be read is not nothing.
        Err(error) => format!("it is not known whether rows of earlier runs are unsent: {error}"),
    };
    keeper.warn(vec![Warning::new(WarningCode::RowsLeftOver, text)]);
    Exit::Incomplete
}

/// Money of a time that was forgotten: with any, the run is not complete. [`Claims::warnings`] say how
/// much.
pub(crate) fn forgotten(keeper: &mut Bookkeeper, claims: &Claims) -> Exit {
    keeper.run.max_age_of_known = claims.max_age_of_known();
    match keeper.run.max_age_of_known {
        Some(_) => Exit::Incomplete,
        None => Exit::Done,
    }
}

fn left_over_text(left: &ledger::LeftOver, run: &RunFacts) -> String {
    let rows = counted(left.total.rows, "row");
    let are = if left.total.rows == 1 { "is" } else { "are" };
    let inputs = with_sums(first_names(&left.inputs), &left.total.revenue);
    let again = run.typed.to_server(["upload", "--from-ledger"]);
    let status = run.typed.about_ledger(["status"]);
    let read = read_now(&left.inputs, run);
    let next = if read.is_empty() {
        format!("upload their input again, or send them as they were read then: `{again}`")
    } else {
        format!(
            "this run has read {} and not sent them (they are gone from it, filtered or rejected \
             now, or stand where it was not read); only if they are right as they were: `{again}`",
            first_names(&read)
        )
    };
    format!(
        "{rows} of earlier runs ({inputs}) {are} released and not yet sent: {next}; how to drop \
         them: `{status}`"
    )
}

/// Those of these inputs that this run has read anew.
fn read_now(inputs: &[String], run: &RunFacts) -> Vec<String> {
    let anew = run.inputs.iter().filter(|input| input.format != "ledger");
    let anew: HashSet<&str> = anew.map(|input| input.path.as_str()).collect();
    let read = inputs.iter().filter(|input| anew.contains(input.as_str()));
    read.cloned().collect()
}

/// The first of these inputs.
pub(crate) fn first_names(inputs: &[String]) -> String {
    let first = inputs.iter().take(3);
    let more = (inputs.len() > 3).then(|| "…".into());
    let all: Vec<String> = first
        .map(|input| shown(input).into_string())
        .chain(more)
        .collect();
    all.join(", ")
}

/// What people should know of subscriptions that were accepted. Asked before the ledger is closed.
pub(crate) fn subscriptions(keeper: &Bookkeeper, claims: &Claims) -> Vec<Warning> {
    let accepted = |wanted: Kind| {
        let mut kinds = keeper.stats.totals.by_kind();
        let rows = kinds.find_map(|(kind, rows)| (kind == Some(wanted)).then_some(rows));
        rows.map_or(0, |rows| rows.count(Outcome::Accepted))
    };
    let subscribed = accepted(Kind::Subscription);
    let mut warnings = Vec::new();
    if subscribed > 0 {
        warnings.push(Warning::new(
            WarningCode::SubscriptionsNeedCredentials,
            format!(
                "{} accepted, and not yet counted: Tenjin asks the store about each, and drops \
                 those of an app whose store credentials are not in its dashboard",
                counted(subscribed, "subscription")
            ),
        ));
    }
    if subscribed + accepted(Kind::Purchase) > 0 {
        warnings.extend(twice(claims));
    }
    warnings
}

/// Products that went as both. If the ledger cannot be read, its end says so.
fn twice(claims: &Claims) -> Option<Warning> {
    let products = claims.ask(Ledger::subscribed_and_bought).ok()?;
    let named: Vec<_> = products.iter().map(|product| shown(product)).collect();
    (!named.is_empty()).then(|| {
        Warning::new(
            WarningCode::SubscriptionAndPurchase,
            format!(
                "sent as subscriptions and as purchases: {}; Tenjin follows renewals itself, so \
                 this revenue probably counts twice",
                named.join(", ")
            ),
        )
    })
}
