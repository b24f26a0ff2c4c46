//! `purchase`: in-app purchase revenue.
//!
//! Sent to `/v0/purchase`. Tenjin multiplies `price` by `quantity`, knows no refunds and does
//! not recognise a purchase that it has already.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Group, Key, Source};

/// Far above any honest line of an export, far below what overflows a total.
const MOST: u32 = 1_000_000;

pub(super) const FIELDS: &[Field] = with_common![
    APP_VERSION.of(Group::GoogleAds),
    TRACKING_STATUS,
    Field::required(
        Key::ProductId,
        Form::Text(SHORT),
        Source::Documented,
        "what was bought",
    ),
    Field::required(
        Key::Price,
        Form::Amount,
        Source::Documented,
        "the price of one, in major units: 0.99; if it is the line's total, quantity is 1",
    ),
    Field::required(
        Key::Quantity,
        Form::Count(MOST),
        Source::Documented,
        "a whole number above 0; 1 when no column is mapped",
    ),
    CURRENCY,
    Field::optional(
        Key::Postcut,
        Form::Flag,
        Source::Documented,
        "1: the price is after the store's cut; 0: before",
    )
    .guarded(),
];
