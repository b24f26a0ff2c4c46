//! Ids that occur twice where no ledger is asked: see [`ledger::Ids`].
//!
//! Money without an id that goes, but may be money that went already: equal rows of one input,
//! which are twins or copies, and rows that an earlier run sent under another amount or product.
//!
//! Equal rows are counted by the ledger's ordinals, so that what earlier runs have sent is not among it.

use anyhow::Context;

use super::claimed::{Claimed, Columns, duplicate, id_conflict};
use super::facts::Fact;
use super::feed::{CheckedChunk, Opened};
use crate::ledger::{self, Resembling, Total};
use crate::model::Event;
use crate::report::figures::{counted, sums, thousands};
use crate::report::warning::{Warning, WarningCode};

/// Rows whose ids are remembered: with more, looking for one would cost more than reading it.
const REMEMBERED: u32 = 20_000_000;

/// What is wrong if the ids cannot be kept.
const NO_ROOM: &str = "ids are compared in a temporary file, which cannot be used: name a \
     folder with room in TMPDIR";

/// The ids of a run.
#[derive(Debug)]
pub struct Ids {
    seen: ledger::Ids,
    rows: u32,
    columns: Vec<Columns>,
    repeats: Total,
    is_full: bool,
}

impl Ids {
    /// Of these inputs; none seen yet.
    pub fn of(inputs: &[Opened]) -> Self {
        let names = inputs.iter().map(|input| input.source.shared_name());
        Ids {
            seen: ledger::Ids::of(names),
            rows: 0,
            columns: inputs.iter().map(Columns::of).collect(),
            repeats: Total::default(),
            is_full: false,
        }
    }

    /// Looks at the next rows of the run, and gives what is to be said of those whose id was there
    /// before.
    ///
    /// # Errors
    /// The temporary file cannot be written or read.
    pub fn look(&mut self, checked: &mut CheckedChunk) -> anyhow::Result<Vec<Fact>> {
        self.compare(checked).context(NO_ROOM)
    }

    fn compare(&mut self, checked: &mut CheckedChunk) -> std::io::Result<Vec<Fact>> {
        let (mut lines, mut firsts) = (Vec::new(), Vec::new());
        self.seen.fetch(&checked.stats.ids);
        for row in &checked.stats.ids {
            if !row.identity.has_id {
                if self.rows >= REMEMBERED {
                    self.is_full = true;
                } else if self.seen.repeats(checked.input, row)? {
                    self.repeats.add(row.revenue);
                } else {
                    self.rows += 1;
                }
            } else if let Some(first) = self.seen.find(row)? {
                lines.push(row.line);
                firsts.push(first);
            } else if self.rows < REMEMBERED {
                self.seen.add(checked.input, row)?;
                self.rows += 1;
            } else {
                self.is_full = true;
            }
        }
        let Some(again) = checked.again.take().filter(|_| !lines.is_empty()) else {
            return Ok(Vec::new());
        };
        let pairs = again.events(&lines).into_iter().zip(firsts);
        let answers = pairs.map(|(event, first)| self.seen.answer(event, first));
        Ok(answers
            .filter_map(|answer| self.said(answer).map(Fact::NotSent))
            .collect())
    }

    fn said(&self, answer: ledger::Decision) -> Option<Claimed> {
        match answer {
            ledger::Decision::Duplicate(event, how, earlier) => {
                Some(duplicate(event, how, &earlier))
            }
            ledger::Decision::IdConflict(event, earlier) => {
                Some(id_conflict(event, &earlier, &self.columns))
            }
            _ => None,
        }
    }

    /// What people should know.
    pub fn warnings(&self) -> Vec<Warning> {
        let text = || {
            format!(
                "rows were compared with the first {} that have an id or are money only: upload \
                 --dry-run compares all",
                thousands(u64::from(REMEMBERED))
            )
        };
        let warning = || Warning::new(WarningCode::ComparedInPart, text());
        let full = self.is_full.then(warning);
        repeated(&self.repeats).into_iter().chain(full).collect()
    }
}

fn amounts(total: &Total) -> String {
    sums(total.revenue.iter().map(|(currency, sum)| (*currency, sum))).join(", ")
}

/// Behind a count of rows.
fn bracketed(total: &Total) -> String {
    match amounts(total) {
        amounts if amounts.is_empty() => amounts,
        amounts => format!(" ({amounts})"),
    }
}

/// What people should know of rows of money that repeat one of the same input.
pub(super) fn repeated(total: &Total) -> Option<Warning> {
    let amounts = bracketed(total);
    let text = format!(
        "{} of money without event_id that repeat a row of the same input{amounts}: each counts \
         as a purchase of its own; if they are copies, map event_id",
        counted(total.rows, "row")
    );
    (total.rows > 0).then(|| Warning::new(WarningCode::MoneyRepeated, text))
}

/// What people should know of money that looks sent.
pub(super) fn look_sent(total: &Total) -> Option<Warning> {
    let (rows, amounts) = (counted(total.rows, "row"), amounts(total));
    let text = format!(
        "{rows} of money ({amounts}) look like what was sent before and identified otherwise: the \
         same app, user, product and amount, at a time that may be the same; if they are the same, \
         they count twice: --new-identity --skip-alike leaves them out"
    );
    (total.rows > 0).then(|| Warning::new(WarningCode::MoneyAlike, text))
}

/// Purchases that may have been sent before: what was sent then, and what goes now.
#[derive(Debug, Default)]
pub(super) struct Resemblances {
    earlier: Total,
    now: Total,
}

impl Resemblances {
    /// Counts rows.
    pub(super) fn add(&mut self, rows: &[Resembling]) {
        for row in rows {
            self.earlier.add(row.earlier);
            self.now.add(row.now);
        }
    }

    /// What people should know.
    pub(super) fn warning(&self) -> Option<Warning> {
        let amounts = |total: &Total| match amounts(total) {
            none if none.is_empty() => "no amount".to_owned(),
            amounts => amounts,
        };
        let text = format!(
            "{} without event_id like one that was sent before, but with another amount, currency, \
             product, user or seconds: {} sent before, {} now; if they are the same purchases, they count twice: \
             map event_id",
            counted(self.now.rows, "purchase"),
            amounts(&self.earlier),
            amounts(&self.now)
        );
        (self.now.rows > 0).then(|| Warning::new(WarningCode::MoneyAlike, text))
    }
}

/// Money of a time of which the ledger was told to forget what was sent: nobody can tell any more
/// whether it went.
#[derive(Debug, Default)]
pub(super) struct Forgotten {
    money: Total,
    /// What is dated before it was forgotten.
    horizon: i64,
}

impl Forgotten {
    /// Counts a row, if it is money.
    pub(super) fn add(&mut self, event: &Event, horizon: i64) {
        if event.kind.is_money() {
            self.money.add(event.contribution.revenue);
            self.horizon = self.horizon.max(horizon);
        }
    }

    /// In whole hours, so that it can be said of every later night, too.
    pub(super) fn max_age(&self) -> Option<String> {
        const HOUR: i64 = 3_600_000_000;
        let age = jiff::Timestamp::now().as_microsecond() - self.horizon;
        (self.money.rows > 0).then(|| format!("{}h", (age / HOUR).max(1)))
    }

    /// What people should know.
    pub(super) fn warning(&self) -> Option<Warning> {
        let max_age = self.max_age()?;
        let amounts = bracketed(&self.money);
        let horizon = jiff::Timestamp::from_microsecond(self.horizon).unwrap_or_default();
        let text = format!(
            "{} of money{amounts} not sent (forgotten_period): dated before {}, of which the ledger \
             was told to forget what was sent (`ledger forget`), so nobody can tell whether they were; \
             leave rows of that age out of the export, or of the upload: --max-age {max_age}",
            counted(self.money.rows, "row"),
            horizon.strftime("%Y-%m-%d %H:%M UTC")
        );
        Some(Warning::new(WarningCode::MoneyForgotten, text))
    }
}
