//! Which boot of the machine this is: steps that were not synced outlive a process, not a boot.

/// A word for this boot, empty where the system has none: then every recovery is on the safe
/// side and takes claims for left.
pub(super) fn boot_id() -> String {
    read().unwrap_or_default().trim().to_owned()
}

#[cfg(target_os = "linux")]
fn read() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()
}

#[cfg(target_os = "macos")]
fn read() -> Option<String> {
    let mut command = std::process::Command::new("/usr/sbin/sysctl");
    let output = command.args(["-n", "kern.bootsessionuuid"]).output().ok()?;
    String::from_utf8(output.stdout).ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn read() -> Option<String> {
    None
}
