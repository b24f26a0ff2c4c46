//! Where an SDK key comes from: a file or an environment variable, never an argument.
//!
//! A key that others can read, or that cannot be one, is refused before anything is sent. The
//! messages say what to do and never hold the key.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::nearest;
use crate::row::shown;
use crate::secret::Secret;

/// More than any key; a longer file is something else.
const LONGEST: usize = 256;

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
}

impl KeySource {
    /// Reads the key; nothing if its environment variable is not set. Errors as [`read_key`].
    pub fn read(&self, sharing: Sharing) -> anyhow::Result<Option<Secret>> {
        match self {
            KeySource::Env(name) if std::env::var_os(name).is_none() => Ok(None),
            KeySource::Env(name) => read_key(None, name, sharing).map(Some),
            KeySource::File(path) => read_key(Some(path), "", sharing).map(Some),
        }
    }
}

impl fmt::Display for KeySource {
    /// The place for people: no key is in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeySource::Env(name) => write!(f, "environment variable {}", shown(name)),
            KeySource::File(path) => write!(f, "key file {}", shown(&path.to_string_lossy())),
        }
    }
}

/// Reads a key from the file if there is one, else from the environment variable.
///
/// Errors: nothing there, unreadable, readable by others, or not a key: one line of visible ASCII
/// without `:` (HTTP Basic ends the user name there), at most 256 characters.
pub fn read_key(file: Option<&Path>, env_name: &str, sharing: Sharing) -> anyhow::Result<Secret> {
    if let Some(path) = file {
        let place = || format!("key file {}", shown(&path.to_string_lossy()));
        return from_file(path, sharing).with_context(place);
    }
    let place = || format!("environment variable {}", shown(env_name));
    match std::env::var(env_name) {
        Ok(text) => key(&text).with_context(place),
        Err(std::env::VarError::NotPresent) => bail!(
            "no SDK key: put it into the environment variable {} or into a file named by --sdk-key-file \
             (it is in Tenjin's dashboard, in the app's settings){}",
            shown(env_name),
            near_variable(env_name)
        ),
        Err(std::env::VarError::NotUnicode(_)) => Err(not_a_key()).with_context(place),
    }
}

/// The variable that was meant, by its name; nobody looks at its value.
fn near_variable(name: &str) -> String {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let names: Vec<String> = names.collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    nearest::word(name, &names)
}

fn from_file(path: &Path, sharing: Sharing) -> anyhow::Result<Secret> {
    let file = File::open(path).map_err(|error| nearest::opened(path, error))?;
    let meta = file.metadata()?;
    ensure!(!meta.is_dir(), "this is a folder; name the file in it");
    if sharing == Sharing::Refused && !mounted_secret(path) {
        refuse_shared(&meta)?;
    }
    let mut text = String::new();
    let limit = u64::try_from(LONGEST + 3).unwrap_or(u64::MAX);
    file.take(limit)
        .read_to_string(&mut text)
        .map_err(|_| not_a_key())?;
    key(&text)
}

/// Docker and Kubernetes mount secrets there for one container, and readable by all in it. So
/// does systemd for one unit: an access list lets its user in, which looks like mode 440.
fn mounted_secret(path: &Path) -> bool {
    let places = ["/run/secrets", "/var/run/secrets", "/run/credentials"];
    places.iter().any(|place| path.starts_with(place))
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
        read_key(Some(file(content).path()), "UNUSED", Sharing::Refused)
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
            let path = Some(file.path());
            let error = format!(
                "{:#}",
                read_key(path, "UNUSED", Sharing::Refused).unwrap_err()
            );
            assert!(error.contains("chmod 600"), "{error}");
            assert_eq!(
                read_key(path, "UNUSED", Sharing::Allowed).unwrap().expose(),
                "KEY"
            );
        }
    }

    #[test]
    fn engines_and_systemd_keep_others_out_by_other_means_than_the_mode() {
        for place in [
            "/run/secrets/tenjin",
            "/var/run/secrets/tenjin/sdk_key",
            "/run/credentials/tenjin-s2s.service/sdk_key",
        ] {
            assert!(mounted_secret(Path::new(place)), "{place}");
        }
        for place in [
            "run/secrets/tenjin",
            "/run/secrets2/x",
            "/run/user/1000/key",
        ] {
            assert!(!mounted_secret(Path::new(place)), "{place}");
        }
    }

    #[test]
    fn what_is_missing_is_named_with_the_way_out() {
        let error = read_key(None, "TENJIN_S2S_NO_SUCH_VARIABLE", Sharing::Refused).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("TENJIN_S2S_NO_SUCH_VARIABLE"), "{error}");
        assert!(error.contains("--sdk-key-file"), "{error}");
        let nowhere = read_key(Some(Path::new("/no/such/key")), "UNUSED", Sharing::Refused);
        let error = format!("{:#}", nowhere.unwrap_err());
        assert!(error.starts_with("key file /no/such/key: "), "{error}");
    }

    #[test]
    fn the_environment_is_read_when_there_is_no_file() {
        // Set for every test run, and never a key: only the way matters.
        let error = read_key(None, "PATH", Sharing::Refused).unwrap_err();
        assert!(format!("{error:#}").starts_with("environment variable PATH: "));
    }
}
