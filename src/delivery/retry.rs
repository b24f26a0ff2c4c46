//! The retry policy: what an attempt means for its row. How long one row waits: exponential
//! from one second, full jitter, one minute at the most; how long all wait is said by `pacer`. Pure.
//!
//! The circuit breaker, or what an outage may cost: after ten attempts in a row without a definite answer, sending holds
//! and one probe at a time finds out whether the server is back.
//!
//! So an outage leaves at most ten rows and what was in flight in doubt, plus one for each probe.

use std::time::Duration;

use crate::http::Verdict;
use crate::model::{Kind, Moment, Outcome, Platform};

/// What to do with a row of which nobody knows whether it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum InDoubt {
    /// Resend opens and events, and subscriptions on Android; hold money.
    #[default]
    Auto,
    /// Hold every kind.
    Hold,
    /// Resend every kind, even money: may count revenue twice.
    Resend,
}

impl InDoubt {
    /// Whether rows of this kind and platform are sent again if nobody knows whether they were
    /// recorded.
    pub fn resends(self, kind: Kind, platform: Platform) -> bool {
        match self {
            InDoubt::Auto => !kind.is_money() || kind.is_recognised_by_tenjin(platform),
            InDoubt::Hold => false,
            InDoubt::Resend => true,
        }
    }
}

/// What a row has gone through so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct History {
    /// Requests that left or tried to.
    pub(super) attempts: u32,
    /// Retries used up.
    pub(super) retries: u32,
    /// Answers that asked to come later; they use up no retry.
    pub(super) laters: u32,
    /// When the first of its attempts without a definite answer left.
    pub(super) unanswered_since: Option<Moment>,
    /// Whether an attempt may have been recorded.
    pub(super) doubtful: bool,
}

/// What happens next to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It has its outcome.
    Settled(Outcome),
    /// Again, after the backoff of this many tries.
    Again(u32),
    /// Again, once the pause that the server asked for is over.
    AfterPause,
}

/// Decides, after the verdict on an attempt was added to the row's history.
pub(super) fn decide(
    (kind, platform): (Kind, Platform),
    verdict: &Verdict,
    history: &mut History,
    policy: InDoubt,
    retries: u32,
) -> Next {
    history.attempts += 1;
    match verdict {
        Verdict::Accepted => Next::Settled(Outcome::Accepted),
        Verdict::Refused | Verdict::OddlyRefused => ended(history, Outcome::Refused),
        Verdict::StopApp(_) => ended(history, Outcome::NotSent),
        Verdict::Later { hold: true, .. } => Next::AfterPause,
        Verdict::Later { hold: false, .. } => {
            history.laters += 1;
            Next::Again(history.laters)
        }
        Verdict::NeverLeft => again(history, retries, Outcome::Failed),
        Verdict::InDoubt { no_retry } => {
            history.doubtful = true;
            if *no_retry || !policy.resends(kind, platform) {
                return Next::Settled(Outcome::InDoubt);
            }
            again(history, retries, Outcome::InDoubt)
        }
    }
}

/// The outcome of a row that was asked to come later for longer than the run waits for it.
pub(super) fn gave_up(history: &History) -> Outcome {
    or_in_doubt(history, Outcome::Failed)
}

/// The outcome of a row that stops waiting for another attempt.
pub(super) fn ended_early(history: &History) -> Outcome {
    or_in_doubt(history, Outcome::NotSent)
}

fn ended(history: &History, outcome: Outcome) -> Next {
    Next::Settled(or_in_doubt(history, outcome))
}

/// One doubtful attempt makes the row doubtful, whatever a later one was answered.
fn or_in_doubt(history: &History, outcome: Outcome) -> Outcome {
    if history.doubtful {
        Outcome::InDoubt
    } else {
        outcome
    }
}

fn again(history: &mut History, retries: u32, otherwise: Outcome) -> Next {
    if history.retries >= retries {
        return ended(history, otherwise);
    }
    history.retries += 1;
    Next::Again(history.retries)
}

const FIRST: Duration = Duration::from_secs(1);
const CAP: Duration = Duration::from_secs(60);

/// The longest that attempt number `tries` (1 is the first retry) may wait.
pub(super) fn ceiling(tries: u32) -> Duration {
    let doubled = 2u32.saturating_pow(tries.saturating_sub(1).min(16));
    FIRST.saturating_mul(doubled).min(CAP)
}

/// A wait between nothing and [`ceiling`]: full jitter keeps many rows from coming back at once.
pub(super) fn wait(tries: u32, random: &mut fastrand::Rng) -> Duration {
    ceiling(tries).mul_f64(random.f64())
}

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
                open.next_probe = now + wait(open.probes + 1, random);
            }
            None if self.silent >= SILENT_ATTEMPTS => {
                let next_probe = now + wait(1, random);
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

    /// When it gives up, if it is open.
    pub(super) fn end(&self, max_wait: Duration) -> Option<Moment> {
        self.open.as_ref().map(|open| open.end(max_wait))
    }
}

impl Open {
    fn end(&self, max_wait: Duration) -> Moment {
        self.since + max_wait
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::StopReason;

    const SILENT: Verdict = Verdict::InDoubt { no_retry: false };
    const LATER: Verdict = Verdict::Later {
        retry_after: None,
        hold: false,
    };

    fn decisions_of(kind: Kind, policy: InDoubt, verdicts: &[Verdict]) -> Vec<Next> {
        let mut history = History::default();
        verdicts
            .iter()
            .map(|verdict| decide((kind, Platform::Ios), verdict, &mut history, policy, 2))
            .collect()
    }

    #[test]
    fn money_in_doubt_is_held_and_the_rest_is_sent_again() {
        let held = [Next::Settled(Outcome::InDoubt)];
        let again = [Next::Again(1)];
        for (policy, expected) in [
            (InDoubt::Auto, [again, again, held, held, again, held]),
            (InDoubt::Hold, [held, held, held, held, held, held]),
            (InDoubt::Resend, [again, again, again, again, again, again]),
        ] {
            let decisions = Kind::ALL.map(|kind| decisions_of(kind, policy, &[SILENT])[0]);
            assert_eq!(decisions, expected.map(|one| one[0]), "{policy:?}");
        }
    }

    #[test]
    fn a_subscription_in_doubt_is_sent_again_where_tenjin_recognises_it() {
        let again =
            Platform::ALL.map(|platform| InDoubt::Auto.resends(Kind::Subscription, platform));
        assert_eq!(again, [false, true, true, true]);
        assert!(!InDoubt::Hold.resends(Kind::Subscription, Platform::Android));
    }

    #[test]
    fn what_never_left_is_tried_again_for_any_kind_and_fails_in_the_end() {
        for kind in Kind::ALL {
            let decisions = decisions_of(kind, InDoubt::Auto, &[const { Verdict::NeverLeft }; 3]);
            let expected = [
                Next::Again(1),
                Next::Again(2),
                Next::Settled(Outcome::Failed),
            ];
            assert_eq!(decisions, expected);
        }
    }

    #[test]
    fn one_doubtful_attempt_makes_the_row_doubtful() {
        for last in [
            Verdict::Refused,
            Verdict::OddlyRefused,
            Verdict::StopApp(StopReason::Unauthorized),
        ] {
            let decisions = decisions_of(Kind::Event, InDoubt::Auto, &[SILENT, last]);
            assert_eq!(decisions[1], Next::Settled(Outcome::InDoubt));
        }
        let decisions = decisions_of(
            Kind::Event,
            InDoubt::Auto,
            &[SILENT, Verdict::NeverLeft, Verdict::NeverLeft],
        );
        assert_eq!(decisions[2], Next::Settled(Outcome::InDoubt));
        let decisions = decisions_of(Kind::Event, InDoubt::Auto, &[SILENT, Verdict::Accepted]);
        assert_eq!(decisions[1], Next::Settled(Outcome::Accepted));
    }

    #[test]
    fn to_be_asked_for_patience_uses_up_no_retry() {
        let hold = Verdict::Later {
            retry_after: Some(Duration::from_secs(3)),
            hold: true,
        };
        let decisions = decisions_of(
            Kind::Purchase,
            InDoubt::Auto,
            &[LATER, LATER, LATER, LATER, hold],
        );
        let expected = [
            Next::Again(1),
            Next::Again(2),
            Next::Again(3),
            Next::Again(4),
            Next::AfterPause,
        ];
        assert_eq!(decisions, expected);
    }

    #[test]
    fn no_retry_is_obeyed() {
        let verdict = Verdict::InDoubt { no_retry: true };
        let decisions = decisions_of(Kind::Event, InDoubt::Resend, &[verdict]);
        assert_eq!(decisions, [Next::Settled(Outcome::InDoubt)]);
    }

    #[test]
    fn a_row_that_stops_waiting_is_in_doubt_only_if_it_may_have_been_recorded() {
        assert_eq!(ended_early(&History::default()), Outcome::NotSent);
        let doubtful = History {
            doubtful: true,
            ..History::default()
        };
        assert_eq!(ended_early(&doubtful), Outcome::InDoubt);
    }
}

#[cfg(test)]
mod backoff_tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_a_minute() {
        let seconds: Vec<u64> = (1..=8).map(|tries| ceiling(tries).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(ceiling(u32::MAX), CAP);
    }

    #[test]
    fn the_jitter_is_full() {
        let mut random = fastrand::Rng::with_seed(7);
        let waits: Vec<Duration> = (0..1000).map(|_| wait(3, &mut random)).collect();
        assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(4)));
        assert!(waits.iter().any(|wait| *wait < Duration::from_millis(200)));
        assert!(waits.iter().any(|wait| *wait > Duration::from_millis(3800)));
    }
}

#[cfg(test)]
mod breaker_tests {
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
