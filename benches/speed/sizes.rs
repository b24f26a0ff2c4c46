//! How much is measured: by default what the goals are stated for, by the environment less.

use anyhow::{Context, Result};

/// The sizes of a run.
pub(crate) struct Sizes {
    /// `SPEED_ROUNDS`: how often each side of a comparison has its turn.
    pub(crate) rounds: u64,
    /// `SPEED_VALIDATED`: rows of a validated file.
    pub(crate) validated: u64,
    /// `SPEED_UPLOADED`: rows of an upload.
    pub(crate) uploaded: u64,
    /// `SPEED_REMEMBERED`: events in the large ledger.
    pub(crate) remembered: u64,
    /// `SPEED_AGAIN`: rows of an upload that is run again when it is finished.
    pub(crate) again: u64,
    /// `SPEED_MEMORY`: rows of the files whose memory is looked at.
    pub(crate) memory: Vec<u64>,
    /// `SPEED_PACE`: seconds that a pace is kept.
    pub(crate) pace: u64,
}

impl Sizes {
    /// The defaults, unless the environment says otherwise.
    pub(crate) fn from_environment() -> Result<Sizes> {
        let one = |name, default| Ok::<_, anyhow::Error>(numbers(name, &[default])?[0]);
        Ok(Sizes {
            rounds: one("SPEED_ROUNDS", 5)?,
            validated: one("SPEED_VALIDATED", 2_000_000)?,
            uploaded: one("SPEED_UPLOADED", 200_000)?,
            remembered: one("SPEED_REMEMBERED", 10_000_000)?,
            again: one("SPEED_AGAIN", 1_000_000)?,
            memory: numbers("SPEED_MEMORY", &[100_000, 1_000_000, 10_000_000])?,
            pace: one("SPEED_PACE", 20)?,
        })
    }
}

fn numbers(name: &str, default: &[u64]) -> Result<Vec<u64>> {
    let Ok(text) = std::env::var(name) else {
        return Ok(default.to_vec());
    };
    let number = |word: &str| {
        let number = word.trim().replace('_', "").parse::<u64>().ok();
        number.filter(|number| *number > 0)
    };
    let read: Option<Vec<u64>> = text.split(',').map(number).collect();
    read.with_context(|| format!("{name}={text} is not made of whole numbers above 0"))
}
