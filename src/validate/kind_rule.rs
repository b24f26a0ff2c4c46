//! Which request a row becomes.
//!
//! `--kind`, else the rules of the mapping, else a column `kind`, else the fields that it has: purchase fields make a purchase,
//! mediation fields an ad impression, an event name an event; an open must be said. What the row
//! itself says goes before what `--set` says for all rows.

use crate::mapping::{Binding, Feed, Record};
use crate::model::{Code, Fault, Kind};
use crate::parse::Placeholders;
use crate::schema::Key;

/// Only a mediation has these.
const MEDIATION: [Key; 3] = [
    Key::AdRevenueMediation,
    Key::RevenueDecimal,
    Key::RevenueCpm,
];

/// The kind, or why there is none.
pub(super) fn decide(binding: &Binding, record: &Record<'_, '_>) -> Result<Kind, Fault> {
    if let Some(kind) = binding.kind {
        return Ok(kind);
    }
    if let Some(kind) = binding.kind_of(record)? {
        return Ok(kind);
    }
    let own = binding.text(record, Key::Kind);
    let own = own.map_err(|unread| unread.at(Key::Kind.name()))?;
    let own = own.filter(|text| !Placeholders::Words.contain(text));
    if let Some(text) = own.or_else(|| binding.fill(Key::Kind).get(None)) {
        return said(text);
    }
    for constant in [false, true] {
        if let Some(kind) = looks_like(binding, record, constant)? {
            return Ok(kind);
        }
    }
    let hint = "pass --kind if all rows are of one kind, or name the column that holds it with --map kind=COLUMN";
    Err(Fault::new(Code::UnknownKind, Key::Kind.name(), "", hint))
}

fn said(text: &str) -> Result<Kind, Fault> {
    if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == text) {
        return Ok(kind);
    }
    text.parse().map_err(|_| {
        let hint = "write open, event, purchase, ad_impression or subscription";
        Fault::new(Code::UnknownKind, Key::Kind.name(), text, hint)
    })
}

/// The rule of thumb, over what columns say or over what constants and `--set` say.
fn looks_like(
    binding: &Binding,
    record: &Record<'_, '_>,
    constant: bool,
) -> Result<Option<Kind>, Fault> {
    let has = |key: Key| {
        let is_said = || {
            let text = binding.text(record, key);
            // What cannot be read is there, and will be a fault of its field.
            text.map_or(true, |text| {
                text.is_some_and(|text| !Placeholders::in_field(key).contain(text))
            })
        };
        let is_fixed = matches!(binding.feed(key), Feed::Constant(_));
        let is_set = constant && !binding.fill(key).is_empty();
        is_set || is_fixed == constant && is_said()
    };
    let bought = has(Key::ProductId) || has(Key::Price);
    let mediated = MEDIATION.into_iter().any(has);
    if bought && mediated {
        let hint = "it has a price and ad revenue: pass --kind, or add a column `kind`";
        return Err(Fault::new(Code::UnknownKind, Key::Kind.name(), "", hint));
    }
    // An ad impression has a currency as well, so that alone says less than the rest.
    Ok(if mediated {
        Some(Kind::AdImpression)
    } else if bought || has(Key::Currency) {
        Some(Kind::Purchase)
    } else if has(Key::Event) {
        Some(Kind::Event)
    } else {
        None
    })
}
