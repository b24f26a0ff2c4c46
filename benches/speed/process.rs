//! A measured process: how long it took, its processor time, the most memory it held.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// What a process took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) time: Duration,
    /// User and system.
    pub(crate) processor: Duration,
    /// The most memory it held at once, in bytes.
    pub(crate) memory: u64,
}

/// Runs it to its end, which must be a good one.
pub(crate) fn run(command: &mut Command) -> Result<Spent> {
    let what = format!("{command:?}");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let started = Instant::now();
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .context(what.clone())?;
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut said)?;
    }
    let ended = child.wait4()?;
    let time = started.elapsed();
    ensure!(ended.status.success(), "{what}: {}\n{said}", ended.status);
    Ok(Spent {
        time,
        processor: ended.rusage.utime + ended.rusage.stime,
        memory: ended.rusage.maxrss,
    })
}
