//! A row that holds the SDK key goes nowhere: not to the wire, the ledger or a file of the report.

use memchr::memmem::Finder;

use crate::row::{Cells, Code, Fault, Place, RawRow};
use crate::secret::Secret;

/// Shorter keys stand in rows by chance.
const SHORTEST: usize = 8;

/// Looks for the key in rows.
#[derive(Clone)]
pub struct Leak {
    key: Finder<'static>,
}

impl Leak {
    /// For this key; none, if it is too short to be told from other text.
    pub fn of(key: &Secret) -> Option<Self> {
        let text = key.expose();
        (text.len() >= SHORTEST).then(|| Leak {
            key: Finder::new(text).into_owned(),
        })
    }

    /// The row's text without the key, if it holds it.
    pub(super) fn masked(&self, row: &RawRow<'_>) -> Option<Vec<u8>> {
        let mut masked = Vec::new();
        let mut rest = row.text;
        while let Some(at) = self.key.find(rest) {
            masked.extend_from_slice(&rest[..at]);
            masked.extend_from_slice("…".as_bytes());
            rest = &rest[at + self.key.needle().len()..];
        }
        (rest.len() < row.text.len()).then(|| {
            masked.extend_from_slice(rest);
            masked
        })
    }

    /// The row as it is rejected.
    pub(super) fn row(place: Place, masked: &[u8]) -> RawRow<'_> {
        let hint = "the row holds the SDK key: take it out, and think about who has seen the file";
        let fault = Fault::new(Code::MalformedRow, "", "", hint);
        RawRow {
            place,
            text: masked,
            cells: Cells::Damaged(fault),
        }
    }
}

impl std::fmt::Debug for Leak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Leak(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Option<String> {
        let leak = Leak::of(&Secret::new("ABCDEFGH12")).expect("long enough");
        let place = Place { input: 0, line: 2 };
        let row = RawRow {
            place,
            text: text.as_bytes(),
            cells: Cells::Empty,
        };
        leak.masked(&row)
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
        assert!(Leak::of(&Secret::new("short")).is_none());
    }
}
