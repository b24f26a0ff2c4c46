//! After a run that did not end: what became of its rows.

use rusqlite::Connection;

use super::error::LedgerError;
use super::journal::{ClaimId, JournalRecords, Step};
use super::{store, unsettled};
use crate::model::Outcome;

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
enum Conclusion {
    /// It had its outcome.
    Settled(Outcome),
    /// It may have been recorded.
    InDoubt,
    /// It never left; its input may be gone, so it is kept.
    NeverLeft,
}

/// The steps are whole only if no machine stopped since they were written. A slot that a later
/// claim used says that this database is older than its steps: a copy was put back.
fn conclude(claim: u64, step: Step, same_boot: bool) -> Conclusion {
    match step {
        Step::Settled(id, outcome) if id == claim => Conclusion::Settled(outcome),
        Step::Blank if same_boot => Conclusion::NeverLeft,
        Step::Left(id) | Step::Settled(id, _) if same_boot && id < claim => Conclusion::NeverLeft,
        _ => Conclusion::InDoubt,
    }
}

/// Settles what dead runs left, within the caller's transaction. `records` is `None` if the steps
/// are lost. Only under the lock, which says that those runs are dead.
pub(super) fn recover(
    connection: &Connection,
    records: Option<&JournalRecords>,
    boot: &str,
) -> Result<Option<Recovery>, LedgerError> {
    let now = jiff::Timestamp::now().as_microsecond();
    let recovered = settle_claims(connection, records, boot, |row, outcome| {
        unsettled::settle(connection, row, (outcome, None), now)
    })?;
    // What a run found out that was killed before it ended, nobody has read.
    connection.execute_batch(
        "DELETE FROM told WHERE run IN (SELECT id FROM run WHERE ended_at IS NULL);
         UPDATE run SET ended_at = started_at WHERE ended_at IS NULL;",
    )?;
    Ok(recovered)
}

/// Hides the ledger's unsettled rows behind a table of this connection alone, which may be changed
/// where the ledger may not.
pub(super) fn hide(connection: &Connection) -> Result<(), LedgerError> {
    connection.execute_batch(
        "PRAGMA temp_store = FILE;
         CREATE TEMP TABLE unsettled AS SELECT * FROM main.unsettled;
         CREATE INDEX temp.hidden ON unsettled (id);
         CREATE INDEX temp.hidden_by_id ON unsettled (id_hash);
         CREATE INDEX temp.hidden_by_content
             ON unsettled (app, ifnull(event_time / 1000000, -1), fingerprint, ordinal);
         CREATE INDEX temp.hidden_held
             ON unsettled (app, ifnull(event_time / 1000000, -1), kind, name) WHERE state <> 'claimed';",
    )?;
    Ok(())
}

/// What [`recover`] would do, in the table of [`hide`]; what was accepted stays in it, in that
/// state.
pub(super) fn foresee(
    connection: &Connection,
    records: Option<&JournalRecords>,
    boot: &str,
) -> Result<Option<Recovery>, LedgerError> {
    settle_claims(connection, records, boot, |row, outcome| match outcome {
        Outcome::Accepted => unsettled::set_state(connection, row, "accepted", None),
        outcome => unsettled::settle(connection, row, (outcome, None), 0),
    })
}

/// Decides about every claim that nobody settled; an outcome that the steps know is left to
/// `settle`.
fn settle_claims(
    connection: &Connection,
    records: Option<&JournalRecords>,
    boot: &str,
    settle: impl Fn(i64, Outcome) -> Result<(), LedgerError>,
) -> Result<Option<Recovery>, LedgerError> {
    let Some((run, mut recovery, its_boot)) = dead_run(connection)? else {
        return Ok(None);
    };
    let same_boot = !boot.is_empty() && its_boot == boot;
    recovery.rebooted = !same_boot;
    for claim in claims(connection)? {
        let step = records.map_or(Step::Torn, |records| records.step(claim));
        let row = claim.id.cast_signed();
        match conclude(claim.id, step, same_boot) {
            Conclusion::Settled(outcome) => {
                settle(row, outcome)?;
                *match outcome {
                    Outcome::Accepted => &mut recovery.accepted,
                    Outcome::InDoubt => &mut recovery.in_doubt,
                    _ => &mut recovery.released,
                } += 1;
            }
            Conclusion::InDoubt => {
                unsettled::set_state(connection, row, "in_doubt", Some("recovered"))?;
                recovery.in_doubt += 1;
            }
            Conclusion::NeverLeft => {
                unsettled::set_state(connection, row, "released", None)?;
                recovery.released += 1;
            }
        }
    }
    recovery.inputs = inputs(connection, run)?;
    Ok(Some(recovery))
}

/// The run that did not end. There is at most one, since each opening ends those before it.
fn dead_run(connection: &Connection) -> Result<Option<(i64, Recovery, String)>, LedgerError> {
    let mut read = connection.prepare(
        "SELECT id, name, started_at, boot FROM run WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1",
    )?;
    let mut rows = read.query([])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let recovery = Recovery {
        run: row.get(1)?,
        inputs: Vec::new(),
        started_at: row.get(2)?,
        failure: None,
        rebooted: false,
        accepted: 0,
        in_doubt: 0,
        released: 0,
    };
    Ok(Some((row.get(0)?, recovery, row.get(3)?)))
}

/// The names of a run's inputs, in their order.
fn inputs(connection: &Connection, run: i64) -> Result<Vec<String>, LedgerError> {
    store::all(
        connection,
        "SELECT name FROM input WHERE run = ?1 ORDER BY id",
        [run],
        |row| row.get(0),
    )
}

fn claims(connection: &Connection) -> Result<Vec<ClaimId>, LedgerError> {
    let sql = "SELECT id, slot FROM unsettled WHERE state = 'claimed' ORDER BY id";
    store::all(connection, sql, [], |row| {
        Ok(ClaimId {
            id: row.get::<_, i64>(0)?.cast_unsigned(),
            slot: row.get(1)?,
        })
    })
}

/// Which boot of the machine this is: steps that were not synced outlive a process, not a boot.
/// Empty where the system has none: then every recovery is on the safe
/// side and takes claims for left.
pub(super) fn boot_id() -> String {
    boot().unwrap_or_default().trim().to_owned()
}

#[cfg(target_os = "linux")]
fn boot() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()
}

#[cfg(target_os = "macos")]
fn boot() -> Option<String> {
    let mut command = std::process::Command::new("/usr/sbin/sysctl");
    let output = command.args(["-n", "kern.bootsessionuuid"]).output().ok()?;
    String::from_utf8(output.stdout).ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn boot() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_recorded_is_in_doubt() {
        use Conclusion::{InDoubt, NeverLeft, Settled};
        use Outcome::{Accepted, Refused};
        let table = [
            (
                Step::Settled(5, Accepted),
                Settled(Accepted),
                Settled(Accepted),
            ),
            (
                Step::Settled(5, Refused),
                Settled(Refused),
                Settled(Refused),
            ),
            (
                Step::Settled(5, Outcome::InDoubt),
                Settled(Outcome::InDoubt),
                Settled(Outcome::InDoubt),
            ),
            (Step::Left(5), InDoubt, InDoubt),
            (Step::Blank, NeverLeft, InDoubt),
            (Step::Left(4), NeverLeft, InDoubt),
            (Step::Settled(4, Accepted), NeverLeft, InDoubt),
            (Step::Settled(6, Accepted), InDoubt, InDoubt),
            (Step::Left(6), InDoubt, InDoubt),
            (Step::Torn, InDoubt, InDoubt),
        ];
        for (step, same_boot, other_boot) in table {
            assert_eq!(conclude(5, step, true), same_boot, "{step:?}");
            assert_eq!(conclude(5, step, false), other_boot, "{step:?}");
        }
    }
}
