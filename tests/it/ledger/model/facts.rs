//! What the ledger must know, and what happens to it between rows.

use std::collections::{HashMap, HashSet};

use tenjin_s2s::model::{Kind, Outcome};

use super::world::{HOUR, Row};

/// How far times may be apart if they are read in another zone.
pub const ZONES: i64 = 26 * HOUR;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Accepted,
    /// Its request waits, or has left.
    Claimed {
        left: bool,
    },
    InDoubt,
    Released,
}

/// A row that the ledger must know.
#[derive(Debug, Clone)]
pub struct Fact {
    pub state: State,
    pub row: Row,
    /// Its id, if only a later export gave it.
    pub id: Option<String>,
    pub content: String,
    pub ordinal: u32,
    /// The run that claimed it.
    pub run: u32,
    /// How its times were read.
    pub zone: i64,
    /// It was released before, so that its input may be gone.
    pub is_kept: bool,
    /// By the recovery of a killed run.
    pub is_recovered: bool,
    /// It was left out: the place of the accepted row it is like.
    pub left_out_for: Option<(String, u64)>,
}

impl Fact {
    /// In doubt or released.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::InDoubt | State::Released)
    }

    /// As the tables have it.
    pub fn word(&self) -> String {
        let state = match self.state {
            State::Accepted => return "accepted".into(),
            State::Claimed { .. } => return "claimed".into(),
            State::InDoubt => "in_doubt",
            State::Released => "released",
        };
        let is_recovered = self.is_recovered && self.state == State::InDoubt;
        let why = if is_recovered { " recovered" } else { "" };
        format!("{state}{why}")
    }
}

/// All that the ledger must know.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// In the order in which they were accepted or claimed.
    pub facts: Vec<Fact>,
    /// Of runs that were forgotten: only whether a row is like one of them, or how it differs.
    pub forgotten: Vec<Fact>,
    pub horizon: [Option<i64>; 2],
    /// What may have been lost: everything of the first era.
    pub has_gap: bool,
    /// From when to when rows were dated that were read in a zone.
    pub spans: HashMap<(usize, Kind, i64), (i64, i64)>,
    /// Which of these are over: only money like that which was sent so is in question.
    pub over: HashSet<(usize, Kind, i64)>,
    /// Places of accepted rows that are like a row which went as new.
    pub paired: HashSet<(String, u64)>,
}

impl Model {
    /// The fact of a row, by its place.
    pub fn at(&self, file: &str, line: u64) -> Option<usize> {
        let is_it = |fact: &Fact| fact.row.line == line && fact.row.file == file;
        self.facts.iter().position(is_it)
    }

    /// All that is known of a deal.
    pub fn of(&self, deal: usize) -> Vec<&Fact> {
        self.facts
            .iter()
            .filter(|fact| fact.row.deal == deal)
            .collect()
    }

    /// A row has its outcome.
    pub fn settle(&mut self, at: usize, outcome: Outcome) {
        let mut fact = self.facts.remove(at);
        fact.state = match outcome {
            Outcome::Accepted => State::Accepted,
            Outcome::InDoubt => State::InDoubt,
            Outcome::Refused => return,
            _ if fact.is_kept => State::Released,
            _ => return,
        };
        if outcome == Outcome::InDoubt {
            fact.is_recovered = false;
        }
        self.facts.push(fact);
    }

    /// The last run did not end. What was claimed is in doubt if nothing says that it never left.
    pub fn recover(&mut self, journal_is_whole: bool) {
        for fact in &mut self.facts {
            if let State::Claimed { left } = fact.state {
                let never_left = journal_is_whole && !left;
                fact.state = if never_left {
                    State::Released
                } else {
                    State::InDoubt
                };
                fact.is_recovered = true;
            }
        }
    }

    /// `ledger recover`: anything may have been sent since, also what was released.
    pub fn go_on_after_loss(&mut self, journal_is_whole: bool) {
        self.recover(journal_is_whole);
        self.has_gap = true;
        for fact in &mut self.facts {
            if fact.state == State::Released && fact.row.kind.is_money() {
                fact.state = State::InDoubt;
                fact.is_recovered = false;
            }
        }
    }

    /// What a recovery put in doubt is sent again, or left to a person.
    pub fn resend_recovered(&mut self, resends: impl Fn(Kind) -> bool) {
        for fact in &mut self.facts {
            if fact.state == State::InDoubt && fact.is_recovered {
                if resends(fact.row.kind) {
                    fact.state = State::Released;
                } else {
                    fact.is_recovered = false;
                }
            }
        }
    }

    /// A released row is taken to be sent; nothing if it was accepted meanwhile.
    pub fn take(&mut self, at: usize, run: u32) -> bool {
        let mut fact = self.facts.remove(at);
        let known = match &fact.id {
            Some(_) => self.by_id(&fact),
            None => self.by_content(&fact, &[]),
        };
        if known.is_some_and(|at| self.facts[at].state == State::Accepted) {
            return false;
        }
        fact.state = State::Claimed { left: false };
        (fact.run, fact.is_kept) = (run, true);
        self.facts.push(fact);
        true
    }

    /// `forget --run`
    pub fn forget_run(&mut self, run: u32) {
        let is_it = |fact: &Fact| fact.run == run && fact.state == State::Accepted;
        let gone = self.facts.iter().filter(|fact| is_it(fact));
        self.forgotten.extend(gone.cloned());
        self.facts.retain(|fact| !is_it(fact));
    }

    /// `forget --older-than`
    pub fn forget_before(&mut self, time: i64) {
        let is_it = |fact: &Fact| {
            let is_old = fact.row.time.is_some_and(|at| at < time - ZONES);
            is_old && fact.state == State::Accepted
        };
        for app in 0..2 {
            if self
                .facts
                .iter()
                .any(|fact| fact.row.app == app && is_it(fact))
            {
                let horizon = &mut self.horizon[app];
                *horizon = Some(horizon.map_or(time, |before| before.max(time)));
            }
        }
        self.facts.retain(|fact| !is_it(fact));
    }

    /// What must stand in the tables: state, input and line.
    pub fn rows(&self) -> Vec<(String, String, u64)> {
        let row = |fact: &Fact| (fact.word(), fact.row.file.clone(), fact.row.line);
        let mut rows: Vec<_> = self.facts.iter().map(row).collect();
        rows.sort();
        rows
    }
}
