//! The rules of what is the same event, over a plain list of facts: written from the contract, not
//! from the ledger's code.

use std::collections::HashMap;

use tenjin_s2s::ledger::Intent;
use tenjin_s2s::model::Kind;

use super::facts::{Fact, Model, State, ZONES};
use super::world::{ERAS, Row, SECOND};

/// The run that asks.
pub struct Asking {
    pub run: u32,
    pub zone: i64,
    pub new_identity: Option<NewIdentity>,
    /// How often each content stood in each of its inputs.
    seen: HashMap<(u32, usize, String), u32>,
    /// Money of each app that was accepted, read in another zone, when that was asked first; what was
    /// found to be like a row is gone.
    otherwise: HashMap<usize, Vec<Fact>>,
}

/// `--new-identity`, maybe with `--skip-alike`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewIdentity {
    Send,
    SkipAlike,
}

impl Asking {
    pub fn new(run: u32, zone: i64, new_identity: Option<NewIdentity>) -> Asking {
        Asking {
            run,
            zone,
            new_identity,
            seen: HashMap::new(),
            otherwise: HashMap::new(),
        }
    }

    fn sends_alike(&self) -> bool {
        self.new_identity == Some(NewIdentity::Send)
    }

    /// What tells a row from rows with other ids or none, if anything does.
    fn content(&mut self, row: &Row) -> (String, u32) {
        let key = (row.input, row.app, row.content());
        let seen = self.seen.entry(key.clone()).or_default();
        *seen += 1;
        (key.2, *seen - 1)
    }
}

/// What the model says of a row.
pub enum Says {
    /// It is sent, in place of these facts.
    Send(Vec<usize>),
    /// This word.
    Word(String),
}

use Says::{Send, Word};

impl Model {
    /// What is said of a row, in the words of [`super::life::word`]; and it is taken down.
    pub fn ask(&mut self, row: &Row, intent: Intent, asking: &mut Asking) -> String {
        if asking.new_identity.is_some() {
            let own = asking.zone;
            let is_other = |(app, kind, zone): &&(usize, Kind, i64)| {
                (*app, *kind) == (row.app, row.kind) && *zone != own
            };
            let others = self.spans.keys().filter(is_other).copied();
            self.over.extend(others);
        }
        let (content, ordinal) = asking.content(row);
        let mut fact = Fact {
            state: State::Claimed { left: false },
            row: row.clone(),
            id: row.id.clone(),
            content,
            ordinal,
            run: asking.run,
            zone: asking.zone,
            is_kept: false,
            is_recovered: false,
            left_out_for: None,
        };
        match self.says(&mut fact, intent, asking) {
            Send(_) if intent != Intent::Send => "unknown".into(),
            Send(mut replaced) => {
                let is_asked = asking.new_identity.is_some();
                let alike = is_asked.then(|| self.take_alike(&fact, asking)).flatten();
                if let Some(place) = alike {
                    if !asking.sends_alike() {
                        fact.left_out_for = Some(place);
                        self.forgotten.push(fact);
                        return "looks_sent".into();
                    }
                    self.paired.insert(place);
                }
                replaced.sort_unstable();
                for at in replaced.into_iter().rev() {
                    self.facts.remove(at);
                }
                self.extend_span(&fact);
                self.facts.push(fact);
                "send".into()
            }
            Word(word) if word == "maybe_lost" && intent != Intent::Send => "unknown".into(),
            Word(word) => {
                if word == "maybe_lost" {
                    self.extend_span(&fact);
                    fact.state = State::InDoubt;
                    self.facts.push(fact);
                }
                word
            }
        }
    }

    fn says(&mut self, new: &mut Fact, intent: Intent, asking: &mut Asking) -> Says {
        if intent == Intent::Refund {
            let known = new.id.is_some().then(|| self.by_id(new)).flatten();
            let known = known.map(|at| &self.facts[at]);
            return Word(match known {
                // The sale may be on its way.
                Some(known) if !known.is_open() => format!("refunded {}", place(known)),
                None if self.forgotten_id(new, asking).is_some() => "refunded forgotten".into(),
                _ => "unknown".into(),
            });
        }
        let mut replaced = Vec::new();
        if let Some(at) = self.by_id(new) {
            let known = &self.facts[at];
            if !is_same(new, known) {
                return Word(format!("conflict {}", place(known)));
            }
            match self.stands(at, new, "id") {
                None => replaced.push(at),
                Some(word) => return Word(word),
            }
        }
        if replaced.is_empty()
            && let Some(known) = self.forgotten_id(new, asking)
        {
            return Word(compared(new, known));
        }
        if let Some(at) = self.by_content(new, &replaced) {
            let ids = (new.id.is_some(), self.facts[at].id.is_some());
            let is_there = !self.facts[at].is_open();
            // That a row was not sent says nothing of another id that may have been lost.
            let is_released = self.facts[at].state == State::Released;
            let is_meant = !replaced.is_empty()
                || is_there && asking.new_identity.is_some()
                || is_released && self.may_be_lost(new);
            if ids == (true, true) && is_meant {
                // Its id has decided, or the user: what is equal under another id is another event.
                new.ordinal = self.free_ordinal(new);
            } else if ids == (true, true) && is_there && new.row.kind.is_money() {
                return Word(format!("id_changed {}", place(&self.facts[at])));
            } else {
                let how = match ids {
                    (false, false) => "content",
                    _ => "matched_by_content",
                };
                match self.stands(at, new, how) {
                    None => replaced.push(at),
                    Some(word) => {
                        if ids == (true, false) {
                            self.facts[at].id.clone_from(&new.id);
                        }
                        return Word(word);
                    }
                }
            }
        }
        if !replaced.is_empty() {
            return Send(replaced);
        }
        if let Some(at) = self.alike(new) {
            return match self.stands(at, new, "content") {
                None => Send(vec![at]),
                Some(word) => Word(word),
            };
        }
        self.unknown(new, intent, asking)
    }

    /// The fact that has this id: accepted first.
    pub fn by_id(&self, new: &Fact) -> Option<usize> {
        let is_it = |fact: &Fact| {
            let kin = (fact.row.app, fact.row.kind) == (new.row.app, new.row.kind);
            kin && fact.id.is_some() && fact.id == new.id
        };
        self.first(is_it)
    }

    fn forgotten_id(&self, new: &Fact, asking: &Asking) -> Option<&Fact> {
        let is_it = |fact: &&Fact| {
            let kin = (fact.row.app, fact.row.kind) == (new.row.app, new.row.kind);
            kin && fact.id.is_some() && fact.id == new.id
        };
        let found = self.forgotten.iter().find(is_it)?;
        (!goes_again(found, asking)).then_some(found)
    }

    pub fn by_content(&self, new: &Fact, replaced: &[usize]) -> Option<usize> {
        let found = self.first(|fact| has_content(fact, new) && fact.ordinal == new.ordinal)?;
        (!replaced.contains(&found)).then_some(found)
    }

    fn first(&self, is_it: impl Fn(&Fact) -> bool) -> Option<usize> {
        let all = || (0..self.facts.len()).filter(|at| is_it(&self.facts[*at]));
        let accepted = all().find(|at| self.facts[*at].state == State::Accepted);
        accepted.or_else(|| all().next())
    }

    fn free_ordinal(&self, new: &Fact) -> u32 {
        let all = self.facts.iter().chain(&self.forgotten);
        let like = all.filter(|fact| has_content(fact, new));
        like.map(|fact| fact.ordinal + 1)
            .max()
            .unwrap_or(0)
            .max(new.ordinal)
    }

    /// What a known row says to the same row again; nothing if that may be sent in its place.
    fn stands(&self, at: usize, new: &Fact, how: &str) -> Option<String> {
        let known = &self.facts[at];
        match known.state {
            State::InDoubt => Some(format!("held {}", place(known))),
            State::Released => None,
            State::Accepted | State::Claimed { .. } => {
                let is_money = new.row.kind.is_money();
                let repriced = is_money && new.row.cents != known.row.cents;
                let person = (new.row.device, new.row.user) != (known.row.device, known.row.user);
                let changed = repriced || person && new.zone == known.zone;
                let changed = if changed { " changed" } else { "" };
                Some(format!("duplicate {how} {}{changed}", place(known)))
            }
        }
    }

    /// A row in doubt or released of another input that may be this one, filled in since.
    fn alike(&self, new: &Fact) -> Option<usize> {
        self.facts.iter().position(|fact| {
            let kin = (fact.row.app, fact.row.kind) == (new.row.app, new.row.kind);
            let same = fact.row.second() == new.row.second() && fact.row.product == new.row.product;
            let may_be = fact.is_open() && (fact.id.is_none() || new.id.is_none());
            let other = fact.row.file != new.row.file && fact.content != new.content;
            kin && same && may_be && other && fact.row.device == new.row.device
        })
    }

    fn unknown(&mut self, new: &mut Fact, intent: Intent, asking: &mut Asking) -> Says {
        let is_it = |fact: &&mut Fact| has_content(fact, new) && fact.ordinal == new.ordinal;
        let known = self.forgotten.iter_mut().find(is_it);
        if let Some(known) = known.filter(|known| !goes_again(known, asking)) {
            let ids = new.id.is_some() && known.id.is_some();
            if !ids {
                // From now on its id is known, too.
                known.id = known.id.take().or(new.id.clone());
            }
            let word = forgotten(known);
            match (ids, asking.new_identity.is_some()) {
                (true, true) => new.ordinal = self.free_ordinal(new),
                (true, false) if new.row.kind.is_money() => {
                    return Word("id_changed forgotten".into());
                }
                _ => return Word(word.into()),
            }
        }
        let time = new.row.time;
        let is_before = |bound: Option<i64>| bound.zip(time).is_some_and(|(b, time)| time < b);
        // A row that does not go anyway keeps its own reason.
        if intent == Intent::Send && is_before(self.horizon[new.row.app]) {
            return Word("forgotten".into());
        }
        // Ids are read as before; without one a row could have been known under another time.
        let otherwise = |(app, kind, zone): &(usize, Kind, i64)| {
            (*app, *kind) == (new.row.app, new.row.kind) && *zone != asking.zone
        };
        let is_covered = self.spans.iter().any(|(key, (first, last))| {
            let is_within = |time| first - ZONES <= time && time <= last + ZONES;
            !self.over.contains(key) && otherwise(key) && time.is_some_and(is_within)
        });
        let was_covered = self.spans.iter().any(|(key, (first, last))| {
            let is_within = |time| first - ZONES <= time && time <= last + ZONES;
            self.over.contains(key) && otherwise(key) && time.is_some_and(is_within)
        });
        if intent == Intent::Send && new.id.is_none() {
            let asks = was_covered && asking.new_identity.is_none();
            if is_covered || asks && self.take_alike(new, asking).is_some() {
                return Word("other_identity".into());
            }
        }
        if self.may_be_lost(new) {
            return Word("maybe_lost".into());
        }
        Send(Vec::new())
    }

    /// The accepted row, read in another zone, that a row of money may be: nothing else in this run is
    /// like it.
    fn take_alike(&self, new: &Fact, asking: &mut Asking) -> Option<(String, u64)> {
        if !new.row.kind.is_money() {
            return None;
        }
        let (zone, own_files) = (asking.zone, format!("{}-", asking.run));
        let sends_alike = asking.sends_alike();
        let in_question = |fact: &&Fact| {
            let place = (fact.row.file.clone(), fact.row.line);
            let is_left_out = |left: &Fact| left.left_out_for.as_ref() == Some(&place);
            fact.state == State::Accepted
                && fact.row.kind.is_money()
                && fact.row.app == new.row.app
                && fact.zone != zone
                && !fact.row.file.starts_with(&own_files)
                && !self.paired.contains(&place)
                && (sends_alike || !self.forgotten.iter().any(is_left_out))
        };
        let fill = || self.facts.iter().filter(in_question).cloned().collect();
        let otherwise = asking.otherwise.entry(new.row.app).or_insert_with(fill);
        let is_like = |fact: &Fact| {
            let same = (fact.row.kind, &fact.row.product, fact.row.cents)
                == (new.row.kind, &new.row.product, new.row.cents);
            let same_user = fact.row.user.is_some() && fact.row.user == new.row.user;
            let apart = (fact.row.second() - new.row.second()).abs();
            let is_undated = fact.row.time.is_none() || new.row.time.is_none();
            let may_be = is_undated || apart * SECOND <= ZONES && apart % 900 == 0;
            same && (fact.row.device == new.row.device || same_user) && may_be
        };
        let apart = |fact: &Fact| Some((fact.row.time? - new.row.time?).abs());
        let alike = (0..otherwise.len()).filter(|at| is_like(&otherwise[*at]));
        let nearest = alike.min_by_key(|at| apart(&otherwise[*at]))?;
        let fact = otherwise.remove(nearest);
        Some((fact.row.file, fact.row.line))
    }

    fn may_be_lost(&self, new: &Fact) -> bool {
        let is_before = new.row.time.is_none_or(|time| time < ERAS[1]);
        self.has_gap && new.row.kind.is_money() && is_before
    }

    fn extend_span(&mut self, fact: &Fact) {
        if let Some(time) = fact.row.time {
            let key = (fact.row.app, fact.row.kind, fact.zone);
            let (first, last) = self.spans.entry(key).or_insert((time, time));
            (*first, *last) = ((*first).min(time), (*last).max(time));
            self.over.remove(&key);
        }
    }
}

fn place(fact: &Fact) -> String {
    format!("{}:{}", fact.row.file, fact.row.line)
}

fn has_content(fact: &Fact, new: &Fact) -> bool {
    fact.row.app == new.row.app && fact.content == new.content
}

/// The same id is the same event if product and second are; in one input also the amount.
fn is_same(new: &Fact, known: &Fact) -> bool {
    let moved = new.row.second() - known.row.second();
    let same_time = moved == 0 || moved.abs() <= 26 * 3_600 && new.zone != known.zone;
    let repriced = new.row.kind.is_money() && new.row.cents != known.row.cents;
    let in_one_input = new.row.file == known.row.file;
    new.row.product == known.row.product && same_time && !(in_one_input && repriced)
}

/// Whether a row that was left out as sent is new after all, as the user says.
fn goes_again(known: &Fact, asking: &Asking) -> bool {
    known.left_out_for.is_some() && asking.sends_alike()
}

fn forgotten(known: &Fact) -> &'static str {
    match known.left_out_for {
        Some(_) => "duplicate looks_sent",
        None => "duplicate forgotten_run",
    }
}

/// What is said of a row whose id is that of a forgotten one.
fn compared(new: &Fact, known: &Fact) -> String {
    let same_time = new.row.second() == known.row.second() || new.zone != known.zone;
    if new.row.product != known.row.product || !same_time {
        return "conflict forgotten".into();
    }
    let repriced = new.row.kind.is_money() && new.row.cents != known.row.cents;
    let changed = if repriced { " changed" } else { "" };
    format!("{}{changed}", forgotten(known))
}
