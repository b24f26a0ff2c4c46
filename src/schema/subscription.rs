//! `subscription`: a subscription, once and not per renewal.
//!
//! Sent to `/v1/subscriptions`. Tenjin documents it for the calls of its SDK, also where a backend
//! handles subscriptions; that the request may come from a server is our inference. On Android
//! Tenjin recognises a token that it has already. The names on iOS are those of the SDK's binary,
//! which refuses a subscription that lacks one of those that are required here. Without the store's
//! credentials in Tenjin's dashboard it is accepted and then dropped.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Group, Key, Need, Side, Source};

/// Signed transactions have some thousand characters.
const RECEIPT: usize = 16_000;

pub(super) const FIELDS: &[Field] = with_common![
    APP_VERSION.of(Group::GoogleAds),
    TRACKING_STATUS,
    Field::required(
        Key::ProductId,
        Form::Text(SHORT),
        Source::Documented,
        "what was subscribed to",
    ),
    Field::required(
        Key::Price,
        Form::Amount,
        Source::Documented,
        "the price of one period, in major units: 9.99",
    ),
    CURRENCY,
    Field::optional(
        Key::GooglePlayPurchaseToken,
        Form::Text(LONG),
        Source::Documented,
        "the purchase's token: what the subscription is recognised by, here and at Tenjin",
    )
    .only(Side::Android)
    .needed(Need::On(Side::Android)),
    Field::optional(
        Key::PurchaseDate,
        Form::Millis,
        Source::Documented,
        "when it was bought; sent as milliseconds since 1970",
    )
    .only(Side::Android)
    .guarded(),
    Field::optional(
        Key::Receipt,
        Form::Text(RECEIPT),
        Source::Code,
        "iOS: the signed transaction (JWS); Android: the purchase's JSON",
    )
    .needed(Need::On(Side::Ios)),
    Field::optional(
        Key::Signature,
        Form::Text(LONG),
        Source::Documented,
        "the signature of the purchase's JSON",
    )
    .only(Side::Android),
    Field::optional(
        Key::TransactionId,
        Form::Text(SHORT),
        Source::Code,
        "the transaction",
    )
    .only(Side::Ios)
    .needed(Need::On(Side::Ios)),
    Field::optional(
        Key::OriginalTransactionId,
        Form::Text(SHORT),
        Source::Code,
        "the first transaction: what the subscription is recognised by here",
    )
    .only(Side::Ios)
    .needed(Need::On(Side::Ios)),
    Field::optional(
        Key::IosStoreKitTransaction,
        Form::Text(RECEIPT),
        Source::Code,
        "the transaction as StoreKit has it",
    )
    .only(Side::Ios)
    .needed(Need::On(Side::Ios)),
    Field::optional(
        Key::Environment,
        Form::Text(SHORT),
        Source::Code,
        "the store's environment: Production",
    )
    .only(Side::Ios),
];
