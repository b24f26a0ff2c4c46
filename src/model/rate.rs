//! A rate of requests, as people type it.

use std::fmt;
use std::str::FromStr;

/// Requests over time: `100/s`, `600/m`, `unlimited`. At least one a minute, at most a million a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    per_second: Option<f64>,
}

impl Rate {
    /// Requests a second; `None` is unlimited.
    pub fn per_second(self) -> Option<f64> {
        self.per_second
    }
}

/// Text that is not a rate.
#[derive(Debug, thiserror::Error)]
#[error("write 100/s, 600/m or unlimited")]
pub struct InvalidRate;

impl FromStr for Rate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        if text == "unlimited" {
            return Ok(Rate { per_second: None });
        }
        let (number, unit) = text.split_once('/').ok_or(InvalidRate)?;
        let number: f64 = number.trim().parse().map_err(|_| InvalidRate)?;
        let seconds = match unit.trim() {
            "s" => 1.0,
            "m" => 60.0,
            _ => return Err(InvalidRate),
        };
        let rate = number / seconds;
        let sane = rate.is_finite() && (1.0 / 60.0..=1e6).contains(&rate);
        sane.then_some(Rate {
            per_second: Some(rate),
        })
        .ok_or(InvalidRate)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.per_second {
            None => f.write_str("unlimited"),
            Some(rate) if rate < 1.0 => write!(f, "{}/m", rate * 60.0),
            Some(rate) => write!(f, "{rate}/s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read() {
        let per_second = |text: &str| text.parse::<Rate>().map(Rate::per_second).ok();
        assert_eq!(per_second("100/s"), Some(Some(100.0)));
        assert_eq!(per_second("90/m"), Some(Some(1.5)));
        assert_eq!(per_second("unlimited"), Some(None));
        for nonsense in ["", "100", "0/s", "-5/s", "5/h", "inf/s", "NaN/s", "1e9/s"] {
            assert_eq!(per_second(nonsense), None, "{nonsense}");
        }
    }
}
