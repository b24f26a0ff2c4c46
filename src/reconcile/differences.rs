//! The rows that differ or are in doubt, one by one: the first of them for people, all of them in
//! `differences.csv`, and those in doubt in `in_doubt.csv`, with the answers that the export gives.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};

use serde::Serialize;

use super::{Account, Sum, written};
use crate::ledger::Books;
use crate::ledger::compare::{Arrived, Cause, Comparison, Difference};
use crate::report::files::csv_lines;
use crate::report::files::folder::Folder;
use crate::report::{LIST_LIMIT, escape};

/// What is said of rows in doubt.
pub(super) const IN_DOUBT: [Cause; 3] = [
    Cause::InDoubtFound,
    Cause::InDoubtMissing,
    Cause::InDoubtUnnamed,
];

/// A row that differs, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What is wrong.
    pub what: Cause,
    /// `accepted`, `in_doubt`, or `released` to be sent again.
    pub state: &'static str,
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
    /// Whether that is what was sent.
    #[serde(skip)]
    pub is_same_money: bool,
}

impl Entry {
    fn new(difference: Difference, account: &Account) -> Self {
        let Difference { why, sent, export } = difference;
        let time = |at: Option<i64>| at.map(written).unwrap_or_default();
        let arrived = export.as_ref();
        let file = |row: &Arrived| account.exports.get(row.file as usize);
        Entry {
            what: why,
            state: sent.state,
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
            export_file: arrived
                .and_then(file)
                .map(|file| file.path.clone())
                .unwrap_or_default(),
            export_line: arrived.map(|row| row.line),
            export_time: time(arrived.map(|row| row.at)),
            is_same_money: arrived.is_some_and(|row| row.is_same_money),
            export_amount: arrived.map(|row| row.amount.clone()).unwrap_or_default(),
            export_currency: export.map(|row| row.currency).unwrap_or_default(),
        }
    }

    fn is_in_doubt(&self) -> bool {
        IN_DOUBT.contains(&self.what)
    }

    /// Whether the export says that it was recorded, as it was sent.
    fn is_proposed(&self) -> bool {
        self.what == Cause::InDoubtFound && self.state == "in_doubt" && self.is_same_money
    }
}

/// The first line of `differences.csv`: the names of [`Entry`] in their order.
const COLUMNS: [&str; 18] = [
    "what",
    "state",
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
    /// Rows by what is said of them, and by currency.
    sums: BTreeMap<(Cause, String), Sum>,
    /// Rows in doubt that the export has as they were sent.
    pub proposed: u64,
    /// Rows that the export has and that an upload would send again.
    pub released: u64,
}

impl List {
    /// Writes every row that differs or is in doubt into the folder, and keeps the first of them.
    ///
    /// # Errors
    /// The ledger cannot be read, or the rows cannot be written.
    pub(super) fn write(
        comparison: &Comparison,
        books: &Books,
        account: &Account,
        folder: Option<&Folder>,
    ) -> anyhow::Result<Self> {
        let mut list = List::default();
        let header = COLUMNS.join(",");
        let mut all = table(folder, "differences.csv", &header)?;
        let answers = format!("_answer,_file,_line,{header}");
        let mut in_doubt = table(folder, "in_doubt.csv", &answers)?;
        let period = (account.period.from, account.period.to);
        comparison.differences(books, period, |difference| {
            list.count(&difference, account);
            let entry = Entry::new(difference, account);
            list.proposed += u64::from(entry.is_proposed());
            if let (Some(all), Some(in_doubt)) = (&mut all, &mut in_doubt) {
                let cells = csv_lines(&entry, false)?;
                all.write_all(cells.as_bytes())?;
                if entry.is_in_doubt() {
                    let answer = if entry.is_proposed() { "accepted" } else { "" };
                    let file = escape::cell(&entry.file, b',');
                    write!(in_doubt, "{answer},{file},{},{cells}", entry.line)?;
                }
            }
            if list.entries.len() < LIST_LIMIT {
                list.entries.push(entry);
            } else {
                list.left_out += 1;
            }
            Ok(())
        })?;
        for mut rows in all.into_iter().chain(in_doubt) {
            rows.flush()?;
        }
        Ok(list)
    }

    fn count(&mut self, difference: &Difference, account: &Account) {
        let Difference { why, sent, .. } = difference;
        let currency = sent.currency.clone().unwrap_or_default();
        let amount = sent.amount.as_deref().and_then(|text| text.parse().ok());
        self.sums.entry((*why, currency)).or_default().add(amount);
        self.released += u64::from(*why == Cause::InDoubtFound && sent.state == "released");
        let (Some(at), Some((first, last))) = (sent.accepted_at, account.period.span) else {
            return;
        };
        if *why == Cause::Missing {
            self.after_the_end += u64::from(at > last);
            self.before_the_start += u64::from(at < first);
        }
    }

    /// Rows of which this is said, and their money for people.
    pub fn sum(&self, wanted: Cause) -> (u64, String) {
        let of_it = self.sums.iter().filter(|((why, _), _)| *why == wanted);
        let money = of_it
            .clone()
            .filter(|((_, currency), _)| !currency.is_empty());
        let money =
            money.map(|((_, currency), sum)| format!("{currency} {}", sum.figure(currency)));
        let money: Vec<_> = money.collect();
        (of_it.map(|(_, sum)| sum.rows).sum(), money.join(", "))
    }

    /// Rows in doubt that are compared.
    pub fn in_doubt(&self) -> u64 {
        IN_DOUBT.map(|why| self.sum(why).0).iter().sum()
    }
}

/// A file of the folder that begins with this line.
fn table(
    folder: Option<&Folder>,
    name: &str,
    header: &str,
) -> anyhow::Result<Option<BufWriter<File>>> {
    let Some(folder) = folder else {
        return Ok(None);
    };
    let mut rows = BufWriter::new(folder.file(name)?);
    writeln!(rows, "{header}")?;
    Ok(Some(rows))
}
