//! Where each field came from, the inputs of the run, and the files that stand beside the page; and
//! what did not go as it came: left out, fixed, dropped, not used.

use std::path::Path;

use super::parts::{Cell, Part, Section, Table};
use crate::model::shown;
use crate::report::figures::{counted, size, thousands};
use crate::report::files::CHANGED;
use crate::report::users;
use crate::report::view::{DroppedField, View};

/// Fields that the page shows, over all mappings.
const FIELDS: usize = 200;
/// Files of one sort that the page lists.
const FILES: usize = 12;

/// Which column, or which constant, became which field: whatever the report holds, so that a
/// mapping with new words in it is shown too.
pub(super) fn mapping(view: &View<'_>) -> Section {
    let mappings = match &view.run.mapping {
        serde_json::Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut left = FIELDS;
    let mut parts = Vec::new();
    for (number, mapping) in (1..).zip(mappings) {
        let caption = match mappings.len() {
            1 => "Where each field came from".into(),
            all => format!("Mapping {number} of {all}: where each field came from"),
        };
        let mut table = Table::new(caption, &["Tenjin’s field", "From"]);
        let mut lines = mapped(mapping);
        table.lines = lines.by_ref().take(left).collect();
        left -= table.lines.len();
        if lines.next().is_some() {
            table.more = "the rest is in report.json".into();
        }
        if !table.lines.is_empty() {
            parts.push(Part::Table(table));
        }
    }
    if parts.is_empty() {
        let text = "No column was named: fields were taken from members of the same name.";
        parts.push(Part::Text(text.into()));
    }
    Section::new("mapping", "Mapping", parts)
}

fn mapped(mapping: &serde_json::Value) -> impl Iterator<Item = Vec<Cell>> {
    use serde_json::Value;
    let fields = mapping.as_object().into_iter().flatten();
    fields.flat_map(|(field, feed)| {
        let line = |how: &str, value: &Value| {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Array(steps) if steps.iter().all(Value::is_string) => {
                    let steps = steps.iter().filter_map(Value::as_str);
                    steps.collect::<Vec<_>>().join(", ")
                }
                other => other.to_string(),
            };
            let how = shown(&how.replace('_', " "));
            let from = Cell::code(shown(&value)).with_note(how);
            vec![Cell::code(shown(field)), from]
        };
        match feed {
            Value::Object(feed) => feed.iter().map(|(how, value)| line(how, value)).collect(),
            value => vec![line("", value)],
        }
    })
}

/// The inputs of the run, and the files that stand beside the page.
pub(super) fn inputs(view: &View<'_>) -> Section {
    let columns = [
        "Input",
        "Format",
        "Preset",
        "#Size",
        "#Rows",
        "Read to the end",
    ];
    let inputs = view.run.inputs.iter().zip(0..);
    let lines = inputs.map(|(input, index)| {
        vec![
            Cell::code(shown(view.run.input_name(index))),
            input.format.into(),
            input.preset.as_deref().map_or("–".into(), shown).into(),
            size(input.bytes).into(),
            thousands(input.rows).into(),
            if input.complete { "yes" } else { "no" }.into(),
        ]
    });
    let mut parts = vec![Part::Table(
        Table::new("What was read", &columns).with(lines, 0),
    )];
    if let Some(folder) = &view.places.folder {
        parts.push(files(view, folder));
    }
    Section::new("inputs", "Inputs and files", parts)
}

fn files(view: &View<'_>, folder: &Path) -> Part {
    let places = &view.places;
    let mut files = vec![
        ("report.json".to_owned(), "these numbers, for programs"),
        (
            "outcomes.ndjson".to_owned(),
            "every row that was not accepted, by file and line",
        ),
    ];
    let sorts = [
        (&places.rejects, "rejected rows, to be fixed and uploaded"),
        (&places.refused, "refused rows, to be fixed and uploaded"),
        (&places.in_doubt, "rows in doubt"),
        (&places.not_sent, "rows of the stream that were not sent"),
    ];
    let changed = &view.stats.changed;
    let others = [
        (
            changed.changed + changed.refunded > 0,
            CHANGED,
            "rows that were sent and say something else now",
        ),
        (
            view.users.is_some(),
            users::FILE,
            "users whose rows lack an id, for the app’s team to fill in; then a table for --lookup",
        ),
    ];
    let others = others.into_iter().filter(|(is, ..)| *is);
    files.extend(others.map(|(_, name, meaning)| (name.to_owned(), meaning)));
    let mut left = 0;
    for (paths, meaning) in sorts {
        left += paths.len().saturating_sub(FILES) as u64;
        let links = paths.iter().take(FILES);
        let links = links.filter_map(|path| path.strip_prefix(folder).ok());
        files.extend(links.map(|inside| {
            // The names in it are harmless, since we chose them.
            let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy()).collect();
            (names.join("/"), meaning)
        }));
    }
    let more = match left {
        0 => String::new(),
        left => format!("and {} in the same folders", counted(left, "more file")),
    };
    Part::Links(files, more)
}

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
