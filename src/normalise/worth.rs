//! What a row is worth in the control totals, whatever becomes of it.
//!
//! A valid row counts with what is sent. A row that is rejected or left out counts with what its
//! columns say, read as leniently as can be done without guessing: what cannot be read is counted
//! as such, never as nothing.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::draft::Draft;
use super::together::{self, thousandth, times};
use crate::event::Currency;
use crate::forms::{self, Context, Fixes, Value};
use crate::kind::{App, Kind};
use crate::mapping::{Binding, Record};
use crate::schema::{Form, Key};
use crate::stats::{Amount, Counted};

/// The most characters of an amount that has a meaning.
const LONGEST: usize = 40;

/// What a row that was read as this kind is worth.
pub(super) fn of<'v>(draft: &Draft<'v>, record: &Record<'v, '_>, binding: &'v Binding) -> Amount {
    match (draft.kind.is_money(), together::revenue(draft)) {
        (_, Some((amount, currency))) => Amount::Of(amount, currency),
        (false, None) => Amount::None,
        (true, None) => match said(binding, record, Some(draft.kind)) {
            Amount::None => Amount::Unreadable,
            amount => amount,
        },
    }
}

/// What rows of this kind are summed by, beside all else.
pub(super) fn label<'v>(draft: &Draft<'v>) -> Option<&'v str> {
    match draft.kind {
        Kind::Event if draft.faults.is_empty() => draft.text(Key::Event),
        Kind::Purchase => draft.text(Key::ProductId),
        _ => None,
    }
}

/// A row that was left out, or rejected, before its fields were read.
pub(super) fn unread<'v, 'r>(
    binding: &'v Binding,
    record: &Record<'v, '_>,
    kind: Option<&Kind>,
    app: Option<&'r Arc<App>>,
) -> Counted<'r>
where
    'v: 'r,
{
    let kind = kind.copied();
    let money = kind.filter(|kind| kind.is_money());
    let is_purchase = kind == Some(Kind::Purchase);
    let product = || binding.taken(record, Key::ProductId, None);
    Counted {
        kind,
        app,
        label: is_purchase.then(product).flatten(),
        time: None,
        amount: said(binding, record, money),
    }
}

/// What the columns say that feed the money of a kind, or of any kind.
fn said<'v>(binding: &'v Binding, record: &Record<'v, '_>, kind: Option<Kind>) -> Amount {
    let text = |key: Key| match record.text_of(binding, key) {
        // It is there, and no number.
        Err(unread) => Some(unread.text),
        Ok(_) => binding.taken(record, key, None),
    };
    let is = |wanted: Kind| kind.is_none_or(|kind| kind == wanted);
    let amount = if let Some(price) = text(Key::Price).filter(|_| is(Kind::Purchase)) {
        let quantity = text(Key::Quantity).map_or(Some(1), |text| text.parse().ok());
        number(price)
            .zip(quantity)
            .and_then(|(price, quantity)| times(price, quantity))
    } else if !is(Kind::AdImpression) {
        return Amount::None;
    } else if let Some(revenue) = text(Key::RevenueDecimal) {
        number(revenue)
    } else if let Some(cpm) = text(Key::RevenueCpm) {
        number(cpm).map(thousandth)
    } else {
        return Amount::None;
    };
    match (
        amount,
        text(Key::Currency).and_then(|text| currency(record, text)),
    ) {
        (Some(amount), Some(currency)) => Amount::Of(amount, currency),
        (Some(amount), None) if amount.is_zero() => Amount::None,
        _ => Amount::Unreadable,
    }
}

/// A plain number, also below zero: a refund.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if text.len() > LONGEST || !text.bytes().all(is_plain) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

/// The currency that a text is the code of.
pub(super) fn currency<'v>(record: &Record<'v, '_>, text: &'v str) -> Option<Currency> {
    let read = forms::read(
        Form::Currency,
        text,
        Context::default(),
        record.drawer,
        &mut Fixes::default(),
    );
    match read {
        Ok(Value::Currency(currency)) => Some(currency),
        _ => None,
    }
}
