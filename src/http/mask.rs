//! Takes keys out of what servers say, so that no report can repeat them.
//!
//! A server may quote the key it was sent, in another case or cut off. So every part of a key that
//! is long enough to be told from other text is hidden, of every key of the run.
//!
//! A row that holds an SDK key goes nowhere: not to the wire, the ledger or a file of the report.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memchr::memmem;
use memchr::memmem::Finder;

use crate::model::{Cells, Code, Fault, Place, RawRow, Secret};

/// What is written in place of a key.
const HIDDEN: &[u8] = "…".as_bytes();
/// Shorter parts of a key stand in other text by chance.
const PART: usize = 12;
/// Shorter keys are not looked for: they would be found inside of words.
const SHORTEST: usize = 6;

/// Every part of the keys, in small letters.
#[derive(Clone, Default)]
pub struct Mask {
    parts: Arc<HashSet<[u8; PART]>>,
    /// Keys that are shorter than a part.
    short: Arc<Vec<Vec<u8>>>,
}

impl Mask {
    /// Hides these keys, as they are and as they are sent.
    pub fn of(keys: &[Secret]) -> Self {
        let mut parts = HashSet::new();
        let mut short = Vec::new();
        let sent = |key: &Secret| BASE64_STANDARD.encode(format!("{}:", key.expose()));
        let forms = keys
            .iter()
            .flat_map(|key| [key.expose().to_owned(), sent(key)]);
        for form in forms {
            let form = form.to_ascii_lowercase().into_bytes();
            match form.len() {
                PART.. => parts.extend(form.windows(PART).filter_map(part)),
                SHORTEST.. => short.push(form),
                _ => {}
            }
        }
        Mask {
            parts: Arc::new(parts),
            short: Arc::new(short),
        }
    }

    /// The text without keys and parts of them.
    pub(super) fn hide(&self, text: Vec<u8>) -> Vec<u8> {
        let lower = text.to_ascii_lowercase();
        let long = lower.windows(PART).enumerate();
        let long =
            long.filter(|(_, window)| part(window).is_some_and(|one| self.parts.contains(&one)));
        let short = self.short.iter().flat_map(|key| {
            let found = memmem::find_iter(&lower, key);
            found.map(|at| at..at + key.len()).collect::<Vec<_>>()
        });
        let found = long.map(|(at, _)| at..at + PART).chain(short);
        let mut hidden = vec![false; lower.len()];
        let mut any = false;
        for range in found {
            hidden[range].fill(true);
            any = true;
        }
        if any { without(&text, &hidden) } else { text }
    }
}

fn part(window: &[u8]) -> Option<[u8; PART]> {
    window.try_into().ok()
}

fn without(text: &[u8], hidden: &[bool]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, (byte, is_hidden)) in text.iter().zip(hidden).enumerate() {
        if !is_hidden {
            out.push(*byte);
        } else if at == 0 || !hidden[at - 1] {
            out.extend_from_slice(HIDDEN);
        }
    }
    out
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask(…)")
    }
}

/// Shorter keys stand in rows by chance.
const SHORTEST_IN_ROWS: usize = 8;

/// Looks for keys in rows.
#[derive(Clone)]
pub struct KeyFinder {
    keys: Vec<Finder<'static>>,
}

impl KeyFinder {
    /// For these keys; none, if all are too short to be told from other text.
    pub fn of(keys: &[Secret]) -> Option<Self> {
        let long = keys
            .iter()
            .filter(|key| key.expose().len() >= SHORTEST_IN_ROWS);
        let keys: Vec<_> = long
            .map(|key| Finder::new(key.expose()).into_owned())
            .collect();
        (!keys.is_empty()).then_some(KeyFinder { keys })
    }

    /// The row's text without keys, if it holds one.
    pub(crate) fn masked(&self, row: &RawRow<'_>) -> Option<Vec<u8>> {
        let mut masked = None;
        for key in &self.keys {
            let text = masked.as_deref().unwrap_or(row.text);
            if key.find(text).is_some() {
                masked = Some(without_key(text, key));
            }
        }
        masked
    }

    /// The row as it is rejected.
    pub(crate) fn row(place: Place, masked: &[u8]) -> RawRow<'_> {
        let hint = "the row holds the SDK key: take it out, and think about who has seen the file";
        let fault = Fault::new(Code::MalformedRow, "", "", hint);
        RawRow::new(place, masked, Cells::Damaged(fault))
    }
}

impl fmt::Debug for KeyFinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyFinder(…)")
    }
}

fn without_key(text: &[u8], key: &Finder<'_>) -> Vec<u8> {
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

    fn hidden(keys: &[&str], text: &str) -> String {
        let keys: Vec<_> = keys.iter().map(|key| Secret::new(key)).collect();
        let hidden = Mask::of(&keys).hide(text.as_bytes().to_vec());
        String::from_utf8_lossy(&hidden).into_owned()
    }

    #[test]
    fn answers_lose_the_key_in_both_forms() {
        let hidden = hidden(&["KEY123"], "no KEY123, no KEY123, no Basic S0VZMTIzOg==!");
        assert_eq!(hidden, "no …, no …, no Basic …!");
    }

    #[test]
    fn parts_in_any_case_are_hidden_and_nothing_else() {
        let key = "ABCDEFGHIJKLMNOPQRSTUVWX";
        for (text, expected) in [
            ("x ABCDEFGHIJKLMNOPQRSTUVWX y", "x … y"),
            ("x abcdefghijklmnopqrstuvwx y", "x … y"),
            ("x MNOPQRSTUVWX y", "x … y"),
            ("x cDeFgHiJkLmN y", "x … y"),
            ("MNOPQRSTUVWXABCDEFGHIJKL", "…"),
            ("x NOPQRSTUVWX y", "x NOPQRSTUVWX y"),
            ("", ""),
        ] {
            assert_eq!(hidden(&[key], text), expected, "{text}");
            assert_eq!(hidden(&["ANOTHERKEY12345", key], text), expected, "{text}");
        }
    }

    #[test]
    fn a_short_key_does_not_eat_the_answer() {
        assert_eq!(hidden(&["code"], r#"{"code":200}"#), r#"{"code":200}"#);
        assert_eq!(hidden(&[], "ABCDEFGHIJKLMN"), "ABCDEFGHIJKLMN");
        assert_eq!(hidden(&["key-1234"], "a KEY-1234 b"), "a … b");
    }
}

#[cfg(test)]
mod key_finder_tests {
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
