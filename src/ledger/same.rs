//! Whether two rows that share an id can be the same event: one rule for the ledger and for
//! `validate`, which asks no ledger.

use super::identity::ZONES;
use super::row::{Known, second};
use crate::model::{Changes, Event, Kind};

/// Lines of one order differ in their product, or stand in one input and differ in their amount.
/// Times that are read otherwise than before may have moved by a zone.
pub(super) fn is_same(
    event: &Event,
    known: &Known,
    in_this_input: bool,
    times_are_read_otherwise: bool,
) -> bool {
    let changes = changes(event, known);
    let repriced = changes.amount || changes.currency;
    let moved = second(event.time) - second(known.time);
    let same_time = moved == 0
        || event.time.is_some()
            && known.time.is_some()
            && moved.abs() <= ZONES / 1_000_000
            && times_are_read_otherwise;
    // A subscription is one, however often it is renewed.
    event.kind == Kind::Subscription
        || *event.contribution.label == *known.name && same_time && !(in_this_input && repriced)
}

/// In what of its money a row differs from one that is known.
pub(super) fn changes(event: &Event, known: &Known) -> Changes {
    let (now, then) = (event.contribution.revenue, known.revenue);
    Changes {
        amount: now.map(|now| now.0) != then.map(|then| then.0),
        currency: now.map(|now| now.1) != then.map(|then| then.1),
        ids: false,
    }
}
