//! One entry of a table, packed: the hash of its key, its three ids, its place in the file.
//!
//! All bytes, so that nothing is lost to alignment.

use std::collections::HashMap;

use crate::model::Platform;
use crate::parse::{self, Arena, Context, Fixes, Value};
use crate::schema::Form;

/// A UUID.
const UUID: u8 = 1;
/// Other hex, too long to be packed: its number among those.
const LONG: u8 = 255;

/// An id in seventeen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Packed {
    /// 0: none. Else [`UUID`], [`LONG`], or the number of hex digits, 16 to 32.
    form: u8,
    bytes: [u8; 16],
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: [u8; 16],
    /// Where it came in the file, big-endian; of more than four billion the last ones are equal.
    pub(super) order: [u8; 4],
    pub(super) ids: [Packed; 3],
}

impl Packed {
    /// Several different ids.
    pub(super) const NEITHER: Packed = Packed {
        form: 254,
        bytes: [0; 16],
    };

    pub(crate) fn is_none(self) -> bool {
        self.form == 0
    }

    /// Reads an id in its field's form; none if it is a placeholder or no id.
    pub(super) fn read(form: Form, text: &str, long: &mut Long) -> Packed {
        // The platform is not always known here; what a row cannot take is refused there.
        let context = Context {
            platform: Some(Platform::AndroidOther),
            ..Context::default()
        };
        let arena = Arena::default();
        match parse::read(form, text, context, &arena, &mut Fixes::default()) {
            Ok(Value::Uuid(bytes)) => Packed { form: UUID, bytes },
            Ok(Value::Hex(text)) => Packed::hex(text, long),
            _ => Packed::default(),
        }
    }

    fn hex(text: &str, long: &mut Long) -> Packed {
        let mut bytes = [0; 16];
        if text.len() <= 32 {
            for (at, digit) in text.bytes().enumerate() {
                let value = char::from(digit).to_digit(16).unwrap_or_default();
                let value = u8::try_from(value).unwrap_or_default();
                bytes[at / 2] |= if at % 2 == 0 { value << 4 } else { value };
            }
            let form = u8::try_from(text.len()).unwrap_or(LONG);
            return Packed { form, bytes };
        }
        bytes[..8].copy_from_slice(&long.number(text).to_be_bytes());
        Packed { form: LONG, bytes }
    }

    /// The UUID, or the text of another id.
    pub(crate) fn value(self, long: &[Box<str>]) -> Result<[u8; 16], String> {
        match self.form {
            UUID => Ok(self.bytes),
            LONG => {
                let mut at = [0; 8];
                at.copy_from_slice(&self.bytes[..8]);
                let at = usize::try_from(u64::from_be_bytes(at)).unwrap_or(usize::MAX);
                Err(long.get(at).map(ToString::to_string).unwrap_or_default())
            }
            digits => {
                let text = parse::UuidText::new(&self.bytes, false);
                Err(text.as_str()[..usize::from(digits)].to_owned())
            }
        }
    }
}

/// Ids that are too long to be packed, each once. Some makers' OAIDs have 64 digits.
#[derive(Debug, Default)]
pub(super) struct Long {
    pub(super) texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u64>,
}

impl Long {
    fn number(&mut self, text: &str) -> u64 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u64;
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_takes_71_bytes() {
        assert_eq!(size_of::<Entry>(), 71);
    }

    #[test]
    fn every_form_of_id_comes_back() {
        let mut long = Long::default();
        let uuid = "550E8400-e29b-41d4-a716-4466554400ff";
        let packed = Packed::read(Form::Uuid, uuid, &mut long);
        let bytes = *b"\x55\x0e\x84\x00\xe2\x9b\x41\xd4\xa7\x16\x44\x66\x55\x44\x00\xff";
        assert_eq!(packed.value(&long.texts), Ok(bytes));
        for digits in [16, 17, 31, 64] {
            let text = "a1".repeat(32)[..digits].to_owned();
            let packed = Packed::read(Form::DeviceId, &text, &mut long);
            assert_eq!(packed.value(&long.texts), Err(text));
        }
        for none in ["null", "0", "no id"] {
            assert!(Packed::read(Form::AdvertisingId, none, &mut long).is_none());
        }
    }
}
