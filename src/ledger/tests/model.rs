//! The ledger against a model, through kills and power losses at random moments.
//!
//! After a power loss the disk holds what was synced: the database as the last claim left it, and
//! of the steps since then any part. Laws: what was accepted or may have been recorded is never
//! handed out again; nothing is held or called a duplicate without a reason.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::kit::{Changed, claim_of, info, open, row};
use crate::ledger::{ClaimId, Claimed, Ledger};
use crate::model::{Event, Outcome};

/// What happens to a claimed row before the run ends or dies.
#[derive(Debug, Clone, Copy)]
enum Act {
    Nothing,
    Leave,
    Settle(Outcome),
}

/// How a run ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Finish,
    Kill,
    PowerLoss,
}

/// One run: batches of rows (a content of few, and maybe an id), what happens to each, and
/// whether its last step reached the disk.
#[derive(Debug, Clone)]
struct Run {
    batches: Vec<Vec<(u8, bool, Act, bool)>>,
    end: End,
}

fn act() -> impl Strategy<Value = Act> {
    use Outcome::{Accepted, Failed, InDoubt, NotSent, Refused};
    prop_oneof![
        Just(Act::Nothing),
        Just(Act::Leave),
        Just(Act::Settle(Accepted)),
        Just(Act::Settle(Accepted)),
        prop::sample::select(vec![Refused, Failed, InDoubt, NotSent]).prop_map(Act::Settle),
    ]
}

fn run() -> impl Strategy<Value = Run> {
    let rows = prop::collection::vec((0..12u8, any::<bool>(), act(), any::<bool>()), 0..10);
    let end = prop::sample::select(vec![End::Finish, End::Kill, End::PowerLoss]);
    (prop::collection::vec(rows, 1..4), end).prop_map(|(batches, end)| Run { batches, end })
}

/// What the model knows of an event: content and ordinal, or an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Accepted,
    Held,
    Free,
}

type Name = (u8, u32, bool);

#[derive(Default)]
struct Model {
    truth: HashMap<Name, Truth>,
}

impl Model {
    fn of(&self, name: Name) -> Truth {
        self.truth.get(&name).copied().unwrap_or(Truth::Free)
    }
}

/// A claim of the running run.
struct Open {
    name: Name,
    claim: ClaimId,
    act: Act,
    kept: bool,
    /// Written to the database by a later claim.
    folded: bool,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite.steps"] {
        let source = from.join(name);
        if source.exists() {
            fs::copy(source, to.join(name)).unwrap();
        }
    }
}

/// Puts together what a power loss leaves: the database of `synced`, and of the steps of `now`
/// those slots that reached the disk.
fn lose_power(synced: &Path, now: &Path, lost: &[ClaimId]) {
    let (old, new) = (
        synced.join("ledger.sqlite.steps"),
        now.join("ledger.sqlite.steps"),
    );
    let (before, mut bytes) = (fs::read(old).unwrap(), fs::read(new).unwrap());
    for claim in lost {
        let slot = 64 + 32 * claim.slot as usize..64 + 32 * (claim.slot as usize + 1);
        bytes[slot.clone()].copy_from_slice(&before[slot]);
    }
    fs::write(synced.join("ledger.sqlite.steps"), bytes).unwrap();
    let database = rusqlite::Connection::open(synced.join("ledger.sqlite")).unwrap();
    database
        .execute("UPDATE run SET boot = 'before'", [])
        .unwrap();
}

fn event(line: u64, content: u8, with_id: bool) -> (Event, bool) {
    let event = row(line, &format!("content {content} {with_id}"));
    if with_id {
        (event.id(&format!("id {content}")), true)
    } else {
        (event, false)
    }
}

/// Walks one run; gives the folder that the next one finds.
fn walk(
    number: usize,
    run: &Run,
    folder: &Path,
    root: &Path,
    model: &mut Model,
) -> Result<PathBuf, TestCaseError> {
    let opened = open(
        &folder.join("ledger.sqlite"),
        &info(&format!("run-{number}")),
    );
    let mut ledger = opened.ledger;
    let mut claims: Vec<Open> = Vec::new();
    let mut seen: HashMap<(u8, bool), u32> = HashMap::new();
    let synced = root.join(format!("synced-{number}"));
    let mut line = 1;
    for batch in &run.batches {
        let mut names = Vec::new();
        let mut events = Vec::new();
        for &(content, with_id, ..) in batch {
            line += 1;
            events.push(event(line, content, with_id).0);
            let ordinal = seen.entry((content, with_id)).or_default();
            // An id is one event, however often it comes.
            names.push((content, if with_id { 0 } else { *ordinal }, with_id));
            *ordinal += 1;
        }
        let answers = ledger.claim(events).unwrap();
        for open in &mut claims {
            open.folded |= matches!(open.act, Act::Settle(_));
        }
        let new = claims.len();
        for ((answer, name), &(.., act, kept)) in answers.iter().zip(names).zip(batch) {
            check(answer, name, model, &claims)?;
            let Some(claim) = claim_of(answer) else {
                continue;
            };
            claims.push(Open {
                name,
                claim,
                act,
                kept,
                folded: false,
            });
        }
        let _ = fs::remove_dir_all(&synced);
        copy(folder, &synced);
        // What left before leaves again, each on its own.
        for open in claims[..new].iter().filter(|open| !open.folded) {
            perform(&ledger, open, None);
        }
        let mut held = None;
        for open in &claims[new..] {
            held = perform(&ledger, open, held);
            // What lasts of a row by itself is only known if its outcome is written by itself.
            if matches!(run.end, End::PowerLoss) {
                settle(&ledger, held.take());
            }
        }
        settle(&ledger, held);
    }
    let next = match run.end {
        End::Finish => {
            ledger.finish().unwrap();
            folder.to_path_buf()
        }
        End::Kill => {
            let image = root.join(format!("killed-{number}"));
            copy(folder, &image);
            image
        }
        End::PowerLoss => {
            let lost: Vec<_> = claims
                .iter()
                .filter(|open| !open.folded && !open.kept)
                .map(|open| open.claim)
                .collect();
            lose_power(&synced, folder, &lost);
            synced
        }
    };
    for open in claims {
        model.truth.insert(open.name, after(&open, run.end));
    }
    Ok(next)
}

/// An outcome that is written with the next row that leaves.
type Held = Option<(ClaimId, Outcome)>;

fn perform(ledger: &Ledger, open: &Open, held: Held) -> Held {
    if let Act::Nothing = open.act {
        return held;
    }
    match held {
        Some(settled) => ledger.steps().leaving_after(open.claim, settled).unwrap(),
        None => ledger.leaving(open.claim).unwrap(),
    }
    match open.act {
        Act::Settle(outcome) => Some((open.claim, outcome)),
        _ => None,
    }
}

fn settle(ledger: &Ledger, held: Held) {
    if let Some((claim, outcome)) = held {
        ledger.settle(claim, outcome);
    }
}

/// An answer must have its reason.
fn check(
    answer: &Claimed,
    name: Name,
    model: &Model,
    claims: &[Open],
) -> Result<(), TestCaseError> {
    let truth = model.of(name);
    let as_it_is = match answer {
        Claimed::Send(..) => truth == Truth::Free,
        Claimed::Held(_, earlier) => truth == Truth::Held || earlier.this_run,
        Claimed::Duplicate(_, _, earlier) => truth == Truth::Accepted || earlier.this_run,
        _ => false,
    };
    prop_assert!(as_it_is, "{answer:?} for {name:?}, which is {truth:?}");
    // Once more in this run it goes only if what came before is known to be free again.
    let is_free = |open: &Open| open.folded && after(open, End::Finish) == Truth::Free;
    let mut before = claims.iter().filter(|open| open.name == name);
    prop_assert!(!matches!(answer, Claimed::Send(..)) || before.all(is_free));
    Ok(())
}

/// What the next run must find.
fn after(open: &Open, end: End) -> Truth {
    let settled = |outcome| match outcome {
        Outcome::Accepted => Truth::Accepted,
        Outcome::InDoubt => Truth::Held,
        _ => Truth::Free,
    };
    match (open.act, end) {
        (Act::Settle(outcome), _) if open.folded || open.kept => settled(outcome),
        (_, End::PowerLoss) | (Act::Leave, _) => Truth::Held,
        (Act::Settle(outcome), _) => settled(outcome),
        (Act::Nothing, _) => Truth::Free,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn never_twice_and_never_lost(runs in prop::collection::vec(run(), 1..6)) {
        let root = tempfile::tempdir().unwrap();
        let mut folder = root.path().join("first");
        let mut model = Model::default();
        for (number, run) in runs.iter().enumerate() {
            folder = walk(number, run, &folder, root.path(), &mut model)?;
        }
    }
}

#[test]
fn claims_are_synced_before_they_are_given_out() {
    let mut shelf = super::kit::Shelf::new();
    let ledger = shelf.ledger();
    let pragma = |name: &str| -> String {
        ledger
            .connection
            .pragma_query_value(None, name, |row| {
                let value: rusqlite::types::Value = row.get(0)?;
                Ok(format!("{value:?}"))
            })
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("fullfsync"), "Integer(1)");
    assert_eq!(pragma("checkpoint_fullfsync"), "Integer(1)");
}
