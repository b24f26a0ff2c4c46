//! After a run that did not end: what became of its rows.

use rusqlite::Connection;

use super::batch;
use super::error::LedgerError;
use super::index::Index;
use super::memory::{Tallies, remember};
use super::origin::Origins;
use super::pending::{self, COLUMNS, Claim, State};
use super::steps::{Step, Trail};
use crate::outcome::Outcome;

/// A run that did not end as it should have, and what became of its unsettled rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The dead run's id.
    pub run: String,
    /// Its inputs.
    pub inputs: Vec<String>,
    /// When it started, µs since 1970 UTC.
    pub started_at: i64,
    /// Why the ledger could not be written at its end; nothing is known of a run that was killed.
    pub failure: Option<String>,
    /// Whether the machine has been started anew since.
    pub rebooted: bool,
    /// Rows that were accepted just before the end.
    pub accepted: u64,
    /// Rows that may have been recorded, and wait to be resolved.
    pub in_doubt: u64,
    /// Rows that are free to be sent again.
    pub released: u64,
}

/// What becomes of a claim that nobody settled in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It was accepted.
    Accepted,
    /// It may have been recorded.
    InDoubt,
    /// It never left; its input may be gone, so it is kept.
    NeverLeft,
    /// It had an outcome that leaves nothing to remember.
    Over,
}

/// The steps are whole only if no machine stopped since they were written. A slot that a later
/// claim used says that this database is older than its steps: a copy was put back.
fn fate(claim: u64, step: Step, same_boot: bool) -> Fate {
    match step {
        Step::Settled(id, outcome) if id == claim => match outcome {
            Outcome::Accepted => Fate::Accepted,
            Outcome::InDoubt => Fate::InDoubt,
            _ => Fate::Over,
        },
        Step::Blank if same_boot => Fate::NeverLeft,
        Step::Left(id) | Step::Settled(id, _) if same_boot && id < claim => Fate::NeverLeft,
        _ => Fate::InDoubt,
    }
}

/// Settles what dead runs left, within the caller's transaction. `trail` is `None` if the steps
/// are lost. Only under the lock, which says that those runs are dead.
pub(super) fn recover(
    connection: &Connection,
    index: &mut Index,
    trail: Option<&Trail>,
    boot: &str,
) -> Result<Option<Recovery>, LedgerError> {
    let Some((run, mut recovery, its_boot)) = dead_run(connection)? else {
        return Ok(None);
    };
    let same_boot = !boot.is_empty() && its_boot == boot;
    recovery.rebooted = !same_boot;
    batch::unpack(connection)?;
    let mut origins = Origins::new(run);
    let mut tallies = Tallies::default();
    for claim in claims(connection)? {
        let step = trail.map_or(Step::Torn, |trail| trail.step(claim.id));
        let row = claim.id.id.cast_signed();
        match fate(claim.id.id, step, same_boot) {
            Fate::Accepted => {
                remember(connection, index, &mut origins, &claim)?;
                tallies.add(&claim);
                pending::delete(connection, row)?;
                recovery.accepted += 1;
            }
            Fate::InDoubt => {
                pending::set_state(connection, row, State::InDoubt)?;
                recovery.in_doubt += 1;
            }
            Fate::NeverLeft => {
                pending::set_state(connection, row, State::Released)?;
                recovery.released += 1;
            }
            Fate::Over if claim.from_ledger => {
                pending::set_state(connection, row, State::Released)?;
                recovery.released += 1;
            }
            Fate::Over => {
                pending::delete(connection, row)?;
                recovery.released += 1;
            }
        }
    }
    tallies.write(connection, run)?;
    index.write(connection)?;
    connection.execute(
        "UPDATE run SET ended_at = started_at WHERE ended_at IS NULL",
        [],
    )?;
    Ok(Some(recovery))
}

/// The last run that did not end: at most one has, since each opening comes by here.
fn dead_run(connection: &Connection) -> Result<Option<(i64, Recovery, String)>, LedgerError> {
    let mut read = connection.prepare(
        "SELECT id, name, started_at, boot FROM run WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1",
    )?;
    let mut rows = read.query([])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let run: i64 = row.get(0)?;
    let recovery = Recovery {
        run: row.get(1)?,
        inputs: inputs(connection, run)?,
        started_at: row.get(2)?,
        failure: None,
        rebooted: false,
        accepted: 0,
        in_doubt: 0,
        released: 0,
    };
    Ok(Some((run, recovery, row.get(3)?)))
}

/// The names of a run's inputs, in their order.
pub(super) fn inputs(connection: &Connection, run: i64) -> Result<Vec<String>, LedgerError> {
    let mut read = connection.prepare("SELECT name FROM input WHERE run = ?1 ORDER BY number")?;
    let names = read.query_map([run], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn claims(connection: &Connection) -> Result<Vec<Claim>, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM pending JOIN app ON app.id = pending.app WHERE state = 0 ORDER BY pending.id"
    );
    let mut read = connection.prepare(&sql)?;
    let claims = read.query_map([], pending::claim_of)?;
    Ok(claims.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_recorded_is_in_doubt() {
        use Outcome::{Accepted, InDoubt, NotSent, Refused};
        let table = [
            (Step::Settled(5, Accepted), Fate::Accepted, Fate::Accepted),
            (Step::Settled(5, InDoubt), Fate::InDoubt, Fate::InDoubt),
            (Step::Settled(5, Refused), Fate::Over, Fate::Over),
            (Step::Settled(5, NotSent), Fate::Over, Fate::Over),
            (Step::Left(5), Fate::InDoubt, Fate::InDoubt),
            (Step::Blank, Fate::NeverLeft, Fate::InDoubt),
            (Step::Left(4), Fate::NeverLeft, Fate::InDoubt),
            (Step::Settled(4, Accepted), Fate::NeverLeft, Fate::InDoubt),
            (Step::Settled(6, Accepted), Fate::InDoubt, Fate::InDoubt),
            (Step::Left(6), Fate::InDoubt, Fate::InDoubt),
            (Step::Torn, Fate::InDoubt, Fate::InDoubt),
        ];
        for (step, same_boot, other_boot) in table {
            assert_eq!(fate(5, step, true), same_boot, "{step:?}, same boot");
            assert_eq!(fate(5, step, false), other_boot, "{step:?}, another boot");
        }
    }
}
