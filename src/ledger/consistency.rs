//! Whether something beside the database knows more than it does: its journal, or a report of an
//! earlier run. Then it has lost something, and nothing may be sent before a person knows.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::error::LedgerError;
use super::files;
use super::journal::{JournalRecords, Stamp};
use crate::model::SCOPE_SANDBOX;

/// What a report says of the ledger that its run had.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Witness {
    /// The report.
    #[serde(skip)]
    pub report: PathBuf,
    /// Where the ledger stood.
    pub path: String,
    /// The name of the endpoint that rows were sent to.
    pub scope: String,
    /// Which ledger it was, in hexadecimal digits.
    pub id: String,
    /// How often it had been opened.
    pub generation: i64,
    /// The number of its last claim.
    pub claims: i64,
}

/// The journal as an earlier opening left it.
#[derive(Debug)]
pub(super) struct EarlierJournal {
    pub(super) records: Option<JournalRecords>,
    /// There is no such file.
    is_missing: bool,
    /// Not in one that a kill left empty when it was begun.
    has_bytes: bool,
}

impl EarlierJournal {
    pub(super) fn read(path: &Path) -> Result<EarlierJournal, LedgerError> {
        let path = files::beside(path, ".steps");
        Ok(EarlierJournal {
            records: JournalRecords::read(&path)?,
            is_missing: !path.exists(),
            has_bytes: std::fs::metadata(&path).is_ok_and(|meta| meta.len() > 0),
        })
    }

    /// Beside a database without content: claims were made in one that is gone.
    pub(super) fn must_not_know_more(&self, path: &Path) -> Result<(), LedgerError> {
        let is_blank = self
            .records
            .as_ref()
            .is_some_and(|records| records.last_claim() == 0);
        if self.has_bytes && !is_blank {
            let why = "the database is missing or empty, but its journal (.steps) was used".into();
            return Err(behind(path, why));
        }
        Ok(())
    }

    /// The steps, if they were written by the last opening of this very database.
    pub(super) fn of(&self, stamp: &Stamp) -> Option<&JournalRecords> {
        let records = self.records.as_ref()?;
        let mark = |stamp: &Stamp| (stamp.id, stamp.generation, stamp.token);
        (mark(&records.stamp) == mark(stamp)).then_some(records)
    }
}

/// Whether something beside the database knows more than it does.
pub(super) fn check(
    path: &Path,
    connection: &Connection,
    journal: &EarlierJournal,
    witnesses: &[Witness],
) -> Result<(), LedgerError> {
    let lost = what_is_lost(connection, journal, witnesses)?;
    lost.map_or(Ok(()), |why| Err(behind(path, why)))
}

/// Why no upload goes on with this ledger, for whoever only looks at it.
pub(super) fn behind_its_journal(
    path: &Path,
    connection: &Connection,
) -> Result<Option<String>, LedgerError> {
    what_is_lost(connection, &EarlierJournal::read(path)?, &[])
}

fn what_is_lost(
    connection: &Connection,
    journal: &EarlierJournal,
    witnesses: &[Witness],
) -> Result<Option<String>, LedgerError> {
    const CANNOT_KNOW: &str = "a copy, which cannot know what was sent after it was made";
    let is = |sql| connection.query_row(sql, [], |row| row.get::<_, bool>(0));
    if is("SELECT copied_at IS NOT NULL FROM ledger")? {
        return Ok(Some(format!("this is {CANNOT_KNOW}")));
    }
    if journal.is_missing && is("SELECT EXISTS (SELECT 1 FROM run)")? {
        let why = format!("its journal (.steps) is missing, as it is beside {CANNOT_KNOW}");
        return Ok(Some(why));
    }
    let stamp = stamp(connection)?;
    let records = journal.records.as_ref();
    let newer = records.and_then(|records| newer_journal(records, &stamp));
    Ok(newer.or_else(|| newer_report(witnesses, &stamp)))
}

fn newer_journal(records: &JournalRecords, stamp: &Stamp) -> Option<String> {
    if records.stamp.id != stamp.id {
        return Some("its journal (.steps) is another ledger's".into());
    }
    let (claims, generation) = (records.last_claim(), records.stamp.generation);
    let is_newer = claims > stamp.claims || generation > stamp.generation;
    is_newer.then(|| {
        format!(
            "its journal (.steps) knows of claim {claims} in run {generation}, the database only of \
             claim {} in run {}",
            stamp.claims, stamp.generation
        )
    })
}

fn newer_report(witnesses: &[Witness], stamp: &Stamp) -> Option<String> {
    let newer = witnesses.iter().find(|witness| {
        witness.id == hex(stamp.id)
            && (witness.generation > stamp.generation || witness.claims > stamp.claims)
    })?;
    Some(format!(
        "{} knows of claim {}, the database only of claim {}",
        newer.report.display(),
        newer.claims,
        stamp.claims
    ))
}

/// Whether there was a ledger of this path, by which rows were claimed for this endpoint; a sandbox
/// records nothing that lasts.
pub(super) fn must_not_be_gone(
    path: &Path,
    scope: &str,
    witnesses: &[Witness],
) -> Result<(), LedgerError> {
    let name = path.to_string_lossy();
    let mut had_one = witnesses.iter().filter(|witness| {
        witness.path == name
            && witness.scope == scope
            && scope != SCOPE_SANDBOX
            && witness.claims > 0
    });
    had_one.next().map_or(Ok(()), |witness| {
        Err(LedgerError::Gone {
            path: path.into(),
            report: witness.report.clone(),
        })
    })
}

pub(super) fn behind(path: &Path, why: String) -> LedgerError {
    let path = path.into();
    LedgerError::Behind { path, why }
}

/// Which opening the database is at.
pub(super) fn stamp(connection: &Connection) -> Result<Stamp, LedgerError> {
    let sql = "SELECT id, generation, token, claims FROM ledger";
    Ok(connection.query_row(sql, [], |row| {
        Ok(Stamp {
            id: row.get(0)?,
            generation: row.get(1)?,
            token: row.get(2)?,
            claims: row.get(3)?,
        })
    })?)
}

/// As people and reports see it.
pub(super) fn hex(id: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(id))
}
