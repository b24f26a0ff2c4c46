//! `os_version`: an API level on Android, digits and dots on iOS.
//!
//! Exports nearly always give Android's release (`14`, `8.1.0`) where Tenjin asks for the API
//! level (`34`, `27`). Numbers up to 16 are read as releases, 17 and above as API levels: no
//! device in use is below level 17, and that is how the two can be told apart.

use super::{Fix, Fixes, ParseError, ParseResult, Value};
use crate::model::{Code, Platform};

/// Android's releases and their API levels: <https://apilevels.com>. The first that matches a
/// release, or begins it, counts.
const RELEASES: &[(&str, i64)] = &[
    ("16", 36),
    ("15", 35),
    ("14", 34),
    ("13", 33),
    ("12.1", 32),
    ("12L", 32),
    ("12", 31),
    ("11", 30),
    ("10", 29),
    ("9", 28),
    ("8.1", 27),
    ("8", 26),
    ("7.1", 25),
    ("7", 24),
    ("6", 23),
    ("5.1", 22),
    ("5", 21),
    ("4.4W", 20),
    ("4.4", 19),
    ("4.3", 18),
    ("4.2", 17),
    ("4.1", 16),
    ("4.0.4", 15),
    ("4.0.3", 15),
    ("4", 14),
    ("3.2", 13),
    ("3.1", 12),
    ("3", 11),
    ("2.3.7", 10),
    ("2.3.6", 10),
    ("2.3.5", 10),
    ("2.3.4", 10),
    ("2.3.3", 10),
    ("2.3", 9),
    ("2.2", 8),
    ("2.1", 7),
    ("2.0.1", 6),
    ("2", 5),
    ("1.6", 4),
    ("1.5", 3),
    ("1.1", 2),
    ("1", 1),
];

/// Android's releases, as they are written.
pub fn releases() -> impl Iterator<Item = &'static str> {
    RELEASES.iter().map(|(release, _)| *release)
}

/// The lowest number that is an API level rather than a release.
const LOWEST_LEVEL: i64 = 17;
/// Far above what can come; keeps nonsense such as build numbers out.
const HIGHEST_LEVEL: i64 = 99;

/// Reads `os_version` for this platform.
pub(super) fn read<'t>(
    text: &'t str,
    platform: Option<Platform>,
    fixes: &mut Fixes,
) -> ParseResult<'t> {
    match platform {
        Some(Platform::Ios) => ios(text, fixes),
        Some(_) => android(text, fixes),
        // The platform is a fault already.
        None => Ok(Value::Text(text)),
    }
}

fn ios<'t>(text: &'t str, fixes: &mut Fixes) -> ParseResult<'t> {
    let bare = without_build(bare(text, &["iphone os", "ipados", "ios", "version"]));
    let is_version = bare.len() <= 20
        && bare
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !is_version {
        let hint = "write iOS's version in digits and dots, as 17.5";
        return Err(ParseError::new(Code::InvalidNumber, hint));
    }
    if bare.len() == text.len() {
        return Ok(Value::Text(text));
    }
    fixes.note(Fix::OsVersionPrefix);
    Ok(Value::Text(bare))
}

fn android(text: &str, fixes: &mut Fixes) -> ParseResult<'static> {
    let bare = bare(text, &["android"]);
    if bare.len() < text.len() {
        fixes.note(Fix::OsVersionPrefix);
    }
    let mut form = Fixes::default();
    if let Ok(level @ LOWEST_LEVEL..=HIGHEST_LEVEL) = super::money::integer(bare, &mut form) {
        fixes.add(form);
        return Ok(Value::Integer(level));
    }
    let Some(level) = level_of(bare) else {
        let hint = "write Android's API level, as 34, or its release, as 14";
        return Err(ParseError::new(Code::InvalidInteger, hint));
    };
    fixes.note(Fix::OsVersionApiLevel);
    Ok(Value::Integer(level))
}

/// The API level of a release such as `8.1.0`.
fn level_of(release: &str) -> Option<i64> {
    let is_release = release.len() <= 12
        && release.split('.').all(|part| {
            let digits = part.trim_end_matches(['L', 'W']);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
    let begins = |known: &str| {
        release
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    RELEASES
        .iter()
        .find(|(known, _)| is_release && begins(known))
        .map(|(_, level)| *level)
}

/// The API level of a text that is known to be a release: here `17` is one too.
pub fn level_of_release(text: &str) -> Option<i64> {
    match bare(text, &["android"]) {
        "17" | "17.0" => Some(37),
        release => level_of(release),
    }
}

/// The release in an `os_version` that [`read`] made an API level of.
pub fn release_of(text: &str) -> &str {
    bare(text, &["android"])
}

/// Without the build that iOS says itself: `Version 17.5 (Build 21F79)`, its
/// `operatingSystemVersionString`, which `RevenueCat` keeps.
fn without_build(text: &str) -> &str {
    let build = |text: &str| text.strip_suffix(')')?.rfind(" (Build ");
    build(text).map_or(text, |at| &text[..at])
}

/// Without the system's name in front.
fn bare<'t>(text: &'t str, names: &[&str]) -> &'t str {
    for name in names {
        if let Some((head, rest)) = text.split_at_checked(name.len())
            && head.eq_ignore_ascii_case(name)
        {
            return rest.trim_start_matches([' ', '-', '_']);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_on(platform: Platform, text: &str) -> Result<(Value<'_>, Vec<Fix>), Code> {
        let mut fixes = Fixes::default();
        let value = read(text, Some(platform), &mut fixes).map_err(|error| error.code)?;
        Ok((value, fixes.iter().collect()))
    }

    #[test]
    fn releases_become_api_levels() {
        for (release, level) in [
            ("1", 1),
            ("1.0", 1),
            ("1.6", 4),
            ("2.3.2", 9),
            ("2.3.3", 10),
            ("4", 14),
            ("4.0.3", 15),
            ("4.4", 19),
            ("4.4.4", 19),
            ("4.4W", 20),
            ("5.0.2", 21),
            ("6.0.1", 23),
            ("7.1.2", 25),
            ("8", 26),
            ("8.1.0", 27),
            ("9", 28),
            ("10", 29),
            ("12", 31),
            ("12L", 32),
            ("14", 34),
            ("15.0", 35),
            ("16", 36),
        ] {
            let expected = (Value::Integer(level), vec![Fix::OsVersionApiLevel]);
            assert_eq!(
                read_on(Platform::Android, release),
                Ok(expected),
                "{release}"
            );
        }
    }

    #[test]
    fn seventeen_and_above_are_api_levels() {
        for level in [17, 21, 34, 99] {
            let text = level.to_string();
            let expected = (Value::Integer(level), Vec::new());
            assert_eq!(read_on(Platform::Amazon, &text), Ok(expected));
        }
        let named = read_on(Platform::AndroidOther, "Android 14");
        let fixes = vec![Fix::OsVersionApiLevel, Fix::OsVersionPrefix];
        assert_eq!(named, Ok((Value::Integer(34), fixes)));
    }

    #[test]
    fn what_ios_says_of_itself_is_cut_to_its_version() {
        for (text, version) in [
            ("iOS 17.5", "17.5"),
            ("Version 17.5 (Build 21F79)", "17.5"),
            ("17.5.1 (Build 21F90)", "17.5.1"),
        ] {
            let expected = (Value::Text(version), vec![Fix::OsVersionPrefix]);
            assert_eq!(read_on(Platform::Ios, text), Ok(expected));
        }
        for text in [
            "Version 17.5 (Build 21F79",
            "Version (Build 21F79)",
            "17.5 (beta)",
        ] {
            assert_eq!(read_on(Platform::Ios, text), Err(Code::InvalidNumber));
        }
    }

    #[test]
    fn what_is_neither_is_a_fault() {
        for text in [
            "0",
            "100",
            "17.5",
            "14beta",
            "4.",
            "-14",
            "x",
            "REL",
            "1.0.0.0.0.0.0",
        ] {
            assert_eq!(
                read_on(Platform::Android, text),
                Err(Code::InvalidInteger),
                "{text}"
            );
        }
        for text in ["x", "17.", ".5", "17,5", "17.5b", "1.1.1.1.1.1.1.1.1.1.1"] {
            assert_eq!(
                read_on(Platform::Ios, text),
                Err(Code::InvalidNumber),
                "{text}"
            );
        }
    }
}
