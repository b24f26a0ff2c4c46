//! A pause for all connections, because the server asked for one.

use std::time::Duration;

use crate::model::Moment;

/// The first pause where the server names none; doubled while nothing else is answered.
const FIRST: Duration = Duration::from_millis(250);
const CAP: Duration = Duration::from_secs(60);

/// The pause in force, and how the server got there.
#[derive(Debug, Default)]
pub(super) struct Pause {
    until: Option<Moment>,
    began: Option<Moment>,
    /// Pauses in a row without an answer that settles a row, and when the first began.
    streak: u32,
    streak_since: Option<Moment>,
}

/// What asking for a pause led to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everybody waits; whether this is news, that is not an echo of the same pause.
    Paused {
        /// False for a request that left before the pause began.
        news: bool,
    },
    /// With it the pauses since the last answer would last longer than they may.
    TooLong(Duration),
}

impl Pause {
    /// The server asked for a pause, in answer to a request that left at `left`.
    pub(super) fn ask(
        &mut self,
        retry_after: Option<Duration>,
        left: Moment,
        now: Moment,
        max_wait: Duration,
    ) -> Asked {
        let news = self.began.is_none_or(|began| left > began);
        if news {
            self.streak += 1;
            self.began = Some(now);
        }
        let since = *self.streak_since.get_or_insert(now);
        let own = FIRST
            .saturating_mul(2u32.saturating_pow(self.streak.saturating_sub(1).min(16)))
            .min(CAP);
        let until = now + retry_after.unwrap_or(own);
        if until.since(since) > max_wait {
            return Asked::TooLong(until.since(since));
        }
        self.until = self.until.max(Some(until));
        Asked::Paused { news }
    }

    /// Since when the server has said nothing but "later".
    pub(super) fn asked_since(&mut self, now: Moment) -> Moment {
        *self.streak_since.get_or_insert(now)
    }

    /// A row was settled: the server works again. Whether that is news.
    pub(super) fn settled(&mut self) -> bool {
        self.streak = 0;
        self.streak_since.take().is_some()
    }

    /// The end of the pause, if there is one now.
    pub(super) fn until(&self, now: Moment) -> Option<Moment> {
        self.until.filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: Duration = Duration::from_mins(15);

    #[test]
    fn the_server_names_the_pause() {
        let mut pause = Pause::default();
        let asked = pause.ask(
            Some(Duration::from_secs(7)),
            Moment(0),
            Moment(1_000_000),
            MAX,
        );
        assert_eq!(asked, Asked::Paused { news: true });
        assert_eq!(pause.until(Moment(2_000_000)), Some(Moment(8_000_000)));
        assert_eq!(pause.until(Moment(8_000_000)), None);
    }

    #[test]
    fn without_a_name_it_doubles_but_not_for_echoes() {
        let mut pause = Pause::default();
        pause.ask(None, Moment(0), Moment(100), MAX);
        assert_eq!(pause.until(Moment(100)), Some(Moment(250_100)));
        let echo = pause.ask(None, Moment(50), Moment(200), MAX);
        assert_eq!(echo, Asked::Paused { news: false });
        pause.ask(None, Moment(300_000), Moment(300_100), MAX);
        assert_eq!(pause.until(Moment(300_100)), Some(Moment(800_100)));
        pause.settled();
        pause.ask(None, Moment(900_000), Moment(900_100), MAX);
        assert_eq!(pause.until(Moment(900_100)), Some(Moment(1_150_100)));
    }

    #[test]
    fn no_pause_is_longer_than_the_user_allows() {
        let mut pause = Pause::default();
        let hour = Duration::from_hours(1);
        assert_eq!(
            pause.ask(Some(hour), Moment(0), Moment(0), MAX),
            Asked::TooLong(hour)
        );
        let mut endless = Pause::default();
        endless.ask(None, Moment(0), Moment(0), MAX);
        let later = Moment(0) + MAX;
        let second = Duration::from_millis(500);
        assert_eq!(
            endless.ask(None, later, later, MAX),
            Asked::TooLong(MAX + second)
        );
        assert_eq!(endless.until(later), None);
    }
}
