//! Exit codes, and which one wins if several fit.

use std::process::ExitCode;

/// How the program ends. Later variants win over earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Every row accepted, filtered or duplicate; for `validate`: none rejected.
    Done,
    /// The run ended, but some rows did not get through.
    Incomplete,
    /// Stopped before the end: running again goes on.
    Stopped,
    /// Stopped before the end, and running again helps only after a person has acted.
    NeedsAction,
    /// Usage, configuration or unreadable input; nothing was sent.
    Usage,
    /// Another run holds the ledger.
    Locked,
    /// A signal ended it, after settling what was in flight.
    Signal(u8),
}

impl Exit {
    /// Which of two wins.
    #[must_use]
    pub fn or(self, other: Exit) -> Exit {
        self.max(other)
    }

    /// The number that scripts see.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Incomplete => 1,
            Exit::Usage => 2,
            Exit::Stopped => 3,
            Exit::NeedsAction => 5,
            Exit::Locked => 4,
            Exit::Signal(number) => 128 + number,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StopReason;

    #[test]
    fn a_signal_wins_over_a_lock_over_usage_over_stops_over_bad_rows() {
        let order = [
            Exit::Done,
            Exit::Incomplete,
            Exit::Stopped,
            Exit::NeedsAction,
            Exit::Usage,
            Exit::Locked,
            Exit::Signal(2),
        ];
        for pair in order.windows(2) {
            assert_eq!(pair[0].or(pair[1]), pair[1]);
            assert_eq!(pair[1].or(pair[0]), pair[1]);
        }
        assert_eq!(order.map(Exit::code), [0, 1, 3, 5, 2, 4, 130]);
    }
    #[test]
    fn what_running_again_does_not_help_has_a_code_of_its_own() {
        let again = [
            StopReason::Unreachable,
            StopReason::AskedToWait,
            StopReason::DiskFull,
            StopReason::LedgerBusy,
            StopReason::ReadError,
            StopReason::Interrupted,
        ];
        for reason in StopReason::ALL {
            let code = if again.contains(&reason) { 3 } else { 5 };
            assert_eq!(reason.exit().code(), code, "{}", reason.name());
        }
    }
}
