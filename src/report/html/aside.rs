//! What was left aside on the way: filtered rows, mended values, dropped fields, unmapped columns.

use super::super::figures::thousands;
use super::Facts;
use crate::row::shown;

/// Entries that the page shows of each.
const ENTRIES: usize = 40;

/// Four short lists.
pub(super) struct Aside {
    pub(super) filters: Vec<(String, String)>,
    pub(super) fixes: Vec<(String, String)>,
    pub(super) dropped: Vec<(String, String, &'static str)>,
    pub(super) unmapped: Vec<String>,
    pub(super) more_unmapped: String,
    pub(super) more_filters: String,
}

impl Aside {
    pub(super) fn new(facts: Facts<'_>) -> Self {
        let books = facts.books;
        let dropped = books.dropped_fields.ranked();
        let columns = books.unmapped_columns.iter();
        Aside {
            filters: counted(&books.filters.ranked()),
            more_filters: match books.filters.more() {
                0 => String::new(),
                rows => format!("and {} rows by other rules", thousands(rows)),
            },
            fixes: counted(&books.fixes.ranked()),
            dropped: dropped
                .into_iter()
                .take(ENTRIES)
                .map(|((field, code), count)| {
                    (shown(field).into(), thousands(count), code.meaning())
                })
                .collect(),
            unmapped: columns
                .take(ENTRIES)
                .map(|name| shown(name).into())
                .collect(),
            more_unmapped: beyond(books.unmapped_columns.len(), books.more_unmapped()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.filters.is_empty()
            && self.fixes.is_empty()
            && self.dropped.is_empty()
            && self.unmapped.is_empty()
    }
}

fn counted(ranked: &[(&std::borrow::Cow<'static, str>, u64)]) -> Vec<(String, String)> {
    let entries = ranked.iter().take(ENTRIES);
    entries
        .map(|(name, count)| (shown(name).into(), thousands(count)))
        .collect()
}

fn beyond(columns: usize, even_more: bool) -> String {
    match columns.saturating_sub(ENTRIES) {
        0 => String::new(),
        more if even_more => format!("and more than {} others", thousands(more)),
        more => format!("and {} others", thousands(more)),
    }
}
