//! Which encoding text is in that is not UTF-8, from its bytes. Pure.
//!
//! For a proposal only: nothing is decoded by it until the user says so.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::WINDOWS_1252;

/// How many lines tell whether text is UTF-8.
const SAMPLED_LINES: usize = 200;

/// What the first lines show of how the text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    /// The encoding that it seems to be, if more than one line in ten is not UTF-8.
    likely: Option<&'static str>,
    /// A line has letters in UTF-8: one that has other bytes is damaged.
    is_utf8: bool,
}

impl Seen {
    /// What these lines show, and later ones.
    pub(super) fn and(self, later: Seen) -> Seen {
        Seen {
            likely: later.likely.or(self.likely),
            is_utf8: self.is_utf8 || later.is_utf8,
        }
    }

    /// The encoding that much of the text seems to be.
    pub(super) fn is_likely(self) -> Option<&'static str> {
        self.likely
    }

    /// The encoding that a line which is not UTF-8 seems to be.
    pub(super) fn likely(self, line: &[u8]) -> Option<&'static str> {
        let western = || is_western(line).then_some(WINDOWS_1252.name());
        self.likely.or_else(|| western().filter(|_| !self.is_utf8))
    }
}

/// What the first lines show.
pub(super) fn seen(bytes: &[u8], newline: u8) -> Seen {
    let mut lines: Vec<&[u8]> = bytes
        .split(|&byte| byte == newline)
        .take(SAMPLED_LINES + 1)
        .collect();
    // The last one may be cut off within a character.
    if lines.len() > 1 {
        lines.pop();
    }
    let (good, bad): (Vec<&[u8]>, Vec<&[u8]>) = lines
        .iter()
        .partition(|line| std::str::from_utf8(line).is_ok());
    Seen {
        likely: (bad.len() * 10 > lines.len()).then(|| detected(&bad)),
        is_utf8: good.iter().any(|line| !line.is_ascii()),
    }
}

fn detected(lines: &[&[u8]]) -> &'static str {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    lines.iter().for_each(|line| {
        detector.feed(line, false);
    });
    detector.feed(b"", true);
    let found = detector.guess(None, Utf8Detection::Deny);
    // A few letters are too little to tell the western one from its neighbours.
    let is_neighbour = ["windows-1250", "windows-1254", "windows-1257", "ISO-8859-2"];
    let is_western = is_neighbour.contains(&found.name()) && lines.iter().all(|l| is_western(l));
    if is_western {
        WINDOWS_1252.name()
    } else {
        found.name()
    }
}

/// The letters and marks of western languages that stand for nothing usual in the encodings of
/// their neighbours.
const WESTERN: &str = "äöüßÄÖÜéèêëàâáîïíôóùúçñãÉÈÊËÀÂÁÎÏÍÔÓÙÚÇÑÃœæåŒÆÅ€£§°«»„“”‚‘’–—…\u{a0}";

/// Whether everything beyond ASCII is one of these in windows-1252.
fn is_western(line: &[u8]) -> bool {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(line);
    text.chars().all(|c| c.is_ascii() || WESTERN.contains(c))
}
