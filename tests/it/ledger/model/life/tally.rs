//! What was done in all, so that a test can see that everything was.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

/// Everything that happens in a life sooner or later.
const ALL: [&str; 11] = [
    "rows",
    "rows taken from the ledger",
    "requests",
    "kills",
    "power losses",
    "harmed files",
    "ledgers recovered",
    "rows resolved",
    "times forgotten",
    "runs in another zone",
    "rows left out as sent",
];

#[derive(Debug, Default)]
pub struct Tally {
    pub steps: u64,
    counts: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// A step of this kind.
    pub fn count(&mut self, what: &'static str) {
        self.steps += 1;
        *self.counts.entry(what).or_default() += 1;
    }

    /// Whether all that can happen did.
    pub fn has_everything(&self) -> bool {
        ALL.iter().all(|what| self.counts.contains_key(what))
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Tally) {
        self.steps += more.steps;
        for (what, count) in more.counts {
            *self.counts.entry(what).or_default() += count;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps", self.steps)?;
        let mut counts = self.counts.iter();
        counts.try_for_each(|(what, count)| write!(f, ", {count} {what}"))
    }
}
