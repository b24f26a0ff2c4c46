//! Sums of money that are exact, whatever the amounts.
//!
//! `Decimal` holds 28 digits and rounds beyond them, which a hostile mix of huge and tiny amounts
//! reaches. Here amounts of one scale are summed as whole numbers, and scales meet only when the
//! sum is printed.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// The most decimals that an amount has.
const DECIMALS: u32 = 28;
const UNIT: i128 = 10_i128.pow(DECIMALS);

/// An exact sum. Two thousand million amounts of the largest size fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Money {
    /// By scale, smallest first: most sums have amounts of one scale or two.
    by_scale: Vec<(u32, i128)>,
}

impl Money {
    /// Adds one amount.
    pub fn add(&mut self, amount: Decimal) {
        self.add_scaled(amount.scale().min(DECIMALS), amount.mantissa());
    }

    /// Takes one amount away again.
    pub fn subtract(&mut self, amount: Decimal) {
        self.add(-amount);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Money) {
        for (scale, sum) in &other.by_scale {
            self.add_scaled(*scale, *sum);
        }
    }

    /// Whether nothing is left over.
    pub fn is_zero(&self) -> bool {
        self.parts() == (false, 0, 0)
    }

    fn add_scaled(&mut self, scale: u32, amount: i128) {
        match self.by_scale.binary_search_by_key(&scale, |entry| entry.0) {
            Ok(at) => {
                let sum = &mut self.by_scale[at].1;
                *sum = sum.saturating_add(amount);
            }
            Err(at) => self.by_scale.insert(at, (scale, amount)),
        }
    }

    /// The sum as sign, whole units, and 10⁻²⁸ parts below one.
    fn parts(&self) -> (bool, u128, u128) {
        let mut whole = 0_i128;
        let mut below = 0_i128;
        for (scale, sum) in &self.by_scale {
            let one = 10_i128.pow(*scale);
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

    /// The sum with its whole units written by `whole`, and at least `least` decimals.
    pub fn written(&self, least: u32, whole: impl Fn(u128) -> String) -> String {
        let (negative, units, below) = self.parts();
        let digits = format!("{below:028}");
        let decimals = digits.trim_end_matches('0').len().max(least as usize);
        let sign = if negative { "-" } else { "" };
        let point = if decimals == 0 { "" } else { "." };
        format!("{sign}{}{point}{}", whole(units), &digits[..decimals])
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
        // Nobody writes 4.9 for 4.90, or 99 for 99.00.
        let scale = self.by_scale.last().map_or(0, |(scale, _)| *scale);
        f.write_str(&self.written(scale.min(2), |units| units.to_string()))
    }
}

/// As text, since JSON's numbers are not exact everywhere.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
    fn ten_million_dimes_and_one_huge_amount_keep_every_digit() {
        let mut money = Money::from(Decimal::from(1_000_000_000_000_000_i64));
        let dime: Decimal = "0.1".parse().unwrap();
        for _ in 0..10_000_000 {
            money.add(dime);
        }
        assert_eq!(money.to_string(), "1000000001000000.0");
        assert_eq!(
            sum(&["1000000000000000", "0.0000000000000000000000000001"]),
            "1000000000000000.0000000000000000000000000001"
        );
    }

    #[test]
    fn what_is_taken_away_leaves_nothing() {
        let mut money = Money::default();
        money.add("4.99".parse().unwrap());
        money.add("0.015".parse().unwrap());
        money.subtract("4.99".parse().unwrap());
        assert!(!money.is_zero());
        money.subtract("0.015".parse().unwrap());
        assert!(money.is_zero());
    }

    #[test]
    fn whole_units_are_written_as_wished() {
        let money = Money::from("1234567.891".parse::<Decimal>().unwrap());
        let written = |least| money.written(least, |units| format!("{units}!"));
        assert_eq!(
            (&*written(2), &*written(4)),
            ("1234567!.891", "1234567!.8910")
        );
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
