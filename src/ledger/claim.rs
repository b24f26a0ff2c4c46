//! Claim and settle: the only way from a valid row to the wire.

use std::sync::Arc;

use rusqlite::Connection;

use super::answer::{Claimed, Recognised, Wish};
use super::error::LedgerError;
use super::judge::{Judge, Keys, Question, Verdict};
use super::lock::Lock;
use super::memory::Memory;
use super::origin::Earlier;
use super::pending::{self, Claim};
use super::steps::{ClaimId, Steps};
use super::writeback::Writeback;
use crate::event::Event;

/// The books of what was sent, open for one run.
#[derive(Debug)]
pub struct Ledger {
    /// None if nothing outlives the run. Ends before the connection does, which then writes back
    /// what is left.
    pub(super) writeback: Option<Writeback>,
    pub(super) connection: Connection,
    pub(super) memory: Memory,
    /// An error left memory and database in disagreement; what was settled stands in the steps.
    pub(super) broken: bool,
    /// The error that did, for whoever opens the ledger next.
    pub(super) failure: Option<String>,
    pub(super) lock: Option<Lock>,
}

impl Ledger {
    /// Takes down steps and outcomes; one for every sender.
    pub fn steps(&self) -> Steps {
        self.memory.steps.clone()
    }

    /// See [`Steps::leaving`].
    pub fn leaving(&self, claim: ClaimId) -> Result<(), LedgerError> {
        self.memory.steps.leaving(claim)
    }

    /// See [`Steps::settle`].
    pub fn settle(&self, claim: ClaimId, outcome: crate::outcome::Outcome) {
        self.memory.steps.settle(claim, outcome);
    }

    /// How many claims had no outcome when [`Ledger::claim`] last looked.
    pub fn unsettled(&self) -> usize {
        self.memory.flight.len()
    }

    /// [`Ledger::decide`] for rows that all want to be sent, then [`Ledger::tidy`].
    pub fn claim(&mut self, rows: Vec<Event>) -> Result<Vec<Claimed>, LedgerError> {
        let rows = rows.into_iter().map(|row| (row.into(), Wish::Send));
        let claimed = self.decide(rows.collect())?;
        self.tidy()?;
        Ok(claimed)
    }

    /// Decides for the rows of a batch, in input order. What it lets through is claimed durably
    /// when it returns, and so is what was settled before. To be tidied up after.
    pub fn decide(&mut self, rows: Vec<(Arc<Event>, Wish)>) -> Result<Vec<Claimed>, LedgerError> {
        let identities = rows
            .iter()
            .map(|(row, _)| (row.place.input, &row.identity.fingerprint));
        let ordinals = self.memory.seen.ordinals(identities)?;
        self.transact(|memory, connection| {
            let finder = memory.index.finder(connection)?;
            let mut judge = Judge { connection, finder };
            memory.flight.reserve(&memory.steps, rows.len())?;
            let asked = rows.iter().zip(ordinals);
            let questions: Vec<Question> = asked
                .map(|((event, _), ordinal)| Question::of(memory, event, ordinal))
                .collect();
            let mut answers = Vec::with_capacity(rows.len());
            for ((event, wish), question) in rows.into_iter().zip(&questions) {
                answers.push(answer(memory, &mut judge, event, question, wish)?);
            }
            memory.batches.write(connection, memory.run)?;
            Ok(answers)
        })
    }

    /// Takes up to `most` released rows of earlier runs, to be sent again. Their places count
    /// their inputs as [`Ledger::released_inputs`] lists them. Empty when none are left.
    pub fn claim_released(&mut self, most: usize) -> Result<Vec<Claimed>, LedgerError> {
        self.transact(|memory, connection| {
            memory.flight.reserve(&memory.steps, most)?;
            let released = super::released::next(memory, connection, most)?;
            let finder = memory.index.finder(connection)?;
            let mut judge = Judge { connection, finder };
            let answers = released.into_iter().map(|(claim, event)| {
                super::released::answer(memory, &mut judge, claim, event.into())
            });
            answers.collect()
        })
    }

    /// Moves some of what was remembered to where it is found for good. A part of every claim
    /// that can wait until its rows are on their way; durable with the next one.
    pub fn tidy(&mut self) -> Result<(), LedgerError> {
        if self.memory.peeks || !self.memory.index.is_untidy() {
            return Ok(());
        }
        self.sync_commits("normal")?;
        let tidied = self.step(|memory, connection| memory.index.tidy(connection));
        self.sync_commits("full")?;
        tidied
    }

    /// How commits are synced from now on, where anything outlives the run.
    fn sync_commits(&self, how: &str) -> Result<(), LedgerError> {
        if self.writeback.is_some() {
            self.connection.pragma_update(None, "synchronous", how)?;
        }
        Ok(())
    }

    /// One durable step: what was settled is folded in, then `work` is done.
    pub(super) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut Memory, &Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        if self.memory.peeks {
            return self.step(work);
        }
        let (freed, done) = self.step(|memory, connection| {
            let freed = memory.fold(connection)?;
            let done = work(memory, connection)?;
            memory.index.write(connection)?;
            Ok((freed, done))
        })?;
        self.memory.flight.release(freed);
        Ok(done)
    }

    fn step<T>(
        &mut self,
        work: impl FnOnce(&mut Memory, &Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        if self.broken {
            return Err(LedgerError::Broken);
        }
        let done = self.attempt(work);
        if let Err(error) = &done {
            self.failure.get_or_insert_with(|| error.to_string());
        }
        done
    }

    fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Memory, &Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        // Only a whole pass may lead out of here; anything else leaves memory ahead of the disk.
        self.broken = true;
        let transaction = self.connection.unchecked_transaction()?;
        let done = work(&mut self.memory, &transaction)?;
        transaction.commit()?;
        if let Some(writeback) = &mut self.writeback {
            writeback.committed(&self.connection);
        }
        self.broken = false;
        Ok(done)
    }

    /// Makes everything settled durable and ends the run. Claims without an outcome stay claimed,
    /// and the next run finds them as it would after a kill.
    pub fn finish(mut self) -> Result<(), LedgerError> {
        if self.broken {
            return self.leave();
        }
        if self.memory.peeks {
            return Ok(());
        }
        let ended = self.transact(|memory, connection| {
            if memory.flight.len() == 0 {
                let now = jiff::Timestamp::now().as_microsecond();
                let sql = "UPDATE run SET ended_at = ?2 WHERE id = ?1";
                connection.execute(sql, [memory.run, now])?;
            }
            Ok(())
        });
        if ended.is_err() {
            self.leave()?;
        }
        ended
    }

    /// Ends a run whose database cannot be written: what was settled stands in the steps, and
    /// what happened beside the lock.
    fn leave(&mut self) -> Result<(), LedgerError> {
        if let (Some(lock), Some(failure)) = (&mut self.lock, &self.failure) {
            lock.note_end(failure);
        }
        self.memory.steps.sync()
    }
}

fn answer(
    memory: &mut Memory,
    judge: &mut Judge<'_>,
    event: Arc<Event>,
    question: &Question,
    wish: Wish,
) -> Result<Claimed, LedgerError> {
    Ok(match judge.judge(memory, &event, question)? {
        Verdict::Duplicate(how, earlier) => duplicate(event, how, earlier),
        Verdict::Held(earlier) => Claimed::Held(event, earlier),
        Verdict::Conflict(earlier) => Claimed::IdConflict(event, earlier),
        Verdict::Forgotten => Claimed::Forgotten(event),
        Verdict::Nameless if wish == Wish::Send && event.kind.is_money() => {
            Claimed::MissingIdentity(event)
        }
        Verdict::New(_) | Verdict::Nameless if wish == Wish::Recognise => Claimed::Unknown(event),
        Verdict::Nameless => {
            let claim = claim(memory, judge.connection, &event, Keys::default())?;
            Claimed::Unremembered(claim, event)
        }
        Verdict::New(keys) => {
            let claim = claim(memory, judge.connection, &event, keys)?;
            Claimed::Send(claim, event)
        }
    })
}

pub(super) fn duplicate(event: Arc<Event>, how: Recognised, earlier: Earlier) -> Claimed {
    Claimed::Duplicate(event, how, earlier)
}

fn claim(
    memory: &mut Memory,
    connection: &Connection,
    event: &Event,
    keys: Keys,
) -> Result<ClaimId, LedgerError> {
    if memory.peeks {
        return Ok(peek(memory, event, &keys));
    }
    let claim = Claim {
        id: memory.flight.number()?,
        id_key: keys.id,
        content_key: keys.content,
        fingerprint: event.identity.fingerprint,
        input: memory.input(connection, event.place.input)?,
        place: event.place,
        app: memory.origins.app(connection, &event.app)?,
        time: event.time,
        from_ledger: false,
    };
    for row in keys.replaces {
        pending::delete(connection, row)?;
    }
    memory.batches.add(&claim, event)?;
    memory.flight.add(claim);
    Ok(claim.id)
}

/// Nothing is sent and nothing written, but the row occurred in this run.
fn peek(memory: &mut Memory, event: &Event, keys: &Keys) -> ClaimId {
    let id = ClaimId { id: 0, slot: 0 };
    memory.note_tried(&Claim {
        id,
        id_key: keys.id,
        content_key: keys.content,
        fingerprint: event.identity.fingerprint,
        input: 0,
        place: event.place,
        app: 0,
        time: event.time,
        from_ledger: false,
    });
    id
}
