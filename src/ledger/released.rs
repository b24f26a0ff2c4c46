//! Rows that are free to be sent: `ledger resolve --as resend` released them, or the recovery of a
//! killed run did.
//!
//! They go in the version of an input that holds them (see `judge`), or as they were read then if
//! `upload --from-ledger` asks for that. Never by themselves beside another input: what was wrong
//! with the first reading, a currency or a mapping, may have been mended since.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, ToSql, params};

use super::claim::Ledger;
use super::decision::{Decision, Recognised};
use super::error::LedgerError;
use super::file_map::Key;
use super::journal::ClaimId;
use super::memory::Memory;
use super::row::{self, State};
use super::unsettled::{self, EVENT, event_of};
use super::{lookup, store};
use crate::model::{Changes, Currency, Event, Kind, Platform, Revenue};
use crate::stats::Money;

/// How many rows, and their money in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Total {
    /// How many.
    pub rows: u64,
    /// Their money.
    pub revenue: BTreeMap<Currency, Money>,
}

impl Total {
    /// Adds a row of this amount.
    pub fn add(&mut self, revenue: Option<Revenue>) {
        self.rows += 1;
        if let Some((amount, currency)) = revenue {
            self.revenue.entry(currency).or_default().add(amount);
        }
    }

    /// Of what a query finds: an amount and a currency a row.
    pub(super) fn of(
        connection: &Connection,
        sql: &str,
        values: &[&dyn ToSql],
    ) -> Result<Self, LedgerError> {
        let mut read = connection.prepare(sql)?;
        let mut rows = read.query(values)?;
        let mut total = Total::default();
        while let Some(row) = rows.next()? {
            total.add(row::revenue(row, 0)?);
        }
        Ok(total)
    }
}

/// Released rows of other runs at this run's endpoint.
const RELEASED: &str = "FROM unsettled u JOIN app ON app.id = u.app
    JOIN kind ON kind.id = u.kind JOIN name ON name.id = u.name
    WHERE u.state = 'released' AND u.run <> ?1 AND scope = ?2";

/// The most inputs of released rows that are named.
const NAMED: usize = 1_000;

/// Released rows that a run has not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOver {
    /// How many, and their money in all.
    pub total: Total,
    /// The first of the inputs that they stand in.
    pub inputs: Vec<String>,
}

impl Ledger {
    /// What a recovery has put in doubt is treated as if the answer had been lost in this run:
    /// rows that are sent again under the policy are released, the others stay in doubt for whoever
    /// resolves them.
    pub fn resend_recovered(
        &mut self,
        resends: impl Fn(Kind, Platform) -> bool,
    ) -> Result<(), LedgerError> {
        self.transact(|_, connection, past| {
            let all = Kind::ALL.into_iter();
            let all = all.flat_map(|kind| Platform::ALL.map(|platform| (kind, platform)));
            for (kind, platform) in all {
                let resent = resends(kind, platform);
                // From now on nothing but a person decides about the others.
                let state = if resent { "released" } else { "in_doubt" };
                let sql =
                    "UPDATE unsettled SET state = ?3, why = iif(?3 = 'in_doubt', 'killed', NULL)
                           WHERE state = 'in_doubt' AND why = 'recovered'
                             AND kind = (SELECT id FROM kind WHERE name = ?1)
                             AND app IN (SELECT id FROM app WHERE platform = ?2)";
                let values = [kind.name(), platform.name(), state];
                past.unwrap_or(connection).execute(sql, values)?;
            }
            Ok(())
        })
    }

    /// The names of the inputs that released rows came from, in the order that their places count
    /// them after the inputs of this run.
    pub fn released_inputs(&mut self) -> Result<Vec<String>, LedgerError> {
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        let found = inputs(connection, params![self.memory.run.id, self.memory.scope])?;
        let (inputs, names) = found.into_iter().unzip();
        self.memory.released = inputs;
        Ok(names)
    }

    /// Takes up to `most` of the rows that [`Ledger::released_inputs`] spoke of, to be sent again:
    /// in the order of their runs, inputs and lines. Empty when none are left.
    pub fn claim_released(&mut self, most: usize) -> Result<Vec<Decision>, LedgerError> {
        self.transact(|memory, connection, past| {
            let connection = past.unwrap_or(connection);
            memory.slots.reserve(&memory.journal, most)?;
            let released = next(memory, connection, most)?;
            let answers = released
                .into_iter()
                .map(|(row, event)| answer(memory, connection, &row, event.into()));
            answers.collect()
        })
    }

    /// Rows in doubt at this run's endpoint, of this run and of earlier ones.
    pub fn doubts(&self) -> Result<Total, LedgerError> {
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        let sql = "SELECT amount, currency FROM unsettled JOIN app ON app.id = unsettled.app
                   WHERE state = 'in_doubt' AND scope = ?1";
        Total::of(connection, sql, params![self.memory.scope])
    }

    /// The rows of earlier runs that are still to be sent to this endpoint.
    pub fn left_over(&self) -> Result<LeftOver, LedgerError> {
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        let values = params![self.memory.run.id, self.memory.scope];
        let sql = format!("SELECT amount, currency {RELEASED}");
        let mut left = LeftOver {
            total: Total::of(connection, &sql, values)?,
            inputs: Vec::new(),
        };
        for (_, name) in inputs(connection, values)? {
            if left.inputs.len() < NAMED && !left.inputs.contains(&name) {
                left.inputs.push(name);
            }
        }
        Ok(left)
    }
}

/// The inputs of released rows, by their number.
fn inputs(
    connection: &Connection,
    values: &[&dyn ToSql],
) -> Result<Vec<(i64, String)>, LedgerError> {
    let sql =
        format!("SELECT id, name FROM input WHERE id IN (SELECT u.input {RELEASED}) ORDER BY id");
    store::all(connection, &sql, values, |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
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
    let sql = format!(
        "SELECT {EVENT}, u.app, u.ordinal, u.input {RELEASED}
         ORDER BY u.run, u.input, line, u.id LIMIT ?3"
    );
    let values = params![memory.run.id, memory.scope, most as u64];
    store::all(connection, &sql, values, |row| {
        let input: i64 = row.get(23)?;
        let at = memory
            .released
            .binary_search(&input)
            .unwrap_or_else(|at| at);
        let place = u32::try_from(memory.run.inputs.len() + at).unwrap_or(u32::MAX);
        let released = Row {
            id: row.get(0)?,
            app: row.get(21)?,
            id_key: row.get(11)?,
            content: row.get(12)?,
            ordinal: row.get(22)?,
        };
        Ok((released, event_of(row, place)?))
    })
}

/// Claims a released row again, unless it was accepted meanwhile.
fn answer(
    memory: &mut Memory,
    connection: &Connection,
    row: &Row,
    event: Arc<Event>,
) -> Result<Decision, LedgerError> {
    if let Some(known) = accepted(connection, row, &event)? {
        unsettled::delete(connection, row.id)?;
        let earlier = known.earlier(memory.run.id, Changes::default());
        return Ok(Decision::Duplicate(event, Recognised::Id, earlier));
    }
    if memory.rehearses {
        unsettled::delete(connection, row.id)?;
        return Ok(Decision::Send(ClaimId::NONE, event));
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
        memory.run.id
    ])?;
    Ok(if row.id_key.is_none() && row.content.is_none() {
        Decision::Unremembered(claim, event)
    } else {
        Decision::Send(claim, event)
    })
}

fn accepted(
    connection: &Connection,
    row: &Row,
    event: &Event,
) -> Result<Option<row::Known>, LedgerError> {
    let known = match (&row.id_key, &row.content) {
        (Some(id), _) => lookup::by_id(connection, row.app, id)?,
        (None, Some(content)) => {
            let place = (row::second(event.time), content, row.ordinal);
            lookup::by_content(connection, row.app, place)?
        }
        (None, None) => None,
    };
    Ok(known.filter(|known| known.state == State::Accepted))
}
