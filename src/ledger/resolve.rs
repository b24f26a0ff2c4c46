//! `ledger resolve`: what a person decides about rows that are in doubt, or released.
//!
//! Rows in doubt count as accepted or are released; only `dropped` gives up released ones of a
//! whole run, since most of them never left. None of it touches what a living run has claimed.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::books::{self, Books};
use super::error::LedgerError;
use super::released::Total;
use super::{row, store, unsettled};
use crate::model::{Revenue, shown};

/// What a person has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Rows in doubt were recorded: never send them again.
    Accepted,
    /// Rows in doubt were not: they may be sent.
    Resend,
    /// Released rows are no longer waited for. Nothing is remembered of them.
    Dropped,
}

/// Rows in doubt, or released, that a person decides about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of a run.
    Run(String),
    /// One row, by its input and line; of this run, if several have read them.
    Row {
        /// The input's name.
        file: String,
        /// Its line there.
        line: u64,
        /// The run.
        run: Option<String>,
        /// Whether it is passed over if there is nothing to decide, as in a file of answers of
        /// which some were given before.
        if_open: bool,
    },
}

/// What came of decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Rows that were decided, and what they are worth.
    pub total: Total,
    /// Those among them that had been released.
    pub released: u64,
    /// The names of the endpoints that the rows to send again are for.
    pub scopes: BTreeSet<String>,
    /// Other open rows of the same runs, which such an answer does not touch.
    pub left: u64,
    /// Rows about which there was nothing to decide, by their place.
    pub passed_over: Vec<String>,
}

impl Books {
    /// Decides about rows. All of them, or none if one cannot be found or nothing is left to
    /// decide.
    pub fn resolve(
        &mut self,
        answers: &[(Selection, Resolution)],
    ) -> Result<Resolved, LedgerError> {
        let transaction = store::transaction(&self.connection)?;
        let mut resolved = Resolved::default();
        for (selection, resolution) in answers {
            let found = selected(&transaction, selection)?;
            let is_meant = |row: &Open| row.is_meant(selection, *resolution);
            let (meant, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_meant);
            if meant.is_empty() {
                let place = nothing_to_decide(selection, *resolution, &others)?;
                resolved.passed_over.push(place);
                continue;
            }
            resolved.left += others.len() as u64;
            for row in meant {
                resolve(&transaction, row.id, *resolution)?;
                resolved.count(row, *resolution);
            }
        }
        if resolved.total.rows == 0 {
            let places = resolved.passed_over.join("; ");
            return Err(LedgerError::NothingToDecide(places));
        }
        transaction.commit()?;
        Ok(resolved)
    }
}

impl Resolved {
    fn count(&mut self, row: Open, answer: Resolution) {
        self.total.add(row.revenue);
        self.released += u64::from(row.is_released);
        if answer == Resolution::Resend {
            self.scopes.insert(row.scope);
        }
    }
}

/// A row that is in doubt or released.
struct Open {
    id: i64,
    run: String,
    is_released: bool,
    scope: String,
    revenue: Option<Revenue>,
}

impl Open {
    /// Whether this answer is about it. That a released row was accepted is believed of one that
    /// was named: `resend` may have been the wrong answer. Of a run most never left.
    fn is_meant(&self, selection: &Selection, answer: Resolution) -> bool {
        let is_named = matches!(selection, Selection::Row { if_open: false, .. });
        match answer {
            Resolution::Accepted => !self.is_released || is_named,
            Resolution::Resend => !self.is_released,
            Resolution::Dropped => self.is_released,
        }
    }
}

/// The open rows that are selected.
fn selected(connection: &Connection, selection: &Selection) -> Result<Vec<Open>, LedgerError> {
    const SQL: &str = "SELECT u.id, run.name, state = 'released', app.scope, amount, currency
        FROM unsettled u JOIN run ON run.id = u.run JOIN input ON input.id = u.input
        JOIN app ON app.id = u.app WHERE state IN ('in_doubt', 'released')
        AND (?1 IS NULL OR run.name = ?1) AND (?2 IS NULL OR input.name = ?2 AND line = ?3)";
    let (run, file, line) = match selection {
        Selection::Run(name) => {
            books::run(connection, name)?;
            (Some(name), None, None)
        }
        Selection::Row {
            file, line, run, ..
        } => (run.as_ref(), Some(file), Some(line.cast_signed())),
    };
    let found = store::all(connection, SQL, params![run, file, line], |row| {
        Ok(Open {
            id: row.get(0)?,
            run: row.get(1)?,
            is_released: row.get(2)?,
            scope: row.get(3)?,
            revenue: row::revenue(row, 4)?,
        })
    })?;
    match (selection, &found[..]) {
        (Selection::Row { file, line, .. }, [first, _, ..]) => Err(LedgerError::Asked(format!(
            "{}:{line}: {} runs have it in doubt or released; choose one with --run, such as --run {}",
            shown(file),
            found.len(),
            shown(&first.run)
        ))),
        _ => Ok(found),
    }
}

/// What is said of a selection about which there is nothing to decide; `others` are its rows that
/// such an answer is not about.
fn nothing_to_decide(
    selection: &Selection,
    answer: Resolution,
    others: &[Open],
) -> Result<String, LedgerError> {
    let place = match selection {
        Selection::Run(name) => format!("run {}", shown(name)),
        Selection::Row { file, line, .. } => format!("{}:{line}", shown(file)),
    };
    match (selection, answer) {
        (_, Resolution::Dropped) if !others.is_empty() => {
            Ok(format!("{place} (in doubt, not released)"))
        }
        (_, Resolution::Accepted) if !others.is_empty() => Ok(format!(
            "{place} (released, not in doubt; --as dropped drops it)"
        )),
        _ if !others.is_empty() => Ok(format!("{place} (released already)")),
        (Selection::Row { .. }, Resolution::Dropped) => Err(LedgerError::NothingToDecide(place)),
        (Selection::Row { if_open: false, .. }, _) => Err(LedgerError::NotInDoubt(place)),
        _ => Ok(place),
    }
}

fn resolve(connection: &Connection, id: i64, resolution: Resolution) -> Result<(), LedgerError> {
    match resolution {
        Resolution::Resend => unsettled::set_state(connection, id, "released", None),
        Resolution::Dropped => unsettled::delete(connection, id),
        Resolution::Accepted => {
            let now = jiff::Timestamp::now().as_microsecond();
            unsettled::accept(connection, id, now)
        }
    }
}
