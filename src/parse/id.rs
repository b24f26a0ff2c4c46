//! Ids of devices and installations.
//!
//! A UUID is 32 hex digits, with or without dashes, in either case. Exports also hold hashes and
//! cut ids, which would make new users out of old ones: those are faults that say what they look
//! like. Tenjin's pages, named in `schema`, show ids in both forms.

use super::{Arena, Context, Fix, Fixes, ParseError, ParseResult, Value, is_placeholder};
use crate::model::{Code, Platform};

/// A UUID, or nothing for a placeholder.
pub(super) fn uuid(text: &str, context: Context<'_>, fixes: &mut Fixes) -> ParseResult<'static> {
    match parse(text) {
        Some(bytes) if bytes == [0; 16] => Ok(Value::Absent),
        Some(bytes) => {
            note_form(text, context.dashes, fixes);
            Ok(Value::Uuid(bytes))
        }
        None if is_placeholder(text) => Ok(Value::Absent),
        None => Err(error(text)),
    }
}

/// Whether an advertising id on this platform may be no UUID: OAIDs, and what Fire OS hands out.
pub(super) fn advertising_may_be_hex(platform: Platform) -> bool {
    matches!(platform, Platform::Amazon | Platform::AndroidOther)
}

/// A UUID; on some platforms also other hex, as Android's own device id of 16 digits.
pub(super) fn uuid_or_hex<'t>(
    text: &'t str,
    may_be_hex: fn(Platform) -> bool,
    context: Context<'_>,
    arena: &'t Arena,
    fixes: &mut Fixes,
) -> ParseResult<'t> {
    let read = uuid(text, context, fixes);
    let is_hex = || text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let may_be_hex = || context.platform.is_some_and(may_be_hex);
    // Forty digits are a SHA-1 on every platform; some makers' OAIDs do have sixty-four.
    if read.is_err()
        && may_be_hex()
        && (16..=64).contains(&text.len())
        && text.len() != 40
        && is_hex()
    {
        if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Ok(Value::Hex(text));
        }
        if context.dashes.is_some() {
            fixes.note(Fix::IdForm);
        }
        return Ok(Value::Hex(arena.keep(text.to_ascii_lowercase())));
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
    if let Ok(digits) = text.try_into() {
        return hex(digits);
    }
    let text: &[u8; 36] = text.try_into().ok()?;
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let mut digits = [0; 32];
    digits[..8].copy_from_slice(&text[..8]);
    digits[8..12].copy_from_slice(&text[9..13]);
    digits[12..16].copy_from_slice(&text[14..18]);
    digits[16..20].copy_from_slice(&text[19..23]);
    digits[20..].copy_from_slice(&text[24..]);
    hex(&digits)
}

/// Arithmetic without branches or tables, which the compiler does for many digits at once.
fn hex(digits: &[u8; 32]) -> Option<[u8; 16]> {
    let mut values = [0; 32];
    let mut all_good = true;
    for (value, byte) in values.iter_mut().zip(digits) {
        let digit = byte.wrapping_sub(b'0');
        let letter = (byte | 0x20).wrapping_sub(b'a');
        *value = if digit < 10 {
            digit
        } else {
            letter.wrapping_add(10)
        };
        all_good &= digit < 10 || letter < 6;
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(values.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    all_good.then_some(bytes)
}

fn error(text: &str) -> ParseError {
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
    ParseError::new(Code::InvalidId, hint)
}

/// A UUID's text in lower case, without an allocation.
#[derive(Debug, Clone, Copy)]
pub struct UuidText {
    text: [u8; 36],
    length: usize,
}

impl UuidText {
    /// Writes the sixteen bytes as 32 hex digits, with dashes if asked for.
    pub fn new(bytes: &[u8; 16], dashed: bool) -> Self {
        let (id, mut text) = (uuid::Uuid::from_bytes(*bytes), [0; 36]);
        let length = if dashed {
            id.hyphenated().encode_lower(&mut text).len()
        } else {
            id.simple().encode_lower(&mut text).len()
        };
        UuidText { text, length }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, platform: Platform) -> Result<Value<'static>, Code> {
        let context = Context {
            platform: Some(platform),
            ..Context::default()
        };
        let arena = Box::leak(Box::<Arena>::default());
        let text = arena.keep(text.to_owned());
        let fixes = &mut Fixes::default();
        uuid_or_hex(text, advertising_may_be_hex, context, arena, fixes).map_err(|error| error.code)
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
