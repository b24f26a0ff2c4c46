//! Whether an amount is the price of one, or of all that a row counts. Where one product was
//! bought in different quantities, its amounts tell; else only a name may.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use super::looks::{self, Cell};
use crate::schema::Key;

/// The fields that tell.
pub(super) const ASKED: [Key; 4] = [Key::Price, Key::Quantity, Key::ProductId, Key::Currency];
/// Digits that count: a total that was rounded to cents is still a multiple of its price.
const DIGITS: u32 = 3;

/// What an amount is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PriceOf {
    One,
    All,
    /// No product was bought in two quantities, or its amounts differ anyhow.
    Unknown,
}

/// What was paid for one product.
#[derive(Debug, Default)]
struct Product {
    quantities: HashSet<Decimal>,
    prices: HashSet<Decimal>,
    /// The prices, each by its quantity.
    quotients: HashSet<Decimal>,
}

/// What the amounts are the price of, for most products that tell, by the cells of [`ASKED`]: each product
/// has a price of its own in each currency.
pub(super) fn price_of<'c>([prices, quantities, names, currencies]: [&'c [Cell]; 4]) -> PriceOf {
    let by_row = |cells: &'c [Cell]| -> HashMap<usize, &'c str> {
        cells
            .iter()
            .map(|(row, text)| (*row, text.as_str()))
            .collect()
    };
    let (quantities, names) = (by_row(quantities), by_row(names));
    let currencies = by_row(currencies);
    let mut products: HashMap<_, Product> = HashMap::new();
    for (row, price) in prices {
        let quantity = quantities.get(row).and_then(|text| looks::amount(text));
        let both = looks::amount(price).zip(quantity);
        let quotient = both.and_then(|(price, quantity)| price.checked_div(quantity));
        if let (Some((price, quantity)), Some(quotient)) = (both, quotient) {
            let product = (names.get(row), currencies.get(row));
            let product = products.entry(product).or_default();
            product.quantities.insert(quantity);
            product.prices.extend(price.round_sf(DIGITS));
            product.quotients.extend(quotient.round_sf(DIGITS));
        }
    }
    let telling = products
        .values()
        .filter(|product| product.quantities.len() > 1);
    let votes = telling.map(Product::vote).sum::<i32>();
    match votes {
        0 => PriceOf::Unknown,
        1.. => PriceOf::All,
        _ => PriceOf::One,
    }
}

impl Product {
    /// Whichever is the price has fewer values than what is made of it by the quantities.
    fn vote(&self) -> i32 {
        match self.quotients.len().cmp(&self.prices.len()) {
            std::cmp::Ordering::Less => 1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => -1,
        }
    }
}

/// Whether a name is rather that of a row's sum: `Umsatz`, `Line_total`. Given in plain.
pub(super) fn is_total_name(plain: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let is_of_all = has(&[
        "total", "gesamt", "umsatz", "revenue", "amount", "betrag", "summe", "erlös", "brutto",
        "netto", "gross", "subtotal", "proceeds", "montant", "importe", "importo", "ingresos",
        "ricavo", "receita", "value", "valor", "sales",
    ]) || plain == "sum";
    let is_of_one = has(&["unit", "einzel", "stück", "stueck", "each", "peritem"]);
    is_of_all && !is_of_one
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of rows of price, quantity and product.
    fn of(rows: &[(&str, &str, &str)]) -> PriceOf {
        let column = |text: fn(&(&str, &str, &str)) -> String| -> Vec<Cell> {
            rows.iter().map(text).enumerate().collect()
        };
        price_of([
            &column(|row| row.0.to_owned()),
            &column(|row| row.1.to_owned()),
            &column(|row| row.2.to_owned()),
            &[],
        ])
    }

    #[test]
    fn totals_grow_with_the_quantity_and_prices_do_not() {
        let totals = [("4,99", "1", "a"), ("9,98", "2", "a"), ("3.00", "1", "b")];
        assert_eq!(of(&totals), PriceOf::All);
        let prices = [("4.99", "1", "a"), ("4.99", "2", "a"), ("3.00", "7", "b")];
        assert_eq!(of(&prices), PriceOf::One);
        // A rounded third; a sale at another price.
        let totals = [
            ("3.33", "1", "a"),
            ("10.00", "3", "a"),
            ("2.50", "1", "a"),
            ("5.00", "2", "a"),
        ];
        assert_eq!(of(&totals), PriceOf::All);
    }

    #[test]
    fn what_cannot_be_known_is_not() {
        assert_eq!(of(&[]), PriceOf::Unknown);
        // Each product in one quantity.
        let apart = [("4.99", "1", "a"), ("9.98", "2", "b"), ("3", "1", "a")];
        assert_eq!(of(&apart), PriceOf::Unknown);
        // Neither the same price nor multiples.
        let any = [("4.99", "1", "a"), ("7.10", "2", "a"), ("3", "0", "a")];
        assert_eq!(of(&any), PriceOf::Unknown);
    }

    #[test]
    fn names_of_sums_are_told_from_those_of_prices() {
        for name in [
            "umsatz",
            "gesamtbetrag",
            "amount",
            "revenue",
            "total",
            "linetotal",
            "sum",
        ] {
            assert!(is_total_name(name), "{name}");
        }
        for name in ["price", "einzelpreis", "unitamount", "preis", "consumption"] {
            assert!(!is_total_name(name), "{name}");
        }
    }
}
