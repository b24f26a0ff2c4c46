//! What happens on a panic: the program ends at once, says where, and exits with the code for what
//! a person must see to, so that no thread waits for one that is gone.
//!
//! Promise: nothing of a row is said, and what was sent is not forgotten: the next run finds the
//! ledger as it would after `kill -9`.

use std::io::Write;
use std::panic::PanicHookInfo;

use crate::model::Exit;

/// From now on a panic, in any thread, ends the program.
#[expect(
    clippy::exit,
    reason = "no other thread may go on as if nothing had happened"
)]
pub fn end_the_program() {
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
        super::end_the_program();
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
        assert!(said.contains("src/run/panic.rs:"), "{said}");
        assert!(!said.contains("idfa-0000"), "{said}");
        Ok(())
    }
}
