//! Another boot of the machine, for one program: a name of its own for it. And other mounts.

use std::io::Write;
use std::path::Path;

use super::place::{Place, Run};
use super::trace;

/// Whether this machine can show anything; said aloud if not, and an error where all must be shown.
pub fn can_show() -> bool {
    let place = Place::new();
    place.write("boot", "another\n");
    let boots = restarted(place.command("--version"), &place.path("boot"));
    let missing = match (trace::is_possible(), boots.end().code == Some(0)) {
        (true, true) => return true,
        (false, _) => "strace cannot run here",
        (true, false) => "unshare cannot give a program another boot id here",
    };
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci != "true"),
        "{missing}"
    );
    let text = format!("SKIPPED: {missing}, so nothing was shown about power losses\n");
    let _ = std::io::stderr().write_all(text.as_bytes());
    false
}

/// The same run, on a machine that was started anew.
pub fn restarted(run: Run, boot: &Path) -> Run {
    mounted(run, boot, Path::new("/proc/sys/kernel/random/boot_id"))
}

/// The same run, which sees one file or folder in the place of another.
pub fn mounted(run: Run, what: &Path, at: &Path) -> Run {
    let script = "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"";
    let [what, at] = [what, at].map(|path| path.to_str().unwrap());
    let path = ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let mut run = run.within("unshare", &["-rm", "sh", "-c", script, what, at]);
    run.command.env(path.0, path.1);
    run
}
