//! Plain text, bounded and without control characters; an app's name: the bundle id on iOS, the
//! package name on Android; and words of fixed lists: platforms, yes and no, choices, languages.

use std::borrow::Cow;

use super::{Arena, Fix, Fixes, ParseError, ParseResult, Value, money};
use crate::model::{Code, Platform};

/// Text of at most this many characters.
pub(super) fn read(text: &str, limit: usize) -> ParseResult<'_> {
    if text.len() > limit && text.chars().count() > limit {
        let hint = format!("shorten it to at most {limit} characters");
        return Err(ParseError::new(Code::TooLong, hint));
    }
    // Lines and tabs are text; nearly every byte is printable.
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.bytes().any(|byte| !(b' '..0x7f).contains(&byte)) && text.chars().any(is_control) {
        let hint = "take the control characters out of the text";
        return Err(ParseError::new(Code::InvalidText, hint));
    }
    if is_cut_number(text) {
        let hint = "cut by a spreadsheet, which kept the first digits of a long number: export \
                    again, and format the column as text before the file is saved";
        return Err(ParseError::new(Code::InvalidId, hint));
    }
    Ok(Value::Text(text))
}

/// `1.00012E+17`: what spreadsheets make of the digits of an id.
fn is_cut_number(text: &str) -> bool {
    // Nearly every text ends here.
    if !matches!(text.as_bytes(), [b'0'..=b'9', .., b'0'..=b'9']) {
        return false;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((mantissa, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    whole.len() == 1
        && digits(whole)
        && digits(fraction)
        && power.strip_prefix('+').is_some_and(digits)
}

/// More than any store takes.
const LIMIT: usize = 255;

/// The text if it is a bundle id, or what to write instead.
pub fn bundle_id(text: &str) -> Result<&str, Cow<'static, str>> {
    match app(text, LIMIT) {
        Ok(value) => value.text().ok_or(FORM.into()),
        Err(error) => Err(error.hint),
    }
}

const FORM: &str = "write the bundle id or package name, as com.example.game: letters, digits, \
                    dots, dashes and underscores";

/// Reads a bundle id of at most this many characters. The form is that of both stores taken
/// together, so that no real app is refused. What exports confuse it with is the number that the
/// App Store gives an app, and that Tenjin knows nothing of.
pub(super) fn app(text: &str, limit: usize) -> ParseResult<'_> {
    if is_store_number(text) {
        let hint = "this is the app's number in the App Store; Tenjin wants its bundle id, as \
                    com.example.game: map the column that has it, or, if all rows are of one \
                    app, give --override bundle_id=ID";
        return Err(ParseError::new(Code::InvalidId, hint));
    }
    if text.len() > limit {
        let hint = format!("shorten it to at most {limit} characters");
        return Err(ParseError::new(Code::TooLong, hint));
    }
    let is_part = |part: &[u8]| {
        let is_known = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        !part.is_empty() && part.iter().all(is_known)
    };
    if !text.as_bytes().split(|b| *b == b'.').all(is_part) {
        return Err(ParseError::new(Code::InvalidId, FORM));
    }
    Ok(Value::Text(text))
}

/// `123456789`, or `id123456789` as in the address of the app's page. `AppsFlyer` and others write
/// it where Android has the package name.
fn is_store_number(text: &str) -> bool {
    let number = match text.split_at_checked(2) {
        Some((head, rest)) if head.eq_ignore_ascii_case("id") => rest,
        _ => text,
    };
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

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

    fn code(text: &str) -> Option<Code> {
        read(text, 20).err().map(|error| error.code)
    }

    #[test]
    fn what_a_spreadsheet_cut_is_no_text() {
        for text in ["1.00012E+17", "1,23457E+12", "1E+18", "9e+15"] {
            assert_eq!(code(text), Some(Code::InvalidId), "{text}");
        }
        for text in [
            "1E18",
            "E+17",
            "12E+4",
            "1.5E-7",
            "a1E+17",
            "1.2.3E+4",
            "level 1E+",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn control_characters_are_no_text() {
        for text in ["coi\0ns", "a\u{7}b", "\u{1b}[31m", "a\u{85}b", "\u{7f}"] {
            assert_eq!(code(text), Some(Code::InvalidText), "{text:?}");
        }
        for text in ["Münzen 100 €", "a\tb", "two\r\nlines"] {
            assert_eq!(code(text), None, "{text:?}");
        }
        assert_eq!(code(&"ä".repeat(21)), Some(Code::TooLong));
    }

    fn read_it(text: &str) -> Result<Value<'_>, Code> {
        app(text, 255).map_err(|error| error.code)
    }

    #[test]
    fn what_apps_are_called_is_taken() {
        for text in [
            "com.example.game",
            "com.example.Game-2",
            "com.example.my_game",
            "com.1password.1password",
            "1com.example",
            "MyApp",
            "id.co.bank",
            "id1.example",
            "a.b",
        ] {
            assert_eq!(read_it(text), Ok(Value::Text(text)), "{text}");
        }
    }

    #[test]
    fn a_number_of_the_app_store_gets_a_hint_of_its_own() {
        for text in ["id123456789", "ID6448311069", "123456789"] {
            let error = app(text, 255).map(|_| ()).expect_err(text);
            assert_eq!(error.code, Code::InvalidId);
            assert!(error.hint.contains("number in the App Store"), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "My Game",
            "com..game",
            ".com.game",
            "com.game.",
            "com.example.game;DROP",
            "https://example.com",
            "com.exämple.game",
            "com/example",
            "com.example\u{0}",
        ] {
            assert_eq!(read_it(text), Err(Code::InvalidId), "{text}");
        }
        assert_eq!(read_it(&"a".repeat(256)), Err(Code::TooLong));
        assert!(read_it(&"a".repeat(255)).is_ok());
    }
}

#[cfg(test)]
mod word_tests {
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
