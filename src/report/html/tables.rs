//! What an analyst holds against the dashboard: control totals.

use super::amounts::{by_app, by_arrival, by_day, by_product, line, sums};
use super::parts::{Cell, Part, Section, Table};
use crate::model::{Outcome, shown};
use crate::report::figures;
use crate::report::figures::{amount, share, thousands};
use crate::report::view::{LeftEntry, View};
use crate::stats::{Money, Rows, State};

/// A table of more lines than this has to be opened.
const LONG: usize = 20;

/// Control totals.
pub(super) fn control(view: &View<'_>) -> Section {
    let tables = [
        revenue(view),
        by_outcome(view),
        by_app(view),
        by_product(view),
        by_arrival(view),
        by_day(view),
        not_sent(view),
        changed(view),
        events(view),
        rows_by_app(view),
        by_kind(view),
        coverage(view),
        limits(view),
        differences(view),
    ];
    let intro = [Part::Text(intro(view))].into_iter();
    let parts = intro.chain(tables.into_iter().filter_map(part)).collect();
    Section::new("control", "Control totals", parts)
}

/// A long table is folded; one without lines is none.
fn part(table: Table) -> Option<Part> {
    match table.lines.len() {
        0 => None,
        1..=LONG => Some(Part::Table(table)),
        _ => table.titled().map(Part::Folded),
    }
}

fn intro(view: &View<'_>) -> String {
    if !view.sends() {
        return "What the valid rows add up to. Hold it against the source of the export before \
                anything is sent."
            .into();
    }
    let server = view.run.server();
    let dashboard = if server == "Tenjin" {
        "Hold the accepted column against the dashboard: the same app, and the days on which this \
         run sent the rows, since Tenjin dates events when they arrive. Where money is in doubt, \
         the dashboard may show more than is accepted here."
    } else {
        "Nothing of this is on any dashboard."
    };
    format!(
        "Valid is what the valid rows of your files add up to; accepted is what {server} \
         answered as accepted. “Accepted” is its word for the request, not a promise that the event \
         was counted. \
         {dashboard}"
    )
}

/// The columns of totals: where nothing is sent, what would go, alone.
fn compared<'c>(view: &View<'_>, first: &'c str) -> Vec<&'c str> {
    if view.sends() {
        vec![first, "#Valid", "#Accepted", "%Share"]
    } else {
        vec![first, "#Valid"]
    }
}

fn revenue(view: &View<'_>) -> Table {
    let lines = view.revenue.iter().map(|line| {
        let written = |money: &Money| amount(line.name, money);
        let (whole, part) = (near(line.whole), near(line.accepted));
        let percent = if whole > 0.0 {
            part * 100.0 / whole
        } else {
            0.0
        };
        let share = match percent {
            _ if whole > 0.0 && line.accepted == line.whole => "100 %".into(),
            p if p <= 0.0 => "0 %".into(),
            p => format!("{:.1} %", p.clamp(0.1, 99.9)),
        };
        let others = line.others(|money| written(money));
        let mut cells: Vec<Cell> = vec![line.name.code().into()];
        if view.sends() {
            let accepted = with_note(written(line.accepted), others);
            cells.extend([written(line.whole).into(), accepted]);
            cells.push(Cell::share(share, percent));
        } else {
            cells.push(with_note(written(line.whole), others));
        }
        cells
    });
    Table::new("Revenue by currency", &compared(view, "Currency")).with(lines, 0)
}

fn with_note(value: String, note: Option<String>) -> Cell {
    let cell = Cell::from(value);
    match note {
        Some(note) => cell.with_note(note),
        None => cell,
    }
}

/// Near enough for a bar; sums themselves stay exact.
fn near(money: &Money) -> f64 {
    money.to_string().parse().unwrap_or(0.0)
}

fn part_of(part: u64, whole: u64) -> Cell {
    let percent = part as f64 * 100.0 / whole.max(1) as f64;
    Cell::share(share(part, whole), percent)
}

fn events(view: &View<'_>) -> Table {
    let lines = view.events.iter().map(|line| {
        let mut cells: Vec<Cell> = vec![shown(line.name).into(), thousands(line.whole).into()];
        if view.sends() {
            let others = line.others(|rows| thousands(*rows));
            let accepted = with_note(thousands(line.accepted), others);
            cells.extend([accepted, part_of(line.accepted, line.whole)]);
        }
        cells
    });
    let beyond = view.stats.totals.more_names();
    Table::new("Events by name", &compared(view, "Event")).with(lines, beyond)
}

/// What was read, and the outcomes that add up to it.
fn by_outcome(view: &View<'_>) -> Table {
    let all = &view.totals.all;
    let read = Some(("read", &all.read)).filter(|(_, sum)| sum.has_money());
    let has_money = read.is_some();
    let outcomes = all.outcomes.0.iter().filter(|_| has_money);
    let outcomes = outcomes.map(|(state, sum)| (said(*state, view.sends()), sum));
    let lines = read.into_iter().chain(outcomes);
    let lines = lines
        .filter(|(_, sum)| sum.rows > 0)
        .map(|(name, sum)| line(view, name, sum));
    sums("Money by what became of its rows", "Outcome").with(lines, 0)
}

/// A state as people say it.
fn said(state: State, sends: bool) -> &'static str {
    match state {
        State::Earlier => "duplicate of an earlier run",
        State::Repeated => "duplicate within this run",
        State::InDoubt => "in doubt",
        State::NotSent if sends => "not sent",
        State::NotSent => "would go",
        state => state.name(),
    }
}

fn not_sent(view: &View<'_>) -> Table {
    let line = |left: &LeftEntry<'_>| -> Vec<Cell> {
        let name = format!("{} ({})", shown(left.column), left.cause());
        let amounts = figures::readable(left.sums);
        vec![name.into(), thousands(left.rows).into(), amounts.into()]
    };
    let lines = view.amounts_left_out.iter().map(line);
    sums("Money that was not sent", "Column").with(lines, view.amounts_left_out_more)
}

/// What was sent, and what the source says now.
fn changed(view: &View<'_>) -> Table {
    let (rows, repriced) = (&view.stats.changed, &view.stats.changed.repriced);
    let all = [
        ("sent earlier", repriced.rows, &repriced.sent),
        ("the same rows now", repriced.rows, &repriced.now),
        ("sent earlier, refunded now", rows.refunded, &rows.returned),
    ];
    let some = all.into_iter().filter(|(_, rows, _)| *rows > 0);
    let lines = some.map(|(name, rows, sums)| -> Vec<Cell> {
        vec![
            name.into(),
            thousands(rows).into(),
            figures::all(sums).into(),
        ]
    });
    sums("Money that has changed since it was sent", "When").with(lines, 0)
}

fn rows_by_app(view: &View<'_>) -> Table {
    let mut apps: Vec<_> = view.by_app.0.iter().collect();
    // Rows that name no app, and those beyond the limit, come last.
    let is_app = |name: &str| name != "unknown" && name != "more";
    apps.sort_by_key(|(name, app)| (!is_app(name), std::cmp::Reverse(app.rows.read)));
    let lines = apps.into_iter().map(|(name, app)| {
        let name = match name.as_str() {
            "unknown" => "no app that could be read".into(),
            "more" => "apps beyond the report’s limit".into(),
            name => shown(name),
        };
        let stopped = app
            .stop_reason
            .map(|reason| format!("stopped: {}", reason.meaning()));
        let mut first = Cell::from(name).with_note(stopped.unwrap_or_default());
        first.is_alarm = true;
        row_line(view, first, &app.rows)
    });
    Table::new("Rows by app", &row_columns(view, "App")).with(lines, 0)
}

fn by_kind(view: &View<'_>) -> Table {
    let kinds = view.by_kind.0.iter();
    let lines = kinds.map(|(kind, rows)| row_line(view, Cell::from(*kind), rows));
    Table::new("Rows by kind", &row_columns(view, "Kind")).with(lines, 0)
}

/// Which of the fields that attribution lives on the valid rows have.
fn coverage(view: &View<'_>) -> Table {
    let all = &view.coverage;
    let fields = [
        ("advertising id", all.advertising_id),
        ("IDFV", all.idfv),
        ("IP address", all.ip_address),
        ("app version", all.app_version),
        ("country", all.country),
    ];
    let fields = fields.into_iter().filter(|_| all.rows > 0);
    let lines = fields
        .map(|(name, rows)| vec![name.into(), thousands(rows).into(), part_of(rows, all.rows)]);
    let columns = ["Field", "#Valid rows with it", "%Share"];
    Table::new("Fields that attribution needs", &columns).with(lines, 0)
}

fn limits(view: &View<'_>) -> Table {
    let lines = view.limits.iter().map(|limit| {
        let mut result = Cell::from(if limit.passed { "passed" } else { "" });
        if !limit.passed {
            result = result.with_note("failed");
            result.is_alarm = true;
        }
        let found = limit.found.as_str().into();
        vec![limit.option.into(), limit.value.into(), found, result]
    });
    let columns = ["Limit", "Allowed", "Found", "Result"];
    Table::new("Limits", &columns).with(lines, 0)
}

/// What differs from the last run of the same inputs.
fn differences(view: &View<'_>) -> Table {
    let past = view.run.before.as_ref();
    let started = past.map(|past| past.started_at.chars().take(16).collect::<String>());
    let started = started.unwrap_or_default().replace('T', " ");
    let caption = format!("What differs from the last run of the same inputs ({started} UTC)");
    let lines = view.differences().into_iter().map(|one| -> Vec<Cell> {
        vec![
            shown(&one.name).into(),
            shown(&one.before).into(),
            shown(&one.now).into(),
        ]
    });
    Table::new(shown(&caption), &["What", "#Then", "#Now"]).with(lines, 0)
}

fn row_columns<'c>(view: &View<'_>, first: &'c str) -> Vec<&'c str> {
    let always = [
        first,
        "#Read",
        "#Filtered or duplicate",
        "#Need attention",
        "#Valid",
    ];
    let sent: &[&str] = if view.sends() {
        &["#Accepted", "%Of valid"]
    } else {
        &[]
    };
    always.into_iter().chain(sent.iter().copied()).collect()
}

fn row_line(view: &View<'_>, first: Cell, rows: &Rows) -> Vec<Cell> {
    let quiet = rows.count(Outcome::Filtered) + rows.count(Outcome::Duplicate);
    let attention = rows.attention(view.sends());
    let numbers = [rows.read, quiet, attention, rows.valid].map(thousands);
    let mut cells = vec![first];
    cells.extend(numbers.map(Cell::from));
    if view.sends() {
        let accepted = rows.count(Outcome::Accepted);
        let share = match rows.valid {
            0 => Cell::from("–"),
            valid => part_of(accepted, valid),
        };
        cells.extend([thousands(accepted).into(), share]);
    }
    cells
}
