//! Reading a page as text: its tables, as people see them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::browser::Browser;

const TABLES: &str = r#"Object.fromEntries([...document.querySelectorAll("table")].map(table =>
    [table.caption.textContent, [...table.tBodies[0].rows].map(row =>
        [...row.cells].map(cell => cell.innerText.split("\n")[0].trim()))]))"#;

/// The tables of the page that is open: caption -> first cell -> the other cells.
pub(crate) fn tables(browser: &mut Browser) -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let tables: BTreeMap<String, Vec<Vec<String>>> =
        serde_json::from_value(browser.ask(TABLES)).unwrap();
    let keyed = |rows: Vec<Vec<String>>| {
        let row = |mut cells: Vec<String>| (cells.remove(0), cells);
        rows.into_iter().map(row).collect()
    };
    tables
        .into_iter()
        .map(|(caption, rows)| (caption, keyed(rows)))
        .collect()
}

/// A number as the page writes it.
pub(crate) fn plain(number: &str) -> String {
    number.replace(',', "")
}

/// A number of `report.json`, or a decimal in quotes.
pub(crate) fn written(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
