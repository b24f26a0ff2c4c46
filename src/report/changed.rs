//! Rows that have changed since they were sent: summed up for people, listed in `report.json`,
//! whole in `changed.csv`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::entries::Ordered;
use super::escape;
use super::figures::{counted, sums};
use super::layout::Style;
use crate::model::{Currency, Revenue};
use crate::stats::Count;
use crate::stats::changed::{ChangedRow, ChangedRows, Difference};

type Sums = BTreeMap<Currency, Count>;

/// The key `changed_totals`.
#[derive(Debug, Serialize)]
pub(super) struct ChangedTotals {
    /// Changed rows whose amount or currency is another one now.
    repriced_rows: u64,
    sent: Ordered<Currency, String>,
    now: Ordered<Currency, String>,
    /// What was sent for the refunded rows.
    refunded: Ordered<Currency, String>,
}

impl From<&ChangedRows> for ChangedTotals {
    fn from(rows: &ChangedRows) -> Self {
        let texts = |sums: &Sums| {
            let text = |(of, count): (&Currency, &Count)| (*of, count.money.to_string());
            Ordered(sums.iter().map(text).collect())
        };
        ChangedTotals {
            repriced_rows: rows.repriced.rows,
            sent: texts(&rows.repriced.sent),
            now: texts(&rows.repriced.now),
            refunded: texts(&rows.returned),
        }
    }
}

/// Sums in a sentence.
pub(super) fn money(of: &Sums) -> String {
    let sums = sums(of.iter().map(|(currency, count)| (*currency, &count.money)));
    if sums.is_empty() {
        return "no money".into();
    }
    sums.join(", ")
}

/// `EUR 6.00 sent, EUR 6,000.00 now`
fn both(difference: &Difference) -> String {
    format!(
        "{} sent, {} now",
        money(&difference.sent),
        money(&difference.now)
    )
}

/// What the summary and the plan say of them. Nothing is wrong with the run, but perhaps with the
/// dashboard.
pub(super) fn lines(rows: &ChangedRows, is_written: bool, style: Style) -> String {
    let mut parts = Vec::new();
    if rows.repriced.rows > 0 {
        let count = counted(rows.repriced.rows, "duplicate");
        parts.push(format!(
            "{count} with another amount ({})",
            both(&rows.repriced)
        ));
    }
    let others = rows.changed - rows.repriced.rows;
    if others > 0 {
        let count = counted(others, "duplicate");
        parts.push(format!("{count} with other ids than were sent"));
    }
    if rows.refunded > 0 {
        let count = counted(rows.refunded, "refund");
        let money = money(&rows.returned);
        parts.push(format!("{count} of rows that were sent ({money})"));
    }
    if parts.is_empty() {
        return String::new();
    }
    let list = if is_written {
        "changed.csv lists them"
    } else {
        "--report-dir lists them"
    };
    parts.push(list.to_owned());
    style.listed("Changed", &parts, ";")
}

/// What must be said where money differs; nothing where it does not.
pub fn warning(difference: &Difference) -> Option<String> {
    if difference.rows == 0 {
        return None;
    }
    let says = if difference.rows == 1 { "says" } else { "say" };
    let rows = counted(difference.rows, "duplicate");
    let what = format!(
        "{rows} {says} another amount than was sent ({}), and nothing was sent again",
        both(difference)
    );
    let why = match difference.power_of_ten() {
        Some(power) => format!("each is {} what was sent", times(power)),
        None => "all differ by powers of ten".into(),
    };
    let todo = "hold the dashboard against changed.csv; Tenjin's API takes no corrections";
    Some(if difference.is_read_otherwise() {
        format!(
            "{what}: {why}, so decimal points and commas are read otherwise than before. If they \
             were read rightly then, go back to that (--decimal-point or --decimal-comma); if not, \
             {todo}"
        )
    } else {
        format!("{what}: {todo}")
    })
}

/// `1,000 times`, `a 100th of`
fn times(power: i32) -> String {
    let zeros = usize::try_from(power.unsigned_abs()).unwrap_or(0);
    let number = super::figures::thousands(format!("1{}", "0".repeat(zeros)));
    if power > 0 {
        format!("{number} times")
    } else {
        format!("a {number}th of")
    }
}

/// An entry of `changed[]`.
#[derive(Debug, Serialize)]
pub(super) struct ChangedEntry<'r> {
    what: &'r str,
    file: &'r str,
    line: u64,
    kind: &'static str,
    bundle_id: &'r str,
    platform: &'static str,
    name: &'r str,
    event_id: &'r str,
    event_time: Option<String>,
    differs: String,
    sent_amount: Option<String>,
    sent_currency: Option<&'r str>,
    now_amount: Option<String>,
    now_currency: Option<&'r str>,
    first: &'r str,
}

impl<'r> ChangedEntry<'r> {
    /// A row of this file.
    pub(super) fn new(row: &'r ChangedRow, file: &'r str) -> Self {
        let amount = |money: Option<&Revenue>| money.map(|(amount, _)| amount.to_string());
        let time = row
            .time
            .and_then(|time| Timestamp::from_microsecond(time).ok());
        ChangedEntry {
            what: &row.what,
            file,
            line: row.place.line,
            kind: row.kind.name(),
            bundle_id: &row.app.bundle_id,
            platform: row.app.platform.name(),
            name: &row.label,
            event_id: &row.event_id,
            event_time: time.map(|time| time.to_string()),
            differs: row.fields().join(" "),
            sent_amount: amount(row.sent.as_ref()),
            sent_currency: row.sent.as_ref().map(|(_, currency)| currency.code()),
            now_amount: amount(row.now.as_ref()),
            now_currency: row.now.as_ref().map(|(_, currency)| currency.code()),
            first: &row.first,
        }
    }
}

/// The first line of `changed.csv`.
const COLUMNS: &str = "what,file,line,kind,bundle_id,platform,name,event_id,event_time,differs,\
    sent_amount,sent_currency,now_amount,now_currency,first\n";

/// `changed.csv`, made when there is a row for it.
#[derive(Debug)]
pub(super) struct ChangedFile(BufWriter<File>);

impl ChangedFile {
    /// Writes into this file.
    pub(super) fn new(file: File) -> io::Result<Self> {
        let mut file = BufWriter::new(file);
        file.write_all(COLUMNS.as_bytes())?;
        Ok(ChangedFile(file))
    }

    /// One row. No cell of it is a formula to a spreadsheet.
    pub(super) fn write(&mut self, row: &ChangedRow, file: &str) -> io::Result<()> {
        let entry = ChangedEntry::new(row, file);
        let line = entry.line.to_string();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            entry.what,
            entry.file,
            &line,
            entry.kind,
            entry.bundle_id,
            entry.platform,
            entry.name,
            entry.event_id,
            &text(&entry.event_time),
            &entry.differs,
            &text(&entry.sent_amount),
            entry.sent_currency.unwrap_or_default(),
            &text(&entry.now_amount),
            entry.now_currency.unwrap_or_default(),
            entry.first,
        ];
        let cells = cells.map(|cell| escape::cell(cell, b','));
        writeln!(self.0, "{}", cells.join(","))
    }

    /// Hands all rows so far to the operating system.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
