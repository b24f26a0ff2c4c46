//! Rows and runs for tests, in as few words as possible.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::ledger::{
    ClaimId, Decision, InputInfo, Ledger, LedgerError, OpenOptions, Opened, RunInfo,
};
use crate::model::{
    App, Contribution, Currency, Event, Fingerprint, Identity, Installation, Kind, Outcome, Place,
    Platform, UserIds,
};

/// 2026-11-22T00:00:00Z
pub(super) const TODAY: i64 = 1_795_305_600_000_000;

/// A folder with a ledger in it, and runs numbered from 1.
pub(super) struct Shelf {
    pub(super) folder: tempfile::TempDir,
    runs: u32,
}

impl Shelf {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Shelf { folder, runs: 0 }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite")
    }

    /// The next run, with inputs `a.csv`, `b.csv`, `c.csv`.
    pub(super) fn run(&mut self) -> RunInfo {
        self.runs += 1;
        info(&format!("run-{}", self.runs))
    }

    pub(super) fn open(&mut self) -> Opened {
        let run = self.run();
        open(&self.path(), &run)
    }

    /// The machine starts anew: claims of before are another boot's.
    pub(super) fn reboot(&self) {
        let database = rusqlite::Connection::open(self.path()).unwrap();
        database
            .execute("UPDATE run SET boot = 'before'", [])
            .unwrap();
    }

    /// No step of this ledger reached the disk.
    pub(super) fn lose_steps(&self) {
        let path = self.folder.path().join("ledger.sqlite.steps");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[64..].fill(0);
        std::fs::write(&path, bytes).unwrap();
    }

    pub(super) fn ledger(&mut self) -> Ledger {
        self.open().ledger
    }

    /// One whole run: claims the rows, has all of them accepted, ends.
    pub(super) fn upload(&mut self, rows: Vec<Event>) -> Vec<String> {
        let mut ledger = self.ledger();
        let answers = ledger.claim(rows).unwrap();
        settle_all(&ledger, &answers, Outcome::Accepted);
        ledger.finish().unwrap();
        words(&answers)
    }
}

impl Ledger {
    /// See [`crate::ledger::Journal::leaving`].
    pub(super) fn leaving(&self, claim: ClaimId) -> Result<(), LedgerError> {
        self.journal().leaving(claim)
    }

    /// See [`crate::ledger::Journal::settle`].
    pub(super) fn settle(&self, claim: ClaimId, outcome: Outcome) {
        self.journal().settle(claim, outcome);
    }

    /// How many claims had no outcome when [`Ledger::decide`] last looked.
    pub(super) fn unsettled(&self) -> usize {
        self.memory.open.len()
    }
}

pub(super) fn info(id: &str) -> RunInfo {
    RunInfo {
        id: id.into(),
        inputs: ["a.csv", "b.csv", "c.csv"].map(InputInfo::named).into(),
        started_at: TODAY,
        host: "host".into(),
        pid: 42,
        ..RunInfo::default()
    }
}

pub(super) fn open(path: &Path, run: &RunInfo) -> Opened {
    Ledger::open(path, "tenjin", run, &OpenOptions::default()).unwrap()
}

pub(super) fn claim_of(answer: &Decision) -> Option<ClaimId> {
    match answer {
        Decision::Send(claim, _) | Decision::Unremembered(claim, _) => Some(*claim),
        _ => None,
    }
}

pub(super) fn settle_all(ledger: &Ledger, answers: &[Decision], outcome: Outcome) {
    for claim in answers.iter().filter_map(claim_of) {
        ledger.leaving(claim).unwrap();
        ledger.settle(claim, outcome);
    }
}

/// Each answer in a word or two: `send`, `duplicate id run-1 a.csv:3`.
pub(super) fn words(answers: &[Decision]) -> Vec<String> {
    answers.iter().map(word).collect()
}

fn word(answer: &Decision) -> String {
    let at = |earlier: &crate::ledger::Earlier| {
        let line = earlier
            .line
            .map_or(String::new(), |line| format!(":{line}"));
        format!("{} {}{line}", earlier.run, earlier.file)
    };
    match answer {
        Decision::Send(..) => "send".into(),
        Decision::Unremembered(..) => "unremembered".into(),
        Decision::Duplicate(_, how, earlier) if earlier.changes.any() => {
            format!("{} {} changed", how.name(), at(earlier))
        }
        Decision::Duplicate(_, how, earlier) => format!("{} {}", how.name(), at(earlier)),
        Decision::Refunded(_, earlier) => format!("refunded {}", at(earlier)),
        Decision::InDoubt(_, earlier) => format!("held {}", at(earlier)),
        Decision::MaybeLost(_) => "maybe_lost".into(),
        Decision::IdConflict(_, earlier) => format!("conflict {}", at(earlier)),
        Decision::IdChanged(_, earlier) => format!("id_changed {}", at(earlier)),
        Decision::OtherIdentity(_) => "other_identity".into(),
        Decision::LooksSent(_) => "looks_sent".into(),
        Decision::Forgotten(..) => "forgotten".into(),
        Decision::MissingIdentity(_) => "missing_identity".into(),
        Decision::Unknown(_) => "unknown".into(),
    }
}

/// A hash of a word.
pub(super) fn print(word: &str) -> Fingerprint {
    let hash = blake3::hash(word.as_bytes());
    Fingerprint(hash.as_bytes()[..16].try_into().unwrap())
}

/// A purchase whose content is `content`, on a line of input 0, dated today.
pub(super) fn row(line: u64, content: &str) -> Event {
    Event {
        place: Place { input: 0, line },
        kind: Kind::Purchase,
        app: Arc::new(App {
            bundle_id: "com.example.game".into(),
            platform: Platform::Ios,
        }),
        body: format!("product_id={content}").into(),
        text: content.as_bytes().into(),
        installation: Installation(u64::MAX - line),
        time: Some(TODAY),
        contribution: Contribution {
            label: content.into(),
            revenue: Some(("0.99".parse().unwrap(), Currency(*b"USD"))),
        },
        identity: Identity {
            id: None,
            id_text: None,
            fingerprint: print(content),
            people: UserIds::default(),
            joined: [None; 3],
        },
        origin: None,
    }
}

/// What tests change about a row.
pub(super) trait Changed {
    fn id(self, id: &str) -> Self;
    fn input(self, input: u32) -> Self;
    fn undated(self) -> Self;
    fn kind(self, kind: Kind) -> Self;
}

impl Changed for Event {
    fn id(mut self, id: &str) -> Self {
        self.identity.id = Some(print(id));
        self
    }

    fn input(mut self, input: u32) -> Self {
        self.place.input = input;
        self
    }

    fn undated(mut self) -> Self {
        self.time = None;
        self
    }

    fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }
}
