//! When the claimer may go on: what it must not overlook, and that nobody forgets to wake it.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::delivery::claimed::Claimed;
use crate::delivery::feed::{Candidate, Meant};
use crate::delivery::flow::Settings;
use crate::delivery::laws::{event, settings};
use crate::http::{Attempt, Judgement, Request, Verdict};
use crate::ledger::{Ledger, RunInfo};
use crate::model::Kind;

struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: &Request<'_>) -> Attempt {
        unreachable!("nothing is sent")
    }
}

fn shared() -> Shared {
    let settings = Settings {
        rate: None,
        ..settings()
    };
    let ledger = Ledger::throw_away("sandbox", &RunInfo::default()).unwrap();
    let keys = Keys {
        one_app: true,
        only: None,
        apps: HashMap::new(),
    };
    let claims = Claims::new(ledger, &[]);
    Shared::new(
        Flow::new(settings),
        claims,
        Box::new(Nowhere),
        keys,
        Clock::new(),
    )
}

fn accepted() -> Judgement {
    Judgement {
        verdict: Verdict::Accepted,
        http: Some(200),
        reason: "".into(),
        retry_after: None,
    }
}

/// A batch in the claimer's manner.
fn claim(shared: &Shared, lines: std::ops::Range<u64>) {
    let meant = Meant::ToSend;
    let batch = lines.map(|line| Candidate {
        event: event(line, Kind::Event, line),
        meant,
    });
    let claimed = shared.claims.claim(batch.collect()).unwrap();
    let rows = claimed.into_iter().map(|row| match row {
        Claimed::Send(claim, event) => (Some(claim), event),
        other => panic!("{other:?}"),
    });
    shared.offer(rows.collect());
}

/// If the machine stopped in between, the next batch would be claimed beside a row that the
/// ledger takes for one in flight.
#[test]
fn a_row_is_unsettled_until_the_ledger_is_told() {
    let shared = shared();
    claim(&shared, 0..2);
    assert!(!shared.backlog.is_below(2));
    let Step::Send(job) = lock(&shared.flow).step(shared.clock.now()) else {
        panic!("a row is ready");
    };
    let taken = {
        let mut flow = lock(&shared.flow);
        flow.answered(&job, &accepted(), shared.clock.now());
        shared.taken(&mut flow)
    };
    assert_eq!(shared.look(Flow::unsettled), 1);
    assert!(
        !shared.backlog.is_below(2),
        "the ledger knows of no outcome"
    );
    shared.pass_on(taken);
    assert!(shared.backlog.is_below(2));
}

#[test]
fn whoever_makes_room_wakes_the_claimer() {
    let shared = Arc::new(shared());
    for round in 0..50 {
        claim(&shared, 2 * round..2 * round + 2);
        let claimer = {
            let shared = shared.clone();
            std::thread::spawn(move || shared.wait_for_backlog(2, 2))
        };
        let settler = |shared: Arc<Shared>| {
            std::thread::spawn(move || {
                let job = shared.next_job(&mut None).unwrap();
                let untold = shared.answered(&job, &accepted());
                shared.pass_on(untold.expect("its row is settled, and alone"));
            })
        };
        let settlers = [settler(shared.clone()), settler(shared.clone())];
        settlers.into_iter().for_each(|it| it.join().unwrap());
        assert!(claimer.join().unwrap());
    }
}

#[test]
fn a_stop_wakes_the_claimer() {
    let shared = Arc::new(shared());
    claim(&shared, 0..2);
    let claimer = {
        let shared = shared.clone();
        std::thread::spawn(move || shared.wait_for_backlog(2, 2))
    };
    shared.change(|flow| flow.stop(StopReason::MaxFailures, "enough"));
    assert!(!claimer.join().unwrap());
}
