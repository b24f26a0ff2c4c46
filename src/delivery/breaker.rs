//! What an outage may cost: after ten attempts in a row without a definite answer, sending holds
//! and one probe at a time finds out whether the server is back.
//!
//! So an outage leaves at most ten rows and what was in flight in doubt, plus one for each probe.

use std::time::Duration;

use super::retry;
use crate::model::Moment;

/// Attempts without a definite answer that open the breaker.
const SILENT_ATTEMPTS: u32 = 10;

/// Counts silence over all connections.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    silent: u32,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    since: Moment,
    next_probe: Moment,
    probes: u32,
    probing: bool,
}

/// What may leave now.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(super) enum Permit {
    /// Anything.
    Free,
    /// One row, to find out.
    Probe,
    /// Nothing before this moment, or before an answer comes.
    Wait(Moment),
    /// Open for longer than an outage may last.
    GivenUp,
}

impl Breaker {
    /// What may leave now, if no outage may last longer than `max_wait`.
    pub(super) fn permit(&self, now: Moment, max_wait: Duration) -> Permit {
        let Some(open) = &self.open else {
            return Permit::Free;
        };
        let end = open.end(max_wait);
        if now >= end {
            Permit::GivenUp
        } else if open.probing {
            Permit::Wait(end)
        } else if now < open.next_probe {
            Permit::Wait(open.next_probe.min(end))
        } else {
            Permit::Probe
        }
    }

    /// A probe leaves.
    pub(super) fn probe_left(&mut self) {
        if let Some(open) = &mut self.open {
            open.probing = true;
        }
    }

    /// A definite answer, whatever it says: the server is there. Whether that is news.
    pub(super) fn definite(&mut self) -> bool {
        std::mem::take(self).open.is_some()
    }

    /// Whether it holds.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// An attempt ended without a definite answer.
    pub(super) fn silent(&mut self, was_probe: bool, now: Moment, random: &mut fastrand::Rng) {
        self.silent = self.silent.saturating_add(1);
        match &mut self.open {
            Some(open) if was_probe => {
                open.probing = false;
                open.probes += 1;
                open.next_probe = now + retry::wait(open.probes + 1, random);
            }
            None if self.silent >= SILENT_ATTEMPTS => {
                let next_probe = now + retry::wait(1, random);
                self.open = Some(Open {
                    since: now,
                    next_probe,
                    probes: 0,
                    probing: false,
                });
            }
            _ => {}
        }
    }

    /// Since when it is open, and when it gives up.
    pub(super) fn outage(&self, max_wait: Duration) -> Option<(Moment, Moment)> {
        let open = self.open.as_ref()?;
        Some((open.since, open.end(max_wait)))
    }
}

impl Open {
    fn end(&self, max_wait: Duration) -> Moment {
        self.since + max_wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_mins(15);

    #[test]
    fn ten_silent_attempts_in_a_row_open_it() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut breaker = Breaker::default();
        for _ in 0..9 {
            breaker.silent(false, Moment(5), &mut random);
        }
        breaker.definite();
        for _ in 0..9 {
            breaker.silent(false, Moment(5), &mut random);
        }
        assert_eq!(breaker.permit(Moment(5), WAIT), Permit::Free);
        breaker.silent(false, Moment(5), &mut random);
        assert!(matches!(breaker.permit(Moment(5), WAIT), Permit::Wait(_)));
    }

    #[test]
    fn one_probe_at_a_time_until_an_answer_or_the_longest_wait() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            breaker.silent(false, Moment(0), &mut random);
        }
        let later = Moment(0) + Duration::from_secs(1);
        assert_eq!(breaker.permit(later, WAIT), Permit::Probe);
        breaker.probe_left();
        assert_eq!(breaker.permit(later, WAIT), Permit::Wait(Moment(0) + WAIT));
        breaker.silent(false, later, &mut random);
        assert_eq!(
            breaker.permit(later, WAIT),
            Permit::Wait(Moment(0) + WAIT),
            "not the probe"
        );
        breaker.silent(true, later, &mut random);
        assert_eq!(
            breaker.permit(later + Duration::from_secs(2), WAIT),
            Permit::Probe
        );
        assert_eq!(breaker.permit(Moment(0) + WAIT, WAIT), Permit::GivenUp);
        breaker.definite();
        assert_eq!(breaker.permit(later, WAIT), Permit::Free);
    }
}
