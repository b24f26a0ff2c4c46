//! The comparison as a page of its own, in the style of the report.

use askama::Template;

use super::account::Uncounted;
use super::{Account, Entry, List, Sums};
use crate::report::figures::{counted, thousands};

#[derive(Template)]
#[template(path = "reconcile.html")]
struct Page<'a> {
    style: &'static str,
    version: &'static str,
    tone: &'static str,
    title: String,
    lede: String,
    figures: Vec<(&'static str, String)>,
    tables: [Table; 2],
    rows: &'a [Entry],
    more_rows: String,
    uncounted: &'a [Uncounted],
    unknown: &'a [String],
}

/// Sums by some names.
struct Table {
    caption: &'static str,
    names: Vec<&'static str>,
    lines: Vec<Line>,
    more: String,
}

struct Line {
    names: Vec<String>,
    cells: Vec<String>,
    differs: bool,
}

impl Line {
    fn new(names: Vec<String>, sums: &Sums, currency: &str) -> Self {
        let cells = [
            &sums.accepted,
            &sums.found,
            &sums.other_money,
            &sums.missing,
            &sums.unnamed,
            &sums.again,
            &sums.export,
        ];
        let cell = |sum: &&super::Sum| match (sum.rows, currency) {
            (0, _) => "–".to_owned(),
            (rows, "") => thousands(rows),
            (rows, _) => format!("{} · {}", thousands(rows), sum.figure(currency)),
        };
        Line {
            names,
            cells: cells.iter().map(cell).collect(),
            differs: sums.differs(),
        }
    }
}

/// The page.
pub(super) fn page(account: &Account, list: &List, unknown: &[String]) -> String {
    let rows = &account.rows;
    let agrees = account.wrong() == 0;
    let compared = super::compared(account, list);
    let page = Page {
        style: include_str!("../report/html/style.css"),
        version: env!("CARGO_PKG_VERSION"),
        tone: if agrees && compared { "good" } else { "bad" },
        title: if !compared {
            super::text::nothing(account)
        } else if agrees {
            "Every accepted row is in the export".into()
        } else {
            let accepted = counted(rows.lost(), "accepted row");
            format!("{accepted} not found as sent")
        },
        lede: format!(
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
        tables: [totals(account), groups(account)],
        rows: &list.entries,
        more_rows: match list.left_out {
            0 => "All of them are in differences.csv, too.".into(),
            more => format!("{} more in differences.csv.", thousands(more)),
        },
        uncounted: &account.uncounted,
        unknown,
    };
    page.render().expect("a string takes everything")
}

fn totals(account: &Account) -> Table {
    let line = |total: &super::Total| {
        let names = vec![total.kind.clone(), total.currency.clone()];
        Line::new(names, &total.sums, &total.currency)
    };
    Table {
        caption: "By kind and currency",
        names: vec!["Kind", "Currency"],
        lines: account.totals.iter().map(line).collect(),
        more: String::new(),
    }
}

fn groups(account: &Account) -> Table {
    let line = |group: &super::Group| {
        let names = vec![
            group.day.clone(),
            format!("{} ({})", group.what.bundle_id, group.what.platform),
            group.what.kind.clone(),
            group.what.name.clone(),
            group.currency.clone(),
        ];
        Line::new(names, &group.sums, &group.currency)
    };
    Table {
        caption: "By UTC day of arrival, app, kind, event or product, and currency",
        names: vec!["Day", "App", "Kind", "Event or product", "Currency"],
        lines: account.groups.iter().map(line).collect(),
        more: match account.groups_left_out {
            0 => String::new(),
            more => format!("{} more", thousands(more)),
        },
    }
}
