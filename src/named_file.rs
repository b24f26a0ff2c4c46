//! A small file that the user names: read as a whole, or an error that proposes the nearest name.
//!
//! It is bounded in bytes, and a pipe or a device also in time, so that a run does not wait for ever
//! for somebody who never writes.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::model::shown;
use crate::model::text::nearest;

/// How long a pipe may take to its end; a person may have to type a password meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many names of a folder are compared with a wrong one.
const NAMES: usize = 10_000;

/// A file that was opened.
#[derive(Debug)]
pub struct NamedFile {
    file: File,
    about: Metadata,
}

impl NamedFile {
    /// Opens it; a pipe that nobody writes to does not hold the program up.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
        );
        let file = options.open(path)?;
        let about = file.metadata()?;
        Ok(NamedFile { file, about })
    }

    /// What the system says of it.
    pub fn about(&self) -> &Metadata {
        &self.about
    }

    /// All of it. Errors: more than `most` bytes; a pipe that does not end in time.
    pub fn read(self, most: usize) -> io::Result<Vec<u8>> {
        self.read_within(most, PATIENCE)
    }

    /// The same as UTF-8 text.
    pub fn read_text(self, most: usize) -> io::Result<String> {
        let text = String::from_utf8(self.read(most)?);
        text.map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text"))
    }

    fn read_within(self, most: usize, patience: Duration) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        if self.about.is_file() {
            self.file.take(limit).read_to_end(&mut bytes)?;
        } else {
            let end = Instant::now() + patience;
            let mut waiting = Waiting {
                file: self.file,
                end,
                patience,
            };
            Read::by_ref(&mut waiting)
                .take(limit)
                .read_to_end(&mut bytes)?;
        }
        if bytes.len() > most {
            let text = format!("it has more than {most} bytes");
            return Err(io::Error::new(ErrorKind::FileTooLarge, text));
        }
        Ok(bytes)
    }
}

/// Reads from a pipe or a device until `end`; `patience` is for the message.
struct Waiting {
    file: File,
    end: Instant,
    patience: Duration,
}

impl Read for Waiting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.end.saturating_duration_since(Instant::now());
            if left.is_zero() || !came(&self.file, left)? {
                let text = format!(
                    "it is a pipe or a device, and did not come to its end within {}",
                    humantime::format_duration(self.patience)
                );
                return Err(io::Error::new(ErrorKind::TimedOut, text));
            }
            match self.file.read(into) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
    }
}

/// Whether there is something to read, or its end, within this time.
#[cfg(unix)]
fn came(file: &File, within: Duration) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let timeout = Timespec::try_from(within).map_err(io::Error::other)?;
    let mut asked = [PollFd::new(file, PollFlags::IN)];
    match poll(&mut asked, Some(&timeout)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on unix")]
fn came(_: &File, _: Duration) -> io::Result<bool> {
    Ok(true)
}

/// `; did you mean …?` for a file: among its neighbours.
pub fn nearest_file(path: &Path) -> String {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        // A path in a configuration file leads on from where the program was started.
        let tried = std::path::absolute(folder);
        let tried = tried.as_deref().unwrap_or(folder);
        return format!("; there is no folder {}", shown_path(tried));
    }
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let names = entries.take(NAMES).map(|entry| entry.file_name());
    let names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let wrong = path.file_name().unwrap_or_default().to_string_lossy();
    nearest(&wrong, &names).map_or(String::new(), |name| {
        format!(
            "; did you mean `{}`?",
            shown_path(&path.with_file_name(name))
        )
    })
}

/// What went wrong with a file that was to be opened, for people.
pub fn not_opened(path: &Path, error: io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("there is no such file{}", nearest_file(path)),
        _ => anyhow::Error::new(error).context("cannot read it"),
    }
}

fn shown_path(path: &Path) -> String {
    shown(&path.to_string_lossy()).into()
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Write;

    use super::*;

    fn pipe(folder: &tempfile::TempDir) -> std::path::PathBuf {
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        path
    }

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        let read = |most| NamedFile::open(&path).unwrap().read(most);
        assert_eq!(read(5).unwrap(), b"12345");
        assert_eq!(read(4).unwrap_err().kind(), ErrorKind::FileTooLarge);
        let endless = NamedFile::open(Path::new("/dev/zero")).unwrap().read(1000);
        assert_eq!(endless.unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert!(NamedFile::open(folder.path()).unwrap().read(5).is_err());
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(&folder);
        let short = Duration::from_millis(30);
        let nobody = NamedFile::open(&path).unwrap().read_within(5, short);
        assert_eq!(nobody.unwrap_err().kind(), ErrorKind::TimedOut);
        // One that somebody holds open and never ends neither.
        let held = NamedFile::open(&path).unwrap();
        let mut writer = File::options().write(true).open(&path).unwrap();
        writer.write_all(b"123").unwrap();
        let unended = held.read_within(5, short);
        assert_eq!(unended.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn a_pipe_that_somebody_writes_to_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(&folder);
        let reader = NamedFile::open(&path).unwrap();
        let writer = path.clone();
        let writing = std::thread::spawn(move || std::fs::write(writer, "12345").unwrap());
        assert_eq!(reader.read(5).unwrap(), b"12345");
        writing.join().unwrap();
    }

    #[test]
    fn the_nearest_file_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("orders-2026.csv"), "").unwrap();
        let wrong = folder.path().join("order-2026.csv");
        let right = folder.path().join("orders-2026.csv");
        assert_eq!(
            nearest_file(&wrong),
            format!("; did you mean `{}`?", right.display())
        );
        let lost = folder.path().join("none/a.csv");
        assert!(nearest_file(&lost).contains("there is no folder"));
    }
}
