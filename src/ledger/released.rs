//! Rows that `ledger resolve --as resend` or a recovery released, sent without their input.

use std::sync::Arc;

use rusqlite::Connection;

use super::answer::{Claimed, Recognised};
use super::claim::{Ledger, duplicate};
use super::error::LedgerError;
use super::judge::Judge;
use super::memory::Memory;
use super::pending::{self, COLUMNS, Claim};
use crate::event::Event;
use crate::row::Place;

const WHERE: &str = "FROM pending JOIN app ON app.id = pending.app JOIN run ON run.id = pending.run
    WHERE state = 2 AND pending.run <> ?1 AND run.scope = (SELECT scope FROM run WHERE id = ?1)";

impl Ledger {
    /// The names of the inputs that released rows came from, in the order that their places
    /// count them.
    pub fn released_inputs(&self) -> Result<Vec<String>, LedgerError> {
        let sql =
            format!("SELECT input.name FROM input WHERE id IN (SELECT input {WHERE}) ORDER BY id");
        let mut read = self.connection.prepare(&sql)?;
        let names = read.query_map([self.memory.run], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }
}

/// The next released rows, with the claims they were. Their places are complete.
pub(super) fn next(
    memory: &mut Memory,
    connection: &Connection,
    most: usize,
) -> Result<Vec<(Claim, Event)>, LedgerError> {
    if memory.released_inputs.is_none() {
        let sql = format!("SELECT DISTINCT input {WHERE} ORDER BY input");
        let inputs = connection
            .prepare(&sql)?
            .query_map([memory.run], |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        memory.released_inputs = Some(inputs);
    }
    let inputs = memory.released_inputs.as_deref().unwrap_or_default();
    let sql = format!("SELECT {COLUMNS} {WHERE} ORDER BY pending.input, line, pending.id LIMIT ?2");
    let mut read = connection.prepare_cached(&sql)?;
    let rows = read.query_map((memory.run, most as u64), |row| {
        let mut claim = pending::claim_of(row)?;
        let number = inputs.binary_search(&claim.input).unwrap_or_else(|at| at);
        claim.place.input = u32::try_from(number).unwrap_or(u32::MAX);
        let event = pending::event_of(row, claim.place)?;
        Ok((claim, event))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Claims a released row again, unless it was accepted meanwhile.
pub(super) fn answer(
    memory: &mut Memory,
    judge: &mut Judge<'_>,
    released: Claim,
    event: Arc<Event>,
) -> Result<Claimed, LedgerError> {
    let row = released.id.id.cast_signed();
    if let Some(earlier) = judge.accepted(memory, &released)? {
        if !memory.peeks {
            pending::delete(judge.connection, row)?;
        }
        let how = if released.id_key.is_some() {
            Recognised::Id
        } else {
            Recognised::Content
        };
        return Ok(duplicate(event, how, earlier));
    }
    if memory.peeks {
        return Ok(Claimed::Send(released.id, event));
    }
    let id = memory.flight.number()?;
    let place = Place { ..event.place };
    let claim = Claim {
        id,
        place,
        from_ledger: true,
        ..released
    };
    pending::reclaim(judge.connection, memory.run, row, &claim)?;
    memory.flight.add(claim);
    Ok(if claim.id_key.is_none() && claim.content_key.is_none() {
        Claimed::Unremembered(id, event)
    } else {
        Claimed::Send(id, event)
    })
}
