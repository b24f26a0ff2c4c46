//! Sums of money that are exact, whatever the amounts.
//!
//! `Decimal` holds 28 digits and rounds beyond them, which a hostile mix of huge and tiny amounts
//! reaches. Here amounts of one scale are summed as whole numbers, and scales meet only when the
//! sum is printed.

use std::fmt;

use rust_decimal::Decimal;

const SCALES: usize = 29;
const UNIT: i128 = 10_i128.pow(28);

/// An exact sum. Two thousand million amounts of the largest size fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    by_scale: [i128; SCALES],
    /// The most decimals that any amount was written with.
    scale: usize,
}

impl Default for Money {
    fn default() -> Self {
        Money {
            by_scale: [0; SCALES],
            scale: 0,
        }
    }
}

impl Money {
    /// Adds one amount.
    pub fn add(&mut self, amount: Decimal) {
        let scale = (amount.scale() as usize).min(SCALES - 1);
        self.by_scale[scale] = self.by_scale[scale].saturating_add(amount.mantissa());
        self.scale = self.scale.max(scale);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Money) {
        for (mine, theirs) in self.by_scale.iter_mut().zip(other.by_scale) {
            *mine = mine.saturating_add(theirs);
        }
        self.scale = self.scale.max(other.scale);
    }

    /// The sum as sign, whole units, and 10⁻²⁸ parts below one.
    fn parts(&self) -> (bool, u128, u128) {
        let mut whole = 0_i128;
        let mut below = 0_i128;
        for (scale, &sum) in (0_u32..).zip(&self.by_scale) {
            let one = 10_i128.pow(scale);
            whole = whole.saturating_add(sum.div_euclid(one));
            below += sum.rem_euclid(one) * (UNIT / one);
        }
        whole = whole.saturating_add(below / UNIT);
        below %= UNIT;
        if whole < 0 && below > 0 {
            (
                true,
                (whole + 1).unsigned_abs(),
                (UNIT - below).unsigned_abs(),
            )
        } else {
            (whole < 0, whole.unsigned_abs(), below.unsigned_abs())
        }
    }

    /// The sum with its whole units written by `whole`.
    fn written(&self, whole: impl Fn(u128) -> String) -> String {
        let (negative, units, below) = self.parts();
        let digits = format!("{below:028}");
        // Nobody writes 4.9 for 4.90, or 99 for 99.00.
        let least = self.scale.min(2);
        let decimals = digits.trim_end_matches('0').len().max(least);
        let sign = if negative { "-" } else { "" };
        let point = if decimals == 0 { "" } else { "." };
        format!("{sign}{}{point}{}", whole(units), &digits[..decimals])
    }

    /// The sum with thousands separators, for people.
    pub fn spaced(&self) -> String {
        self.written(super::figures::thousands)
    }
}

impl From<Decimal> for Money {
    fn from(amount: Decimal) -> Self {
        let mut money = Money::default();
        money.add(amount);
        money
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(|units| units.to_string()))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(amounts: &[&str]) -> String {
        let mut money = Money::default();
        for amount in amounts {
            money.add(amount.parse().unwrap());
        }
        money.to_string()
    }

    #[test]
    fn keeps_the_decimals_people_expect() {
        assert_eq!(sum(&[]), "0");
        assert_eq!(sum(&["1200", "300"]), "1500");
        assert_eq!(sum(&["0.50", "0.50"]), "1.00");
        assert_eq!(sum(&["4.990000"]), "4.99");
        assert_eq!(sum(&["0.0012", "1"]), "1.0012");
        assert_eq!(sum(&["0.5"]), "0.5");
        assert_eq!(sum(&["-0.25", "-1"]), "-1.25");
        assert_eq!(sum(&["-0.25", "1"]), "0.75");
    }

    #[test]
    fn is_exact_where_a_decimal_rounds() {
        assert_eq!(
            sum(&[
                "79228162514264337593543950335",
                "79228162514264337593543950335",
                "0.0000000000000000000000000001",
            ]),
            "158456325028528675187087900670.0000000000000000000000000001"
        );
    }

    #[test]
    fn separates_thousands_for_people() {
        let money = Money::from("1234567.891".parse::<Decimal>().unwrap());
        assert_eq!(money.spaced(), "1,234,567.891");
    }

    proptest! {
        #[test]
        fn agrees_with_decimal_where_that_is_exact(
            amounts in prop::collection::vec((-1_000_000_i64..1_000_000, 0_u32..6), 0..40),
        ) {
            let mut money = Money::default();
            let mut plain = Decimal::ZERO;
            for (mantissa, scale) in amounts {
                let amount = Decimal::new(mantissa, scale);
                money.add(amount);
                plain += amount;
            }
            prop_assert_eq!(money.to_string().parse::<Decimal>().unwrap(), plain);
        }
    }
}
