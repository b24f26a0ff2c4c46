//! Rows of totals: what spreadsheets put below the others.
//!
//! Options that supply what such a row lacks (`--set`, `--input-name`) would make a purchase of
//! it, worth as much as all others together. One rule tells it: a cell says "total" and nothing
//! else, and no other cell says when it was or who it was. A true row has one of these from its
//! source, so a product or an event may have such a name.

use crate::mapping::{Binding, Record};
use crate::model::{Code, Fault};

/// Words for a total, in lower case, by language.
const WORDS: [&str; 6] = [
    // English
    "total|totals|grand total|subtotal|sub total|sum|overall",
    // German
    "summe|gesamt|gesamtsumme|gesamtergebnis|gesamtbetrag|insgesamt|zwischensumme|teilergebnis",
    // French
    "somme|total général|total general|sous-total|ensemble",
    // Italian
    "totale|totali|totale complessivo|somma|subtotale",
    // Spanish, Portuguese
    "suma|suma total|totales|total geral|totais|soma",
    // Dutch, Polish, Turkish, Japanese, Chinese, Russian
    "totaal|razem|suma końcowa|toplam|合計|总计|итого",
];
/// The most bytes of one of them, with what may stand around it.
const LONGEST: usize = 40;

/// What is wrong with the row, if it is one.
pub(super) fn fault(binding: &Binding, record: &Record<'_, '_>) -> Option<Fault> {
    if binding.identifies(record, is_total) {
        return None;
    }
    let word = record.find_cell(is_total)?;
    let hint = "a row of totals: it has neither a time nor an id; leave it out of the export";
    Some(Fault::new(Code::TotalsRow, "", &word, hint))
}

/// Whether a cell says so, and nothing else.
fn is_total(cell: &str) -> bool {
    // Nearly every cell: none of the words begins so.
    let is_other = matches!(cell.as_bytes(), [] | [b'0'..=b'9', ..]);
    if is_other || cell.len() > LONGEST {
        return false;
    }
    let word = cell
        .trim()
        .trim_end_matches(|c: char| c == ':' || c.is_whitespace());
    let word = word.to_lowercase();
    let mut words = WORDS.iter().flat_map(|words| words.split('|'));
    words.any(|known| known == word)
}
