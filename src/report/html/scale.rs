//! The vertical scale of a chart: where its lines are, and where a value is between them.

/// Values at and above this many times the typical one ask for powers of ten.
const WIDE: f64 = 25.0;

/// From the bottom, 0.0, to the top, 1.0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// From zero to this.
    Linear(f64),
    /// From ten to the one power to ten to the other.
    Powers(i32, i32),
}

impl Scale {
    /// From zero to a round number that is not below `most`.
    pub(super) fn up_to(most: f64) -> Self {
        Scale::Linear(round_up(most))
    }

    /// Powers of ten if the values are far apart, else from zero.
    pub(super) fn over(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| *v > 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
            return Scale::Linear(1.0);
        };
        if most / sorted[sorted.len() / 2] < WIDE {
            return Scale::up_to(*most);
        }
        let low = least.log10().floor().clamp(-3.0, 9.0);
        let high = most.log10().ceil().clamp(low + 1.0, 12.0);
        // Between -3 and 12: no digit is lost.
        #[expect(clippy::cast_possible_truncation, reason = "clamped above")]
        Scale::Powers(low as i32, high as i32)
    }

    /// Where a value is, between 0 and 1.
    pub(super) fn place(self, value: f64) -> f64 {
        let place = match self {
            Scale::Linear(top) => value / top,
            Scale::Powers(low, high) => {
                (value.max(1e-9).log10() - f64::from(low)) / f64::from(high - low)
            }
        };
        place.clamp(0.0, 1.0)
    }

    /// The lines, from the bottom to the top.
    pub(super) fn lines(self) -> Vec<f64> {
        match self {
            Scale::Linear(top) => vec![0.0, top / 2.0, top],
            Scale::Powers(low, high) => (low..=high).map(|power| 10_f64.powi(power)).collect(),
        }
    }
}

/// 1, 2, 4, 5, 6 or 8 times a power of ten: half of it is easy to read, too.
fn round_up(most: f64) -> f64 {
    if most.is_nan() || most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let fits = steps
        .into_iter()
        .find(|step| step * power >= most * 0.999_999);
    fits.unwrap_or(10.0) * power
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn tops_are_round_and_never_below() {
        let tops = [0.0, 0.7, 1.0, 97.3, 100.0, 101.0, 5_200.0].map(round_up);
        assert_eq!(tops, [1.0, 0.8, 1.0, 100.0, 100.0, 120.0, 6_000.0]);
    }

    #[test]
    fn far_values_get_powers_of_ten() {
        assert_eq!(Scale::over(&[30.0, 40.0, 55.0]), Scale::Linear(60.0));
        let wide = Scale::over(&[30.0, 40.0, 45.0, 60_000.0]);
        assert_eq!(wide, Scale::Powers(1, 5));
        assert_eq!(wide.lines(), [10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]);
        assert!((wide.place(1_000.0) - 0.5).abs() < 1e-9);
        assert_eq!(Scale::over(&[]), Scale::Linear(1.0));
    }

    #[test]
    fn places_stay_inside() {
        let scale = Scale::Linear(10.0);
        assert_eq!([-1.0, 5.0, 99.0].map(|v| scale.place(v)), [0.0, 0.5, 1.0]);
    }
}
