//! What an analyst holds against the dashboard: revenue, events, what was not sent, what has
//! changed, and what was not used, dropped or fixed.

use super::super::figures::{amount, counted, thousands};
use super::super::layout::Style;
use super::super::view::{Compared, DroppedField, LeftEntry, View};
use super::reasons::brief;
use crate::model::shown;
use crate::report::money;

/// How many names are shown.
const NAMES: usize = 5;
/// How many columns with money are shown.
const COLUMNS: usize = 4;

/// Revenue by currency, events by name, and money that is not sent.
pub(super) fn totals(view: &View<'_>, style: Style) -> String {
    let mut out = String::new();
    let revenue = compared(view, &view.revenue, "more currency", |line, money| {
        (line.name.code().into(), amount(line.name, money))
    });
    out += &style.listed("Revenue", &revenue, " ·");
    let events = compared(view, &view.events, "more name", |line, rows| {
        (shown(line.name).into(), thousands(rows))
    });
    out += &style.listed("Events", &events, " ·");
    out + &left_out(view, style)
}

/// `USD 3.98 of 15.92 (11.94 accepted earlier)`; where nothing is sent, what would go, alone.
fn compared<N, T>(
    view: &View<'_>,
    lines: &[Compared<N, T>],
    more: &str,
    written: impl Fn(&Compared<N, T>, &T) -> (String, String),
) -> Vec<String> {
    let part = |line: &Compared<N, T>| {
        let (name, whole) = written(line, &line.whole);
        if !view.sends() {
            return format!("{name} {whole}");
        }
        let (_, accepted) = written(line, &line.accepted);
        let earlier = line.earlier.as_ref().map_or(String::new(), |earlier| {
            format!(" ({} accepted earlier)", written(line, earlier).1)
        });
        format!("{name} {accepted} of {whole}{earlier}")
    };
    let mut parts: Vec<String> = lines.iter().take(NAMES).map(part).collect();
    let left = lines.len().saturating_sub(NAMES) as u64;
    parts.extend((left > 0).then(|| counted(left, more)));
    if let Some(first) = parts.first_mut().filter(|_| view.sends()) {
        first.insert_str(0, "accepted: ");
    }
    parts
}

fn left_out(view: &View<'_>, style: Style) -> String {
    let all = &view.amounts_left_out;
    let part = |left: &LeftEntry<'_>| {
        let (money, rows) = (money::readable(left.sums), counted(left.rows, "row"));
        let (cause, column) = (left.cause(), shown(left.column));
        format!("{money} in {rows} ({cause}, column {column})")
    };
    let parts: Vec<String> = all.iter().take(COLUMNS).map(part).collect();
    let mut out = style.listed("Not sent", &parts, " ·");
    let beyond = all.iter().skip(COLUMNS).map(|left| left.rows).sum::<u64>();
    let beyond = beyond + view.amounts_left_out_more;
    if beyond > 0 {
        let rows = counted(beyond, "row");
        let text = match view.places.folder {
            Some(_) => format!("{rows} more in report.json (`--output json` prints it)"),
            None => format!("{rows} more (`--output json` prints all)"),
        };
        out += &style.labelled("", &text);
    }
    out
}

/// Rows that have changed since they were sent. Nothing is wrong with the run, but perhaps with
/// the dashboard.
pub(super) fn changed(view: &View<'_>, style: Style) -> String {
    let rows = &view.stats.changed;
    let mut parts = Vec::new();
    if rows.repriced.rows > 0 {
        let count = counted(rows.repriced.rows, "duplicate");
        let both = money::difference(&rows.repriced);
        parts.push(format!("{count} with another amount ({both})"));
    }
    let others = rows.changed - rows.repriced.rows;
    if others > 0 {
        let count = counted(others, "duplicate");
        parts.push(format!("{count} with other ids than were sent"));
    }
    if rows.refunded > 0 {
        let count = counted(rows.refunded, "refund");
        let money = money::all(&rows.returned);
        parts.push(format!("{count} of rows that were sent ({money})"));
    }
    if parts.is_empty() {
        return String::new();
    }
    parts.push(match view.places.folder {
        Some(_) => "changed.csv lists them".to_owned(),
        None => "--report-dir lists them".to_owned(),
    });
    style.listed("Changed", &parts, ";")
}

/// Columns that were not used, optional values dropped, values fixed.
pub(super) fn not_used(view: &View<'_>, style: Style) -> String {
    let mut out = String::new();
    let columns = &view.unmapped_columns;
    if !columns.is_empty() {
        let names: Vec<_> = columns.iter().take(NAMES).map(|name| shown(name)).collect();
        let more = match columns.len().saturating_sub(NAMES) {
            0 => String::new(),
            more if view.unmapped_columns_more => format!(" and more than {}", thousands(more)),
            more => format!(" and {} more", thousands(more)),
        };
        out += &style.labelled("Not used", &format!("columns {}{more}", names.join(", ")));
    }
    if !view.dropped_fields.is_empty() {
        let parts = view.dropped_fields.iter().take(NAMES).map(dropped);
        let parts = parts.collect::<Vec<_>>().join(" · ");
        out += &style.labelled("Dropped", &format!("optional values: {parts}"));
    }
    if !view.fixes.0.is_empty() {
        let fixes = view.fixes.0.iter().take(NAMES);
        let fixes =
            fixes.map(|(name, count)| format!("{} ({})", View::fix(name), thousands(count)));
        out += &style.labelled("Fixed", &fixes.collect::<Vec<_>>().join(" · "));
    }
    out
}

fn dropped(one: &DroppedField<'_>) -> String {
    let example = one.example.as_ref().map(|example| {
        let value = brief(example.value);
        format!(", as {}: \"{value}\"", example.place())
    });
    let (field, meaning) = (shown(one.field), one.code.meaning());
    let (count, example) = (thousands(one.count), example.unwrap_or_default());
    format!("{field} {count} ({meaning}{example})")
}
