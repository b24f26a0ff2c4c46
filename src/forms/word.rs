//! Words of fixed lists: platforms, yes and no, choices, languages.

use std::borrow::Cow;

use super::{Fix, Fixes, Trouble, Value};
use crate::kind::Platform;
use crate::row::Code;

/// How exports spell platforms, in lower case and without spaces, dashes and underscores.
const PLATFORMS: &[(&str, Platform)] = &[
    ("ios", Platform::Ios),
    ("iphoneos", Platform::Ios),
    ("ipados", Platform::Ios),
    ("iphone", Platform::Ios),
    ("ipad", Platform::Ios),
    ("android", Platform::Android),
    ("googleplay", Platform::Android),
    ("amazon", Platform::Amazon),
    ("fireos", Platform::Amazon),
    ("androidother", Platform::AndroidOther),
];

/// The platform that a word means.
pub fn platform(text: &str) -> Option<Platform> {
    match text {
        "ios" => return Some(Platform::Ios),
        "android" => return Some(Platform::Android),
        _ if text.len() > 20 => return None,
        _ => {}
    }
    let plain = crate::schema::plain(text);
    PLATFORMS
        .iter()
        .find(|(name, _)| *name == plain)
        .map(|(_, platform)| *platform)
}

pub(super) fn read_platform(text: &str, fixes: &mut Fixes) -> Result<Value<'static>, Trouble> {
    let Some(platform) = platform(text) else {
        let hint = "write ios, android, amazon or android_other";
        return Err(Trouble::new(Code::InvalidChoice, hint));
    };
    if platform.name() != text {
        fixes.note(Fix::PlatformName);
    }
    Ok(Value::Platform(platform))
}

/// Yes or no: `1` and `0`, or `true` and `false` where `spelt` asks for them.
pub(super) fn truth(text: &str, spelt: bool, fixes: &mut Fixes) -> Result<Value<'static>, Trouble> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let word = match (is(["1", "true", "yes"]), is(["0", "false", "no"])) {
        (true, _) if spelt => "true",
        (true, _) => "1",
        (_, true) if spelt => "false",
        (_, true) => "0",
        _ => {
            let hint = if spelt {
                "write true or false"
            } else {
                "write 1 or 0"
            };
            return Err(Trouble::new(Code::InvalidChoice, hint));
        }
    };
    if word != text {
        fixes.note(Fix::BooleanForm);
    }
    Ok(Value::Word(word))
}

/// One of the words, in any case.
pub(super) fn choice(
    text: &str,
    words: &'static [&'static str],
    fixes: &mut Fixes,
) -> Result<Value<'static>, Trouble> {
    let Some(word) = words.iter().find(|word| text.eq_ignore_ascii_case(word)) else {
        let hint = format!("write one of {}", words.join(", "));
        return Err(Trouble::new(Code::InvalidChoice, hint));
    };
    if *word != text {
        fixes.note(Fix::ChoiceCase);
    }
    Ok(Value::Word(word))
}

/// Two letters.
pub(super) fn language<'t>(text: Cow<'t, str>, fixes: &mut Fixes) -> Result<Value<'t>, Trouble> {
    if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let hint = "write two lower-case letters, as en";
        return Err(Trouble::new(Code::InvalidChoice, hint));
    }
    if text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(Value::Text(text));
    }
    fixes.note(Fix::ChoiceCase);
    Ok(Value::Text(Cow::Owned(text.to_ascii_lowercase())))
}
