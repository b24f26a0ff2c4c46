//! Ids of devices and installations.
//!
//! A UUID is 32 hex digits, with or without dashes, in either case. Exports also hold hashes and
//! cut ids, which would make new users out of old ones: those are faults that say what they look
//! like. Source: section 5 of the API notes.

use std::borrow::Cow;

use super::{Context, Fix, Fixes, Trouble, Value};
use crate::kind::Platform;
use crate::row::Code;

/// What exports write when there is no id: nothing, zeros, `null`, `n/a`, `unknown`, `-`.
pub fn is_placeholder(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0' | b'-'))
        || ["null", "n/a", "unknown"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// A UUID, or nothing for a placeholder.
pub(super) fn uuid(
    text: &str,
    context: Context<'_>,
    fixes: &mut Fixes,
) -> Result<Value<'static>, Trouble> {
    match parse(text) {
        Some(bytes) if bytes == [0; 16] => Ok(Value::Absent),
        Some(bytes) => {
            note_form(text, context.dashes, fixes);
            Ok(Value::Uuid(bytes))
        }
        None if is_placeholder(text) => Ok(Value::Absent),
        None => Err(trouble(text)),
    }
}

/// An IDFA or GAID is a UUID. OAIDs, and what Fire OS hands out, may be other hex.
pub(super) fn advertising(
    text: &str,
    context: Context<'_>,
    fixes: &mut Fixes,
) -> Result<Value<'static>, Trouble> {
    let free = matches!(
        context.platform,
        Some(Platform::Amazon | Platform::AndroidOther)
    );
    uuid_or_hex(text, free, context, fixes)
}

/// An IDFV is a UUID; Android's own device id has 16 hex digits.
pub(super) fn device(
    text: &str,
    context: Context<'_>,
    fixes: &mut Fixes,
) -> Result<Value<'static>, Trouble> {
    let free = context.platform.is_some_and(Platform::is_android);
    uuid_or_hex(text, free, context, fixes)
}

fn uuid_or_hex(
    text: &str,
    free: bool,
    context: Context<'_>,
    fixes: &mut Fixes,
) -> Result<Value<'static>, Trouble> {
    let read = uuid(text, context, fixes);
    let is_hex = || text.bytes().all(|byte| byte.is_ascii_hexdigit());
    // Forty digits are a SHA-1 on every platform; some makers' OAIDs do have sixty-four.
    if read.is_err() && free && (16..=64).contains(&text.len()) && text.len() != 40 && is_hex() {
        let lower = text.to_ascii_lowercase();
        if lower != text && context.dashes.is_some() {
            fixes.note(Fix::IdForm);
        }
        return Ok(Value::Hex(Cow::Owned(lower)));
    }
    read
}

fn note_form(text: &str, dashes: Option<bool>, fixes: &mut Fixes) {
    let changes = |dashed: bool| {
        dashed != (text.len() == 36) || text.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    if dashes.is_some_and(changes) {
        fixes.note(Fix::IdForm);
    }
}

/// The bytes of 32 hex digits, with or without dashes in their places.
fn parse(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    match text.len() {
        32 => hex(text.try_into().ok()?),
        36 => {
            let mut digits = [0; 32];
            let mut at = 0;
            for (place, byte) in text.iter().enumerate() {
                match place {
                    8 | 13 | 18 | 23 if *byte == b'-' => {}
                    8 | 13 | 18 | 23 => return None,
                    _ => {
                        digits[at] = *byte;
                        at += 1;
                    }
                }
            }
            hex(&digits)
        }
        _ => None,
    }
}

fn hex(digits: &[u8; 32]) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let mut bad = 0;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (NIBBLE[usize::from(pair[0])], NIBBLE[usize::from(pair[1])]);
        bad |= high | low;
        *byte = high << 4 | (low & 0xf);
    }
    (bad < 16).then_some(bytes)
}

/// The value of a hex digit; 255 for every other byte.
const NIBBLE: [u8; 256] = {
    let mut table = [255; 256];
    let mut value = 0;
    while value < 16 {
        let digit = DIGITS[value as usize];
        table[digit as usize] = value;
        table[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    table
};

fn trouble(text: &str) -> Trouble {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hint = match text.len() {
        64 if is_hex => {
            "looks like a SHA-256 hash: export the id itself, Tenjin cannot match a hash"
        }
        40 if is_hex => "looks like a SHA-1 hash: export the id itself, Tenjin cannot match a hash",
        length if length < 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') => {
            "looks cut: an id has 32 hex digits, with or without dashes"
        }
        _ => "write 32 hex digits, with or without dashes",
    };
    Trouble::new(Code::InvalidId, hint)
}

/// A UUID's text in lower case, without a place of its own on the heap.
#[derive(Debug, Clone, Copy)]
pub struct UuidText {
    text: [u8; 36],
    length: usize,
}

impl UuidText {
    /// Writes the sixteen bytes as 32 hex digits, with dashes if asked for.
    pub fn new(bytes: &[u8; 16], dashed: bool) -> Self {
        let mut text = [0; 36];
        let mut length = 0;
        for (place, byte) in bytes.iter().enumerate() {
            if dashed && matches!(place, 4 | 6 | 8 | 10) {
                text[length] = b'-';
                length += 1;
            }
            text[length] = DIGITS[usize::from(byte >> 4)];
            text[length + 1] = DIGITS[usize::from(byte & 0xf)];
            length += 2;
        }
        UuidText { text, length }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length]).unwrap_or_default()
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, platform: Platform) -> Result<Value<'static>, Code> {
        let context = Context {
            platform: Some(platform),
            ..Context::default()
        };
        advertising(text, context, &mut Fixes::default()).map_err(|trouble| trouble.code)
    }

    #[test]
    fn a_uuid_is_read_in_any_style_and_written_in_two() {
        let bytes = *b"\x55\x0e\x84\x00\xe2\x9b\x41\xd4\xa7\x16\x44\x66\x55\x44\x00\xff";
        for text in [
            "550e8400e29b41d4a7164466554400ff",
            "550E8400E29B41D4A7164466554400FF",
            "550e8400-E29B-41d4-a716-4466554400FF",
        ] {
            assert_eq!(read(text, Platform::Ios), Ok(Value::Uuid(bytes)), "{text}");
        }
        let text = |dashed| UuidText::new(&bytes, dashed).as_str().to_owned();
        assert_eq!(text(false), "550e8400e29b41d4a7164466554400ff");
        assert_eq!(text(true), "550e8400-e29b-41d4-a716-4466554400ff");
    }

    #[test]
    fn placeholders_are_no_id() {
        for text in [
            "-",
            "0",
            "null",
            "NULL",
            "n/a",
            "Unknown",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(is_placeholder(text), "{text}");
            assert_eq!(read(text, Platform::Ios), Ok(Value::Absent), "{text}");
        }
        assert_eq!(read(&"0".repeat(32), Platform::Ios), Ok(Value::Absent));
    }

    #[test]
    fn dashes_in_wrong_places_and_other_letters_are_no_id() {
        for text in [
            "550e8400e-29b-41d4-a716-4466554400ff",
            "550e8400-e29b-41d4-a716-4466554400fg",
            "550e8400e29b41d4a7164466554400f",
            "550e8400e29b41d4a7164466554400é",
            "{550e8400-e29b-41d4-a716-4466554400}",
        ] {
            assert_eq!(
                read(text, Platform::Android),
                Err(Code::InvalidId),
                "{text}"
            );
        }
    }

    #[test]
    fn other_hex_is_an_id_only_without_google_play() {
        for length in [16, 31, 64] {
            let text = "a".repeat(length);
            for (platform, good) in [
                (Platform::Ios, false),
                (Platform::Android, false),
                (Platform::Amazon, true),
                (Platform::AndroidOther, true),
            ] {
                assert_eq!(read(&text, platform).is_ok(), good, "{length} {platform}");
            }
        }
        for length in [15, 40, 65] {
            let text = "a".repeat(length);
            assert_eq!(read(&text, Platform::AndroidOther), Err(Code::InvalidId));
        }
    }
}
