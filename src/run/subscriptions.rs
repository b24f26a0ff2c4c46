//! What people should know of subscriptions that were accepted.

use super::bookkeeper::Bookkeeper;
use crate::delivery::send::Shared;
use crate::model::{Kind, Outcome, shown};
use crate::report::figures::counted;
use crate::report::warning::{Warning, WarningCode};

/// The warnings of a run that has ended. Asked before the ledger is closed.
pub(super) fn warnings(keeper: &Bookkeeper, shared: &Shared) -> Vec<Warning> {
    let accepted = |wanted: Kind| {
        let mut kinds = keeper.books.totals.by_kind();
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
        warnings.extend(twice(shared));
    }
    warnings
}

/// Products that went as both. If the ledger cannot be read, its end says so.
fn twice(shared: &Shared) -> Option<Warning> {
    let products = shared.claims.subscribed_and_bought().ok()?;
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
