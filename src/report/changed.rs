//! Rows that have changed since they were sent: listed in `report.json`, whole in `changed.csv`.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::escape;
use crate::model::Revenue;
use crate::stats::changed::ChangedRow;

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
