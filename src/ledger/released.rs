//! Rows that `ledger resolve --as resend` or a recovery released, sent without their input.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::answer::{Claimed, Earlier, Recognised};
use super::claim::Ledger;
use super::error::LedgerError;
use super::memory::{Memory, app_of};
use super::row::{self, EVENT, Key, State, event_of};
use crate::model::{App, Changes, Event, Kind};

/// Which released rows are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// All of them: `--from-ledger`.
    All,
    /// Those that a recovery released: they go first in every run.
    Recovered,
}

impl Released {
    /// Rows of other runs at this run's endpoint, of the apps in a JSON list.
    fn rows(self) -> &'static str {
        match self {
            Released::All => {
                "FROM unsettled u JOIN app ON app.id = u.app
                 WHERE u.state = 'released' AND u.run <> ?1 AND scope = ?2"
            }
            Released::Recovered => {
                "FROM unsettled u JOIN app ON app.id = u.app
                 WHERE u.state = 'released' AND u.run <> ?1 AND scope = ?2 AND why = 'recovered'"
            }
        }
    }
}

impl Ledger {
    /// What a recovery has put in doubt is treated as if the answer had been lost in this run:
    /// kinds that are sent again under the policy are released, the others stay in doubt for
    /// whoever resolves them.
    pub fn resend_recovered(&mut self, resends: impl Fn(Kind) -> bool) -> Result<(), LedgerError> {
        self.transact(|memory, connection, _| {
            for kind in Kind::ALL {
                let number = memory.kind(connection, kind)?;
                let sql = if resends(kind) {
                    "UPDATE unsettled SET state = 'released'
                     WHERE state = 'in_doubt' AND why = 'recovered' AND kind = ?1"
                } else {
                    "UPDATE unsettled SET why = NULL
                     WHERE state = 'in_doubt' AND why = 'recovered' AND kind = ?1"
                };
                connection.execute(sql, [number])?;
            }
            Ok(())
        })
    }

    /// The names of the inputs that released rows came from, in the order that their places count
    /// them after the inputs of this run.
    pub fn released_inputs(
        &mut self,
        which: Released,
        has_key: impl Fn(&App) -> bool,
    ) -> Result<Vec<String>, LedgerError> {
        let (run, scope) = (self.memory.run, self.memory.scope.clone());
        let connection = &self.connection;
        let sql = format!(
            "SELECT DISTINCT app.id, bundle_id, platform {}",
            which.rows()
        );
        let mut read = connection.prepare(&sql)?;
        let apps = read.query_map(params![run, scope], |row| {
            Ok((row.get(0)?, app_of(row, 1)?))
        })?;
        let apps: Vec<(i64, App)> = apps.collect::<Result<_, _>>()?;
        let with_key = apps.iter().filter(|(_, app)| has_key(app));
        let apps: Vec<i64> = with_key.map(|(id, _)| *id).collect();
        let sql = format!(
            "SELECT input.id, input.name FROM input WHERE id IN (SELECT u.input {}
                AND u.app IN (SELECT value FROM json_each(?3))) ORDER BY id",
            which.rows()
        );
        let apps = serde_json::to_string(&apps).unwrap_or_default();
        let mut read = connection.prepare(&sql)?;
        let found = read.query_map(params![run, scope, apps], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let found: Vec<(i64, String)> = found.collect::<Result<_, _>>()?;
        let (inputs, names) = found.into_iter().unzip();
        self.memory.released = Some(Waiting {
            which,
            apps,
            inputs,
        });
        Ok(names)
    }

    /// Takes up to `most` of the rows that [`Ledger::released_inputs`] spoke of, to be sent again:
    /// in the order of their runs, inputs and lines. Empty when none are left.
    pub fn claim_released(&mut self, most: usize) -> Result<Vec<Claimed>, LedgerError> {
        self.transact(|memory, connection, _| {
            memory.slots.reserve(&memory.steps, most)?;
            let released = next(memory, connection, most)?;
            let answers = released
                .into_iter()
                .map(|(row, event)| answer(memory, connection, &row, event.into()));
            answers.collect()
        })
    }

    /// How many released rows of this endpoint go first in the next run: those whose app has no
    /// key now, or that could not be sent.
    pub fn left_over(&self) -> Result<u64, LedgerError> {
        let sql = "SELECT count(*) FROM unsettled u JOIN app ON app.id = u.app
                   WHERE u.state = 'released' AND why = 'recovered' AND scope = ?1";
        Ok(self
            .connection
            .query_row(sql, [&self.memory.scope], |row| row.get(0))?)
    }
}

/// The released rows that a run takes.
#[derive(Debug)]
pub(super) struct Waiting {
    which: Released,
    /// Rows of the table `app`, as a JSON list.
    apps: String,
    /// Rows of the table `input`, in their order.
    inputs: Vec<i64>,
}

/// A released row: its number, and what it would be recognised by.
struct Row {
    id: i64,
    app: i64,
    id_key: Option<Key>,
    content: Option<Key>,
    ordinal: u32,
}

fn next(
    memory: &Memory,
    connection: &Connection,
    most: usize,
) -> Result<Vec<(Row, Event)>, LedgerError> {
    let Some(waiting) = &memory.released else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "SELECT {EVENT}, u.app, u.ordinal, u.input {} AND u.app IN (SELECT value FROM json_each(?3))
         ORDER BY u.run, u.input, line, u.id LIMIT ?4",
        waiting
            .which
            .rows()
            .replace("WHERE", "JOIN kind ON kind.id = u.kind JOIN name ON name.id = u.name WHERE")
    );
    let mut read = connection.prepare_cached(&sql)?;
    let values = params![memory.run, memory.scope, waiting.apps, most as u64];
    let rows = read.query_map(values, |row| {
        let input: i64 = row.get(23)?;
        let at = waiting.inputs.binary_search(&input).unwrap_or_else(|at| at);
        let place = u32::try_from(memory.inputs.len() + at).unwrap_or(u32::MAX);
        let released = Row {
            id: row.get(0)?,
            app: row.get(21)?,
            id_key: row.get(11)?,
            content: row.get(12)?,
            ordinal: row.get(22)?,
        };
        Ok((released, event_of(row, place)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Claims a released row again, unless it was accepted meanwhile.
fn answer(
    memory: &mut Memory,
    connection: &Connection,
    row: &Row,
    event: Arc<Event>,
) -> Result<Claimed, LedgerError> {
    if let Some(known) = accepted(connection, row, &event)? {
        row::delete(connection, row.id)?;
        let earlier = Earlier {
            run: known.run,
            file: known.file,
            line: known.line,
            this_run: false,
            label: known.name,
            time: known.time,
            revenue: known.revenue,
            changes: Changes::default(),
        };
        return Ok(Claimed::Duplicate(event, Recognised::Id, earlier));
    }
    let claim = memory.next_claim()?;
    let sql =
        "UPDATE unsettled SET id = ?2, slot = ?3, run = ?4, state = 'claimed', from_ledger = 1
               WHERE id = ?1";
    let mut update = connection.prepare_cached(sql)?;
    update.execute(params![
        row.id,
        claim.id.cast_signed(),
        claim.slot,
        memory.run
    ])?;
    Ok(if row.id_key.is_none() && row.content.is_none() {
        Claimed::Unremembered(claim, event)
    } else {
        Claimed::Send(claim, event)
    })
}

fn accepted(
    connection: &Connection,
    row: &Row,
    event: &Event,
) -> Result<Option<row::Known>, LedgerError> {
    let known = match (&row.id_key, &row.content) {
        (Some(id), _) => row::by_id(connection, row.app, id)?,
        (None, Some(content)) => {
            let place = (row::second(event.time), content, row.ordinal);
            row::by_content(connection, row.app, place)?
        }
        (None, None) => None,
    };
    Ok(known.filter(|known| known.state == State::Accepted))
}
