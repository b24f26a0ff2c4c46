//! Whether the file system under a ledger keeps `SQLite`'s promises.
//!
//! Network file systems and the shared folders of virtual machines do not lock files as a ledger
//! needs it, and a database that is itself mounted has a `-wal` beside each of its names.

use std::path::Path;

use super::error::LedgerError;

/// File systems whose locks other machines do not see, or whose memory maps are not shared.
#[cfg_attr(not(target_os = "linux"), expect(dead_code))]
const REMOTE: [&str; 16] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "lustre",
    "vboxsf",
    "virtiofs",
    "prl_fs",
    "fuse.sshfs",
    "fuse.vmhgfs-fuse",
    "fuse.glusterfs",
    "fuse.rclone",
];

/// Refuses a place where a ledger would not be safe. `path` is canonical.
#[cfg(target_os = "linux")]
pub(super) fn check(path: &Path, allow_remote: bool) -> Result<(), LedgerError> {
    let Ok(table) = std::fs::read_to_string("/proc/self/mountinfo") else {
        // A container may hide it. Then nothing is known against the place.
        return Ok(());
    };
    match fault(&table, path) {
        Some(Fault::Remote(kind)) if !allow_remote => Err(LedgerError::Unsafe {
            path: path.into(),
            why: format!(
                "this is a {kind} file system, where two machines could use one ledger at once \
                 and a crash could undo what was remembered; put the ledger on a local disk \
                 (--ledger FILE), or pass --allow-remote-ledger if only one machine ever uses it"
            ),
        }),
        Some(Fault::IsMount) => Err(LedgerError::Unsafe {
            path: path.into(),
            why: "the file itself is mounted here, so that what SQLite keeps beside it would be \
                  in two places; mount its folder instead"
                .into(),
        }),
        _ => Ok(()),
    }
}

/// Other systems do not say it in a text that could be read.
#[cfg(not(target_os = "linux"))]
pub(super) fn check(_: &Path, _: bool) -> Result<(), LedgerError> {
    Ok(())
}

/// Whether the file system is one of another machine's.
#[cfg(target_os = "linux")]
pub(super) fn is_remote(path: &Path) -> bool {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    matches!(fault(&table, path), Some(Fault::Remote(_)))
}

#[cfg(target_os = "linux")]
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Remote(String),
    IsMount,
}

/// What `/proc/self/mountinfo` says against this path.
#[cfg(target_os = "linux")]
fn fault(table: &str, path: &Path) -> Option<Fault> {
    let mounts = table.lines().filter_map(mount);
    // Of several mounts at one place the last one is on top.
    let (place, kind) = mounts
        .filter(|(place, _)| path.starts_with(place))
        .max_by_key(|(place, _)| place.components().count())?;
    if place == path {
        return Some(Fault::IsMount);
    }
    REMOTE
        .contains(&kind)
        .then(|| Fault::Remote(kind.to_owned()))
}

/// `36 35 98:0 /root /mount/point rw - ext4 /dev/sda1 rw` -> place and kind
#[cfg(target_os = "linux")]
fn mount(line: &str) -> Option<(std::path::PathBuf, &str)> {
    use std::os::unix::ffi::OsStringExt;
    let place = unescaped(line.split(' ').nth(4)?);
    let (_, after) = line.split_once(" - ")?;
    let kind = after.split(' ').next()?;
    Some((std::ffi::OsString::from_vec(place).into(), kind))
}

/// Blanks, tabs, line ends and backslashes stand there as three octal digits.
#[cfg(target_os = "linux")]
fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let octal = (*first == b'\\')
            .then(|| std::str::from_utf8(after.get(..3)?).ok())
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        out.push(octal.unwrap_or(*first));
        rest = if octal.is_some() { &after[3..] } else { after };
    }
    out
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const TABLE: &str = "\
        22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
        30 22 0:40 / /home/my\\040data rw - nfs4 server:/data rw\n\
        31 22 8:1 /x/real.sqlite /srv/ledger.sqlite rw - ext4 /dev/sda1 rw\n\
        32 22 0:41 / /home/over rw - cifs //server/share rw\n\
        33 22 0:42 / /home/over rw - tmpfs none rw\n";

    #[test]
    fn the_innermost_mount_decides() {
        let of = |path: &str| fault(TABLE, Path::new(path));
        assert_eq!(of("/home/ann/ledger.sqlite"), None);
        let remote = Some(Fault::Remote("nfs4".into()));
        assert_eq!(of("/home/my data/ledger.sqlite"), remote);
        assert_eq!(of("/srv/ledger.sqlite"), Some(Fault::IsMount));
        assert_eq!(of("/srv/ledger.sqlite.lock"), None);
        assert_eq!(of("/home/over/ledger.sqlite"), None);
    }
}
