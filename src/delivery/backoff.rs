//! How long to wait before trying again: exponential from one second, full jitter, one minute
//! at the most.

use std::time::Duration;

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
