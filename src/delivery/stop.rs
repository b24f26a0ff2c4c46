//! When too much has gone wrong to go on: rows that failed, or rows that were rejected.

use std::str::FromStr;

/// `--max-failures N` or `N%`, over refused, failed and in-doubt rows of those sent;
/// `--max-rejected` likewise, over rejected rows of those read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFailures {
    /// More than this many rows.
    Rows(u64),
    /// More than this part of the rows sent, from [`MaxFailures::FROM`] rows on.
    Share(f64),
}

impl MaxFailures {
    /// A share says nothing about fewer rows.
    pub const FROM: u64 = 200;

    /// Whether the run shall stop.
    pub fn reached(self, bad: u64, sent: u64) -> bool {
        match self {
            MaxFailures::Rows(most) => bad > most,
            MaxFailures::Share(_) => sent >= Self::FROM && self.exceeded(bad, sent),
        }
    }

    /// Whether it is too much, of all that there is.
    pub fn exceeded(self, bad: u64, all: u64) -> bool {
        match self {
            MaxFailures::Rows(most) => bad > most,
            MaxFailures::Share(most) => bad as f64 > all as f64 * most,
        }
    }
}

impl std::fmt::Display for MaxFailures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MaxFailures::Rows(rows) => write!(f, "{rows}"),
            MaxFailures::Share(share) => write!(f, "{} %", share * 100.0),
        }
    }
}

/// What cannot be read as a stop rule.
#[derive(Debug, thiserror::Error)]
#[error("write a number of rows (100) or a share of them (10%)")]
pub struct NoStopRule;

impl FromStr for MaxFailures {
    type Err = NoStopRule;

    fn from_str(text: &str) -> Result<Self, NoStopRule> {
        match text.trim().strip_suffix('%') {
            None => text
                .trim()
                .parse()
                .map(MaxFailures::Rows)
                .map_err(|_| NoStopRule),
            Some(number) => {
                let percent: f64 = number.trim().parse().map_err(|_| NoStopRule)?;
                let sane = (0.0..=100.0).contains(&percent);
                sane.then_some(MaxFailures::Share(percent / 100.0))
                    .ok_or(NoStopRule)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_from_two_hundred_rows_on() {
        let tenth: MaxFailures = "10%".parse().expect("a share");
        assert!(!tenth.reached(199, 199));
        assert!(!tenth.reached(20, 200));
        assert!(tenth.reached(21, 200));
    }

    #[test]
    fn a_number_counts_at_once() {
        let most: MaxFailures = "0".parse().expect("a number");
        assert!(!most.reached(0, 1000));
        assert!(most.reached(1, 1));
    }

    #[test]
    fn nonsense_is_no_rule() {
        for text in ["", "-1", "ten", "120%", "NaN%", "1,5%"] {
            assert!(text.parse::<MaxFailures>().is_err(), "{text}");
        }
    }
}
