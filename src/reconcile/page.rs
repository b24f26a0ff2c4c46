//! The comparison as a page of its own, in the style of the report.

use super::account::Uncounted;
use super::{Account, Entry, List, Sum, Sums};
use crate::report::figures::{counted, thousands};
use crate::report::html::parts::{Cell, Part, Section, SimplePage, Table, rendered};

/// The columns of sums, behind their names.
const SUMS: [&str; 7] = [
    "#Accepted",
    "#Found",
    "#Other money",
    "#Missing",
    "#Not comparable",
    "#Too many",
    "#In the export",
];

/// The page.
pub(super) fn page(account: &Account, list: &List, unknown: &[String]) -> String {
    let rows = &account.rows;
    let agrees = account.wrong() == 0;
    let compared = super::compared(account, list);
    let sections = [
        Some(sums(account)),
        differing(list),
        uncounted(account),
        Some(cannot_know(unknown)),
    ];
    rendered(&SimplePage {
        what: "reconcile",
        tone: if agrees && compared { "good" } else { "bad" },
        title: if !compared {
            super::text::nothing(account)
        } else if agrees {
            "Every accepted row is in the export".into()
        } else {
            let accepted = counted(rows.lost(), "accepted row");
            format!("{accepted} not found as sent")
        },
        summary: format!(
            "{} accepted from {} to {}",
            counted(rows.accepted.rows, "row"),
            super::written(account.period.from),
            super::written(account.period.to)
        ),
        figures: vec![
            ("Accepted", thousands(rows.accepted.rows)),
            ("Found", thousands(rows.found.rows)),
            ("Missing", thousands(rows.missing.rows)),
            ("Other money", thousands(rows.other_money.rows)),
            ("Too many", thousands(rows.again.rows)),
            ("In doubt", thousands(list.in_doubt())),
        ],
        sections: sections.into_iter().flatten().collect(),
        beside: "The same numbers, for programs, are in reconcile.json, all rows that differ in \
                 differences.csv.",
    })
}

fn sums(account: &Account) -> Section {
    let intro = "Accepted is what the ledger of this tool has. Found are those rows that the \
                 export has, matched one by one. The last column is all that the export has: an \
                 upper bound, since it also holds what the app’s SDK sent.";
    let parts = vec![
        Part::Text(intro.into()),
        Part::Table(totals(account)),
        Part::Table(groups(account)),
    ];
    let title = "Accepted, and found in Tenjin’s export";
    Section::new("reconcile", title, parts)
}

/// Names, and the sums of their rows; whether they differ.
fn line(names: &[&str], sums: &Sums, currency: &str) -> Vec<Cell> {
    let cells = [
        &sums.accepted,
        &sums.found,
        &sums.other_money,
        &sums.missing,
        &sums.unnamed,
        &sums.again,
        &sums.export,
    ];
    let cell = |sum: &Sum| match (sum.rows, currency) {
        (0, _) => "–".to_owned(),
        (rows, "") => thousands(rows),
        (rows, _) => format!("{} · {}", thousands(rows), sum.figure(currency)),
    };
    let names = names.iter().map(|name| Cell::from(*name));
    let mut line: Vec<Cell> = names.chain(cells.map(|sum| cell(sum).into())).collect();
    if sums.differs() {
        line[0].note = "differs".into();
        line[0].is_alarm = true;
    }
    line
}

fn totals(account: &Account) -> Table {
    let columns = [&["Kind", "Currency"][..], &SUMS].concat();
    let lines = account.totals.iter().map(|total| {
        let names = [total.kind.as_str(), &total.currency];
        line(&names, &total.sums, &total.currency)
    });
    Table::new("By kind and currency", &columns).all(lines)
}

fn groups(account: &Account) -> Table {
    let names = ["Day", "App", "Kind", "Event or product", "Currency"];
    let caption = "By UTC day of arrival, app, kind, event or product, and currency";
    let groups = account.groups.iter().map(|group| {
        let app = format!("{} ({})", group.what.bundle_id, group.what.platform);
        let (kind, name) = (&group.what.kind, &group.what.name);
        let names = [&group.day, &app, kind, name, &group.currency];
        line(&names.map(String::as_str), &group.sums, &group.currency)
    });
    let mut table = Table::new(caption, &[&names[..], &SUMS].concat()).all(groups);
    if account.groups_left_out > 0 {
        table.more = format!("{} more", thousands(account.groups_left_out));
    }
    table
}

fn differing(list: &List) -> Option<Section> {
    let columns = [
        "What",
        "Row",
        "Name",
        "#Sent",
        "Accepted at",
        "In the export",
    ];
    let mut table = Table::new("Rows that differ", &columns).all(list.entries.iter().map(entry));
    table.more = match list.left_out {
        0 => "All of them are in differences.csv, too.".into(),
        more => format!("{} more in differences.csv.", thousands(more)),
    };
    Section::of("rows", table)
}

fn entry(row: &Entry) -> Vec<Cell> {
    let export = row.export_line.map(|line| {
        let money = format!("{} {}", row.export_currency, row.export_amount);
        format!("{}:{line} {money}", row.export_file)
    });
    vec![
        row.what.name().into(),
        format!("{}:{}", row.file, row.line).into(),
        format!("{} {}", row.kind, row.name).into(),
        format!("{} {}", row.sent_currency, row.sent_amount).into(),
        row.accepted_at.as_str().into(),
        export.unwrap_or_default().into(),
    ]
}

fn uncounted(account: &Account) -> Option<Section> {
    let line = |entry: &Uncounted| -> Vec<Cell> {
        vec![
            entry.state.as_str().into(),
            entry.rows.to_string().into(),
            entry.known.to_string().into(),
            format!("{} {}", entry.currency, entry.amount).into(),
        ]
    };
    let title = "Received, and not counted by Tenjin";
    let table = Table::new(title, &["Why", "#Rows", "#Of this tool", "#Amount"]);
    Section::of("uncounted", table.all(account.uncounted.iter().map(line)))
}

fn cannot_know(unknown: &[String]) -> Section {
    let note = Part::Note(unknown.to_vec(), false);
    Section::new("unknown", "What this cannot know", vec![note])
}
