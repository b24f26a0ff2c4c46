//! What went over the wire: how many requests, how fast they left, how fast they were answered;
//! and what happened when, in at most six hundred points however long the run is.

use std::time::Duration;

use hdrhistogram::Histogram;

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
    /// The mean rate in requests per second, from the first to the last; `None` for fewer than two.
    pub fn achieved(&self) -> Option<f64> {
        let (first, last) = self.bounds?;
        let span = last.since(first).as_secs_f64();
        (span > 0.0).then(|| self.sent.saturating_sub(1) as f64 / span)
    }

    /// The latency in µs that this share (0 to 1) of the answers did not exceed.
    pub fn within(&self, share: f64) -> u64 {
        self.latency.value_at_quantile(share).min(self.slowest)
    }

    /// Adds one request that left at `left` and was answered after `latency` µs.
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

/// How many points there are at most.
pub const POINTS: usize = 600;

/// What happened within one interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Point {
    /// Rows read.
    pub read: u64,
    /// Requests that left.
    pub sent: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows that ended refused, failed or in doubt.
    pub troubled: u64,
    /// All latencies together, µs.
    pub latency_sum: u64,
    /// The longest latency, µs.
    pub latency_max: u64,
    /// How long sending was on hold.
    pub waited: Duration,
}

impl Point {
    fn plus(&self, other: &Point) -> Point {
        Point {
            read: self.read + other.read,
            sent: self.sent + other.sent,
            accepted: self.accepted + other.accepted,
            troubled: self.troubled + other.troubled,
            latency_sum: self.latency_sum.saturating_add(other.latency_sum),
            latency_max: self.latency_max.max(other.latency_max),
            waited: self.waited + other.waited,
        }
    }
}

/// The points, and how long each one is. When they are used up, neighbours are merged and the
/// interval doubles. Facts may come late (an answer belongs to the second in which its request
/// left), never out of bounds.
#[derive(Debug)]
pub struct Timeline {
    interval: u64,
    points: Vec<Point>,
}

impl Default for Timeline {
    fn default() -> Self {
        Timeline {
            interval: 1,
            points: Vec::new(),
        }
    }
}

impl Timeline {
    /// The point to which a moment belongs.
    pub fn at(&mut self, moment: Moment) -> &mut Point {
        let second = moment.0 / 1_000_000;
        while second / self.interval >= POINTS as u64 {
            self.halve();
        }
        let index = usize::try_from(second / self.interval).unwrap_or(POINTS - 1);
        if index >= self.points.len() {
            self.points.resize(index + 1, Point::default());
        }
        &mut self.points[index]
    }

    /// How many seconds a point stands for.
    pub fn interval(&self) -> u64 {
        self.interval
    }

    /// The points from the start of the run, idle ones too.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    fn halve(&mut self) {
        let alone = Point::default();
        let pair = |pair: &[Point]| pair[0].plus(pair.get(1).unwrap_or(&alone));
        self.points = self.points.chunks(2).map(pair).collect();
        self.interval *= 2;
    }
}

/// Seconds that are still being counted: longer than any request may take.
const OPEN_SECONDS: usize = 256;

/// The busiest second of a run.
#[derive(Debug)]
pub struct Peak {
    seconds: [(u64, u64); OPEN_SECONDS],
    peak: u64,
}

impl Default for Peak {
    fn default() -> Self {
        Peak {
            seconds: [(0, 0); OPEN_SECONDS],
            peak: 0,
        }
    }
}

impl Peak {
    /// Counts a request in the second in which it left.
    pub fn count(&mut self, left: Moment) {
        let second = left.0 / 1_000_000;
        let slot = usize::try_from(second % OPEN_SECONDS as u64).unwrap_or_default();
        let open = &mut self.seconds[slot];
        if open.0 != second {
            *open = (second, 0);
        }
        open.1 += 1;
        self.peak = self.peak.max(open.1);
    }

    /// Requests in the busiest second.
    pub fn most(&self) -> u64 {
        self.peak
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

    fn second(number: u64) -> Moment {
        Moment(number * 1_000_000)
    }

    #[test]
    fn stays_within_its_points_and_loses_nothing() {
        let mut timeline = Timeline::default();
        for number in 0..10_000 {
            timeline.at(second(number)).sent += 1;
        }
        assert_eq!(timeline.interval(), 32);
        assert_eq!(timeline.points().len(), 313);
        assert_eq!(timeline.points()[0].sent, 32);
        assert_eq!(
            timeline.points().iter().map(|p| p.sent).sum::<u64>(),
            10_000
        );
    }

    #[test]
    fn a_clock_that_jumps_ahead_costs_no_memory() {
        let mut timeline = Timeline::default();
        timeline.at(second(1)).read = 1;
        timeline.at(Moment(u64::MAX)).read = 1;
        assert!(timeline.points().len() <= POINTS);
        assert_eq!(timeline.points()[0].read, 1);
    }

    #[test]
    fn late_answers_belong_to_the_second_they_left_in() {
        let mut peak = Peak::default();
        for left in [0, 1, 0, 1, 1, 60, 1] {
            peak.count(second(left));
        }
        assert_eq!(peak.most(), 4);
    }
}
