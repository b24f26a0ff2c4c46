//! What people and machines do between runs: copies, lost and damaged files, forgetting, resolving.

use tenjin_s2s::ledger::{Books, Decision, Forget, Ledger, LedgerError, Resolution, Selection};
use tenjin_s2s::model::Outcome;

use super::super::facts::{Fact, Model, State};
use super::super::files::Image;
use super::super::world::{Deal, Row, Way};
use super::{Kept, Life, WAIT};

impl Life {
    pub(super) fn keep(&mut self) {
        if self.dead.is_some() {
            return;
        }
        let mut image = Image::of(self.folder.path());
        if self.dice.bool() {
            let copy = self.folder.path().join("copy.sqlite");
            Books::read(&self.path()).unwrap().backup(&copy).unwrap();
            image = Image {
                database: Some(std::fs::read(&copy).unwrap()),
                ..Image::default()
            };
            std::fs::remove_file(copy).unwrap();
        }
        self.kept = Some(Kept {
            image,
            model: self.model.clone(),
            dead: self.dead,
        });
    }

    /// An older database is put back, with its own journal or beside the newer one.
    pub(super) fn restore(&mut self) {
        let mut kept = self.kept.take().unwrap();
        let with_journal = self.dice.bool();
        if !with_journal {
            kept.image.journal = Image::of(self.folder.path()).journal;
        }
        kept.image.put(self.folder.path());
        self.model = kept.model;
        self.tally.count("harmed files");
        self.recover(with_journal && kept.dead == Some(true));
    }

    /// The journal is gone, an older one, cut or another program's.
    pub(super) fn harm_journal(&mut self) {
        let mut image = Image::of(self.folder.path());
        let mut bytes = image.journal.take().unwrap();
        if self.dead.is_some() {
            let whole = self.whole.take().unwrap_or_else(|| self.model.clone());
            match self.dice.u8(0..4) {
                0 => {
                    image.journal = self
                        .kept
                        .as_ref()
                        .and_then(|kept| kept.image.journal.clone());
                }
                1 => image.journal = Some(vec![0x5a; bytes.len()]),
                2 => {
                    bytes.truncate(self.dice.usize(64..bytes.len()));
                    image.journal = Some(bytes);
                    self.whole = Some(whole);
                }
                _ => {
                    let at = self.dice.usize(64..1024);
                    bytes[at] ^= 1 << self.dice.u8(0..8);
                    image.journal = Some(bytes);
                    self.whole = Some(whole);
                }
            }
            self.dead = Some(false);
        }
        let is_missing = image.journal.is_none();
        if is_missing && self.model.has_gap {
            image.journal = Some(vec![0x5a; 64]);
        }
        image.put(self.folder.path());
        self.tally.count("harmed files");
        if is_missing && !self.model.has_gap {
            // Without one it counts as a copy.
            if self.dead.is_some() {
                self.model = self.committed.clone();
            }
            self.recover(false);
        }
    }

    /// The `-wal` is gone, as it never was there for whoever copied only the database.
    pub(super) fn lose_log(&mut self) {
        let mut image = Image::of(self.folder.path());
        if image.log.take().is_none() {
            return;
        }
        image.put(self.folder.path());
        self.model = self.checkpointed.clone();
        self.tally.count("harmed files");
        self.recover(false);
    }

    pub(super) fn lose_database(&mut self) {
        if self.model.facts.is_empty() {
            return;
        }
        let image = Image {
            journal: Image::of(self.folder.path()).journal,
            ..Image::default()
        };
        image.put(self.folder.path());
        self.model = Model::default();
        self.tally.count("harmed files");
        self.recover(false);
    }

    pub(super) fn forget(&mut self) {
        let mut books = self.books();
        let accepted = |fact: &&Fact| fact.state == State::Accepted;
        let accepted: Vec<&Fact> = self.model.facts.iter().filter(accepted).collect();
        if let Some(fact) = self.dice.choice(&accepted) {
            let run = fact.run;
            if let Some(time) = fact.row.time.filter(|_| self.dice.bool()) {
                books.forget(&Forget::Before(time)).unwrap();
                self.model.forget_before(time);
            } else {
                books.forget(&Forget::Run(format!("run-{run}"))).unwrap();
                self.model.forget_run(run);
            }
            self.tally.count("times forgotten");
        }
        drop(books);
        self.closed();
    }

    /// A person looks rows up in the dashboard, and says what is true.
    pub(super) fn resolve(&mut self) {
        let mut books = self.books();
        let doubtful = self
            .model
            .facts
            .iter()
            .filter(|fact| fact.state == State::InDoubt);
        let rows: Vec<(String, u64, usize)> = doubtful
            .map(|fact| (fact.row.file.clone(), fact.row.line, fact.row.deal))
            .collect();
        for (file, line, deal) in rows {
            if self.dice.bool() {
                continue;
            }
            let is_there = self.world.deals[deal].recorded > 0;
            let answer = if is_there {
                Resolution::Accepted
            } else {
                Resolution::Resend
            };
            let at = self.model.at(&file, line).unwrap();
            let selection = Selection::Row {
                file,
                line,
                run: None,
                if_open: false,
            };
            let resolved = books.resolve(&[(selection, answer)]).unwrap();
            assert_eq!((resolved.total.rows, resolved.released), (1, 0));
            if is_there {
                self.model.settle(at, Outcome::Accepted);
            } else {
                let fact = &mut self.model.facts[at];
                (fact.state, fact.is_recovered) = (State::Released, false);
            }
            self.tally.count("rows resolved");
        }
        drop(books);
        self.closed();
    }

    /// The log or the journal is cut or has another bit, and nothing is known but that no money
    /// goes twice. Not the log where the journal was harmed before: it is what tells that the log
    /// has lost something.
    pub(super) fn damage_and_check(&mut self) {
        let mut image = Image::of(self.folder.path());
        let file = if self.dice.bool() && self.dead != Some(false) {
            &mut image.log
        } else {
            &mut image.journal
        };
        let Some(bytes) = file.as_mut().filter(|bytes| !bytes.is_empty()) else {
            return;
        };
        let at = self.dice.usize(0..bytes.len());
        if self.dice.bool() {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << self.dice.u8(0..8);
        }
        image.put(self.folder.path());
        self.tally.count("harmed files");
        self.runs += 1;
        let info = self.info(&["all".into()], 0, (None, false));
        let mut options = super::options();
        if self.dice.bool() {
            options.witnesses.push(self.witness.clone());
        }
        let mut opened = Ledger::open(&self.path(), "tenjin", &info, &options);
        if let Err(LedgerError::Behind { .. }) = opened {
            drop(Books::recover(&self.path(), WAIT).unwrap());
            opened = Ledger::open(&self.path(), "tenjin", &info, &options);
        }
        let mut ledger = opened.unwrap().ledger;
        let deals = self
            .world
            .deals
            .iter()
            .filter(|deal| self.is_to_be_known(deal));
        let sent: Vec<(Row, bool)> = deals
            .filter_map(|deal| Some((deal.sent.clone()?, deal.recorded > 0)))
            .collect();
        let rows = sent.iter().zip(2..).map(|((row, _), line)| {
            let row = Row {
                input: 0,
                line,
                ..row.clone()
            };
            row.event()
        });
        let answers = ledger.claim(rows.collect()).unwrap();
        for (answer, (row, recorded)) in answers.iter().zip(sent) {
            let twice = recorded && row.kind.is_money() && matches!(answer, Decision::Send(..));
            assert!(
                !twice,
                "{} {row:?} {:#?}",
                self.context(),
                self.model.of(row.deal)
            );
            self.tally.count("rows");
        }
    }

    /// Whether a deal must be recognised as it was sent: not in another zone, and not a twin without
    /// its twin.
    fn is_to_be_known(&self, deal: &Deal) -> bool {
        let is_like_before =
            |deal: &Deal| deal.zone == Some(0) && !deal.excused && deal.way != Way::Log;
        let twin = match deal.way {
            Way::Twin { is_second: true } => deal.row.deal - 1,
            Way::Twin { is_second: false } => deal.row.deal + 1,
            _ => deal.row.deal,
        };
        is_like_before(deal) && is_like_before(&self.world.deals[twin])
    }
}
