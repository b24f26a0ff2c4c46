//! INT, TERM and HUP: the first one asks the run to end in order, a second one ends it at once.
//!
//! A signal that was ignored when the program started (HUP under `nohup`) stays ignored.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

#[cfg(unix)]
const ASKED: [i32; 3] = [SIGHUP, SIGINT, SIGTERM];
/// Windows has no SIGHUP: when its console is closed, the process ends at once.
#[cfg(not(unix))]
const ASKED: [i32; 2] = [SIGINT, SIGTERM];

/// The signals that a run listens to.
#[derive(Debug)]
pub struct Signals {
    caught: Arc<AtomicUsize>,
}

impl Signals {
    /// Listens from now on.
    pub fn listen() -> std::io::Result<Self> {
        let caught = Arc::new(AtomicUsize::new(0));
        let second = Arc::new(AtomicBool::new(false));
        let ignored = ignored_at_start();
        let heard = ASKED.into_iter();
        for signal in heard.filter(|signal| ignored & (1 << (signal - 1)) == 0) {
            let code = 128 + signal;
            // In this order: the first signal arms the second one's exit.
            flag::register_conditional_shutdown(signal, code, second.clone())?;
            flag::register(signal, second.clone())?;
            let number = usize::try_from(signal).unwrap_or_default();
            flag::register_usize(signal, caught.clone(), number)?;
        }
        Ok(Signals { caught })
    }

    /// The signal that came, if one did.
    pub fn caught(&self) -> Option<u8> {
        let number = self.caught.load(Ordering::SeqCst);
        u8::try_from(number).ok().filter(|number| *number > 0)
    }
}

/// The signals that whoever started the program wants ignored, a bit for each, from signal 1 on.
/// Where the system does not say (`/proc` is Linux's), every signal is listened to.
fn ignored_at_start() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}
