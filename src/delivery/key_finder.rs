//! A row that holds an SDK key goes nowhere: not to the wire, the ledger or a file of the report.

use memchr::memmem::Finder;

use crate::model::{Cells, Code, Fault, Place, RawRow, Secret};

/// Shorter keys stand in rows by chance.
const SHORTEST: usize = 8;

/// Looks for keys in rows.
#[derive(Clone)]
pub struct KeyFinder {
    keys: Vec<Finder<'static>>,
}

impl KeyFinder {
    /// For these keys; none, if all are too short to be told from other text.
    pub fn of(keys: &[Secret]) -> Option<Self> {
        let long = keys.iter().filter(|key| key.expose().len() >= SHORTEST);
        let keys: Vec<_> = long
            .map(|key| Finder::new(key.expose()).into_owned())
            .collect();
        (!keys.is_empty()).then_some(KeyFinder { keys })
    }

    /// The row's text without keys, if it holds one.
    pub(super) fn masked(&self, row: &RawRow<'_>) -> Option<Vec<u8>> {
        let mut masked = None;
        for key in &self.keys {
            let text = masked.as_deref().unwrap_or(row.text);
            if key.find(text).is_some() {
                masked = Some(without(text, key));
            }
        }
        masked
    }

    /// The row as it is rejected.
    pub(super) fn row(place: Place, masked: &[u8]) -> RawRow<'_> {
        let hint = "the row holds the SDK key: take it out, and think about who has seen the file";
        let fault = Fault::new(Code::MalformedRow, "", "", hint);
        RawRow::new(place, masked, Cells::Damaged(fault))
    }
}

impl std::fmt::Debug for KeyFinder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFinder(…)")
    }
}

fn without(text: &[u8], key: &Finder<'_>) -> Vec<u8> {
    let mut masked = Vec::new();
    let mut rest = text;
    while let Some(at) = key.find(rest) {
        masked.extend_from_slice(&rest[..at]);
        masked.extend_from_slice("…".as_bytes());
        rest = &rest[at + key.needle().len()..];
    }
    masked.extend_from_slice(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Option<String> {
        let key_finder = KeyFinder::of(&[Secret::new("ABCDEFGH12")]).expect("long enough");
        let place = Place { input: 0, line: 2 };
        let row = RawRow::new(place, text.as_bytes(), Cells::Empty);
        key_finder
            .masked(&row)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn the_key_is_cut_out_wherever_it_stands() {
        assert_eq!(masked("a,b,c"), None);
        assert_eq!(masked("ABCDEFGH12").as_deref(), Some("…"));
        assert_eq!(
            masked("a,ABCDEFGH12,xABCDEFGH12y,").as_deref(),
            Some("a,…,x…y,")
        );
        assert!(KeyFinder::of(&[Secret::new("short")]).is_none());
    }
}
