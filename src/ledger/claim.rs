//! Claim and settle: the only way from a valid row to the wire.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::alike;
use super::decision::{Decision, Earlier, Intent, Resembling};
use super::error::LedgerError;
use super::journal::{ClaimId, Journal};
use super::judge::{Question, Verdict};
use super::lock::Lock;
use super::lookup::{self, Tables};
use super::memory::Memory;
use super::remains;
use super::row::{self, Keys, cut};
use super::unsettled::{self, NewRow};
use crate::model::{Event, Revenue};

/// The ledger of what was sent, open for one run.
#[derive(Debug)]
pub struct Ledger {
    // The connection is closed before the lock is given back: see `Lock::database`.
    pub(super) connection: Connection,
    /// The real ledger, if this one only rehearses.
    pub(super) past: Option<Connection>,
    pub(super) memory: Memory,
    /// An error left memory and database in disagreement; what was settled stands in the steps.
    pub(super) broken: bool,
    /// The error that did, for whoever opens the ledger next.
    pub(super) failure: Option<String>,
    pub(super) lock: Option<Lock>,
}

impl Ledger {
    /// Writes steps and outcomes; one for every sender.
    pub fn journal(&self) -> Journal {
        self.memory.journal.clone()
    }

    /// [`Ledger::decide`] for rows that all want to be sent.
    pub fn claim(&mut self, rows: Vec<Event>) -> Result<Vec<Decision>, LedgerError> {
        let rows = rows.into_iter().map(|row| (row.into(), Intent::Send));
        self.decide(rows.collect())
    }

    /// Decides for the rows of a batch, in input order. What it lets through is claimed durably
    /// when it returns, and so is what was settled before.
    pub fn decide(
        &mut self,
        rows: Vec<(Arc<Event>, Intent)>,
    ) -> Result<Vec<Decision>, LedgerError> {
        self.transact(|memory, connection, past| {
            memory.slots.reserve(&memory.journal, rows.len())?;
            let mut questions = Vec::with_capacity(rows.len());
            for (event, _) in &rows {
                let tables = Tables {
                    own: connection,
                    past,
                    app: memory.app(connection, past, &event.app)?,
                    asks_own: true,
                };
                memory.enter_source(tables, event)?;
                let keys = Keys::of(event, memory.input_name.as_deref(), 0);
                look_for_known_ids(memory, tables, event, &keys)?;
                questions.push((keys, tables));
            }
            memory.seen.fetch(questions.iter().map(|(keys, _)| *keys));
            memory.repeated.clear();
            memory.resembling.clear();
            memory.alike.clear();
            let asked = rows.into_iter().zip(questions);
            let answers = asked
                .map(|((event, intent), question)| decide_one(memory, event, intent, question));
            let answers = answers.collect::<Result<Vec<_>, _>>()?;
            memory.sources.write(connection)?;
            memory.note_growth(connection)?;
            Ok(answers)
        })
    }

    /// The amounts of the last batch that repeat a row of their input and go all the same: twins,
    /// or copies.
    pub fn repeated(&self) -> &[Option<Revenue>] {
        &self.memory.repeated
    }

    /// The purchases of the last batch that may have been sent before under another price, currency
    /// or product.
    pub fn resembling(&self) -> &[Resembling] {
        &self.memory.resembling
    }

    /// The amounts of the last batch that look sent, identified otherwise, and go all the same.
    pub fn alike(&self) -> &[Option<Revenue>] {
        &self.memory.alike
    }

    /// Whether `--new-identity` was given, and an earlier run identified rows otherwise.
    pub fn may_look_sent(&self) -> Result<bool, LedgerError> {
        let memory = &self.memory;
        let sql = "SELECT EXISTS (SELECT 1 FROM input WHERE run <> ?1 AND identity <> ?2)";
        for input in memory.run.inputs.iter().filter(|_| memory.new_identity) {
            let values = params![memory.run.id, input.identity];
            if self.connection.query_row(sql, values, |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether rows of one of this run's inputs may have been identified otherwise before.
    pub fn has_other_identities(&self) -> Result<bool, LedgerError> {
        let memory = &self.memory;
        let connection = self.past.as_ref().unwrap_or(&self.connection);
        Ok(!memory.new_identity && memory.sources.were_other(connection, &memory.scope)?)
    }

    /// What differs between how rows like this one were identified and how they are now.
    pub fn difference(&mut self, event: &Event) -> Result<String, LedgerError> {
        let app = self
            .memory
            .app(&self.connection, self.past.as_ref(), &event.app)?;
        Ok(self.memory.sources.difference(event, app.id))
    }
}

fn look_for_known_ids(
    memory: &mut Memory,
    tables: Tables<'_>,
    event: &Event,
    keys: &Keys,
) -> Result<(), LedgerError> {
    let Some(id) = keys.id else { return Ok(()) };
    if !memory.sources.is_in_question(event, tables.app.id) {
        return Ok(());
    }
    if memory.by_id(tables, event, &id)?.is_some() {
        memory.sources.has_known_id(event, tables.app.id);
    }
    Ok(())
}

fn decide_one(
    memory: &mut Memory,
    event: Arc<Event>,
    intent: Intent,
    (keys, tables): (Keys, Tables<'_>),
) -> Result<Decision, LedgerError> {
    let tables = Tables {
        asks_own: memory.asks_own,
        ..tables
    };
    let keys = memory.number(&event, keys)?;
    let repeats = keys.ordinal > 0 && keys.id.is_none() && event.kind.is_money();
    let keys = memory.among_equal_rows(tables, &event, keys)?;
    let question = Question {
        event: &event,
        intent,
        keys,
        tables,
    };
    let verdict = question.judge(memory)?;
    if intent == Intent::Send
        && let Verdict::New(keys, _) = &verdict
    {
        let is_asked = memory.new_identity;
        let alike = is_asked.then(|| alike::find(memory, tables, &event));
        if let Some(alike) = alike.transpose()?.flatten() {
            let place = (tables.own, tables.app.id, memory.home(tables.own, &event)?);
            let left_out = memory.skip_alike.then_some(keys);
            remains::note_alike(place, (&event, left_out), alike)?;
            if memory.skip_alike {
                (memory.has_forgotten, memory.asks_own) = (true, true);
                return Ok(Decision::LooksSent(event));
            }
            memory.alike.push(event.contribution.revenue);
        }
        let sent = lookup::resembling(tables.each(), memory.run.id, &event, keys)?;
        memory.resembling.extend(sent);
        let amount = event.contribution.revenue;
        memory.repeated.extend(repeats.then_some(amount));
    }
    answer(memory, tables, event, intent, verdict)
}

fn answer(
    memory: &mut Memory,
    tables: Tables<'_>,
    event: Arc<Event>,
    intent: Intent,
    verdict: Verdict,
) -> Result<Decision, LedgerError> {
    Ok(match verdict {
        Verdict::Known(Decision::Duplicate(event, how, mut earlier)) => {
            earlier.changes.told = is_told(memory, tables, &event, &earlier)?;
            Decision::Duplicate(event, how, earlier)
        }
        Verdict::Known(known) => known,
        _ if intent != Intent::Send => Decision::Unknown(event),
        Verdict::Nameless if memory.needs_identity || event.kind.is_money() => {
            Decision::MissingIdentity(event)
        }
        Verdict::Nameless => {
            let keys = Keys {
                id: None,
                content: None,
                second: row::second(event.time),
                ordinal: 0,
            };
            let claim = claim(memory, tables, &event, keys)?;
            Decision::Unremembered(claim, event)
        }
        Verdict::MaybeLost(keys) => {
            put_in_doubt(memory, tables, &event, keys)?;
            Decision::MaybeLost(event)
        }
        Verdict::New(keys, replaced) => {
            for row in replaced {
                unsettled::delete(tables.past.unwrap_or(tables.own), row)?;
            }
            let claim = claim(memory, tables, &event, keys)?;
            Decision::Send(claim, event)
        }
    })
}

/// Whether a run has told already that this row's amount is this one now. From now on this one has,
/// unless it is killed before it ends.
fn is_told(
    memory: &Memory,
    tables: Tables<'_>,
    event: &Event,
    earlier: &Earlier,
) -> Result<bool, LedgerError> {
    let Some(id) = event.identity.id.filter(|_| earlier.changes.money()) else {
        return Ok(false);
    };
    let revenue = event.contribution.revenue;
    let amount = revenue.map(|(amount, _)| amount.normalize().to_string());
    let currency = revenue.map(|(_, currency)| currency.code().to_owned());
    let values = (
        cut(&id.0),
        amount.unwrap_or_default(),
        currency.unwrap_or_default(),
    );
    if let Some(past) = tables.past {
        let sql = "SELECT 1 FROM told WHERE id_hash = ?1 AND amount = ?2 AND currency = ?3";
        if past
            .prepare_cached(sql)?
            .exists(params![values.0, values.1, values.2])?
        {
            return Ok(true);
        }
    }
    let sql = "INSERT OR IGNORE INTO told VALUES (?1, ?2, ?3, ?4)";
    let mut statement = tables.own.prepare_cached(sql)?;
    let added = statement.execute(params![values.0, values.1, values.2, memory.run.id])?;
    Ok(added == 0)
}

fn claim(
    memory: &mut Memory,
    tables: Tables<'_>,
    event: &Arc<Event>,
    keys: Keys,
) -> Result<ClaimId, LedgerError> {
    memory.sources.claimed(event, tables.app.id);
    if memory.rehearses {
        // Nothing is sent, but from now on the row is known.
        memory.keep(tables.own, event, &keys)?;
        return Ok(ClaimId::NONE);
    }
    let id = memory.next_claim()?;
    let row = new_row(memory, tables, event, keys, id)?;
    unsettled::insert(tables.own, &row, event)?;
    Ok(id)
}

/// Writes a row as in doubt that may have been sent before the ledger was recovered.
fn put_in_doubt(
    memory: &mut Memory,
    tables: Tables<'_>,
    event: &Event,
    keys: Keys,
) -> Result<(), LedgerError> {
    let id = memory.next_claim()?;
    memory.give_back(id);
    memory.asks_own = true;
    let row = NewRow {
        state: "in_doubt",
        why: Some("maybe_lost"),
        ..new_row(memory, tables, event, keys, id)?
    };
    memory.sources.claimed(event, tables.app.id);
    unsettled::insert(tables.own, &row, event)
}

fn new_row(
    memory: &mut Memory,
    tables: Tables<'_>,
    event: &Event,
    keys: Keys,
    id: ClaimId,
) -> Result<NewRow, LedgerError> {
    Ok(NewRow {
        id: id.id,
        slot: id.slot,
        state: "claimed",
        why: None,
        run: memory.run.id,
        input: memory.home(tables.own, event)?,
        app: tables.app.id,
        kind: memory.kind(tables.own, event.kind)?,
        name: memory.name(tables.own, &event.contribution.label)?,
        keys,
    })
}
