//! One pace for all connections and all retries.
//!
//! Requests leave evenly spaced; after a stall at most [`CATCH_UP`] worth is made up, so that in
//! any second at most rate x 1.02 + 2 leave. A server that asks for it halves the pace, which
//! climbs back by a twentieth of the ceiling a second. Pure: time comes in as a value.
//!
//! A pause for all connections, because the server asked for one.

use std::time::Duration;

use crate::model::Moment;

/// How much of a stall is made up. The promise is 20 ms; the rest is room for late wake-ups.
const CATCH_UP: Duration = Duration::from_millis(15);
/// How much of the ceiling a second of good answers gives back.
const CLIMB: f64 = 0.05;
/// However little was achieved, the pace never falls below this part of the ceiling.
const FLOOR: f64 = 0.05;

/// The pace of a run.
#[derive(Debug)]
pub(super) struct Pacer {
    /// What the user allows, requests a second; `None` is unlimited.
    target: Option<f64>,
    /// The pace after a cut, while it climbs back, and when it was last raised.
    reduced: Option<(f64, Moment)>,
    /// When the next request may leave, in µs with a fraction: rounding must not add up.
    next: f64,
    achieved: Achieved,
    cut_at: Option<Moment>,
}

impl Pacer {
    /// A pacer that has sent nothing yet.
    pub(super) fn new(target: Option<f64>) -> Self {
        Pacer {
            target,
            reduced: None,
            next: 0.0,
            achieved: Achieved::default(),
            cut_at: None,
        }
    }

    /// Takes the next place in the row of requests, or says from when on there is one.
    pub(super) fn take(&mut self, now: Moment) -> Result<(), Moment> {
        self.climb(now);
        if let Some(rate) = self.rate() {
            let due = moment(self.next);
            if now < due {
                return Err(due);
            }
            let earliest = (now - CATCH_UP).0 as f64;
            self.next = self.next.max(earliest) + 1e6 / rate;
        }
        self.achieved.count(now);
        Ok(())
    }

    /// Halves the pace, for a request that left at `left`. Answers to requests that left before
    /// the last cut tell nothing new.
    pub(super) fn cut(&mut self, left: Moment, now: Moment) {
        if self.cut_at.is_some_and(|at| left <= at) {
            return;
        }
        let ceiling = self.ceiling();
        let half = self.achieved.last_second(now) / 2.0;
        let rate = half.max(ceiling * FLOOR).min(ceiling);
        self.cut_at = Some(now);
        self.reduced = Some((rate, now));
        self.next = self.next.max(now.0 as f64);
    }

    /// The pace now in force; `None` is unlimited.
    pub(super) fn rate(&self) -> Option<f64> {
        self.reduced.map(|(rate, _)| rate).or(self.target)
    }

    /// What left in the last whole second, for the report.
    pub(super) fn last_second(&self, now: Moment) -> f64 {
        self.achieved.last_second(now)
    }

    fn ceiling(&self) -> f64 {
        self.target.unwrap_or(self.achieved.peak).max(1.0 / 60.0)
    }

    fn climb(&mut self, now: Moment) {
        let ceiling = self.ceiling();
        if let Some((rate, since)) = self.reduced {
            let risen = rate + ceiling * CLIMB * now.since(since).as_secs_f64();
            self.reduced = (risen < ceiling).then_some((risen, now));
        }
    }

    /// A pause is no stall that could be made up, and climbing waits for its end.
    pub(super) fn resume_at(&mut self, end: Moment) {
        self.next = self.next.max(end.0 as f64);
        if let Some((_, since)) = &mut self.reduced {
            *since = (*since).max(end);
        }
    }
}

/// The first whole µs that is not before `micros`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a run's own time"
)]
fn moment(micros: f64) -> Moment {
    Moment(micros.ceil() as u64)
}

/// How many requests left lately, in twentieths of a second.
#[derive(Debug, Default)]
struct Achieved {
    slots: [u32; 20],
    current: u64,
    peak: f64,
}

impl Achieved {
    const SLOTS: u64 = 20;
    const SLOT: u64 = 1_000_000 / Achieved::SLOTS;

    fn count(&mut self, now: Moment) {
        self.forget(now);
        *self.slot(self.current) += 1;
        self.peak = self.peak.max(f64::from(self.slots.iter().sum::<u32>()));
    }

    fn last_second(&self, now: Moment) -> f64 {
        let oldest = (now.0 / Achieved::SLOT + 1).saturating_sub(Achieved::SLOTS);
        let slots = oldest..=self.current;
        f64::from(slots.map(|slot| self.slots[index(slot)]).sum::<u32>())
    }

    fn slot(&mut self, number: u64) -> &mut u32 {
        &mut self.slots[index(number)]
    }

    fn forget(&mut self, now: Moment) {
        let slot = now.0 / Achieved::SLOT;
        for passed in (self.current + 1..=slot).take(self.slots.len()) {
            *self.slot(passed) = 0;
        }
        self.current = self.current.max(slot);
    }
}

/// Where in the ring a twentieth of a second is counted.
fn index(slot: u64) -> usize {
    usize::try_from(slot % Achieved::SLOTS).unwrap_or_default()
}

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
    use proptest::prelude::*;

    /// Sends whenever it may, waking `late` µs after the time it was told.
    fn run(pacer: &mut Pacer, from: u64, until: u64, late: impl Fn(u64) -> u64) -> Vec<u64> {
        let mut now = from;
        let mut left = Vec::new();
        while now < until {
            match pacer.take(Moment(now)) {
                Ok(()) => left.push(now),
                Err(due) => now = due.0 + late(due.0),
            }
        }
        left
    }

    fn busiest_second(left: &[u64]) -> usize {
        let mut first = 0;
        let mut most = 0;
        for (last, at) in left.iter().enumerate() {
            while at - left[first] >= 1_000_000 {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        most
    }

    #[test]
    fn requests_leave_evenly_spaced() {
        let mut pacer = Pacer::new(Some(100.0));
        assert_eq!(
            run(&mut pacer, 0, 50_000, |_| 0),
            [0, 10_000, 20_000, 30_000, 40_000]
        );
    }

    #[test]
    fn a_stall_is_made_up_only_a_little() {
        let mut pacer = Pacer::new(Some(1000.0));
        assert_eq!(pacer.take(Moment(0)), Ok(()));
        let after = run(&mut pacer, 5_000_000, 5_000_001, |_| 0);
        assert_eq!(after.len(), 16, "15 ms worth and the one that is due");
    }

    #[test]
    fn a_cut_halves_what_was_achieved_and_climbs_by_a_twentieth_a_second() {
        let mut pacer = Pacer::new(Some(1000.0));
        let left = run(&mut pacer, 0, 1_000_000, |_| 0);
        assert_eq!(left.len(), 1000);
        pacer.cut(Moment(999_000), Moment(999_999));
        assert_eq!(pacer.rate(), Some(500.0));
        pacer.cut(Moment(998_000), Moment(1_000_000));
        assert_eq!(
            pacer.rate(),
            Some(500.0),
            "an answer from before the cut tells nothing new"
        );
        let _ = pacer.take(Moment(2_999_999));
        assert_eq!(pacer.rate(), Some(600.0));
        let _ = pacer.take(Moment(60_000_000));
        assert_eq!(pacer.rate(), Some(1000.0), "back at the ceiling");
    }

    #[test]
    fn an_unlimited_pace_climbs_back_to_its_own_peak_and_is_free_again() {
        let mut pacer = Pacer::new(None);
        for at in 0..2000 {
            assert_eq!(pacer.take(Moment(at * 500)), Ok(()));
        }
        pacer.cut(Moment(999_000), Moment(999_500));
        assert_eq!(pacer.rate(), Some(1000.0));
        let _ = pacer.take(Moment(12_000_000));
        assert_eq!(pacer.rate(), None);
    }

    proptest! {
        #[test]
        fn no_second_holds_more_than_promised_and_the_mean_keeps(
            rate in 10.0..5000.0f64,
            jitter in 0u64..3_000,
        ) {
            let mut pacer = Pacer::new(Some(rate));
            let seconds = 8;
            let left = run(&mut pacer, 0, seconds * 1_000_000, |due| {
                due.wrapping_mul(2_654_435_761) % (jitter + 1)
            });
            prop_assert!(busiest_second(&left) as f64 <= rate * 1.02 + 2.0);
            let mean = left.len() as f64 / seconds as f64;
            prop_assert!((mean - rate).abs() <= rate * 0.01 + 1.0, "{mean} against {rate}");
        }

        #[test]
        fn stalls_never_break_the_promise(rate in 10.0..2000.0f64, stall in 0u64..2_000_000) {
            let mut pacer = Pacer::new(Some(rate));
            let mut left = run(&mut pacer, 0, 1_500_000, |_| 0);
            left.extend(run(&mut pacer, 1_500_000 + stall, 4_000_000 + stall, |_| 0));
            prop_assert!(busiest_second(&left) as f64 <= rate * 1.02 + 2.0);
        }
    }
}

#[cfg(test)]
mod pause_tests {
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
