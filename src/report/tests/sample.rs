//! Rows, faults and a run for the tests of the renderings: small, and with hostile text in them.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::super::files::{Shape, Source};
use super::super::run::{InputFacts, Limit, RunFacts, Status};
use super::super::typed::Typed;
use crate::model::{
    App, Code, Contribution, Currency, Detail, Event, Fault, Filter, Fingerprint, Identity,
    Installation, Kind, Moment, Outcome, Place, Platform, Rejection, StopReason, UserIds,
};
use crate::stats::reasons::Example;
use crate::stats::{ChunkStats, Counted, Settled, State, Stats};

pub(crate) fn app() -> Arc<App> {
    Arc::new(App {
        bundle_id: "com.example.game".into(),
        platform: Platform::Ios,
    })
}

pub(crate) fn csv(path: &str) -> Source {
    Source {
        path: path.into(),
        shape: Shape::Csv {
            delimiter: b',',
            header: "id,\"Unit price\"".into(),
        },
    }
}

pub(crate) fn ndjson(path: &str) -> Source {
    Source {
        path: path.into(),
        shape: Shape::Ndjson,
    }
}

pub(crate) fn place(line: u64) -> Place {
    Place { input: 0, line }
}

const PRODUCT: &str = "gems_small";

pub(crate) fn worth() -> Contribution {
    Contribution {
        label: PRODUCT.into(),
        revenue: Some((Decimal::new(199, 2), Currency(*b"USD"))),
    }
}

/// A purchase of 1.99 USD.
pub(crate) fn event(line: u64) -> Event {
    Event {
        place: place(line),
        kind: Kind::Purchase,
        app: app(),
        body: "price=1.99".into(),
        text: b"7,\"1.99\"".as_slice().into(),
        installation: Installation(7),
        time: None,
        contribution: worth(),
        identity: Identity {
            id: None,
            id_text: None,
            fingerprint: Fingerprint([0; 16]),
            people: UserIds::default(),
            joined: [None; 3],
        },
        origin: None,
    }
}

pub(crate) fn settled(line: u64, outcome: Outcome, http: u16, reason: &str) -> Settled {
    Settled {
        event: event(line).into(),
        outcome,
        detail: Detail {
            http: (http > 0).then_some(http),
            reason: reason.into(),
            attempts: 1,
            ..Detail::default()
        },
    }
}

pub(crate) fn rejection(line: u64, text: &str, faults: Vec<Fault>) -> Rejection {
    Rejection {
        place: place(line),
        text: text.as_bytes().into(),
        is_record: true,
        faults,
        kind: Some(Kind::Purchase),
        app: Some(app()),
        user: None,
    }
}

pub(crate) fn price_fault(value: &str) -> Fault {
    let hint = "decimal commas need a mapping that says so";
    Fault::new(Code::InvalidNumber, "price", value, hint)
}

/// Valid, rejected and filtered purchases of 1.99 USD each.
pub(crate) fn chunk(valid: u64, rejected: u64, filtered: u64) -> ChunkStats {
    let mut chunk = ChunkStats::default();
    let app = app();
    let purchase = Counted {
        kind: Some(Kind::Purchase),
        app: Some(&app),
        label: Some(PRODUCT),
        time: None,
        amount: worth().revenue.into(),
    };
    (0..valid).for_each(|_| drop(chunk.add(State::Pending, purchase)));
    (0..rejected).for_each(|_| drop(chunk.add(State::Rejected, purchase)));
    (0..filtered).for_each(|_| drop(chunk.filtered(&Filter::TooOld, purchase)));
    chunk.read = valid + rejected + filtered;
    chunk
}

pub(crate) fn run(command: &'static str) -> RunFacts {
    RunFacts {
        run_id: "r1".into(),
        command,
        status: Status::Complete,
        started_at: Timestamp::constant(1_795_305_600, 0),
        finished_at: Some(Timestamp::constant(1_795_305_725, 250_000_000)),
        elapsed: Duration::from_millis(125_250),
        inputs: vec![InputFacts {
            path: "events.csv".into(),
            format: "csv",
            preset: Some("tenjin".into()),
            bytes: 4_100,
            rows: 10,
            complete: true,
        }],
        rate: Some(100.0),
        limits: vec![Limit {
            option: "--max-failures",
            value: "10 % from row 200 on".into(),
            stops: Some(StopReason::MaxFailures),
        }],
        typed: Typed::of(&["--kind", "purchase"], &["events.csv"]),
        ..RunFacts::default()
    }
}

/// Ten purchases: each outcome at least once, two of them accepted.
pub(crate) fn stats() -> Stats {
    const DAY: i64 = 86_400_000_000;
    const NOW: i64 = 20_779 * DAY;
    let mut stats = Stats::new(run("upload").started_at);
    let mut facts = chunk(8, 1, 1);
    facts.event_time.add(NOW, NOW);
    facts.event_time.add(NOW - 3 * DAY, NOW);
    facts.unmapped.add("colour\u{202e}");
    let dropped = ("locale".into(), Code::TooLong);
    let example = Example {
        place: Place { input: 0, line: 3 },
        value: "de-DE-u-nu-latn".into(),
        hint: "shorten it to at most 100 characters".into(),
    };
    facts.dropped_fields.insert(dropped, (1, example));
    stats.chunk(Moment::default(), &facts);
    stats.fixes.add(&"id_form".into(), 2);
    stats.rejected(&rejection(4, "1,\"12,50\"", vec![price_fault("12,50")]));
    let ends = [
        (Outcome::Accepted, 200, ""),
        (Outcome::Accepted, 200, ""),
        (Outcome::Duplicate, 0, "id"),
        (Outcome::Refused, 202, "invalid device identifier"),
        (Outcome::Failed, 503, "retries used up"),
        (Outcome::InDoubt, 0, "timed out after sending"),
        (Outcome::InDoubt, 0, "timed out after sending"),
        (Outcome::NotSent, 0, "behind_failed"),
    ];
    for (line, (outcome, http, reason)) in (10..).zip(ends) {
        let now = Moment(line * 100_000);
        stats.settled(now, &settled(line, outcome, http, reason));
        let left = Moment((line - 10) * 500_000);
        stats.request(left, Duration::from_millis(40), line == 13);
    }
    stats.waited(Moment(3_000_000), Duration::from_millis(1_500));
    stats
}
