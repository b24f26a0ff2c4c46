//! Tenjin's own export, held against the ledger: what was accepted, and what arrived.
//!
//! [`export`] reads the export through a mapping, `ledger::compare` matches its rows with those of
//! the ledger, [`Account`] adds up what came of it, and `text`, `page` and `differences` show it.
//! What cannot be known is said in sentences, since the export also holds what the SDK sent.

mod account;
mod choice;
mod differences;
mod export;
mod page;
mod text;
mod unknown;

use std::collections::BTreeMap;

pub use account::{Account, Group, Period, Sum, Sums, Total};
pub use choice::{AppFilter, Choice, Known};
pub use differences::{Entry, List};
pub use export::{Export, MAPPING, Reader, mapping};

use crate::ledger::compare::{Comparison, ForgottenRows};
use crate::ledger::{Books, FoundRow, LedgerError};
use crate::model::Kind;
use crate::report::escape;
use crate::report::figures::Time;
use crate::report::files::folder::Folder;
use crate::report::layout::Style;
use crate::schema;

/// Rows of the ledger that are not compared, and apps that the export does not have.
#[derive(Debug, Clone, Default)]
pub struct NotCompared {
    /// Accepted outside of the period.
    pub outside: u64,
    /// In doubt since runs outside of the period.
    pub in_doubt_outside: u64,
    /// Of kinds that the export's mapping does not name.
    pub kinds: BTreeMap<String, u64>,
    /// Rows that are compared, of apps without a row in the export.
    pub apps: BTreeMap<(String, String), u64>,
}

/// How many apps that the export lacks are kept.
const APPS: usize = 1_000;

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

/// Holds what was read against the ledger.
///
/// # Errors
/// The ledger cannot be read, there is no room for temporary files, or nothing says which days the
/// export covers.
pub fn reconcile(
    books: &Books,
    reader: Reader,
    choice: &Choice,
) -> anyhow::Result<(Comparison, Account)> {
    let (mut comparison, exports) = reader.finish();
    let span = comparison.span()?;
    let (Some(from), Some(to)) = (
        choice.from.or(span.map(|(first, _)| day(first))),
        choice.to.or(span.map(|(_, last)| day(last) + DAY)),
    ) else {
        anyhow::bail!(
            "the export has no row that can be compared, so it does not say which days it \
             covers: name them with --from and --to"
        );
    };
    anyhow::ensure!(from < to, "--from is not before --to");
    let mut not_compared = NotCompared::default();
    comparison.take(books, &choice.scope, (from, to), |row, is_inside| {
        not_compared.ask(row, is_inside, choice, &exports)
    })?;
    let mut countable = Kind::ALL.to_vec();
    countable.retain(|kind| schema::name(*kind).is_some() || kind.is_money());
    comparison.pair(&countable)?;
    let period = Period { from, to, span };
    let account = Account::new(&comparison, period, exports, not_compared)?;
    Ok((comparison, account))
}

fn day(at: i64) -> i64 {
    at - at.rem_euclid(DAY)
}

impl NotCompared {
    /// Whether a row is compared; notes why it is not.
    fn ask(
        &mut self,
        row: &FoundRow,
        is_inside: bool,
        choice: &Choice,
        exports: &[Export],
    ) -> bool {
        if !choice.takes(&row.bundle_id, &row.platform) {
            return false;
        }
        if !is_inside {
            match row.state {
                "accepted" => self.outside += 1,
                _ => self.in_doubt_outside += 1,
            }
            return false;
        }
        if !exports.iter().any(|export| export.names(&row.kind)) {
            *self.kinds.entry(row.kind.clone()).or_default() += 1;
            return false;
        }
        let app = (row.bundle_id.clone(), row.platform.clone());
        if !exports.iter().any(|export| export.has(&app))
            && (self.apps.len() < APPS || self.apps.contains_key(&app))
        {
            *self.apps.entry(app).or_default() += 1;
        }
        true
    }
}

/// A time for people and programs.
fn written(at: i64) -> String {
    Time::of(at).map_or_else(String::new, |at| at.to_string())
}

/// What came of a comparison, to be shown.
#[derive(Debug)]
pub struct Findings {
    account: Account,
    list: List,
    unknown: Vec<String>,
}

impl Findings {
    /// Looks at the rows that differ; all of them are written into the folder as CSV.
    ///
    /// # Errors
    /// The ledger cannot be read, or the rows cannot be written.
    pub fn new(
        books: &Books,
        comparison: &Comparison,
        account: Account,
        (choice, known): (&Choice, &Known),
        folder: Option<&Folder>,
    ) -> anyhow::Result<Self> {
        let list = List::write(comparison, books, &account, folder)?;
        let forgotten = forgotten(books, &account, choice)?;
        let unknown = unknown::sentences(&account, &list, known, &forgotten);
        Ok(Findings {
            account,
            list,
            unknown,
        })
    }

    /// For people.
    pub fn text(&self, style: Style) -> String {
        text::text(&self.account, &self.list, &self.unknown, style)
    }

    /// For programs.
    pub fn json(&self) -> String {
        let document = text::json(&self.account, &self.list, &self.unknown);
        escape::json(&format!("{document:#}\n")).into_owned()
    }

    /// As a page of its own.
    pub fn page(&self) -> String {
        page::page(&self.account, &self.list, &self.unknown)
    }

    /// Rows that are not as they should be, and rows that were accepted and compared.
    pub fn wrong(&self) -> (u64, u64) {
        (self.account.wrong(), self.account.rows.accepted.rows)
    }

    /// Whether there was anything to compare.
    pub fn compared(&self) -> bool {
        compared(&self.account, &self.list)
    }

    /// Rows in doubt for which `in_doubt.csv` proposes an answer.
    pub fn proposed(&self) -> u64 {
        self.list.proposed
    }
}

fn compared(account: &Account, list: &List) -> bool {
    account.rows.accepted.rows + list.in_doubt() > 0
}

/// What `ledger forget --run` forgot of runs that may have sent something in the period.
fn forgotten(
    books: &Books,
    account: &Account,
    choice: &Choice,
) -> Result<Vec<ForgottenRows>, LedgerError> {
    let period = (account.period.from - DAY, account.period.to + DAY);
    let mut all = books.forgotten_of(&choice.scope, period)?;
    all.retain(|app| choice.takes(&app.bundle_id, &app.platform));
    Ok(all)
}
