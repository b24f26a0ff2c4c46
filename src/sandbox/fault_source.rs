//! What goes wrong next: one seeded dice for all requests, and outages that overrule it.
//!
//! The same seed gives the same faults in the same order; which request meets which is certain
//! for a client with one connection only.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::faults::{Fault, Faults, FaultsError, WHOLE};

/// A state in which nothing gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// It is over.
    None,
    /// Connections are refused; those that exist are reset.
    Refuse,
    /// Every request meets this fault.
    All(Fault),
}

impl FromStr for Outage {
    type Err = FaultsError;

    /// Takes `none`, `refuse` and the name of any fault.
    fn from_str(name: &str) -> Result<Self, FaultsError> {
        Ok(match name {
            "none" => Outage::None,
            "refuse" => Outage::Refuse,
            fault => Outage::All(fault.parse()?),
        })
    }
}

/// A fault that shall happen to a request now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Which one.
    pub(super) fault: Fault,
    /// A toss: half of the 429s carry a `Retry-After`.
    pub(super) heads: bool,
}

/// The dice and the outage.
pub(super) struct FaultSource {
    faults: Faults,
    inner: Mutex<Inner>,
}

struct Inner {
    dice: fastrand::Rng,
    outage: Option<(Fault, Option<Instant>)>,
}

impl FaultSource {
    pub(super) fn new(faults: Faults, seed: u64) -> Self {
        let inner = Inner {
            dice: fastrand::Rng::with_seed(seed),
            outage: None,
        };
        FaultSource {
            faults,
            inner: Mutex::new(inner),
        }
    }

    /// Every request meets this fault until then, or until told otherwise.
    pub(super) fn set(&self, outage: Option<(Fault, Option<Instant>)>) {
        self.lock().outage = outage;
    }

    /// Throws the dice for one request.
    pub(super) fn next(&self, now: Instant) -> Option<Hit> {
        let mut inner = self.lock();
        if let Some((_, Some(end))) = inner.outage
            && end <= now
        {
            inner.outage = None;
        }
        let fault = match inner.outage {
            Some((fault, _)) => Some(fault),
            None if self.faults.is_empty() => None,
            None => self.faults.pick(inner.dice.u32(0..WHOLE)),
        };
        fault.map(|fault| Hit {
            fault,
            heads: inner.dice.bool(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Duration;

    use super::*;

    fn throws(seed: u64) -> Vec<Option<Hit>> {
        let source = FaultSource::new("http429=30%,lost=20%".parse().unwrap(), seed);
        let now = Instant::now();
        (0..10_000).map(|_| source.next(now)).collect()
    }

    #[test]
    fn a_seed_decides_and_the_shares_hold() {
        let first = throws(7);
        assert_eq!(first, throws(7));
        assert_ne!(first, throws(8));
        let count = |fault| {
            first
                .iter()
                .flatten()
                .filter(|hit| hit.fault == fault)
                .count()
        };
        assert!((2_800..3_200).contains(&count(Fault::Http429)));
        assert!((1_850..2_150).contains(&count(Fault::Lost)));
        let heads = first.iter().flatten().filter(|hit| hit.heads).count();
        assert!((2_300..2_700).contains(&heads));
    }

    #[test]
    fn an_outage_overrules_and_ends_by_itself() {
        let source = FaultSource::new(Faults::default(), 0);
        let now = Instant::now();
        let fault = |at| source.next(at).map(|hit| hit.fault);
        assert_eq!(fault(now), None);
        source.set(Some((Fault::Reset, Some(now + Duration::from_secs(300)))));
        assert_eq!(fault(now + Duration::from_secs(299)), Some(Fault::Reset));
        assert_eq!(fault(now + Duration::from_secs(300)), None);
        assert_eq!(fault(now), None);
    }

    #[test]
    fn outages_have_names() {
        assert_eq!("none".parse(), Ok(Outage::None));
        assert_eq!("refuse".parse(), Ok(Outage::Refuse));
        assert_eq!("http500".parse(), Ok(Outage::All(Fault::Http500)));
        assert!("rain".parse::<Outage>().is_err());
    }
}
