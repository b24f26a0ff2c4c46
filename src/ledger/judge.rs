//! Whether a row may be sent: asked before it is, answered from what is known.

use rusqlite::Connection;

use super::answer::Recognised;
use super::error::LedgerError;
use super::index::{Finder, Known, Mark};
use super::key;
use super::memory::Memory;
use super::origin::Earlier;
use super::pack::Key;
use super::pending::{self, Claim, Held, State, tag};
use super::seen::Tried;
use super::sieve::Levels;
use crate::event::Event;

/// How many places among its equals an id looks at. One whose equals fill them all is sent
/// without a place, so that hostile inputs cannot make every row look at all others.
const PLACES: u32 = 64;

/// What the ledger knows about a row.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Nothing that forbids sending it.
    New(Keys),
    /// Accepted before, or seen before in this run.
    Duplicate(Recognised, Earlier),
    /// In doubt since an earlier run.
    Held(Earlier),
    /// Its id is another event's.
    Conflict(Earlier),
    /// Dated before the horizon.
    Forgotten,
    /// Nothing identifies it.
    Nameless,
}

/// What a new row will be remembered by.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) id: Option<Key>,
    pub(super) content: Option<Key>,
    /// Released rows that it takes the place of.
    pub(super) replaces: Vec<i64>,
}

/// What is known under a content key.
enum Standing {
    Free,
    Here(Tried),
    Accepted(Mark),
    Held(Held),
}

/// What a row is looked up by, and where. Found out for a whole batch before its first row is
/// judged: see [`Index::content_levels`](super::index::Index::content_levels).
pub(super) struct Question {
    id: Option<(Key, Levels)>,
    content: Option<Key>,
    /// Its number among equals of its input, and the key of that content.
    ordinal: u32,
    place: Option<(Key, Levels)>,
}

impl Question {
    /// About this row.
    pub(super) fn of(memory: &Memory, event: &Event, ordinal: u32) -> Self {
        let id = event.identity.id.map(|id| memory.masks.id(id));
        let content = memory.masks.content(event);
        let place = content.map(|content| key::slot(content, ordinal));
        Question {
            id: id.map(|key| (key, memory.index.id_levels(&key))),
            content,
            ordinal,
            place: place.map(|key| (key, memory.index.content_levels(&key))),
        }
    }
}

/// One batch's questions.
pub(super) struct Judge<'c> {
    pub(super) connection: &'c Connection,
    pub(super) finder: Finder<'c>,
}

impl Judge<'_> {
    /// Decides for one row.
    pub(super) fn judge(
        &mut self,
        memory: &mut Memory,
        event: &Event,
        question: &Question,
    ) -> Result<Verdict, LedgerError> {
        let mut keys = Keys {
            id: question.id.map(|(key, _)| key),
            ..Keys::default()
        };
        if keys.id.is_none() && question.content.is_none() {
            return Ok(Verdict::Nameless);
        }
        if let Some(id) = question.id
            && let Some(verdict) = self.by_id(memory, event, id, &mut keys)?
        {
            return Ok(verdict);
        }
        if let Some(verdict) = self.by_content(memory, event, question, &mut keys)? {
            return Ok(verdict);
        }
        Ok(if memory.is_forgotten(event) {
            Verdict::Forgotten
        } else {
            Verdict::New(keys)
        })
    }

    fn by_id(
        &mut self,
        memory: &mut Memory,
        event: &Event,
        (id, levels): (Key, Levels),
        keys: &mut Keys,
    ) -> Result<Option<Verdict>, LedgerError> {
        let tag = tag(event.identity.fingerprint);
        if let Some(tried) = memory.here(&id)? {
            let earlier = memory.earlier_here(&tried);
            return Ok(Some(same_id(tried.tag == tag, earlier)));
        }
        if let Some(known) = memory.index.id(&mut self.finder, &id, levels)? {
            let origin = memory.origins.origin(self.connection, known.origin)?;
            let same = known.tag == tag || origin.recipe != memory.recipe;
            return Ok(Some(same_id(same, origin.line(known.line.into()))));
        }
        if memory.holds_any
            && let Some(held) = pending::held_by_id(self.connection, &id)?
        {
            match held.state {
                State::Released => keys.replaces.push(held.id),
                _ if held.fingerprint == event.identity.fingerprint => {
                    return Ok(Some(Verdict::Held(earlier(&held))));
                }
                _ => return Ok(Some(Verdict::Conflict(earlier(&held)))),
            }
        }
        Ok(None)
    }

    fn by_content(
        &mut self,
        memory: &mut Memory,
        event: &Event,
        question: &Question,
        keys: &mut Keys,
    ) -> Result<Option<Verdict>, LedgerError> {
        let (Some(content), Some(first)) = (question.content, question.place) else {
            return Ok(None);
        };
        let with_id = keys.id.is_some();
        let places = if with_id { PLACES } else { 1 };
        let past = question.ordinal.saturating_add(places);
        for place in question.ordinal..past {
            let (key, levels) = if place == question.ordinal {
                first
            } else {
                let key = key::slot(content, place);
                (key, memory.index.content_levels(&key))
            };
            match self.standing(memory, &key, levels)? {
                Standing::Here(tried) if !(with_id && tried.with_id) => {
                    let how = recognised(with_id || tried.with_id);
                    return Ok(Some(Verdict::Duplicate(how, memory.earlier_here(&tried))));
                }
                Standing::Accepted(mark) if !(with_id && mark.with_id) => {
                    if with_id {
                        link(memory, event, key, keys.id, mark);
                    }
                    let origin = memory.origins.origin(self.connection, mark.origin)?;
                    let how = recognised(with_id || !mark.plain);
                    return Ok(Some(Verdict::Duplicate(how, origin.line(0))));
                }
                Standing::Held(held) if keys.replaces.contains(&held.id) => {}
                Standing::Held(held) if with_id && held.with_id => continue,
                Standing::Held(held) if held.state == State::Released => {
                    keys.replaces.push(held.id);
                }
                Standing::Held(held) => return Ok(Some(Verdict::Held(earlier(&held)))),
                Standing::Free => {}
                // Another id has this place.
                Standing::Here(_) | Standing::Accepted(_) => continue,
            }
            keys.content = Some(key);
            break;
        }
        Ok(None)
    }

    /// Where this row was accepted, if it was.
    pub(super) fn accepted(
        &mut self,
        memory: &mut Memory,
        claim: &Claim,
    ) -> Result<Option<Earlier>, LedgerError> {
        if let Some(key) = claim.id_key {
            let levels = memory.index.id_levels(&key);
            let Some(known) = memory.index.id(&mut self.finder, &key, levels)? else {
                return Ok(None);
            };
            let origin = memory.origins.origin(self.connection, known.origin)?;
            return Ok(Some(origin.line(known.line.into())));
        }
        let Some(key) = claim.content_key else {
            return Ok(None);
        };
        let levels = memory.index.content_levels(&key);
        let Some(mark) = memory.index.content(&mut self.finder, &key, levels)? else {
            return Ok(None);
        };
        let origin = memory.origins.origin(self.connection, mark.origin)?;
        Ok(Some(origin.line(0)))
    }

    fn standing(
        &mut self,
        memory: &Memory,
        key: &Key,
        levels: Levels,
    ) -> Result<Standing, LedgerError> {
        if let Some(tried) = memory.here(key)? {
            return Ok(Standing::Here(tried));
        }
        if let Some(mark) = memory.index.content(&mut self.finder, key, levels)? {
            return Ok(Standing::Accepted(mark));
        }
        if !memory.holds_any {
            return Ok(Standing::Free);
        }
        let held = pending::held_by_content(self.connection, key)?;
        Ok(held.map_or(Standing::Free, Standing::Held))
    }
}

fn same_id(same: bool, earlier: Earlier) -> Verdict {
    if same {
        Verdict::Duplicate(Recognised::Id, earlier)
    } else {
        Verdict::Conflict(earlier)
    }
}

fn recognised(across: bool) -> Recognised {
    if across {
        Recognised::MatchedByContent
    } else {
        Recognised::Content
    }
}

/// From now on the id is known, and its content is no other id's.
fn link(memory: &mut Memory, event: &Event, content: Key, id: Option<Key>, mark: Mark) {
    let Some(id) = id.filter(|_| !memory.peeks) else {
        return;
    };
    memory.index.remember_content(
        content,
        Mark {
            with_id: true,
            ..mark
        },
    );
    let known = Known {
        tag: tag(event.identity.fingerprint),
        origin: mark.origin,
        line: 0,
    };
    memory.index.remember_id(id, known);
}

fn earlier(held: &Held) -> Earlier {
    Earlier {
        run: held.run.clone(),
        file: held.file.clone(),
        line: Some(held.line),
        this_run: false,
    }
}
