//! INT, TERM and HUP: the first one asks the run to end in order, a second one ends it at once.
//!
//! A signal that was ignored when the program started (HUP under `nohup`) stays ignored.
//!
//! What happens on a panic: the program ends at once, says where, and exits with the code for what
//! a person must see to, so that no thread waits for one that is gone.
//!
//! Promise: nothing of a row is said, and what was sent is not forgotten: the next run finds the
//! ledger as it would after `kill -9`.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::model::Exit;

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

/// From now on a panic, in any thread, ends the program.
#[expect(
    clippy::exit,
    reason = "no other thread may go on as if nothing had happened"
)]
pub fn end_the_program_on_panic() {
    std::panic::set_hook(Box::new(|panic| {
        // Nobody hears it if standard error is closed; the exit code remains.
        let _ = writeln!(std::io::stderr(), "{}", said(panic));
        std::process::exit(Exit::NeedsAction.code().into());
    }));
}

/// The place alone: what a panic says may quote a row.
fn said(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map_or_else(
        || "an unknown place".to_owned(),
        |place| format!("{}:{}", place.file(), place.line()),
    );
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "\nerror: a bug of tenjin-s2s {version} at {place} ended it. The ledger still knows what \
         was sent. Please report this line: running the same command again is likely to end here, \
         too."
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    /// Is not a test by itself: the one below runs it in a process of its own.
    #[test]
    #[ignore = "ends the process"]
    fn a_thread_that_panics() {
        super::end_the_program_on_panic();
        std::thread::spawn(|| panic!("idfa-0000"));
        // Would wait for ever if it did not end with the other thread.
        loop {
            std::thread::park();
        }
    }

    #[test]
    fn a_panic_in_any_thread_ends_the_program() -> std::io::Result<()> {
        let here = module_path!().split_once("::").map_or("", |(_, path)| path);
        let name = format!("{here}::a_thread_that_panics");
        let mut again = Command::new(std::env::current_exe()?);
        let ended = again
            .args(["--exact", &name, "--ignored", "--nocapture"])
            .output()?;
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(5), "{said}");
        assert!(said.contains("error: a bug of tenjin-s2s"), "{said}");
        assert!(said.contains("src/run/signals.rs:"), "{said}");
        assert!(!said.contains("idfa-0000"), "{said}");
        Ok(())
    }
}
