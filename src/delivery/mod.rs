//! What goes when: feed (rayon) -> claim -> send -> settle.
//!
//! Every deciding part is a plain state machine that takes time as a value ([`flow`] and what it
//! is made of); threads, locks and clocks are in [`feed`], [`claim`] and [`send`] only.

use anyhow::Context;

mod apps;
pub mod claim;
pub mod claimed;
pub mod claims;
pub mod facts;
pub mod feed;
pub mod flow;
pub mod ids;
mod pacer;
mod queue;
mod retry;
pub mod send;

pub use apps::{OneApp, several};
pub use flow::RowLimit;
pub use retry::InDoubt;

#[cfg(test)]
mod laws;

/// More threads make it no faster, and systems refuse many more.
const MOST: usize = 256;

/// Starts the threads that check rows, as many as the machine has cores; `RAYON_NUM_THREADS` may say
/// otherwise. rayon would start them at their first use, and panic where the system has no room for
/// them.
pub fn start_workers() -> anyhow::Result<()> {
    let said = std::env::var("RAYON_NUM_THREADS").ok();
    let threads = count(said.as_deref());
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .with_context(|| format!("cannot start {threads} threads (RAYON_NUM_THREADS=1 needs one)"))
}

/// 0 or nonsense is what the machine has, as rayon understands it.
fn count(said: Option<&str>) -> usize {
    let said = said.and_then(|said| said.parse().ok()).unwrap_or(0);
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if said == 0 { cores() } else { said };
    threads.min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_number_whatever_is_said() {
        assert_eq!(count(Some("3")), 3);
        assert_eq!(count(Some("100000")), MOST);
        let cores = count(None);
        assert!((1..=MOST).contains(&cores));
        for nonsense in ["", "0", "-1", "x", "18446744073709551616"] {
            assert_eq!(count(Some(nonsense)), cores, "{nonsense}");
        }
    }
}
