//! Plain text: bounded, and without what no text of an export means to hold.

use super::{ParseError, Value};
use crate::model::Code;

/// Text of at most this many characters.
pub(super) fn read(text: &str, limit: usize) -> Result<Value<'_>, ParseError> {
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
}
