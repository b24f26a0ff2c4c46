//! Whether a row may be sent: asked before it is, answered from what the tables know.
//!
//! The id decides, then the content, then what is so much alike that it may be the same.

use std::sync::Arc;

use super::decision::{Decision, Earlier, Intent, Recognised};
use super::error::LedgerError;
use super::lookup::{self, Tables};
use super::memory::Memory;
use super::remains::{self, By, Remains};
use super::row::{self, Keys, Known, State};
use super::seen::Input;
use super::{alike, identity, unsettled};
use crate::model::{Changes, Event, SameUser};

/// What is decided about a row.
#[derive(Debug)]
pub(super) enum Verdict {
    /// What the tables say of it.
    Known(Decision),
    /// Nothing that forbids sending it. It takes the place of these released rows.
    New(Keys, Vec<i64>),
    /// It may be among what the ledger has lost.
    MaybeLost(Keys),
    /// Nothing identifies it.
    Nameless,
}

/// One row, asked about.
pub(super) struct Question<'q> {
    pub(super) event: &'q Arc<Event>,
    pub(super) intent: Intent,
    pub(super) keys: Keys,
    pub(super) tables: Tables<'q>,
}

impl Question<'_> {
    /// Decides.
    pub(super) fn judge(mut self, memory: &mut Memory) -> Result<Verdict, LedgerError> {
        if self.intent == Intent::Refund {
            return self.refund(memory);
        }
        if !self.keys.any() {
            return Ok(Verdict::Nameless);
        }
        let mut replaced = Vec::new();
        if let Some(known) = self.by_id(memory, &mut replaced)? {
            return Ok(Verdict::Known(known));
        }
        if let Some(known) = self.by_content(memory, &mut replaced)? {
            return Ok(Verdict::Known(known));
        }
        if replaced.is_empty()
            && let Some(known) = self.by_likeness(memory, &mut replaced)?
        {
            return Ok(Verdict::Known(known));
        }
        // What was released is exempt: it was never sent, whatever else is no longer known.
        if replaced.is_empty()
            && let Some(verdict) = self.as_unknown(memory)?
        {
            return Ok(verdict);
        }
        Ok(Verdict::New(self.keys, replaced))
    }

    fn refund(&mut self, memory: &mut Memory) -> Result<Verdict, LedgerError> {
        let Some(id) = self.keys.id else {
            return Ok(Verdict::Nameless);
        };
        let known = memory.by_id(self.tables, self.event, &id)?;
        // The sale may stand in the same file, and be on its way.
        let was_sent = |state| matches!(state, State::Accepted | State::Claimed);
        Ok(match known {
            Some(known) if was_sent(known.state) => {
                let earlier = self.earlier(memory, &known);
                Verdict::Known(Decision::Refunded(self.row(), earlier))
            }
            Some(_) => Verdict::Nameless,
            None => self
                .forgotten(memory, By::Id)?
                .map_or(Verdict::Nameless, Verdict::Known),
        })
    }

    /// The same id is the same event, or a conflict.
    fn by_id(
        &mut self,
        memory: &mut Memory,
        replaced: &mut Vec<i64>,
    ) -> Result<Option<Decision>, LedgerError> {
        let Some(id) = self.keys.id else {
            return Ok(None);
        };
        let Some(known) = memory.by_id(self.tables, self.event, &id)? else {
            return self.forgotten(memory, By::Id);
        };
        let earlier = self.earlier(memory, &known);
        // What was never sent may have been mended where it stands.
        let is_mended = known.state == State::Released && self.stands_at(memory, &known);
        if !is_mended && !self.is_same(memory, &known) {
            return Ok(Some(Decision::IdConflict(self.row(), earlier)));
        }
        Ok(self.standing(&known, Recognised::Id, earlier, replaced))
    }

    fn standing(
        &self,
        known: &Known,
        how: Recognised,
        earlier: Earlier,
        replaced: &mut Vec<i64>,
    ) -> Option<Decision> {
        match known.state {
            State::InDoubt => Some(Decision::InDoubt(self.row(), earlier)),
            State::Accepted | State::Claimed => Some(Decision::Duplicate(self.row(), how, earlier)),
            State::Released => {
                replaced.push(known.row);
                None
            }
        }
    }

    /// Whether the row that has this one's id can be the same event.
    fn is_same(&self, memory: &Memory, known: &Known) -> bool {
        let home = match &self.event.origin {
            None => self.input(memory).map(|input| input.id),
            Some(origin) => memory.home_of(&origin.file),
        };
        let in_this_input = home == Some(known.input);
        let moved = self.times_differ(memory, &known.identity)
            || !in_this_input && self.lacks_seconds(memory, known);
        row::is_same(self.event, known, in_this_input, moved)
    }

    /// Whether both are dated in one minute, and one of them by a format without seconds, as a
    /// spreadsheet's copy has it.
    fn lacks_seconds(&self, memory: &Memory, known: &Known) -> bool {
        let (now, then) = (row::second(self.event.time), row::second(known.time));
        let is_cut = |second: i64, how: &str| second % 60 == 0 && identity::lacks_seconds(how);
        let now_is_cut = || {
            self.input(memory)
                .is_some_and(|input| is_cut(now, &input.identity))
        };
        now.div_euclid(60) == then.div_euclid(60) && (is_cut(then, &known.identity) || now_is_cut())
    }

    /// Whether the row stands where that one stood: on the same line of an input of the same name.
    fn stands_at(&self, memory: &Memory, known: &Known) -> bool {
        let (file, line) = if let Some(origin) = &self.event.origin {
            (Some(&*origin.file), origin.line)
        } else {
            let file = self.input(memory).map(|input| &*input.name);
            (file, self.event.place.line)
        };
        file == Some(&*known.file) && line == known.line
    }

    fn by_content(
        &mut self,
        memory: &mut Memory,
        replaced: &mut Vec<i64>,
    ) -> Result<Option<Decision>, LedgerError> {
        let Some(content) = self.keys.content else {
            return Ok(None);
        };
        let found = memory.by_content(self.tables, self.event, (&content, &self.keys))?;
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
        let verdict = self.standing(&known, how, earlier, replaced);
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
    ) -> Result<Option<Decision>, LedgerError> {
        let is_there = matches!(known.state, State::Accepted | State::Claimed);
        // Its own id is known, and has decided: what is equal under another id is another event.
        // So it is if this id may have been sent and lost: that the other one was not says nothing.
        let is_lost = known.state == State::Released && self.may_be_lost();
        if !replaced.is_empty() || is_there && memory.new_identity || is_lost {
            self.take_free_ordinal(memory)?;
            return Ok(None);
        }
        if is_there && self.event.kind.is_money() {
            return Ok(Some(Decision::IdChanged(self.row(), earlier)));
        }
        Ok(self.standing(known, Recognised::MatchedByContent, earlier, replaced))
    }

    /// This content once more: it is another event.
    fn take_free_ordinal(&mut self, memory: &Memory) -> Result<(), LedgerError> {
        if let Some(content) = self.keys.content {
            let second = self.keys.second;
            if memory.rehearses {
                self.keys.ordinal = self.keys.ordinal.max(memory.seen.free_ordinal(&content)?);
            }
            for (connection, app) in self.tables.each() {
                let free = lookup::free_ordinal(connection, app, second, &content)?;
                self.keys.ordinal = self.keys.ordinal.max(free);
            }
        }
        Ok(())
    }

    /// From now on the id is known too, and the content is no other id's.
    fn link(&self, memory: &mut Memory, known: &Known) -> Result<(), LedgerError> {
        // A rehearsal changes nothing in the real ledger.
        let is_own = !memory.rehearses || known.read_by == memory.run.id;
        let Some(id) = self.keys.id.filter(|_| known.id.is_none() && is_own) else {
            return Ok(());
        };
        if memory.rehearses && known.state == State::Accepted {
            return Ok(memory.seen.link(known, &id)?);
        }
        unsettled::set_id(self.tables.own, known, &id)
    }

    /// A row in doubt or released of another input that says the same but for what was filled in
    /// or mended since.
    fn by_likeness(
        &self,
        memory: &Memory,
        replaced: &mut Vec<i64>,
    ) -> Result<Option<Decision>, LedgerError> {
        let input = self.input(memory).map(|input| input.id);
        let found = self.tables.find(|connection, app| {
            let alike = lookup::alike(connection, app, (self.event, self.keys.content))?;
            let mut alike = alike.into_iter().filter(|known| {
                Some(known.input) != input
                    && (self.keys.id.is_none() || known.id.is_none())
                    && self.is_alike(known)
            });
            Ok(alike.next())
        })?;
        Ok(found.and_then(|known| {
            let earlier = self.earlier(memory, &known);
            self.standing(&known, Recognised::Content, earlier, replaced)
        }))
    }

    fn is_alike(&self, known: &Known) -> bool {
        match self.event.identity.people.same_user(known.people) {
            SameUser::Yes => true,
            SameUser::No => false,
            SameUser::Unknown => {
                self.event.kind.is_money() && self.event.contribution.revenue == known.revenue
            }
        }
    }

    /// What is said of a row that no table knows.
    fn as_unknown(&mut self, memory: &mut Memory) -> Result<Option<Verdict>, LedgerError> {
        let app = self.tables.app;
        if let Some(found) = self.forgotten(memory, By::Content)? {
            return Ok(Some(Verdict::Known(found)));
        }
        let is_before = |bound: &i64| self.event.time.is_some_and(|time| time < *bound);
        if self.intent == Intent::Send
            && let Some(horizon) = app.horizon.filter(is_before)
        {
            let forgotten = Decision::Forgotten(self.row(), horizon);
            return Ok(Some(Verdict::Known(forgotten)));
        }
        // First: what may be known under another time must not be written as another row.
        if self.intent == Intent::Send
            && (memory.sources.may_be_known(self.event, app.id) || self.is_like_earlier(memory)?)
        {
            return Ok(Some(Verdict::Known(Decision::OtherIdentity(self.row()))));
        }
        Ok(self.may_be_lost().then_some(Verdict::MaybeLost(self.keys)))
    }

    /// Whether it is money of a time of which the ledger may have lost rows.
    fn may_be_lost(&self) -> bool {
        let gap = self.tables.app.gap_until;
        let is_before = |gap| self.event.time.is_none_or(|time| time < gap);
        self.event.kind.is_money() && gap.is_some_and(is_before)
    }

    /// Whether it is money like that of an earlier way to read rows, which the user ended: what was
    /// new then need not be now.
    fn is_like_earlier(&self, memory: &mut Memory) -> Result<bool, LedgerError> {
        let app = self.tables.app.id;
        let asks = !memory.new_identity && memory.sources.is_dated_as_earlier(self.event, app);
        Ok(asks && alike::find(memory, self.tables, self.event)?.is_some())
    }

    /// What the hashes say that are left of rows that are not known in full.
    fn forgotten(&mut self, memory: &mut Memory, by: By) -> Result<Option<Decision>, LedgerError> {
        if !memory.has_forgotten {
            return Ok(None);
        }
        let known = (&**self.event, &self.keys);
        let found = self
            .tables
            .find(|tables, app| remains::find(tables, app, known, by))?;
        let goes = |found: &Remains| found.is_alike && memory.sends_alike();
        let Some(found) = found.filter(|found| !goes(found)) else {
            return Ok(None);
        };
        if by == By::Content && self.keys.id.is_some() {
            if found.has_id && memory.new_identity {
                self.take_free_ordinal(memory)?;
                return Ok(None);
            }
            if found.has_id && self.event.kind.is_money() {
                return Ok(Some(Decision::IdChanged(
                    self.row(),
                    found.earlier(self.event),
                )));
            }
            // An id that came later is remembered as well, for when the content changes.
            let new = self.input(memory).filter(|_| memory.rehearses);
            let new = new.map(|input| input.id);
            let own = (self.tables.own, self.tables.app.id);
            remains::add_id(own, (found.row, new), known)?;
            memory.asks_own = true;
        }
        let moved = self.times_differ(memory, &found.identity);
        let same = found.same_name && (found.same_second || moved);
        let how = if found.is_alike {
            Recognised::LooksSent
        } else {
            Recognised::Forgotten
        };
        let earlier = found.earlier(self.event);
        Ok(Some(match self.intent {
            Intent::Refund => Decision::Refunded(self.row(), earlier),
            _ if same => Decision::Duplicate(self.row(), how, earlier),
            _ => Decision::IdConflict(self.row(), earlier),
        }))
    }

    fn row(&self) -> Arc<Event> {
        Arc::clone(self.event)
    }

    /// The input that it was read from.
    fn input<'m>(&self, memory: &'m Memory) -> Option<&'m Input> {
        memory.run.inputs.get(self.event.place.input as usize)
    }

    /// Whether its time is read otherwise than that of a row identified in this way.
    fn times_differ(&self, memory: &Memory, then: &str) -> bool {
        let input = self.input(memory);
        input.is_some_and(|now| identity::times_differ(&now.identity, then))
    }

    fn earlier(&self, memory: &Memory, known: &Known) -> Earlier {
        let input = self.input(memory);
        let same_view = input.is_some_and(|now| now.identity == known.identity);
        let changes = Changes {
            // Under another mapping an id that is new may have been there all along.
            ids: same_view && self.event.identity.people != known.people,
            ..row::changes(self.event, known)
        };
        Earlier {
            other_times: self.times_differ(memory, &known.identity),
            ..known.earlier(memory.run.id, changes)
        }
    }
}
