//! What columns that no field takes say against what is sent: another platform, currency or
//! quantity, or that nobody paid. Such a row is valid, and a person has to hear of it.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::parsed::Parsed;
use crate::mapping::{AmountUnit, Binding, Feed, HUNDREDTHS, Meaning, RefundSign, Told};
use crate::model::{Currency, Kind, Platform, shown};
use crate::parse::{self, Value, currency_code};
use crate::schema::Key;
use crate::stats::{Remark, Remarks};

/// The most bytes of a word.
const LONGEST: usize = 40;

/// Notes what the columns beside the fields say of a valid row.
pub(super) fn remark(parsed: &mut Parsed<'_>, is_open: bool, remarks: &mut Remarks) {
    let (binding, record) = (parsed.binding, parsed.record);
    let refunds = binding.refunds().filter(|_| parsed.kind.is_money());
    for told in binding.side_columns().told(&record) {
        // Such a column is said once, for the whole input.
        if matches!(refunds, Some(RefundSign::Column(name)) if name == told.name) {
            continue;
        }
        if speaks_against(told, parsed) {
            let remark = Remark::ColumnSays(told.meaning, told.name.clone());
            parsed.remarks.push((remark, shown(told.text)));
        } else if told.meaning == Meaning::Refund && parsed.kind.is_money() {
            remarks.add_payment(told.name, shown(told.text));
        }
    }
    if let Some(sign) = refunds {
        let amount = Key::AMOUNTS.map(|key| binding.text(&record, key).ok().flatten());
        let amount = amount.into_iter().flatten().next().unwrap_or_default();
        let remark = Remark::Refund(sign.clone());
        parsed.remarks.push((remark, shown(amount)));
    }
    line_total(parsed);
    if is_open && parsed.kind.is_money() {
        open_end(parsed);
    }
    if let (Kind::Purchase, Some(column)) = (parsed.kind, binding.absent_quantity()) {
        let remark = Remark::NoQuantity(Arc::clone(column));
        parsed.remarks.push((remark, "1".into()));
    }
    for key in Key::AMOUNTS {
        if !parsed.has(key) {
            continue;
        }
        if let Some(unit) = wrong_unit(parsed, key) {
            let remark = Remark::NotScaled(key, unit.clone());
            let text = binding.text(&record, key).ok().flatten();
            parsed
                .remarks
                .push((remark, shown(text.unwrap_or_default())));
        }
        if let (Some((column, named)), Value::Currency(sent)) =
            (binding.named_currency(key), parsed.get(Key::Currency))
            && *named != sent
        {
            let remark = Remark::NamedCurrency(*named, column.clone());
            parsed.remarks.push((remark, sent.code().into()));
        }
    }
}

/// The column of an amount that goes in another unit than that of its currency, as far as the name
/// of the column and the mapping tell: yen have no hundredths, and dinars have thousandths.
pub(super) fn wrong_unit<'v>(parsed: &Parsed<'v>, key: Key) -> Option<&'v AmountUnit> {
    let unit = parsed.binding.amount_unit(key)?;
    let Value::Amount(amount) = parsed.get(key) else {
        return None;
    };
    let currency = match parsed.get(Key::Currency) {
        Value::Currency(currency) => Some(currency),
        _ => None,
    };
    let decimals = currency.and_then(Currency::decimals).unwrap_or(2);
    let is_wrong = match unit.is_scaled {
        false => unit.power != HUNDREDTHS || decimals != 0,
        true if decimals == 2 || amount.is_zero() => false,
        true => {
            let code = currency?.code().to_lowercase();
            let feed = parsed.binding.feed(key);
            feed.fixed_scale(key, &parsed.record, &code) == Some(unit.power)
        }
    };
    is_wrong.then_some(unit)
}

/// What stands in the last cell of a file without its last line end, where a shortened one would be
/// valid, too: a code or an id of a fixed length is whole.
fn open_end(parsed: &mut Parsed<'_>) {
    let fields = Key::AMOUNTS.into_iter().chain(MAY_BE_SHORTER);
    let last = fields.filter(|key| parsed.has(*key) && parsed.binding.is_last(*key));
    let cut = last.filter(|key| match (parsed.get(*key), parsed.get(Key::Currency)) {
        // With the last of its decimals it is whole.
        (Value::Amount(amount), Value::Currency(currency)) => {
            let decimals = currency.decimals().unwrap_or_default();
            decimals == 0 || amount.scale() < decimals
        }
        _ => true,
    });
    let remarks: Vec<_> = cut
        .filter_map(|key| {
            let text = parsed.binding.text(&parsed.record, key).ok().flatten()?;
            Some((Remark::OpenEnd(key), shown(text)))
        })
        .collect();
    parsed.remarks.extend(remarks);
}

/// What a shortened cell would change without a fault: how much, or which purchase it is.
const MAY_BE_SHORTER: [Key; 4] = [
    Key::Quantity,
    Key::EventId,
    Key::ProductId,
    Key::CustomerUserId,
];

/// A price that is that of all, sent for each of several.
fn line_total(parsed: &mut Parsed<'_>) {
    if let (Kind::Purchase, Some(columns), Value::Integer(quantity), Value::Amount(price)) = (
        parsed.kind,
        parsed.binding.line_total(),
        parsed.get(Key::Quantity),
        parsed.get(Key::Price),
    ) && quantity > 1
    {
        let said = format!("{quantity} x {price}");
        let remark = Remark::LineTotal(columns.clone());
        parsed.remarks.push((remark, said.into()));
    }
}

fn speaks_against(told: Told<'_>, parsed: &Parsed<'_>) -> bool {
    let Told { meaning, text, .. } = told;
    match meaning {
        Meaning::Platform => parsed
            .platform()
            .is_some_and(|sent| is_other_platform(text, sent)),
        Meaning::Currency => match parsed.get(Key::Currency) {
            Value::Currency(sent) => is_other_currency(text, sent),
            _ => false,
        },
        Meaning::Quantity => match parsed.get(Key::Quantity) {
            Value::Integer(sent) if !is_said(parsed.binding, Key::Quantity) => {
                quantity(text).is_some_and(|said| said != Decimal::from(sent))
            }
            _ => false,
        },
        _ => parsed.kind.is_money() && meaning.denies_payment(text),
    }
}

/// Whether the user or the mapping says what it is in all rows: then it is no oversight.
fn is_said(binding: &Binding, key: Key) -> bool {
    matches!(binding.feed(key), Feed::Constant(_)) || !binding.fill(key).is_empty()
}

/// `Android 14` says Android, `17.2` nothing. Which shop an Android app came from is another
/// question than what it runs on.
fn is_other_platform(text: &str, sent: Platform) -> bool {
    let word = text.split(|c: char| c.is_ascii_digit()).next();
    let word = word.unwrap_or_default().trim();
    if word.is_empty() || word.len() > LONGEST {
        return false;
    }
    match parse::platform(word) {
        Some(Platform::Android) => sent == Platform::Ios,
        said => said != Some(sent),
    }
}

/// A word or a sign that is read as no currency is another one, but for the sign of many.
fn is_other_currency(text: &str, sent: Currency) -> bool {
    let is_word = text.len() <= LONGEST && !text.contains(|c: char| c.is_ascii_digit());
    let said = match text.to_lowercase().as_str() {
        "€" | "euro" => Some(Currency(*b"EUR")),
        "£" => Some(Currency(*b"GBP")),
        "$" => return false,
        _ => currency_code(text),
    };
    is_word && said != Some(sent)
}

/// The number that a cell begins with: `2`, `2,0`, `3 pcs`.
fn quantity(text: &str) -> Option<Decimal> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let end = text
        .find(|c| !is_part(c))
        .unwrap_or(text.len())
        .min(LONGEST);
    let number = text.get(..end)?.replace(',', ".");
    Decimal::from_str_exact(&number).ok()
}
