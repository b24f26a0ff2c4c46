//! Family `lookup`: ids that a row lacks, joined from a table by an id that it has.
//!
//! [`read()`] turns a CSV or NDJSON file into a [`Table`]; [`Table::find`] answers for one row. An
//! entry takes 76 bytes, whatever its ids look like, so that ten million of them fit beside
//! everything else. Keys are kept as hashes of 128 bits; nothing here says what a key was.

mod read;
mod table;

use crate::model::Platform;
use crate::parse;
use crate::schema::Key;

pub use read::read;
pub use table::{Counts, Pick, Table};

pub(crate) use table::{Answer, Packed};

/// Which field names the row in the table, or is what an installation id is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum KeyField {
    /// The customer's own id of the user
    CustomerUserId,
    /// IDFV
    DeveloperDeviceId,
    /// IDFA, GAID or OAID
    AdvertisingId,
}

impl KeyField {
    /// The field.
    pub fn key(self) -> Key {
        match self {
            KeyField::CustomerUserId => Key::CustomerUserId,
            KeyField::DeveloperDeviceId => Key::DeveloperDeviceId,
            KeyField::AdvertisingId => Key::AdvertisingId,
        }
    }

    /// The text in the one form in which it is compared: ids without dashes and in lower case.
    /// Nothing for what exports write when there is none.
    pub(crate) fn canonical(self, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() || parse::is_placeholder(text) {
            return None;
        }
        if self == KeyField::CustomerUserId {
            return Some(text.to_owned());
        }
        let id: String = text.chars().filter(|c| *c != '-').collect();
        let is_id = (16..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit());
        is_id.then(|| id.to_ascii_lowercase())
    }
}

/// Whose row it is, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Whose<'t> {
    pub(crate) bundle_id: Option<&'t str>,
    pub(crate) platform: Option<Platform>,
}

impl Whose<'_> {
    /// Whether both may be one: they contradict each other in nothing that both say.
    fn fits(self, other: Whose<'_>) -> bool {
        let same = |a: Option<&str>, b: Option<&str>| a.is_none() || b.is_none() || a == b;
        let name = |whose: Whose<'_>| whose.platform.map(Platform::name);
        same(self.bundle_id, other.bundle_id) && same(name(self), name(other))
    }
}

/// The stable installation id of an app without the SDK: `UUIDv5` of the value, within that of the
/// bundle id.
pub(crate) fn derived(bundle_id: &str, canonical: &str) -> [u8; 16] {
    let app = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, bundle_id.as_bytes());
    *uuid::Uuid::new_v5(&app, canonical.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_id_is_pinned() {
        let id = uuid::Uuid::from_bytes(derived("com.example.game", "user-1"));
        assert_eq!(id.get_version_num(), 5);
        assert_eq!(derived("com.example.game", "user-1"), *id.as_bytes());
        assert_ne!(derived("com.example.other", "user-1"), *id.as_bytes());
    }

    #[test]
    fn placeholders_are_no_key_and_ids_have_one_form() {
        for none in [
            "",
            " ",
            "0",
            "null",
            "N/A",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(KeyField::CustomerUserId.canonical(none), None);
            assert_eq!(KeyField::AdvertisingId.canonical(none), None);
        }
        assert_eq!(
            KeyField::CustomerUserId.canonical(" Ann-1 "),
            Some("Ann-1".into())
        );
        let id = "550E8400-e29b-41d4-a716-4466554400ff";
        assert_eq!(
            KeyField::DeveloperDeviceId.canonical(id),
            Some("550e8400e29b41d4a7164466554400ff".into())
        );
    }
}
