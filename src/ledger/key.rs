//! What an event is looked up by.
//!
//! An id has one key. Content has one for each ordinal among equal fingerprints of an input, so
//! that two true twins are two events. Both are bound to the endpoint's name, and content without
//! a time to the input's name.

use super::pack::Key;
use crate::event::{Event, Fingerprint};

/// Binds hashes to a scope.
#[derive(Debug)]
pub(super) struct Masks {
    ids: Key,
    dated: Key,
    named: Option<Key>,
}

impl Masks {
    /// For this endpoint name, and this `--input-name`.
    pub(super) fn new(scope: &str, input_name: Option<&str>) -> Self {
        Masks {
            ids: hash(&["ids", scope]),
            dated: hash(&["dated", scope]),
            named: input_name.map(|name| hash(&["named", scope, name])),
        }
    }

    /// The key of an id.
    pub(super) fn id(&self, id: Fingerprint) -> Key {
        xor(id.0, self.ids)
    }

    /// The key of the content, where content tells events apart: it has a time, or the input a name.
    pub(super) fn content(&self, event: &Event) -> Option<Key> {
        let mask = if event.time.is_some() {
            Some(self.dated)
        } else {
            self.named
        };
        mask.map(|mask| xor(event.identity.fingerprint.0, mask))
    }
}

/// What tells the fingerprints of one input from those of another.
pub(super) fn input_mask(input: u32) -> Key {
    hash(&["input", &input.to_string()])
}

/// The key of the content that occurs for the `ordinal`th time, counted from 0.
pub(super) fn slot(content: Key, ordinal: u32) -> Key {
    if ordinal == 0 {
        return content;
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&content).update(&ordinal.to_le_bytes());
    cut(&hasher.finalize())
}

/// The bitwise sum of two hashes is as evenly spread as each of them.
pub(super) fn xor(a: Key, b: Key) -> Key {
    (u128::from_le_bytes(a) ^ u128::from_le_bytes(b)).to_le_bytes()
}

fn hash(parts: &[&str]) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"tenjin-s2s ledger 1");
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    cut(&hasher.finalize())
}

fn cut(hash: &blake3::Hash) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&hash.as_bytes()[..16]);
    key
}
