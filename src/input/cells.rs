//! The text of one whole CSV record as cells: RFC 4180, borrowed wherever a cell holds no doubled
//! quote.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// The cells of a whole record as they stand there, quotes included.
pub(super) fn raw_cells(record: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let bytes = record.as_bytes();
    let mut delimiters = memchr_iter(delimiter, bytes);
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let closed = match bytes.get(start) {
            Some(b'"') => start + closing_quote(&bytes[start..]),
            _ => start,
        };
        let end = delimiters.find(|&place| place >= closed);
        next = end.map(|place| place + 1);
        Some(&record[start..end.unwrap_or(bytes.len())])
    })
}

fn closing_quote(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr(b'"', &text[at..]) {
        at += found + 1;
        if text.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// What a cell says.
pub(super) fn unquoted(raw: &str) -> Cow<'_, str> {
    let Some(inner) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) else {
        return Cow::Borrowed(raw);
    };
    if memchr(b'"', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(inner.replace("\"\"", "\""))
}
