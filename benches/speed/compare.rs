//! Turns and medians: what stands for a thing that was measured several times.

use std::time::Duration;

use crate::process::Spent;

/// The rounds of one side of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Rounds(Vec<Spent>);

impl Rounds {
    /// One more turn.
    pub(crate) fn add(&mut self, spent: Spent) {
        self.0.push(spent);
    }

    /// Whether it was never measured.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The median time.
    pub(crate) fn time(&self) -> Duration {
        median(self.0.iter().map(|spent| spent.time).collect())
    }

    /// The median of `time of the other / our time`, round by round: how many times as fast.
    pub(crate) fn speed_beside(&self, other: &Rounds) -> f64 {
        self.ratio(other, |spent| spent.time)
    }

    /// The same in processor time, which other work on the machine lengthens less.
    pub(crate) fn thrift_beside(&self, other: &Rounds) -> f64 {
        self.ratio(other, |spent| spent.processor)
    }

    fn ratio(&self, other: &Rounds, of: impl Fn(&Spent) -> Duration) -> f64 {
        let pairs = self.0.iter().zip(&other.0);
        median_number(
            pairs
                .map(|(ours, theirs)| of(theirs).as_secs_f64() / of(ours).as_secs_f64())
                .collect(),
        )
    }

    /// The most memory that any round held, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let held = self.0.iter().map(|spent| spent.memory);
        held.max().unwrap_or_default()
    }

    /// So many things, each round.
    pub(crate) fn per_second(&self, things: u64) -> f64 {
        things as f64 / self.time().as_secs_f64()
    }
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn median_number(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
