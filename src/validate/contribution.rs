//! What a row is worth in the control totals, whatever becomes of it.
//!
//! A valid row counts with what is sent. A row that is rejected or left out counts with what its
//! columns say, read as leniently as can be done without guessing: what cannot be read is counted
//! as such, never as nothing.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::parsed::Parsed;
use super::whole_row::{self, thousandth, times};
use crate::mapping::{Binding, Held, Record};
use crate::model::{App, Currency, Kind};
use crate::parse::{self, currency_code};
use crate::schema::{self, Key};
use crate::stats::{Amount, Cause, Counted, LeftOut, NO_CURRENCY};

/// The most characters of an amount that has a meaning.
const LONGEST: usize = 40;

/// What a row that was read as this kind is worth.
fn of(parsed: &Parsed<'_>) -> Amount {
    match (parsed.kind.is_money(), whole_row::revenue(parsed)) {
        (_, Some((amount, currency))) => Amount::Of(amount, currency),
        (false, None) => Amount::None,
        (true, None) => match said(parsed.binding, &parsed.record, Some(parsed.kind)) {
            Some(said) => said.amount(None),
            None => Amount::Unreadable,
        },
    }
}

/// What rows of this kind are summed by, beside all else.
pub(super) fn label<'v>(parsed: &Parsed<'v>) -> Option<&'v str> {
    let key = schema::name(parsed.kind)?;
    let is_to_be_sent = key != Key::Event || parsed.faults.is_empty();
    is_to_be_sent.then(|| parsed.text(key)).flatten()
}

/// A row whose fields were read.
pub(super) fn read<'r>(parsed: &Parsed<'r>, app: Option<&'r Arc<App>>) -> Counted<'r> {
    Counted {
        kind: Some(parsed.kind),
        app,
        label: label(parsed),
        time: parsed.time(),
        amount: of(parsed),
    }
}

/// A row that was left out, or rejected, before its fields were read.
pub(super) fn unread<'v, 'r>(
    binding: &'v Binding,
    record: &Record<'v, '_>,
    kind: Option<Kind>,
    app: Option<&'r Arc<App>>,
) -> Counted<'r>
where
    'v: 'r,
{
    let money = kind.filter(|kind| kind.is_money());
    let has_product = kind.and_then(schema::name) == Some(Key::ProductId);
    let product = || binding.taken(record, Key::ProductId, None);
    Counted {
        kind,
        app,
        label: has_product.then(product).flatten(),
        time: None,
        amount: said(binding, record, money).map_or(Amount::None, |said| said.amount(None)),
    }
}

/// What the columns say that feed money.
struct Said {
    /// The field with the amount.
    key: Key,
    /// Nothing, if it cannot be read.
    amount: Option<Decimal>,
    currency: Option<Currency>,
}

impl Said {
    /// What it is worth; without a currency, if that will do.
    fn amount(&self, otherwise: Option<Currency>) -> Amount {
        match (self.amount, self.currency.or(otherwise)) {
            (Some(amount), _) if amount.is_zero() => Amount::None,
            (Some(amount), Some(currency)) => Amount::Of(amount, currency),
            _ => Amount::Unreadable,
        }
    }
}

/// What the columns say that feed the money of a kind, or of any kind.
fn said<'v>(binding: &'v Binding, record: &Record<'v, '_>, kind: Option<Kind>) -> Option<Said> {
    let text = |key: Key| match binding.text(record, key) {
        // It is there, and no number.
        Err(unread) => Some(unread.text),
        Ok(own) => binding.filled(own, key, None),
    };
    let is_of = |key: Key| kind.is_none_or(|kind| schema::field(kind, key).is_some());
    let currency = text(Key::Currency).and_then(currency_code);
    let number = |text: &str| amount_as_written(binding, text, currency);
    let (key, amount) = if let Some(price) = text(Key::Price).filter(|_| is_of(Key::Price)) {
        let quantity = text(Key::Quantity).map_or(Some(1), |text| text.parse().ok());
        let both = number(price).zip(quantity);
        (
            Key::Price,
            both.and_then(|(price, quantity)| times(price, quantity)),
        )
    } else if !is_of(Key::RevenueDecimal) {
        return None;
    } else if let Some(revenue) = text(Key::RevenueDecimal) {
        (Key::RevenueDecimal, number(revenue))
    } else {
        (
            Key::RevenueCpm,
            number(text(Key::RevenueCpm)?).map(thousandth),
        )
    };
    Some(Said {
        key,
        amount,
        currency,
    })
}

/// An amount as those are read that are sent: with its currency's mark, and, where the user said which
/// mark is that of decimals, with marks of thousands.
fn amount_as_written(binding: &Binding, text: &str, currency: Option<Currency>) -> Option<Decimal> {
    if let Some(number) = number(text) {
        return Some(number);
    }
    if text.len() > LONGEST {
        return None;
    }
    let (sign, bare) = match text.strip_prefix('-') {
        Some(bare) => ("-", bare),
        None => ("", text),
    };
    let bare = match parse::split_mark(bare) {
        Some((mark, _)) if !currency?.is_marked(mark) => return None,
        Some((_, bare)) => bare,
        None => bare,
    };
    number(&format!("{sign}{}", binding.numbers.plain(bare)?))
}

/// A plain number, also below zero: a refund.
fn number(text: &str) -> Option<Decimal> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if text.len() > LONGEST || !text.bytes().all(is_plain) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

/// What a row holds that is not sent, once, with its column: in the columns that feed money, or,
/// unless these are what a rule has decided about, in the first of the others that seem to hold some.
/// Exports have an amount in several columns, as with and without tax.
pub(super) fn left<'v>(
    binding: &'v Binding,
    record: &Record<'v, '_>,
    why: &Cause,
) -> Option<(Arc<str>, Amount)> {
    let said = said(binding, record, None);
    if let Some(said) = &said
        && let Some(column) = binding.source_of(said.key)
    {
        let amount = said.amount(Some(NO_CURRENCY));
        if amount != Amount::None {
            return Some((column.into(), amount));
        }
    }
    if binding.side_columns().has_no_amounts() || (said.is_some() && why.is_decided()) {
        return None;
    }
    let currency = binding
        .taken(record, Key::Currency, None)
        .and_then(currency_code);
    let mut first: Option<(&Arc<str>, Amount)> = None;
    for (column, held) in binding.side_columns().amounts(record, currency) {
        let amount = match held {
            Held::Amount(amount, currency) => Amount::Of(amount, currency.unwrap_or(NO_CURRENCY)),
            Held::Unreadable => Amount::Unreadable,
        };
        if first.is_none_or(|(_, first)| first == Amount::Unreadable && amount != first) {
            first = Some((column, amount));
        }
    }
    first.map(|(column, amount)| (Arc::clone(column), amount))
}

/// Counts that amount as left out.
pub(super) fn leave<'v>(
    binding: &'v Binding,
    record: &Record<'v, '_>,
    why: &Cause,
    left_out: &mut LeftOut,
) {
    if let Some((column, amount)) = left(binding, record, why) {
        left_out.add(why.clone(), &column, amount);
    }
}
