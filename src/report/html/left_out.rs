//! What did not go as it came.

use super::parts::{Cell, Part, Section, Table};
use crate::model::shown;
use crate::report::figures::thousands;
use crate::report::view::{DroppedField, View};

/// Columns that the page names.
const COLUMNS: usize = 40;

/// Filtered rows, fixed values, dropped values, columns not used.
pub(super) fn section(view: &View<'_>) -> Section {
    let filters = view.filters.0.iter();
    let filters = filters.map(|(name, count)| counts(name, String::new(), *count));
    let fixes = view.fixes.0.iter();
    let fixes = fixes.map(|(name, count)| counts(name, View::fix(name), *count));
    let dropped = view.dropped_fields.iter().map(dropped);
    let tables = [
        Table::new("Rows left out by a rule", &["Rule", "#Rows"]).with(filters, view.filters_more),
        Table::new("Values that were fixed, and sent so", &["Fixed", "#Rows"])
            .with(fixes, view.stats.fixes.more()),
        Table::new(
            "Optional values that were not valid and dropped; their rows went on",
            &["Field", "#Rows"],
        )
        .with(dropped, view.stats.dropped_fields.more()),
    ];
    let tables = tables.into_iter().filter(|table| !table.lines.is_empty());
    let mut parts: Vec<_> = tables.map(Part::Table).collect();
    let columns = &view.unmapped_columns;
    if !columns.is_empty() {
        let names = columns.iter().take(COLUMNS).map(|name| shown(name).into());
        let more = match columns.len().saturating_sub(COLUMNS) {
            0 => String::new(),
            more if view.unmapped_columns_more => {
                format!("and more than {} others", thousands(more))
            }
            more => format!("and {} others", thousands(more)),
        };
        parts.push(Part::Names(
            "Columns that were not used",
            names.collect(),
            more,
        ));
    }
    Section::new("left-out", "Left out and fixed", parts)
}

fn counts(name: &str, meaning: String, count: u64) -> Vec<Cell> {
    let name = Cell::code(shown(name)).with_note(meaning);
    vec![name, thousands(count).into()]
}

fn dropped(one: &DroppedField<'_>) -> Vec<Cell> {
    let example = one.example.as_ref();
    let example = example.map(|it| format!(": {} in {}", it.value, it.place()));
    let meaning = format!("{}{}", one.code.meaning(), example.unwrap_or_default());
    counts(one.field, meaning, one.count)
}
