//! Whether a row may be sent: asked before it is, answered from what the tables know.
//!
//! The id decides, then the content, then what is so much alike that it may be the same.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::answer::{Earlier, Recognised, Wish};
use super::error::LedgerError;
use super::memory::{AppRow, Memory};
use super::row::{self, Keys, Known, State};
use super::source;
use crate::model::{Changes, Event, Likeness};

/// How far a time may be off if the zone or the column it is read from has changed since.
pub(super) const ZONES: i64 = 26 * 3_600 * 1_000_000;

/// What the ledger knows about a row.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Nothing that forbids sending it. It takes the place of these released rows.
    New(Keys, Vec<i64>),
    /// Accepted before, or on its way.
    Duplicate(Recognised, Earlier),
    /// A refund of what was accepted.
    Refunded(Earlier),
    /// In doubt.
    Held(Earlier),
    /// Its id is another event's.
    Conflict(Earlier),
    /// Its content was accepted under another id.
    IdChanged(Earlier),
    /// It may be among what the ledger has lost.
    MaybeLost(Keys),
    /// It may be among what was identified otherwise.
    OtherIdentity,
    /// Dated before the horizon.
    Forgotten,
    /// Nothing identifies it.
    Nameless,
}

/// The tables that are asked: the ledger's own, and in a rehearsal those of the real one.
#[derive(Clone, Copy)]
pub(super) struct Tables<'c> {
    pub(super) own: &'c Connection,
    pub(super) past: Option<&'c Connection>,
    pub(super) app: AppRow,
    /// Whether the own ones can know the row: see [`super::fresh`].
    pub(super) asks_own: bool,
}

impl<'c> Tables<'c> {
    /// Each of them, with the app's number there.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'c Connection, i64)> + use<'c> {
        let own = self.asks_own.then_some((self.own, self.app.id));
        own.into_iter().chain(self.past.zip(self.app.past))
    }

    /// The first that any of them knows.
    pub(super) fn find<T>(
        &self,
        ask: impl Fn(&Connection, i64) -> Result<Option<T>, LedgerError>,
    ) -> Result<Option<T>, LedgerError> {
        for (connection, app) in self.each() {
            if let Some(found) = ask(connection, app)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// One row, asked about.
pub(super) struct Question<'q> {
    pub(super) event: &'q Event,
    pub(super) wish: Wish,
    pub(super) keys: Keys,
    pub(super) tables: Tables<'q>,
}

impl Question<'_> {
    /// Decides.
    pub(super) fn judge(mut self, memory: &mut Memory) -> Result<Verdict, LedgerError> {
        if self.wish == Wish::Refund {
            return self.refund(memory);
        }
        if !self.keys.any() {
            return Ok(Verdict::Nameless);
        }
        let mut replaced = Vec::new();
        if let Some(verdict) = self.by_id(memory, &mut replaced)? {
            return Ok(verdict);
        }
        if let Some(verdict) = self.by_content(memory, &mut replaced)? {
            return Ok(verdict);
        }
        if replaced.is_empty()
            && let Some(verdict) = self.by_likeness(memory, &mut replaced)?
        {
            return Ok(verdict);
        }
        // What was released is exempt: it was never sent, whatever else is no longer known.
        if replaced.is_empty()
            && let Some(verdict) = self.as_unknown(memory)?
        {
            return Ok(verdict);
        }
        Ok(Verdict::New(self.keys, replaced))
    }

    fn refund(&self, memory: &Memory) -> Result<Verdict, LedgerError> {
        let Some(id) = self.keys.id else {
            return Ok(Verdict::Nameless);
        };
        let known = self
            .tables
            .find(|tables, app| row::by_id(tables, app, &id))?;
        // The sale may stand in the same file, and be on its way.
        let was_sent = |known: &Known| match known.state {
            State::Accepted => true,
            State::Claimed => !memory.rehearses,
            State::InDoubt | State::Released => false,
        };
        Ok(match known.filter(was_sent) {
            Some(known) => Verdict::Refunded(self.earlier(memory, &known)),
            None => Verdict::Nameless,
        })
    }

    /// The same id is the same event, or a conflict.
    fn by_id(
        &self,
        memory: &mut Memory,
        replaced: &mut Vec<i64>,
    ) -> Result<Option<Verdict>, LedgerError> {
        let Some(id) = self.keys.id else {
            return Ok(None);
        };
        let found = self
            .tables
            .find(|tables, app| row::by_id(tables, app, &id))?;
        let Some(known) = found else {
            let [of_id, _] = self.tombs(memory);
            return self.forgotten(of_id);
        };
        let earlier = self.earlier(memory, &known);
        if !self.is_same(memory, &known, earlier.changes) {
            return Ok(Some(Verdict::Conflict(earlier)));
        }
        Ok(Self::standing(
            memory.rehearses,
            &known,
            Recognised::Id,
            earlier,
            replaced,
        ))
    }

    fn standing(
        rehearses: bool,
        known: &Known,
        how: Recognised,
        earlier: Earlier,
        replaced: &mut Vec<i64>,
    ) -> Option<Verdict> {
        match known.state {
            State::InDoubt => Some(Verdict::Held(earlier)),
            State::Accepted => Some(Verdict::Duplicate(how, earlier)),
            State::Claimed if !rehearses => Some(Verdict::Duplicate(how, earlier)),
            // A rehearsal has no claims: this one is a run's that goes on, or was killed.
            State::Claimed | State::Released => {
                replaced.push(known.row);
                None
            }
        }
    }

    /// Whether the row that has this one's id can be the same event. Lines of one order differ in
    /// their product, or stand in one input and differ in their amount.
    fn is_same(&self, memory: &Memory, known: &Known, changes: Changes) -> bool {
        let input = memory.inputs.get(self.event.place.input as usize);
        let home = match &self.event.origin {
            None => input.map(|input| input.id),
            Some(origin) => memory.home_of(&origin.file),
        };
        let in_this_input = home == Some(known.input);
        let repriced = changes.amount || changes.currency;
        let moved = row::second(self.event.time) - row::second(known.time);
        let same_time = moved == 0
            || self.event.time.is_some()
                && known.time.is_some()
                && moved.abs() <= ZONES / 1_000_000
                && input.is_some_and(|now| source::times_differ(&now.identity, &known.identity));
        *self.event.contribution.label == *known.name && same_time && !(in_this_input && repriced)
    }

    fn by_content(
        &mut self,
        memory: &mut Memory,
        replaced: &mut Vec<i64>,
    ) -> Result<Option<Verdict>, LedgerError> {
        let Some(content) = self.keys.content else {
            return Ok(None);
        };
        let place = (self.keys.second, &content, self.keys.ordinal);
        let found = self
            .tables
            .find(|tables, app| row::by_content(tables, app, place))?;
        let Some(known) = found else { return Ok(None) };
        if replaced.contains(&known.row) && known.state != State::Accepted {
            return Ok(None);
        }
        let earlier = self.earlier(memory, &known);
        let ids = (self.keys.id, known.id);
        if let (Some(_), Some(_)) = ids {
            return self.other_id(memory, &known, earlier, replaced);
        }
        let how = if ids == (None, None) {
            Recognised::Content
        } else {
            Recognised::MatchedByContent
        };
        let verdict = Self::standing(memory.rehearses, &known, how, earlier, replaced);
        if verdict.is_some() && ids.0.is_some() {
            self.link(memory, &known)?;
        }
        Ok(verdict)
    }

    /// Its content is known under another id, or by this row under none.
    fn other_id(
        &mut self,
        memory: &Memory,
        known: &Known,
        earlier: Earlier,
        replaced: &mut Vec<i64>,
    ) -> Result<Option<Verdict>, LedgerError> {
        let is_there = matches!(known.state, State::Accepted | State::Claimed);
        // Its own id is known, and has decided: what is equal under another id is another event.
        if !replaced.is_empty() || is_there && memory.new_identity {
            self.take_free_ordinal()?;
            return Ok(None);
        }
        if is_there && self.event.kind.is_money() {
            return Ok(Some(Verdict::IdChanged(earlier)));
        }
        Ok(Self::standing(
            memory.rehearses,
            known,
            Recognised::MatchedByContent,
            earlier,
            replaced,
        ))
    }

    /// This content once more: it is another event.
    fn take_free_ordinal(&mut self) -> Result<(), LedgerError> {
        if let Some(content) = self.keys.content {
            let second = self.keys.second;
            for (connection, app) in self.tables.each() {
                let free = row::free_ordinal(connection, app, second, &content)?;
                self.keys.ordinal = self.keys.ordinal.max(free);
            }
        }
        Ok(())
    }

    /// From now on the id is known too, and the content is no other id's.
    fn link(&self, memory: &Memory, known: &Known) -> Result<(), LedgerError> {
        // A rehearsal changes nothing in the real ledger.
        let is_own = !memory.rehearses || known.read_by == memory.run;
        if known.id.is_some() || !is_own {
            return Ok(());
        }
        let sql = match known.state {
            State::Accepted => "UPDATE accepted SET id_hash = ?2 WHERE id = ?1",
            _ => "UPDATE unsettled SET id_hash = ?2 WHERE id = ?1",
        };
        let mut update = self.tables.own.prepare_cached(sql)?;
        update.execute(rusqlite::params![known.row, self.keys.id])?;
        Ok(())
    }

    /// A row in doubt or released of another input that says the same but for what was filled in
    /// or mended since.
    fn by_likeness(
        &self,
        memory: &Memory,
        replaced: &mut Vec<i64>,
    ) -> Result<Option<Verdict>, LedgerError> {
        let input = memory.inputs.get(self.event.place.input as usize);
        let input = input.map(|input| input.id);
        let found = self.tables.find(|connection, app| {
            let alike = row::alike(connection, app, (self.event, self.keys.content))?;
            let mut alike = alike.into_iter().filter(|known| {
                Some(known.input) != input
                    && (self.keys.id.is_none() || known.id.is_none())
                    && self.is_alike(known)
            });
            Ok(alike.next())
        })?;
        Ok(found.and_then(|known| {
            let earlier = self.earlier(memory, &known);
            Self::standing(
                memory.rehearses,
                &known,
                Recognised::Content,
                earlier,
                replaced,
            )
        }))
    }

    fn is_alike(&self, known: &Known) -> bool {
        match self.event.identity.people.likeness(known.people) {
            Likeness::Same => true,
            Likeness::Different => false,
            Likeness::Unknown => {
                self.event.kind.is_money() && self.event.contribution.revenue == known.revenue
            }
        }
    }

    /// What is said of a row that no table knows.
    fn as_unknown(&self, memory: &mut Memory) -> Result<Option<Verdict>, LedgerError> {
        let app = self.tables.app;
        let [of_id, of_content] = self.tombs(memory);
        if let Some(verdict) = self.forgotten(of_content)? {
            // An id that came later is remembered as well, for when the content changes.
            let sql = "INSERT OR IGNORE INTO forgotten SELECT ?1 WHERE ?1 IS NOT NULL";
            self.tables.own.prepare_cached(sql)?.execute([of_id])?;
            return Ok(Some(verdict));
        }
        let is_before = |bound: Option<i64>| bound.zip(self.event.time).map(|(b, time)| time < b);
        if is_before(app.horizon) == Some(true) {
            return Ok(Some(Verdict::Forgotten));
        }
        // First: what may be known under another time must not be put down as another row.
        if self.wish == Wish::Send && memory.sources.may_be_known(self.event, app.id) {
            return Ok(Some(Verdict::OtherIdentity));
        }
        let gap = app.gap_until.is_some() && is_before(app.gap_until) != Some(false);
        let lost = gap && self.event.kind.is_money();
        Ok(lost.then_some(Verdict::MaybeLost(self.keys)))
    }

    /// What would be left of it, if anything was forgotten.
    fn tombs(&self, memory: &Memory) -> [Option<row::Key>; 2] {
        if memory.has_forgotten {
            tombstones(&memory.scope, self.event, &self.keys)
        } else {
            [None; 2]
        }
    }

    /// It is one of those of which only a hash is left.
    fn forgotten(&self, tomb: Option<row::Key>) -> Result<Option<Verdict>, LedgerError> {
        const SQL: &str = "SELECT 1 FROM forgotten WHERE hash = ?1";
        if tomb.is_none() {
            return Ok(None);
        }
        let found = self.tables.find(|connection, _| {
            let mut read = connection.prepare_cached(SQL)?;
            Ok(read.query_row([tomb], |_| Ok(())).optional()?)
        })?;
        let earlier = || Earlier {
            run: "that was forgotten".into(),
            file: "".into(),
            line: 0,
            this_run: false,
            label: "".into(),
            time: None,
            revenue: None,
            changes: Changes::default(),
        };
        Ok(found.map(|()| Verdict::Duplicate(Recognised::Forgotten, earlier())))
    }

    fn earlier(&self, memory: &Memory, known: &Known) -> Earlier {
        let input = memory.inputs.get(self.event.place.input as usize);
        let same_view = input.is_some_and(|now| source::same(&now.identity, &known.identity));
        let (now, then) = (self.event.contribution.revenue, known.revenue);
        Earlier {
            run: Arc::clone(&known.run),
            file: Arc::clone(&known.file),
            line: known.line,
            this_run: known.read_by == memory.run,
            label: known.name.clone(),
            time: known.time,
            revenue: then,
            changes: Changes {
                amount: now.map(|now| now.0) != then.map(|then| then.0),
                currency: now.map(|now| now.1) != then.map(|then| then.1),
                // Under another mapping an id that is new may have been there all along.
                ids: same_view && self.event.identity.people != known.people,
            },
        }
    }
}

/// What is left of a row once its run is forgotten: hashes of its id and of its content.
pub(super) fn tombstones(scope: &str, event: &Event, keys: &Keys) -> [Option<row::Key>; 2] {
    let app = event.app.to_string();
    [
        keys.id.map(|id| tomb(&[scope, &app], &[&id])),
        keys.content
            .map(|content| content_tomb(scope, &app, &content, keys.ordinal)),
    ]
}

/// The hash of a content and an ordinal.
pub(super) fn content_tomb(scope: &str, app: &str, content: &row::Key, ordinal: u32) -> row::Key {
    tomb(&[scope, app], &[content, &ordinal.to_le_bytes()])
}

/// The hash of keys at a scope, for an app.
pub(super) fn tomb(names: &[&str], keys: &[&[u8]]) -> row::Key {
    let mut hasher = blake3::Hasher::new();
    for name in names {
        hasher.update(name.as_bytes()).update(b"\0");
    }
    for key in keys {
        hasher.update(key);
    }
    row::cut(hasher.finalize().as_bytes())
}
