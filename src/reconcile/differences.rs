//! The rows that differ, one by one: the first of them for people, all of them in
//! `differences.csv`.

use std::io::Write;

use serde::Serialize;

use super::{Account, written};
use crate::ledger::compare::{Comparison, Difference, Why};
use crate::ledger::{Books, LedgerError};
use crate::report::{LIST_LIMIT, escape};

/// A row that differs, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What is wrong.
    pub what: Why,
    /// The input that it was sent from.
    pub file: String,
    /// Its line there.
    pub line: u64,
    /// The run that sent it.
    pub run: String,
    /// `purchase`
    pub kind: String,
    /// `com.example.game`
    pub bundle_id: String,
    /// Its platform.
    pub platform: String,
    /// The event's name, or the product.
    pub name: String,
    /// When it happened.
    pub event_time: String,
    /// When it was accepted.
    pub accepted_at: String,
    /// What was sent.
    pub sent_amount: String,
    /// In this currency.
    pub sent_currency: String,
    /// The file of the export that has it.
    pub export_file: String,
    /// The line there.
    pub export_line: Option<u64>,
    /// When it arrived.
    pub export_time: String,
    /// What the export says.
    pub export_amount: String,
    /// In this currency.
    pub export_currency: String,
}

impl Entry {
    fn new(difference: Difference, account: &Account) -> Self {
        let Difference { why, sent, export } = difference;
        let time = |at: Option<i64>| at.map(written).unwrap_or_default();
        let file = |file: u32| {
            account
                .exports
                .get(file as usize)
                .map(|file| file.path.clone())
        };
        let (number, line, at, amount, currency) = match export {
            None => (None, None, None, String::new(), String::new()),
            Some((file, line, at, amount, currency)) => {
                (Some(file), Some(line), Some(at), amount, currency)
            }
        };
        Entry {
            what: why,
            file: sent.file,
            // Every row that was accepted has one.
            line: sent.line.unwrap_or_default(),
            run: sent.run,
            kind: sent.kind,
            bundle_id: sent.bundle_id,
            platform: sent.platform,
            name: sent.name,
            event_time: time(sent.event_time),
            accepted_at: time(sent.accepted_at),
            sent_amount: sent.amount.unwrap_or_default(),
            sent_currency: sent.currency.unwrap_or_default(),
            export_file: number.and_then(file).unwrap_or_default(),
            export_line: line,
            export_time: time(at),
            export_amount: amount,
            export_currency: currency,
        }
    }

    /// Its cells as CSV has them; none is a formula to a spreadsheet.
    fn cells(&self) -> [String; COLUMNS.len()] {
        let line = self.line.to_string();
        let export_line = self.export_line.map(|line| line.to_string());
        let cells: [&str; COLUMNS.len()] = [
            self.what.name(),
            &self.file,
            &line,
            &self.run,
            &self.kind,
            &self.bundle_id,
            &self.platform,
            &self.name,
            &self.event_time,
            &self.accepted_at,
            &self.sent_amount,
            &self.sent_currency,
            &self.export_file,
            export_line.as_deref().unwrap_or_default(),
            &self.export_time,
            &self.export_amount,
            &self.export_currency,
        ];
        cells.map(|cell| escape::cell(cell, b','))
    }
}

/// The first line of `differences.csv`: the names of [`Entry`] in their order.
const COLUMNS: [&str; 17] = [
    "what",
    "file",
    "line",
    "run",
    "kind",
    "bundle_id",
    "platform",
    "name",
    "event_time",
    "accepted_at",
    "sent_amount",
    "sent_currency",
    "export_file",
    "export_line",
    "export_time",
    "export_amount",
    "export_currency",
];

/// The rows that differ.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The first of them.
    pub entries: Vec<Entry>,
    /// How many more there are.
    pub left_out: u64,
    /// Rows that are missing and were accepted after the last row of the export had arrived.
    pub after_the_end: u64,
    /// The same before the first one.
    pub before_the_start: u64,
}

impl List {
    /// Writes every row that differs as CSV, and keeps the first of them.
    ///
    /// # Errors
    /// The ledger cannot be read, or the rows cannot be written.
    pub fn write(
        comparison: &Comparison,
        books: &Books,
        account: &Account,
        out: &mut dyn Write,
    ) -> Result<Self, LedgerError> {
        let mut list = List::default();
        writeln!(out, "{}", COLUMNS.join(","))?;
        let period = (account.period.from, account.period.to);
        comparison.differences(books, period, |difference| {
            list.place(&difference, account);
            let entry = Entry::new(difference, account);
            writeln!(out, "{}", entry.cells().join(","))?;
            if list.entries.len() < LIST_LIMIT {
                list.entries.push(entry);
            } else {
                list.left_out += 1;
            }
            Ok(())
        })?;
        out.flush()?;
        Ok(list)
    }

    fn place(&mut self, difference: &Difference, account: &Account) {
        let (Some(at), Some((first, last))) = (difference.sent.accepted_at, account.period.span)
        else {
            return;
        };
        if difference.why == Why::Missing {
            self.after_the_end += u64::from(at > last);
            self.before_the_start += u64::from(at < first);
        }
    }
}
