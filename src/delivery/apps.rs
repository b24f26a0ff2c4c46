//! What an app is allowed to do: its canary, its wall, its run of odd refusals.

use crate::model::{Outcome, StopReason};

/// How many rows of an app go one at a time at first.
const CANARY: u8 = 20;
/// Odd refusals (another 403 or 404) in a row that stop an app.
const ODD: u8 = 5;

/// The state of one app in a run.
#[derive(Debug)]
pub(super) struct AppGate {
    canary_left: u8,
    canary_refused: u8,
    canary_busy: bool,
    odd_in_a_row: u8,
    walled: Option<StopReason>,
}

impl Default for AppGate {
    fn default() -> Self {
        AppGate {
            canary_left: CANARY,
            canary_refused: 0,
            canary_busy: false,
            odd_in_a_row: 0,
            walled: None,
        }
    }
}

impl AppGate {
    /// Whether a row of this app may leave now; a row that is the canary itself always may.
    pub(super) fn open(&self, is_canary: bool) -> bool {
        self.walled.is_none() && (is_canary || !self.canary_busy)
    }

    /// A row leaves; says whether it is the canary.
    pub(super) fn leaves(&mut self) -> bool {
        let canary = self.canary_left > 0;
        self.canary_busy |= canary;
        canary
    }

    /// A row that had left is settled.
    pub(super) fn settled(&mut self, was_canary: bool, outcome: Outcome) {
        if was_canary {
            self.canary_busy = false;
        }
        let answered = matches!(
            outcome,
            Outcome::Accepted | Outcome::Refused | Outcome::InDoubt
        );
        if self.canary_left > 0 && answered {
            self.canary_left -= 1;
            self.canary_refused += u8::from(outcome == Outcome::Refused);
            if self.canary_left == 0 && self.canary_refused == CANARY {
                self.wall(StopReason::Canary);
            }
        }
        if outcome == Outcome::Accepted {
            self.odd_in_a_row = 0;
        }
    }

    /// A 403 or 404 that is no wall by its text: the fifth in a row is.
    pub(super) fn oddly_refused(&mut self, reason: StopReason) {
        self.odd_in_a_row += 1;
        if self.odd_in_a_row >= ODD {
            self.wall(reason);
        }
    }

    /// Stops the app for this run; the first reason stays.
    pub(super) fn wall(&mut self, reason: StopReason) {
        self.walled.get_or_insert(reason);
    }

    /// Why the app stopped, if it did.
    pub(super) fn walled(&self) -> Option<StopReason> {
        self.walled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(gate: &mut AppGate, outcome: Outcome) {
        let canary = gate.leaves();
        gate.settled(canary, outcome);
    }

    #[test]
    fn the_first_twenty_go_one_at_a_time() {
        let mut gate = AppGate::default();
        for _ in 0..20 {
            assert!(gate.open(false));
            assert!(gate.leaves());
            assert!(!gate.open(false), "one at a time");
            assert!(gate.open(true), "but its own retry goes");
            gate.settled(true, Outcome::Accepted);
        }
        assert!(!gate.leaves());
        assert!(gate.open(false));
    }

    #[test]
    fn twenty_refusals_stop_the_app_and_one_acceptance_does_not() {
        let mut gate = AppGate::default();
        (0..20).for_each(|_| one(&mut gate, Outcome::Refused));
        assert_eq!(gate.walled(), Some(StopReason::Canary));

        let mut gate = AppGate::default();
        one(&mut gate, Outcome::Accepted);
        (0..40).for_each(|_| one(&mut gate, Outcome::Refused));
        assert_eq!(gate.walled(), None);
    }

    #[test]
    fn five_odd_refusals_in_a_row_stop_the_app() {
        let mut gate = AppGate::default();
        (0..4).for_each(|_| gate.oddly_refused(StopReason::Unauthorized));
        one(&mut gate, Outcome::Accepted);
        (0..4).for_each(|_| gate.oddly_refused(StopReason::Unauthorized));
        assert_eq!(gate.walled(), None);
        gate.oddly_refused(StopReason::NoSuchApp);
        assert_eq!(gate.walled(), Some(StopReason::NoSuchApp));
    }
}
