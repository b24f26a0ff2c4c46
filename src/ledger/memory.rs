//! What a run has in mind of its ledger: everything but the database itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::batch::Batches;
use super::error::LedgerError;
use super::flight::{Flight, tried};
use super::index::{Index, Known, Mark};
use super::key::Masks;
use super::origin::{Earlier, Origins};
use super::pack::Key;
use super::pending::{self, Claim, State};
use super::seen::{Seen, Tried};
use super::steps::Steps;
use crate::event::Event;
use crate::kind::App;
use crate::outcome::Outcome;

/// The books of one run.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) run: i64,
    pub(super) run_name: Arc<str>,
    pub(super) recipe: u32,
    /// The endpoint's name.
    pub(super) scope: String,
    /// Rows of the table `input`, and their names, by number in this run.
    pub(super) inputs: Vec<(i64, Arc<str>)>,
    pub(super) masks: Masks,
    pub(super) index: Index,
    pub(super) origins: Origins,
    pub(super) seen: Seen,
    pub(super) flight: Flight,
    pub(super) batches: Batches,
    pub(super) steps: Steps,
    /// Whether any row is in doubt or released.
    pub(super) holds_any: bool,
    pub(super) horizons: HashMap<App, i64>,
    /// The inputs of released rows, in the order that their places count them.
    pub(super) released_inputs: Option<Vec<i64>>,
    /// Nothing is written: every claim counts as tried at once.
    pub(super) peeks: bool,
}

impl Memory {
    /// A row of this run with this id or content that is on its way, or was not accepted.
    pub(super) fn here(&self, key: &Key) -> Result<Option<Tried>, LedgerError> {
        match self.flight.find(key) {
            Some(found) => Ok(Some(found)),
            None => self.seen.tried(key),
        }
    }

    /// Where that row stands, for people.
    pub(super) fn earlier_here(&self, tried: &Tried) -> Earlier {
        let file = self.inputs.get(tried.place.input as usize);
        Earlier {
            run: Arc::clone(&self.run_name),
            file: file.map_or_else(|| "".into(), |(_, name)| Arc::clone(name)),
            line: Some(tried.place.line),
            this_run: true,
        }
    }

    /// The row of the table `input` for an input of this run.
    pub(super) fn input(
        &mut self,
        connection: &Connection,
        number: u32,
    ) -> Result<i64, LedgerError> {
        if let Some((id, _)) = self.inputs.get(number as usize) {
            return Ok(*id);
        }
        while self.inputs.len() <= number as usize {
            let at = self.inputs.len();
            let name = format!("input {at}");
            let sql = "INSERT INTO input (run, number, name) VALUES (?1, ?2, ?3) RETURNING id";
            let values = params![self.run, at as u64, name];
            let id = connection.query_row(sql, values, |row| row.get(0))?;
            self.inputs.push((id, name.into()));
        }
        self.input(connection, number)
    }

    /// Whether the row is dated before what was forgotten.
    pub(super) fn is_forgotten(&self, event: &Event) -> bool {
        let horizon = self.horizons.get(&*event.app);
        matches!((horizon, event.time), (Some(&before), Some(time)) if time < before)
    }

    /// Keeps in mind that a claim was tried and not accepted.
    pub(super) fn note_tried(&mut self, claim: &Claim) {
        for key in claim.id_key.iter().chain(&claim.content_key) {
            self.seen.note_tried(*key, tried(claim));
        }
    }

    /// Writes what was settled since the last call, within the caller's transaction. Gives the
    /// slots that are free once that is committed.
    pub(super) fn fold(&mut self, connection: &Connection) -> Result<Vec<u32>, LedgerError> {
        let mut tallies = Tallies::default();
        let mut slots = Vec::new();
        let mut doubtful = Vec::new();
        for (id, outcome) in self.steps.take_settled() {
            let Some(claim) = self.flight.remove(id) else {
                continue;
            };
            slots.push(id.slot);
            match outcome {
                Outcome::Accepted => {
                    self.accept(connection, &claim)?;
                    tallies.add(&claim);
                }
                Outcome::InDoubt => {
                    self.note_tried(&claim);
                    self.holds_any = true;
                    doubtful.push(id.id);
                }
                _ => self.note_tried(&claim),
            }
            if claim.from_ledger {
                again(connection, &claim, outcome)?;
            } else {
                self.batches.settle(id);
            }
        }
        doubtful.sort_unstable();
        self.batches.keep(connection, self.run, &doubtful)?;
        self.batches.mark(connection)?;
        tallies.write(connection, self.run)?;
        self.index.write(connection)?;
        self.seen.tidy(slots.len())?;
        Ok(slots)
    }

    /// Remembers an accepted row for good.
    pub(super) fn accept(
        &mut self,
        connection: &Connection,
        claim: &Claim,
    ) -> Result<(), LedgerError> {
        remember(connection, &mut self.index, &mut self.origins, claim)
    }
}

/// Remembers an accepted row in the index.
pub(super) fn remember(
    connection: &Connection,
    index: &mut Index,
    origins: &mut Origins,
    claim: &Claim,
) -> Result<(), LedgerError> {
    if claim.id_key.is_none() && claim.content_key.is_none() {
        return Ok(());
    }
    let origin = origins.number(connection, claim.input, claim.app, claim.time)?;
    if let Some(key) = claim.content_key {
        let with_id = claim.id_key.is_some();
        let mark = Mark {
            origin,
            plain: !with_id,
            with_id,
        };
        index.remember_content(key, mark);
    }
    if let Some(key) = claim.id_key {
        let line = u32::try_from(claim.place.line).unwrap_or(u32::MAX);
        let tag = claim.tag();
        index.remember_id(key, Known { tag, origin, line });
    }
    Ok(())
}

/// A row that was released before has its outcome: it is kept unless it was accepted.
fn again(connection: &Connection, claim: &Claim, outcome: Outcome) -> Result<(), LedgerError> {
    let row = claim.id.id.cast_signed();
    match outcome {
        Outcome::Accepted => pending::delete(connection, row),
        Outcome::InDoubt => pending::set_state(connection, row, State::InDoubt),
        _ => pending::set_state(connection, row, State::Released),
    }
}

/// How many rows of each app were accepted, and when their events happened.
#[derive(Debug, Default)]
pub(super) struct Tallies(BTreeMap<i64, Tally>);

#[derive(Debug, Default)]
struct Tally {
    accepted: u64,
    undated: u64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Tallies {
    /// Counts a row.
    pub(super) fn add(&mut self, claim: &Claim) {
        let tally = self.0.entry(claim.app).or_default();
        tally.accepted += 1;
        match claim.time {
            None => tally.undated += 1,
            Some(time) => {
                tally.first = Some(tally.first.map_or(time, |first| first.min(time)));
                tally.last = Some(tally.last.map_or(time, |last| last.max(time)));
            }
        }
    }

    /// Adds the counts to the run's.
    pub(super) fn write(self, connection: &Connection, run: i64) -> Result<(), LedgerError> {
        let sql = "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET
            accepted = accepted + excluded.accepted,
            undated = undated + excluded.undated,
            first_time = coalesce(min(first_time, excluded.first_time), first_time, excluded.first_time),
            last_time = coalesce(max(last_time, excluded.last_time), last_time, excluded.last_time)";
        for (app, tally) in self.0 {
            connection.prepare_cached(sql)?.execute(params![
                run,
                app,
                tally.accepted,
                tally.undated,
                tally.first,
                tally.last
            ])?;
        }
        Ok(())
    }
}
