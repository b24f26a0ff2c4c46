//! The retry policy: what an attempt means for its row. How long one row waits: exponential
//! from one second, full jitter, one minute at the most; how long all wait is said by `pause`. Pure.

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
