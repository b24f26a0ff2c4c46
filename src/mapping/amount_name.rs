//! What the name of a column says of the numbers in it: whether they are money, and which.

use rust_decimal::Decimal;

use super::number::{number, scaled};
use crate::model::Currency;
use crate::parse::currency_code;

/// Names that mean money and nothing else.
const REVENUE: &str =
    "revenue revenues proceeds earnings umsatz ricavo ingresos erlös erloes erlöse";
/// Names that mean money, or points, or gold.
const AMOUNT: &str = "price prices amount amounts paid payment total sales preis betrag prix montant precio \
    importe prezzo importo summe bedrag kwota tutar valor";
/// Names that mean something else, although they have one of the others in them.
const OTHER: &str = "type tier cost costs id ids code network precision date time at count name lifetime ltv \
    predicted tax vat discount commission rate virtual coins gems gold percentage percent \
    source status model period spent";
/// The most characters of an amount that has a meaning.
const LONGEST: usize = 40;

/// What a name says of the numbers below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Counts without a currency beside it.
    is_sure: bool,
    /// The power of ten to major units: micros and cents are counted in them.
    power: i32,
    /// The currency, where the name says it.
    currency: Option<Currency>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// A number that is not zero, and its currency, if the row says it.
    Amount(Decimal, Option<Currency>),
    /// Something that is no number.
    Unreadable,
}

impl Unit {
    /// What a cell of such a column holds; `of_row` is the currency that the row says elsewhere.
    pub(super) fn read(
        self,
        text: &str,
        of_row: impl FnOnce() -> Option<Currency>,
    ) -> Option<Held> {
        let amount = (text.len() <= LONGEST)
            .then(|| match self.power {
                0 => number(text),
                power => scaled(text, power),
            })
            .flatten();
        match amount {
            Some(amount) if amount.is_zero() => None,
            Some(amount) => {
                let currency = self.currency.or_else(of_row);
                (self.is_sure || currency.is_some()).then_some(Held::Amount(amount, currency))
            }
            // `12,50 €` is money that cannot be read; a word below `total` is a word.
            None if self.is_sure && text.bytes().any(|byte| byte.is_ascii_digit()) => {
                Some(Held::Unreadable)
            }
            None => None,
        }
    }
}

/// What a name says, if it is a name of money.
pub(super) fn unit(name: &str) -> Option<Unit> {
    let words = words(name);
    let any = |list: &str| {
        list.split(' ')
            .any(|known| words.iter().any(|word| word == known))
    };
    let is_revenue = any(REVENUE);
    // GA4's parameter for what an event is worth.
    let is_value =
        matches!(words.as_slice(), [.., list, value] if list == "params" && value == "value");
    if any(OTHER) || !(is_revenue || is_value || any(AMOUNT)) {
        return None;
    }
    let last = words.last().map_or("", String::as_str);
    let currency = currency_of(&words);
    // `revenue_currency` holds a code, `price_in_purchased_currency` a price.
    if last == "currency" && !words.iter().any(|word| word == "in") {
        return None;
    }
    Some(Unit {
        is_sure: is_revenue,
        power: power_of(&words),
        currency,
    })
}

/// The power of ten that makes major units of the amounts of a column, if its name says one:
/// `price_micros`, `priceAmountMicros`, `amount_minor`, `revenue_e6`.
pub(crate) fn power_in(name: &str) -> Option<i32> {
    Some(power_of(&words(name))).filter(|power| *power != 0)
}

/// The power of ten that makes full units of cents.
pub(crate) const HUNDREDTHS: i32 = -2;
/// The same of micros.
const MILLIONTHS: i32 = -6;

fn power_of(words: &[String]) -> i32 {
    let is_any = |list: &str| {
        let mut known = list.split(' ');
        known.any(|known| words.iter().any(|word| word == known))
    };
    let ends = |end: &str| words.iter().any(|word| word.ends_with(end));
    if is_any("micro microunits e6 millionths") || ends("micros") {
        MILLIONTHS
    } else if is_any("cents minor minorunits subunits pence centavos e2 hundredths")
        || ends("cents") && !ends("percents")
    {
        HUNDREDTHS
    } else {
        0
    }
}

/// What a power of ten is called.
pub(crate) fn name_of_power(power: i32) -> &'static str {
    if power == MILLIONTHS {
        "millionths"
    } else {
        "hundredths"
    }
}

/// Whether a name is that of amounts.
pub(crate) fn holds_amounts(name: &str) -> bool {
    unit(name).is_some()
}

/// The currency that the name of an amount ends with: `Revenue USD`.
pub(super) fn currency_in(name: &str) -> Option<Currency> {
    currency_of(&words(name))
}

fn currency_of(words: &[String]) -> Option<Currency> {
    let last = words
        .last()
        .filter(|last| last.len() == 3 && words.len() > 1)?;
    currency_code(last)
}

/// The words of a name, in lower case: `[eventRevenue_USD]` has three.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = None;
    for c in name.chars() {
        let starts = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        if (!c.is_alphanumeric() || starts) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_money_are_told_from_others() {
        for name in [
            "Event Revenue",
            "{reporting_revenue}",
            "revenueUsd",
            "price_in_purchased_currency",
            "properties.$revenue",
            "Umsatz",
        ] {
            assert!(unit(name).is_some(), "{name}");
        }
        for name in [
            "revenue_currency",
            "Event Revenue Currency",
            "[ad_revenue_network]",
            "price_tier",
            "lifetime_revenue",
            "total_spent",
            "Cost Value",
            "product_id",
            "colour",
            "transaction_id",
            "total_count",
        ] {
            assert_eq!(unit(name), None, "{name}");
        }
    }

    #[test]
    fn an_amount_counts_beside_a_currency_and_revenue_always() {
        let usd = Currency(*b"USD");
        let read = |name: &str, text: &str, currency: Option<Currency>| {
            unit(name).and_then(|unit| unit.read(text, || currency))
        };
        let amount = |text: &str, currency| {
            let amount = text.parse().ok();
            amount.map(|amount: Decimal| Held::Amount(amount, currency))
        };
        assert_eq!(read("amount", "500", None), None);
        assert_eq!(read("amount", "5.00", Some(usd)), amount("5.00", Some(usd)));
        assert_eq!(read("price_usd", "5", None), amount("5", Some(usd)));
        assert_eq!(read("revenue", "9.99", None), amount("9.99", None));
        assert_eq!(
            read("revenue_micros", "4990000", None),
            amount("4.99", None)
        );
        assert_eq!(read("revenue", "-9.99", None), amount("-9.99", None));
        assert_eq!(read("revenue", "0.00", Some(usd)), None);
        assert_eq!(read("revenue", "12,50 €", None), Some(Held::Unreadable));
        assert_eq!(read("total", "twelve 12", None), None);
        assert_eq!(read("revenue", "none yet", None), None);
    }
}
