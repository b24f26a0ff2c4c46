//! A ledger that remembers millions of purchases, each with an id and the hashes of all its people's
//! ids, made by the library itself: claimed, left, settled.
//! Making one takes minutes, so it is kept for the next run.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rust_decimal::Decimal;
use tenjin_s2s::ledger::{Decision, InputInfo, Ledger, OpenOptions, RunInfo};
use tenjin_s2s::model::{
    App, Contribution, Currency, Event, Fingerprint, Identity, Installation, Kind, Outcome, Place,
    Platform, UserIds,
};

use crate::table::say;
use crate::workshop;

const BATCH: u64 = 2_000;
/// Raised when the ledger's inside changes, so that no older one is measured.
const MAKE: u32 = 9;

/// The ledger with this many events; made now if it is not there.
pub(crate) fn kept(events: u64) -> Result<PathBuf> {
    let path = workshop::kept(&format!("remembering-{events}-{MAKE}.sqlite"));
    if !path.exists() {
        say(&format!("making a ledger of {events} events"));
        make(&path, events)?;
    }
    Ok(path)
}

fn make(path: &Path, events: u64) -> Result<()> {
    let unfinished = path.with_extension("unfinished");
    let run = RunInfo {
        id: "long-ago".into(),
        inputs: vec![InputInfo::named("history.csv")],
        started_at: 1_700_000_000_000_000,
        host: "host".into(),
        pid: std::process::id(),
        ..RunInfo::default()
    };
    let mut ledger = Ledger::open(&unfinished, "sandbox", &run, &OpenOptions::default())?.ledger;
    let steps = ledger.journal();
    for start in (0..events).step_by(usize::try_from(BATCH)?) {
        let rows = (start..events.min(start + BATCH)).map(event).collect();
        for answer in ledger.claim(rows)? {
            let Decision::Send(claim, _) = answer else {
                anyhow::bail!("a made-up event is not new");
            };
            steps.leaving(claim)?;
            steps.settle(claim, Outcome::Accepted);
        }
    }
    ledger.finish()?;
    // The journal first: a database without its own is taken for a copy.
    for [from, to] in with_journal(&unfinished, path).into_iter().rev() {
        std::fs::rename(from, to).context("the finished ledger gets its name")?;
    }
    Ok(())
}

/// A copy of a ledger, with its journal. It is wholly on disk, so that writing it back disturbs nobody.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    for [from, to] in with_journal(from, to) {
        std::fs::copy(from, &to).context("cannot copy the large ledger")?;
        File::open(to)?.sync_all()?;
    }
    Ok(())
}

/// The database of each, and the journal.
fn with_journal(from: &Path, to: &Path) -> [[PathBuf; 2]; 2] {
    ["", ".steps"].map(|end| [from, to].map(|path| workshop::with_end(path, end)))
}

fn event(number: u64) -> Event {
    let hash = |what: &str| {
        let hash = blake3::hash(format!("{what} {number}").as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        Fingerprint(bytes)
    };
    let person = |what: &str| {
        let Fingerprint(bytes) = hash(what);
        Some(i64::from_le_bytes(
            bytes[..8].try_into().unwrap_or_default(),
        ))
    };
    let people = ["installation", "advertising", "device", "user"].map(person);
    Event {
        place: Place {
            input: 0,
            line: number + 2,
        },
        kind: Kind::Purchase,
        app: Arc::new(App {
            bundle_id: "com.example.game".into(),
            platform: Platform::Android,
        }),
        body: "product_id=coins".into(),
        text: b"coins".as_slice().into(),
        installation: Installation(number % 100_000),
        time: Some(1_700_000_000_000_000 + i64::try_from(number).unwrap_or(i64::MAX)),
        contribution: Contribution {
            label: "coins".into(),
            revenue: Some((Decimal::new(499, 2), Currency(*b"USD"))),
        },
        identity: Identity {
            id: Some(hash("id")),
            id_text: None,
            fingerprint: hash("content"),
            people: UserIds(people),
            joined: [None; 3],
        },
        origin: None,
    }
}
