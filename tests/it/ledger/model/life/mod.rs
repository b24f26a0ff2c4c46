//! One ledger's life: what happens to it, step by step, and what it must answer.

mod between;
mod reading;
mod run;
mod sending;
mod tally;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use fastrand::Rng;
use tenjin_s2s::ledger::{Books, Ledger, LedgerError, OpenOptions, Witness};

use super::facts::{Fact, Model};
use super::files::{self, Image};
use super::world::World;
pub use tally::Tally;

/// How many runs a ledger lives for.
const RUNS: u32 = 14;
/// A child of another test has the locks of this process from its fork to its exec.
const WAIT: Duration = Duration::from_secs(60);

fn options() -> OpenOptions {
    OpenOptions {
        wait_lock: Some(WAIT),
        ..OpenOptions::default()
    }
}

pub struct Life {
    seed: u64,
    dice: Rng,
    folder: tempfile::TempDir,
    world: World,
    model: Model,
    /// The model as the last commit left it: what is known if the journal is lost.
    committed: Model,
    /// The model as the database has it without its log.
    checkpointed: Model,
    /// The last run did not end; whether its journal is all there.
    dead: Option<bool>,
    /// What the journal would say, had all of it lasted.
    whole: Option<Model>,
    /// The machine was started anew since the last run.
    rebooted: bool,
    runs: u32,
    kept: Option<Kept>,
    witness: Witness,
    tally: Tally,
}

/// A copy of the files, to be put back later.
struct Kept {
    image: Image,
    model: Model,
    dead: Option<bool>,
}

impl Life {
    pub fn new(seed: u64) -> Life {
        // Nothing that is tested here depends on what the disk really keeps.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        Life {
            seed,
            dice: Rng::with_seed(seed),
            folder: folder.unwrap(),
            world: World::default(),
            model: Model::default(),
            committed: Model::default(),
            checkpointed: Model::default(),
            dead: None,
            whole: None,
            rebooted: false,
            runs: 0,
            kept: None,
            witness: Witness::default(),
            tally: Tally::default(),
        }
    }

    /// Lives it to its end.
    pub fn live(mut self) -> Tally {
        while self.runs < RUNS {
            self.run();
            match self.dice.u8(0..24) {
                0 => self.keep(),
                1 if self.kept.is_some() && !self.model.has_gap => self.restore(),
                2 => self.harm_journal(),
                3 if !self.model.has_gap => self.lose_log(),
                4 if !self.model.has_gap => self.lose_database(),
                5 | 6 => self.forget(),
                7..12 => self.resolve(),
                _ => {}
            }
        }
        if !self.model.has_gap {
            self.damage_and_check();
        }
        self.tally
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite")
    }

    fn context(&self) -> String {
        format!("MODEL_SEED={} run {}", self.seed, self.runs)
    }

    /// What the ledger holds after an opening.
    fn opened(&mut self) {
        if let Some(journal_is_whole) = self.dead.take() {
            if journal_is_whole {
                self.model.recover(true);
            } else {
                self.model = self.committed.clone();
                self.model.recover(false);
                if let Some(whole) = self.whole.take() {
                    self.adopt(&whole);
                }
            }
        }
        self.committed = self.model.clone();
        assert_eq!(
            files::rows(&self.path()),
            self.model.rows(),
            "{}",
            self.context()
        );
    }

    /// Of what the journal said nobody knows how much has lasted: a row is in doubt, or what it
    /// would be with the whole journal.
    fn adopt(&mut self, whole: &Model) {
        let rows: HashSet<_> = files::rows(&self.path()).into_iter().collect();
        let lost = self
            .model
            .facts
            .iter()
            .filter(|fact| !rows.contains(&row_of(fact)));
        let lost: Vec<(String, u64)> = lost
            .map(|fact| (fact.row.file.clone(), fact.row.line))
            .collect();
        let mut whole = whole.clone();
        whole.recover(!self.rebooted);
        for (file, line) in lost {
            let at = self.model.at(&file, line).unwrap();
            let fact = self.model.facts.remove(at);
            assert_eq!(
                fact.word(),
                "in_doubt recovered",
                "{} {fact:?}",
                self.context()
            );
            if let Some(at) = whole.at(&file, line) {
                self.model.facts.push(whole.facts[at].clone());
            }
        }
    }

    /// Nobody has the database open any more.
    fn closed(&mut self) {
        self.checkpointed = self.model.clone();
    }

    /// The ledger must say that it has lost something; a person goes on.
    fn recover(&mut self, journal_is_whole: bool) {
        let (path, context) = (self.path(), self.context());
        let info = self.info(&["none".into()], 0, (None, false));
        let options = OpenOptions {
            witnesses: vec![self.witness.clone()],
            ..options()
        };
        let is_there = path.exists();
        let opened = Ledger::open(&path, "tenjin", &info, &options).map(|_| ());
        let is_told = match opened {
            Err(LedgerError::Behind { .. }) => true,
            Err(LedgerError::Gone { .. }) => !is_there,
            _ => false,
        };
        assert!(is_told, "{context} {opened:?}");
        drop(Books::recover(&path, WAIT).unwrap());
        self.model.go_on_after_loss(journal_is_whole);
        self.dead = None;
        self.whole = None;
        self.world.next_era();
        self.kept = None;
        self.opened();
        self.closed();
        self.tally.count("ledgers recovered");
    }

    fn books(&mut self) -> Books {
        let books = Books::write(&self.path(), WAIT);
        let books = books.unwrap_or_else(|error| panic!("{}: {error}", self.context()));
        self.opened();
        books
    }
}

fn row_of(fact: &Fact) -> (String, String, u64) {
    (fact.word(), fact.row.file.clone(), fact.row.line)
}
