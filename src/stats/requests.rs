//! What went over the wire: how many requests, how fast they left, how fast they were answered.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::timeline::Peak;
use crate::model::Moment;

/// What went over the wire.
#[derive(Debug)]
pub struct Requests {
    /// Requests that left.
    pub sent: u64,
    /// Those that were not the first for their row.
    pub retries: u64,
    /// How long all of sending was on hold.
    pub waited: Duration,
    /// µs, up to an hour, three digits exact.
    pub latency: Histogram<u32>,
    /// The longest, µs.
    pub slowest: u64,
    /// The busiest second.
    pub peak: Peak,
    /// When the first and the last one left.
    pub bounds: Option<(Moment, Moment)>,
}

impl Requests {
    /// The mean pace in requests per second, from the first to the last.
    pub fn achieved(&self) -> Option<f64> {
        let (first, last) = self.bounds?;
        let span = last.since(first).as_secs_f64();
        (span > 0.0).then(|| self.sent.saturating_sub(1) as f64 / span)
    }

    /// The latency in µs that this share of the answers kept within.
    pub fn within(&self, share: f64) -> u64 {
        self.latency.value_at_quantile(share).min(self.slowest)
    }

    /// Adds one request that left at `left` and was answered after so many µs.
    pub fn add(&mut self, left: Moment, latency: u64, retry: bool) {
        self.sent += 1;
        self.retries += u64::from(retry);
        self.latency.saturating_record(latency);
        self.slowest = self.slowest.max(latency);
        let (first, last) = self.bounds.unwrap_or((left, left));
        self.bounds = Some((first.min(left), last.max(left)));
        self.peak.count(left);
    }
}

impl Default for Requests {
    fn default() -> Self {
        const HOUR: u64 = 3_600_000_000;
        Requests {
            sent: 0,
            retries: 0,
            waited: Duration::ZERO,
            latency: Histogram::new_with_bounds(1, HOUR, 3).expect("the bounds are constants"),
            slowest: 0,
            peak: Peak::default(),
            bounds: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_measured_between_requests() {
        let mut requests = Requests::default();
        assert_eq!(requests.achieved(), None);
        for number in 0..11 {
            requests.add(Moment(number * 10_000), 70_000, false);
        }
        assert_eq!(requests.achieved(), Some(100.0));
        assert_eq!(requests.peak.most(), 11);
        assert_eq!((requests.within(0.99), requests.slowest), (70_000, 70_000));
    }
}
