//! Words of fixed lists: platforms, yes and no, choices, languages.

use super::{Arena, Fix, Fixes, ParseError, ParseResult, Value, money};
use crate::model::{Code, Platform};

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

/// Every name of a platform, in lower case and without spaces, dashes and underscores.
pub fn platform_names() -> impl Iterator<Item = (&'static str, Platform)> {
    PLATFORMS.iter().copied()
}

/// The platform that a word means.
pub fn platform(text: &str) -> Option<Platform> {
    match text {
        "ios" => return Some(Platform::Ios),
        "android" => return Some(Platform::Android),
        _ if text.len() > 20 => return None,
        _ => {}
    }
    let plain = crate::model::plain(text);
    PLATFORMS
        .iter()
        .find(|(name, _)| *name == plain)
        .map(|(_, platform)| *platform)
}

pub(super) fn read_platform(text: &str, fixes: &mut Fixes) -> ParseResult<'static> {
    let Some(platform) = platform(text) else {
        let hint = "write ios, android, amazon or android_other";
        return Err(ParseError::new(Code::InvalidChoice, hint));
    };
    if platform.name() != text {
        fixes.note(Fix::PlatformName);
    }
    Ok(Value::Platform(platform))
}

/// Yes or no: `1` and `0`, or `true` and `false` where `spelt` asks for them.
pub(super) fn truth(text: &str, spelt: bool, fixes: &mut Fixes) -> ParseResult<'static> {
    let word = match (yes_no(text), spelt) {
        (Some(true), true) => "true",
        (Some(true), false) => "1",
        (Some(false), true) => "false",
        (Some(false), false) => "0",
        (None, spelt) => {
            let hint = if spelt {
                "write true or false"
            } else {
                "write 1 or 0"
            };
            return Err(ParseError::new(Code::InvalidChoice, hint));
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
) -> ParseResult<'static> {
    // Only numbers have a fraction: `3.0` of a tracking status.
    let whole = money::without_zeros(text, fixes);
    let Some(word) = words.iter().find(|word| whole.eq_ignore_ascii_case(word)) else {
        let hint = format!("write one of {}", words.join(", "));
        return Err(ParseError::new(Code::InvalidChoice, hint));
    };
    if *word != whole {
        fixes.note(Fix::ChoiceCase);
    }
    Ok(Value::Word(word))
}

/// Two letters.
pub(super) fn language<'t>(text: &'t str, arena: &'t Arena, fixes: &mut Fixes) -> ParseResult<'t> {
    if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let hint = "write two lower-case letters, as en";
        return Err(ParseError::new(Code::InvalidChoice, hint));
    }
    if text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(Value::Text(text));
    }
    fixes.note(Fix::ChoiceCase);
    Ok(Value::Text(arena.keep(text.to_ascii_lowercase())))
}

/// The spellings of yes, in lower case.
const YES: &str = "1 1.0 true t yes y on wahr ja vrai oui vero sì si verdadero sí verdadeiro sim sant \
    sann sand waar tosi kyllä prawda tak pravda ano igaz igen истина да";

/// Those of no.
const NO: &str = "0 0.0 false f no n off falsch nein faux non falso não nao falskt usann falsk nej nei \
    onwaar nee epätosi ei fałsz nie nepravda ne hamis nem ложь нет";

/// What a text says, in any case; nothing if it is neither.
pub fn yes_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => return Some(true),
        "0" | "false" => return Some(false),
        // No spelling is as long as that.
        _ if text.len() > 20 => return None,
        _ => {}
    }
    let text = text.to_lowercase();
    let is_in = |words: &str| words.split(' ').any(|word| word == text);
    match (is_in(YES), is_in(NO)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_known_by_many_names() {
        for (text, expected) in [
            ("ios", Some(Platform::Ios)),
            ("iPhone OS", Some(Platform::Ios)),
            ("ANDROID", Some(Platform::Android)),
            ("Google Play", Some(Platform::Android)),
            ("Fire OS", Some(Platform::Amazon)),
            ("Android-Other", Some(Platform::AndroidOther)),
            ("windows", None),
            ("web", None),
        ] {
            assert_eq!(platform(text), expected, "{text}");
        }
    }

    #[test]
    fn yes_and_no_in_three_spellings() {
        for (text, flag, spelt) in [
            ("1", "1", "true"),
            ("TRUE", "1", "true"),
            ("yes", "1", "true"),
            ("0", "0", "false"),
            ("False", "0", "false"),
            ("No", "0", "false"),
        ] {
            let read = |spelt| truth(text, spelt, &mut Fixes::default());
            assert_eq!(read(false), Ok(Value::Word(flag)));
            assert_eq!(read(true), Ok(Value::Word(spelt)));
        }
        for text in ["2", "maybe", "-1"] {
            assert!(truth(text, false, &mut Fixes::default()).is_err());
        }
    }

    #[test]
    fn spreadsheets_of_many_languages() {
        for (yes, no) in [
            ("TRUE", "FALSE"),
            ("WAHR", "FALSCH"),
            ("VRAI", "FAUX"),
            ("VERO", "FALSO"),
            ("VERDADERO", "Falso"),
            ("VERDADEIRO", "falso"),
            ("SANT", "FALSKT"),
            ("WAAR", "ONWAAR"),
            ("TOSI", "EPÄTOSI"),
            ("Ja", "Nein"),
            ("Oui", "Non"),
            ("SÍ", "No"),
            ("T", "f"),
            ("Y", "n"),
            ("1.0", "0.0"),
        ] {
            let read = (yes_no(yes), yes_no(no));
            assert_eq!(read, (Some(true), Some(false)), "{yes} {no}");
        }
        for text in ["", "2", "maybe", "sandbox", "-1", "10", "true false"] {
            assert_eq!(yes_no(text), None, "{text}");
        }
    }

    #[test]
    fn no_word_is_both_and_all_are_in_lower_case() {
        let words = |words: &'static str| words.split(' ').map(str::to_lowercase);
        assert_eq!(words(YES).collect::<Vec<_>>().join(" "), YES);
        assert_eq!(words(NO).collect::<Vec<_>>().join(" "), NO);
        assert!(!words(YES).any(|yes| words(NO).any(|no| yes == no)));
    }
}
