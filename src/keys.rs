//! Where an SDK key comes from: a file, an environment variable or a program, never an argument.
//!
//! A key that others can read, or that cannot be one, is refused before anything is sent. The
//! messages say what to do and never hold the key.
//!
//! A key that a program prints, such as a password manager.
//!
//! No shell takes part: the words are the program and its arguments. Only the first line counts, and
//! only if the program ends in time with status 0.

use std::fmt;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::model::{Secret, shown, text};
use crate::named_file::{NamedFile, not_opened};

/// More than any key; a longer file is something else.
const LONGEST: usize = 256;

/// This many letters and digits in a row may be a key, given where the name of its file or variable
/// belongs.
const LIKE_A_KEY: usize = 12;

/// Docker and Kubernetes mount secrets there for one container, and readable by all in it. So does
/// systemd for one unit: an access list lets its user in, which looks like mode 440.
const MOUNTED: [&str; 3] = ["/run/secrets", "/var/run/secrets", "/run/credentials"];

/// Whether a key file may be readable by others than its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Refuse it, unless a container engine or systemd has put it there.
    Refused,
    /// Take it all the same.
    Allowed,
}

/// Where one key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// In this environment variable.
    Env(String),
    /// In this file.
    File(PathBuf),
    /// The first line that a program prints: its name, then its arguments.
    Command(Vec<String>),
}

impl KeySource {
    /// Reads the key.
    ///
    /// Errors: nothing there, unreadable, readable by others, or not a key: one line of visible ASCII
    /// without `:` (HTTP Basic ends the user name there), at most 256 characters.
    pub fn require(&self, sharing: Sharing) -> anyhow::Result<Secret> {
        let read = match self {
            KeySource::Env(name) => match std::env::var(name) {
                Ok(text) => key(&text),
                Err(std::env::VarError::NotPresent) => return Err(not_set(name)),
                Err(std::env::VarError::NotUnicode(_)) => Err(not_a_key()),
            },
            KeySource::File(path) => from_file(path, sharing),
            KeySource::Command(words) => first_line(words, LONGEST).and_then(|line| key(&line)),
        };
        read.with_context(|| self.to_string())
    }

    /// Whether a key seems to be there; it is not read, and no program is run.
    pub fn is_there(&self) -> bool {
        match self {
            KeySource::Env(name) => std::env::var_os(name).is_some_and(|key| !key.is_empty()),
            KeySource::File(path) => path.exists(),
            KeySource::Command(_) => true,
        }
    }

    /// [`KeySource::require`], but `None` if its environment variable is not set.
    pub fn read(&self, sharing: Sharing) -> anyhow::Result<Option<Secret>> {
        match self {
            KeySource::Env(name) if std::env::var_os(name).is_none() => Ok(None),
            source => source.require(sharing).map(Some),
        }
    }
}

impl fmt::Display for KeySource {
    /// The place for people: no key is in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeySource::Env(name) => write!(f, "environment variable {}", variable_name(name)),
            KeySource::File(path) => write!(f, "key file {}", file_name(path)),
            KeySource::Command(words) => {
                let program = words.first().map_or("", String::as_str);
                write!(f, "command {}", shown(program))
            }
        }
    }
}

/// The name of a variable for people; hidden if no such variable is set, since it may be the key.
pub fn variable_name(name: &str) -> Box<str> {
    named(name, std::env::var_os(name).is_some())
}

/// The name of a file for people; hidden if there is no such file, since it may be the key.
pub fn file_name(path: &Path) -> Box<str> {
    let text = path.to_string_lossy();
    named(&text, text.contains('/') || path.exists())
}

fn named(text: &str, is_there: bool) -> Box<str> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    if !is_there && words.any(|word| word.len() >= LIKE_A_KEY) {
        return "(not shown: there is none of this name, so it may be a key)".into();
    }
    shown(text)
}

fn not_set(name: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "no SDK key: put it into the environment variable {} or into a file named by --sdk-key-file \
         (it is in Tenjin's dashboard, in the app's settings){}",
        variable_name(name),
        near_variable(name)
    )
}

/// `; did you mean …?` with a variable of a similar name; its value is not read.
fn near_variable(name: &str) -> String {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let names: Vec<String> = names.collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    text::did_you_mean(name, &names)
}

fn from_file(path: &Path, sharing: Sharing) -> anyhow::Result<Secret> {
    let file = NamedFile::open(path).map_err(|error| not_opened(path, error))?;
    let about = file.about();
    ensure!(!about.is_dir(), "this is a folder; name the file in it");
    if about.is_file() && sharing == Sharing::Refused && !is_below(path, &MOUNTED.map(Path::new)) {
        refuse_shared(about)?;
    }
    match file.read_text(LONGEST + 2) {
        Err(error) if error.kind() == ErrorKind::TimedOut => Err(error.into()),
        Err(_) => Err(not_a_key()),
        Ok(text) => key(&text),
    }
}

/// Whether the file itself is in one of these folders, whatever links and `..` led to it.
fn is_below(path: &Path, folders: &[&Path]) -> bool {
    let is_in = |path: &Path, folder: &Path| {
        let folder = folder.canonicalize();
        folder.is_ok_and(|folder| path.starts_with(folder))
    };
    let whole = path.canonicalize();
    whole.is_ok_and(|path| folders.iter().any(|folder| is_in(&path, folder)))
}

#[cfg(unix)]
fn refuse_shared(meta: &std::fs::Metadata) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = meta.permissions().mode() & 0o777;
    let by_others = mode & 0o077;
    ensure!(
        by_others == 0,
        "others can read it (mode {mode:03o}); run `chmod 600` on it, and consider the key known \
         (--allow-shared-key-file takes it all the same)"
    );
    Ok(())
}

#[cfg(not(unix))]
fn refuse_shared(_: &std::fs::Metadata) -> anyhow::Result<()> {
    Ok(())
}

fn key(text: &str) -> anyhow::Result<Secret> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    ensure!(!text.is_empty(), "it is empty; put the app's SDK key there");
    let visible = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    if text.len() > LONGEST || !text.bytes().all(visible) {
        return Err(not_a_key());
    }
    Ok(Secret::new(text))
}

fn not_a_key() -> anyhow::Error {
    anyhow::anyhow!(
        "this is not an SDK key: a key is one line of at most {LONGEST} letters, digits and signs, without spaces and `:`"
    )
}

/// How long it may take; a person may have to type a password meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause between two looks whether it has ended.
const POLL: Duration = Duration::from_millis(20);

/// The first line that the program prints, of at most `most` bytes.
pub(super) fn first_line(words: &[String], most: usize) -> anyhow::Result<String> {
    first_line_within(words, most, PATIENCE)
}

fn first_line_within(words: &[String], most: usize, patience: Duration) -> anyhow::Result<String> {
    let (program, arguments) = words.split_first().context("it names no program")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start it")?;
    let line = read(&mut child, most, patience);
    // A program that is given up is ended.
    if line.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
    line
}

fn read(child: &mut Child, most: usize, patience: Duration) -> anyhow::Result<String> {
    let late = || {
        let patience = humantime::format_duration(patience);
        anyhow::anyhow!("it did not end within {patience}")
    };
    let end = Instant::now() + patience;
    let output = child.stdout.take().context("it has no output")?;
    let (tell, told) = mpsc::channel();
    std::thread::Builder::new()
        .name("key".into())
        .spawn(move || {
            let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(2);
            let mut line = Vec::new();
            let mut output = BufReader::new(output);
            let read = output.by_ref().take(limit).read_until(b'\n', &mut line);
            let _ = tell.send(read.map(|_| line));
            // Unread output would end the program with a broken pipe.
            let _ = std::io::copy(&mut output, &mut std::io::sink());
        })?;
    let line = told.recv_timeout(patience).map_err(|_| late())?;
    let line = line.context("cannot read what it prints")?;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if Instant::now() >= end => return Err(late()),
            None => std::thread::sleep(POLL),
        }
    };
    ensure!(status.success(), "it failed ({status})");
    match String::from_utf8(line) {
        Ok(line) => Ok(line),
        Err(_) => bail!("it does not print UTF-8 text"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Write;

    use tempfile::NamedTempFile;

    use super::*;

    fn file(content: &[u8]) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    fn read(content: &[u8]) -> anyhow::Result<Secret> {
        KeySource::File(file(content).path().into()).require(Sharing::Refused)
    }

    #[test]
    fn one_line_is_a_key() {
        for content in ["KEY-1.x_~!", "KEY-1.x_~!\n", "KEY-1.x_~!\r\n"] {
            assert_eq!(read(content.as_bytes()).unwrap().expose(), "KEY-1.x_~!");
        }
        let longest = "k".repeat(LONGEST);
        assert_eq!(
            read(format!("{longest}\r\n").as_bytes()).unwrap().expose(),
            longest
        );
    }

    #[test]
    fn anything_else_is_refused_and_not_shown() {
        let long = "K".repeat(LONGEST + 1);
        for content in [
            "",
            "\n",
            "KEY one",
            "KEY:",
            "KEY\nKEY",
            "KEY\n\n",
            " KEY",
            "KEY\t",
            "KEYé",
            "\u{feff}KEY",
            &long,
        ] {
            let error = format!("{:#}", read(content.as_bytes()).unwrap_err());
            assert!(error.starts_with("key file "), "{error}");
            assert!(!error.contains("KEY"), "{content:?}: {error}");
        }
        assert!(read(b"KEY\xff").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn others_may_not_read_it_unless_told() {
        use std::os::unix::fs::PermissionsExt;
        let file = file(b"KEY");
        for mode in [0o640, 0o604, 0o644, 0o620] {
            std::fs::set_permissions(file.path(), PermissionsExt::from_mode(mode)).unwrap();
            let source = KeySource::File(file.path().into());
            let error = format!("{:#}", source.require(Sharing::Refused).unwrap_err());
            assert!(error.contains("chmod 600"), "{error}");
            assert_eq!(source.require(Sharing::Allowed).unwrap().expose(), "KEY");
        }
    }

    #[cfg(unix)]
    #[test]
    fn neither_dots_nor_links_lead_out_of_the_mounted_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("secrets")).unwrap();
        std::fs::write(path("secrets/key"), "").unwrap();
        std::fs::write(path("mine"), "").unwrap();
        std::os::unix::fs::symlink(path("mine"), path("secrets/link")).unwrap();
        std::os::unix::fs::symlink(path("secrets"), path("other")).unwrap();
        let mounted = [path("nowhere"), path("other")];
        let mounted = [mounted[0].as_path(), mounted[1].as_path()];
        for (name, expected) in [
            ("secrets/key", true),
            ("other/key", true),
            ("other/../secrets/key", true),
            ("secrets/../mine", false),
            ("secrets/link", false),
            ("secrets/none", false),
            ("mine", false),
        ] {
            assert_eq!(is_below(&path(name), &mounted), expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_may_be_a_key_is_shown_only_where_it_is_one() {
        for name in ["TENJIN_SDK_KEY", "KEY_A", "A", "NOT_SET", "x.key"] {
            assert_eq!(&*named(name, false), name);
        }
        for name in ["ABCDEFGH0123", "KEY_ABCDEFGH0123", "-abcdefgh0123"] {
            assert!(!named(name, false).contains("0123"), "{name}");
            assert_eq!(&*named(name, true), name);
        }
    }

    #[test]
    fn what_is_missing_is_named_with_the_way_out() {
        let error = KeySource::Env("TENJIN_S2S_NO_SUCH_VARIABLE".into())
            .require(Sharing::Refused)
            .unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("TENJIN_S2S_NO_SUCH_VARIABLE"), "{error}");
        assert!(error.contains("--sdk-key-file"), "{error}");
        let nowhere = KeySource::File("/no/such/key".into()).require(Sharing::Refused);
        let error = format!("{:#}", nowhere.unwrap_err());
        assert!(error.starts_with("key file /no/such/key: "), "{error}");
    }

    #[test]
    fn the_environment_is_read_when_there_is_no_file() {
        // Set for every test run, and never a key: only the way matters.
        let error = KeySource::Env("PATH".into())
            .require(Sharing::Refused)
            .unwrap_err();
        assert!(format!("{error:#}").starts_with("environment variable PATH: "));
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod command_tests {
    use super::*;

    fn run(script: &str) -> anyhow::Result<String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        first_line_within(&words, 20, Duration::from_millis(500))
    }

    #[test]
    fn the_first_line_of_a_program_that_ends_well() {
        assert_eq!(run("echo KEY; echo more; echo more").unwrap(), "KEY\n");
        assert_eq!(run("printf KEY").unwrap(), "KEY");
        assert_eq!(run("true").unwrap(), "");
        assert_eq!(run("yes | head -c 300000").unwrap(), "y\n");
    }

    #[test]
    fn no_shell_takes_part() {
        let words = ["echo", "$HOME;", "`x`"].map(str::to_owned);
        assert_eq!(first_line(&words, 20).unwrap(), "$HOME; `x`\n");
    }

    #[test]
    fn what_fails_or_does_not_end_gives_no_key() {
        for (script, why) in [
            ("echo KEY; exit 3", "it failed (exit status: 3)"),
            ("echo KEY; exec sleep 100", "it did not end within 500ms"),
            ("exec sleep 100", "it did not end within 500ms"),
            ("printf '\\377'", "it does not print UTF-8 text"),
        ] {
            assert_eq!(run(script).unwrap_err().to_string(), why, "{script}");
        }
        let nobody = first_line(&["/no/such/program".to_owned()], 20);
        assert_eq!(nobody.unwrap_err().to_string(), "cannot start it");
    }
}
