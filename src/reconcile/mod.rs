//! Tenjin's own export, held against the ledger: what was accepted, and what arrived.
//!
//! [`export`] reads the export through a mapping, `ledger::compare` matches its rows with those of
//! the ledger, [`Account`] adds up what came of it, and `text`, `page` and `differences` show it.
//! What cannot be known is said in sentences, since the export also holds what the SDK sent.

mod account;
mod differences;
mod export;
mod page;
mod sums;
mod text;
mod unknown;

use std::collections::BTreeMap;
use std::io::Write;

use jiff::Timestamp;

pub use account::{Account, Group, Period, Total};
pub use differences::{Entry, List};
pub use export::{Export, MAPPING, Reader, mapping};
pub use sums::{Sum, Sums};

use crate::report::escape;
use crate::report::layout::Style;

use crate::ledger::compare::{Comparison, Wanted, Which};
use crate::ledger::{Books, FoundRow, LedgerError};
use crate::model::{Kind, Platform};

/// An app, or all platforms of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFilter {
    /// `com.example.game`
    pub bundle_id: String,
    /// Every platform, if none is named.
    pub platform: Option<Platform>,
}

impl AppFilter {
    fn takes(&self, bundle_id: &str, platform: &str) -> bool {
        self.bundle_id == bundle_id && self.platform.is_none_or(|own| own.name() == platform)
    }
}

impl std::str::FromStr for AppFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (bundle_id, platform) = match text.split_once('/') {
            None => (text, None),
            Some((bundle_id, platform)) => {
                let known = crate::parse::platform(platform);
                let known = known.ok_or("the platforms are ios, android, amazon, android_other")?;
                (bundle_id, Some(known))
            }
        };
        if bundle_id.is_empty() {
            return Err("write it as com.example.game or com.example.game/ios".into());
        }
        Ok(AppFilter {
            bundle_id: bundle_id.to_owned(),
            platform,
        })
    }
}

/// What is compared.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The endpoint's name in the ledger.
    pub scope: String,
    /// From this arrival on, µs since 1970 UTC; else from the day of the export's first one.
    pub from: Option<i64>,
    /// Up to this arrival; else to the end of the day of the export's last one.
    pub to: Option<i64>,
    /// These apps; all if none is named.
    pub apps: Vec<AppFilter>,
}

impl Choice {
    fn takes(&self, bundle_id: &str, platform: &str) -> bool {
        let mut apps = self.apps.iter();
        self.apps.is_empty() || apps.any(|app| app.takes(bundle_id, platform))
    }
}

/// Rows of the ledger that are not compared, and apps that the export does not have.
#[derive(Debug, Clone, Default)]
pub struct Aside {
    /// Accepted outside of the period.
    pub outside: u64,
    /// Of kinds that the export's mapping does not name.
    pub kinds: BTreeMap<String, u64>,
    /// Rows that are compared, of apps without a row in the export.
    pub apps: BTreeMap<(String, String), u64>,
}

/// So many apps are named.
const APPS: usize = 1_000;

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

/// Holds what was read against the ledger.
///
/// # Errors
/// The ledger cannot be read, there is no room for temporary files, or nothing says of which time
/// the export is.
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
            "the export has no row that can be compared, so it says not of which days it is: \
             name them with --from and --to"
        );
    };
    anyhow::ensure!(from < to, "--from is not before --to");
    let mut aside = Aside::default();
    let which = Which {
        scope: choice.scope.clone(),
        period: (from, to),
    };
    comparison.take(books, &which, |row, is_inside| {
        aside.ask(row, is_inside, choice, &exports)
    })?;
    comparison.pair(&[
        Kind::Event.name(),
        Kind::Purchase.name(),
        Kind::AdImpression.name(),
        Kind::Subscription.name(),
    ])?;
    let period = Period { from, to, span };
    let account = Account::new(&comparison, period, exports, aside)?;
    Ok((comparison, account))
}

fn day(at: i64) -> i64 {
    at - at.rem_euclid(DAY)
}

impl Aside {
    /// Whether a row is compared; notes why it is not.
    fn ask(
        &mut self,
        row: &FoundRow,
        is_inside: bool,
        choice: &Choice,
        exports: &[Export],
    ) -> Wanted {
        if !choice.takes(&row.bundle_id, &row.platform) {
            return Wanted::No;
        }
        if !is_inside {
            self.outside += 1;
            return Wanted::No;
        }
        if !exports.iter().any(|export| export.names(&row.kind)) {
            *self.kinds.entry(row.kind.clone()).or_default() += 1;
            return Wanted::No;
        }
        let app = (row.bundle_id.clone(), row.platform.clone());
        if !exports.iter().any(|export| export.has(&app))
            && (self.apps.len() < APPS || self.apps.contains_key(&app))
        {
            *self.apps.entry(app).or_default() += 1;
        }
        Wanted::Yes
    }
}

/// A time for people and programs.
fn written(at: i64) -> String {
    Timestamp::from_microsecond(at).map_or_else(|_| String::new(), |at| at.to_string())
}

/// What came of a comparison, to be shown.
#[derive(Debug)]
pub struct Findings {
    account: Account,
    list: List,
    unknown: Vec<String>,
}

impl Findings {
    /// Looks at the rows that differ; all of them are written to `out` as CSV.
    ///
    /// # Errors
    /// The ledger cannot be read, or the rows cannot be written.
    pub fn new(
        books: &Books,
        comparison: &Comparison,
        account: Account,
        scope: &str,
        out: &mut dyn Write,
    ) -> Result<Self, LedgerError> {
        let list = List::write(comparison, books, &account, out)?;
        let unknown = unknown::sentences(&account, &list, in_doubt(books, scope)?);
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

    /// Rows that are not as they should be, and rows that were compared.
    pub fn wrong(&self) -> (u64, u64) {
        (self.account.wrong(), self.account.rows.accepted.rows)
    }
}

/// Rows of the ledger that may have been recorded.
fn in_doubt(books: &Books, scope: &str) -> Result<u64, LedgerError> {
    let runs = books.status()?.open_runs;
    let own = runs.iter().filter(|run| run.scope == scope);
    Ok(own.map(|run| run.in_doubt).sum())
}
