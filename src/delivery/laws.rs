//! The promises of sending, as laws over a simulated server: conservation, no double money,
//! order, pace, what an outage costs. Time is simulated; nothing here waits.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::flow::{Flow, Job, Settings, Step};
use super::{InDoubt, RowLimit};
use crate::http::{Judgement, Verdict};
use crate::model::{
    App, Contribution, Event, Fingerprint, Identity, Installation, Kind, Moment, Outcome, Place,
    Platform, StopReason, UserIds,
};
use crate::progress::{Reason, Waiting};
use crate::stats::Settled;

mod waits;

const WINDOW: usize = 100;

/// A row that nothing identifies.
pub(super) fn event(line: u64, kind: Kind, installation: u64) -> Arc<Event> {
    let app = App {
        bundle_id: "com.example.game".into(),
        platform: Platform::Ios,
    };
    Arc::new(Event {
        place: Place { input: 0, line },
        kind,
        app: Arc::new(app),
        body: "".into(),
        text: Box::default(),
        installation: Installation(installation),
        time: None,
        contribution: Contribution::default(),
        identity: Identity {
            id: None,
            id_text: None,
            fingerprint: Fingerprint([0; 16]),
            people: UserIds::default(),
            joined: [None; 3],
        },
        origin: None,
    })
}

/// Patient, and at a good pace.
pub(super) fn settings() -> Settings {
    Settings {
        rate: Some(500.0),
        retries: 8,
        in_doubt: InDoubt::Auto,
        max_wait: Duration::from_mins(15),
        max_failures: RowLimit::Share(1.0),
        apps_with_keys: Some(1),
        server: "Tenjin".into(),
        seed: 1,
    }
}

/// What the server does with one request: how long it takes, what we learn, what it recorded.
struct Answer {
    takes: Duration,
    verdict: Verdict,
    recorded: bool,
}

impl Answer {
    fn new(millis: u64, verdict: Verdict, recorded: bool) -> Self {
        Answer {
            takes: Duration::from_millis(millis),
            verdict,
            recorded,
        }
    }

    fn accepted() -> Self {
        Answer::new(20, Verdict::Accepted, true)
    }
}

/// A run of a flow against a server that is a function of time and row.
struct World<S> {
    flow: Flow,
    server: S,
    now: Moment,
    connections: usize,
    in_flight: BTreeMap<(Moment, u64), (Job, Answer)>,
    left: Vec<(Moment, u64)>,
    recorded: HashMap<u64, u32>,
    settled: Vec<Settled>,
}

impl<S: FnMut(Moment, &Event) -> Answer> World<S> {
    fn new(settings: Settings, connections: usize, server: S) -> Self {
        World {
            flow: Flow::new(settings),
            server,
            now: Moment(0),
            connections,
            in_flight: BTreeMap::new(),
            left: Vec::new(),
            recorded: HashMap::new(),
            settled: Vec::new(),
        }
    }

    fn run(mut self, rows: &[Arc<Event>]) -> Self {
        let mut rows = rows.iter();
        let mut more = true;
        for _ in 0..2_000_000 {
            while more && self.flow.unsettled() < WINDOW && self.flow.stopped().is_none() {
                match rows.next() {
                    Some(row) => self.flow.offer(None, row.clone()),
                    None => more = false,
                }
            }
            if !more || self.flow.stopped().is_some() {
                self.flow.complete();
            }
            let done = self.turn();
            let settled = self.flow.take_settled().into_iter();
            self.settled.extend(settled.map(|(_, row)| row));
            if done {
                return self;
            }
        }
        panic!("the run does not end");
    }

    fn turn(&mut self) -> bool {
        let answer = self.in_flight.keys().next().map(|(at, _)| *at);
        let free = self.in_flight.len() < self.connections;
        let wake = match free.then(|| self.flow.step(self.now)) {
            Some(Step::Send(job)) => {
                self.leave(job);
                return false;
            }
            Some(Step::Done) => return true,
            Some(Step::Pace(until)) => Some(until),
            Some(Step::Wait(until)) => until,
            None => None,
        };
        let Some(next) = [answer, wake].into_iter().flatten().min() else {
            assert!(self.flow.stopped().is_some(), "everybody waits for nothing");
            return self.flow.unsettled() == 0;
        };
        self.now = self.now.max(next);
        if answer.is_some_and(|at| at <= self.now) {
            let ((at, _), (job, answer)) = self.in_flight.pop_first().unwrap();
            let http = None;
            let judgement = Judgement {
                verdict: answer.verdict,
                http,
                reason: "connection refused".into(),
                retry_after: None,
            };
            self.flow.answered(&job, &judgement, at);
        }
        false
    }

    fn leave(&mut self, job: Job) {
        let answer = (self.server)(self.now, &job.event);
        let line = job.event.place.line;
        self.left.push((self.now, line));
        *self.recorded.entry(line).or_default() += u32::from(answer.recorded);
        self.in_flight
            .insert((self.now + answer.takes, job.seq), (job, answer));
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.settled
            .iter()
            .filter(|row| row.outcome == outcome)
            .count()
    }

    fn outcome(&self, line: u64) -> Outcome {
        self.settled
            .iter()
            .find(|row| row.event.place.line == line)
            .unwrap()
            .outcome
    }
}

fn any_verdict() -> impl Strategy<Value = (Verdict, bool, u64)> {
    let later = |hold| Verdict::Later {
        retry_after: None,
        hold,
    };
    let silent = Verdict::InDoubt { no_retry: false };
    prop_oneof![
        60 => Just((Verdict::Accepted, true, 20)),
        5 => Just((Verdict::Refused, false, 20)),
        5 => Just((later(true), false, 5)),
        3 => Just((later(false), false, 5)),
        5 => Just((silent.clone(), false, 30)),
        5 => Just((silent.clone(), true, 30)),
        2 => Just((silent, true, 60_000)),
        5 => Just((Verdict::NeverLeft, false, 1)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_server_does_the_books_are_true(
        kinds in proptest::collection::vec((0usize..4, 0u64..12), 1..400),
        answers in proptest::collection::vec(any_verdict(), 1..200),
        connections in 1usize..40,
        seed in any::<u64>(),
    ) {
        let rows: Vec<_> = (1..).zip(&kinds)
            .map(|(line, (kind, who))| event(line, Kind::ALL[*kind], *who)).collect();
        let mut turn = 0;
        let server = |_, _: &Event| {
            turn += 1;
            let (verdict, recorded, takes) = answers[turn % answers.len()].clone();
            Answer::new(takes, verdict, recorded)
        };
        let world = World::new(Settings { seed, ..settings() }, connections, server).run(&rows);

        let mut lines: Vec<_> = world.settled.iter().map(|row| row.event.place.line).collect();
        lines.sort_unstable();
        let offered = lines.len() as u64;
        prop_assert_eq!(lines, (1..=offered).collect::<Vec<_>>(), "one outcome for each row");
        prop_assert!(world.flow.stopped().is_some() || offered == rows.len() as u64);

        for row in &world.settled {
            let times = world.recorded.get(&row.event.place.line).copied().unwrap_or(0);
            match row.outcome {
                Outcome::Accepted => prop_assert!(times >= 1),
                Outcome::InDoubt => {}
                _ => prop_assert_eq!(times, 0, "{:?} was recorded", row),
            }
            if row.event.kind.is_money() {
                prop_assert!(times <= 1, "money was recorded twice");
            }
        }
        let mut last: HashMap<Installation, u64> = HashMap::new();
        for (_, line) in &world.left {
            let who = rows[usize::try_from(*line).unwrap() - 1].installation;
            prop_assert!(last.insert(who, *line).is_none_or(|before| before <= *line), "order");
        }
    }
}

#[test]
fn the_pace_holds_for_first_tries_and_retries_together() {
    let rows: Vec<_> = (1..=4000)
        .map(|line| event(line, Kind::Event, line))
        .collect();
    let mut turn = 0;
    let server = |_, _: &Event| {
        turn += 1;
        if turn % 5 == 0 {
            Answer::new(3, Verdict::NeverLeft, false)
        } else {
            Answer::accepted()
        }
    };
    let world = World::new(settings(), 64, server).run(&rows);
    assert_eq!(world.count(Outcome::Accepted), 4000);
    assert!(world.left.len() > 4900);
    let times: Vec<u64> = world.left.iter().map(|(at, _)| at.0).collect();
    let busiest = (0..times.len())
        .map(|first| {
            times[first..]
                .iter()
                .take_while(|at| *at - times[first] < 1_000_000)
                .count()
        })
        .max()
        .unwrap();
    assert!(busiest <= 512, "{busiest} in one second at 500/s");
}

#[test]
fn a_five_minute_outage_costs_no_more_than_the_breaker_promises() {
    let outage = Moment(0) + Duration::from_secs(10)..Moment(0) + Duration::from_secs(310);
    for lost in [
        Answer::new(5, Verdict::InDoubt { no_retry: false }, true),
        Answer::new(5, Verdict::InDoubt { no_retry: false }, false),
        Answer::new(1, Verdict::NeverLeft, false),
    ] {
        let connections = 32;
        let rows: Vec<_> = (1..=8000)
            .map(|line| event(line, Kind::Purchase, line))
            .collect();
        let mut probes = 0;
        let server = |now: Moment, _: &Event| {
            if outage.contains(&now) {
                probes += usize::from(now.0 > outage.start.0 + 1_000_000);
                Answer {
                    verdict: lost.verdict.clone(),
                    ..lost
                }
            } else {
                Answer::accepted()
            }
        };
        let world = World::new(settings(), connections, server).run(&rows);
        let in_doubt = world.count(Outcome::InDoubt);
        assert_eq!(world.flow.stopped(), None, "goes on by itself");
        assert_eq!(world.count(Outcome::Accepted) + in_doubt, 8000);
        assert!(
            in_doubt <= 10 + connections + probes,
            "{in_doubt} in doubt, {probes} probes"
        );
    }
}

#[test]
fn a_server_that_was_never_there_is_waited_for_and_loses_nothing() {
    let rows: Vec<_> = (1..=50)
        .map(|line| event(line, Kind::Purchase, line))
        .collect();
    let server = |_, _: &Event| Answer::new(1, Verdict::NeverLeft, false);
    let few = Settings {
        retries: 2,
        ..settings()
    };
    let world = World::new(few, 32, server).run(&rows);
    let (reason, text) = world.flow.stopped().unwrap();
    assert_eq!(reason, StopReason::Unreachable);
    assert_eq!(
        text,
        "no definite answer from Tenjin for 15m: connection refused"
    );
    assert_eq!(world.count(Outcome::Failed), 3, "their retries are used up");
    assert_eq!(world.count(Outcome::NotSent), 47);
    let tenth = world.left[9].0;
    let held = world.now.since(tenth);
    let most = Duration::from_mins(15);
    assert!(
        (most..most + Duration::from_secs(1)).contains(&held),
        "{held:?}"
    );
}

#[test]
fn too_few_rows_for_silence_to_be_waited_for_are_never_answered() {
    let rows = [event(1, Kind::Event, 1), event(2, Kind::Event, 1)];
    let server = |_, _: &Event| Answer::new(1, Verdict::NeverLeft, false);
    let world = World::new(settings(), 4, server).run(&rows);
    assert_eq!(world.flow.stopped(), None);
    let text = "no answer from Tenjin: connection refused";
    assert_eq!(world.flow.never_answered().as_deref(), Some(text));
    let ended = (world.count(Outcome::Failed), world.count(Outcome::NotSent));
    assert_eq!(ended, (1, 1));

    let accepted = World::new(settings(), 4, |_, _: &Event| Answer::accepted()).run(&rows);
    assert_eq!(accepted.flow.never_answered(), None);
}

#[test]
fn waiting_says_what_is_waited_for() {
    let mut flow = Flow::new(settings());
    flow.offer(None, event(1, Kind::Event, 1));
    let mut now = Moment(0);
    assert_eq!(flow.waiting(now), None);
    let silent = Judgement {
        verdict: Verdict::NeverLeft,
        http: None,
        reason: "connection refused".into(),
        retry_after: None,
    };
    for attempt in 1..=9 {
        let job = loop {
            match flow.step(now) {
                Step::Send(job) => break job,
                Step::Wait(until) => now = until.unwrap(),
                Step::Pace(until) => now = until,
                Step::Done => panic!("done before {attempt}"),
            }
        };
        assert_eq!(flow.waiting(now), None, "it is on its way");
        flow.answered(&job, &silent, now);
        if attempt < 9 {
            let waiting = flow.waiting(now).unwrap();
            assert_eq!(waiting.reason, Reason::Retry);
            assert!(!waiting.time.is_zero());
            assert_eq!(waiting.why, "trying again (connection refused)");
        }
    }
    flow.offer(None, event(2, Kind::Event, 2));
    let Step::Send(job) = flow.step(now + Duration::from_secs(1)) else {
        panic!("the second row goes");
    };
    flow.answered(&job, &silent, now);
    let held = Waiting {
        reason: Reason::NoAnswer,
        time: Duration::from_mins(15),
        why: "no answer from Tenjin (connection refused)".into(),
    };
    assert_eq!(flow.waiting(now), Some(held));
}

#[test]
fn an_outage_at_the_very_beginning_is_waited_for() {
    let rows: Vec<_> = (1..=50)
        .map(|line| event(line, Kind::Purchase, line))
        .collect();
    let back = Moment(0) + Duration::from_mins(10);
    let server = |now: Moment, _: &Event| {
        if now < back {
            Answer::new(1, Verdict::NeverLeft, false)
        } else {
            Answer::accepted()
        }
    };
    let world = World::new(settings(), 32, server).run(&rows);
    assert_eq!(world.flow.stopped(), None, "goes on by itself");
    let ended = (world.count(Outcome::Failed), world.count(Outcome::Accepted));
    assert_eq!(ended, (1, 49));
}

#[test]
fn silence_ends_at_the_longest_wait_also_while_the_only_row_waits_for_its_retry() {
    let rows: Vec<_> = (1..=12)
        .map(|line| event(line, Kind::Event, line))
        .collect();
    let silent = Verdict::InDoubt { no_retry: false };
    let server = |_, _: &Event| Answer::new(1, silent.clone(), false);
    let short = Settings {
        max_wait: Duration::from_secs(5),
        retries: 20,
        ..settings()
    };
    let world = World::new(short, 4, server).run(&rows);
    assert_eq!(world.flow.stopped().unwrap().0, StopReason::Unreachable);
    let held = world.now.since(world.left[0].0);
    assert!(held <= Duration::from_secs(6), "{held:?}");
}

#[test]
fn a_wrong_key_costs_one_request() {
    let rows: Vec<_> = (1..=50)
        .map(|line| event(line, Kind::Purchase, line))
        .collect();
    let server = |_, _: &Event| Answer::new(9, Verdict::StopApp(StopReason::Unauthorized), false);
    let world = World::new(settings(), 32, server).run(&rows);
    assert_eq!(world.flow.stopped().unwrap().0, StopReason::Unauthorized);
    assert_eq!((world.left.len(), world.count(Outcome::NotSent)), (1, 50));
}

#[test]
fn rows_behind_a_failed_one_of_the_same_installation_are_not_sent() {
    let rows = [
        event(1, Kind::Open, 9),
        event(2, Kind::Open, 7),
        event(3, Kind::Event, 7),
        event(4, Kind::Event, 9),
    ];
    let server = |_, event: &Event| match event.place.line {
        2 => Answer::new(1, Verdict::NeverLeft, false),
        _ => Answer::accepted(),
    };
    let world = World::new(
        Settings {
            retries: 1,
            ..settings()
        },
        4,
        server,
    )
    .run(&rows);
    let outcomes = [1, 2, 3, 4].map(|line| world.outcome(line));
    let expected = [
        Outcome::Accepted,
        Outcome::Failed,
        Outcome::NotSent,
        Outcome::Accepted,
    ];
    assert_eq!(outcomes, expected);
    let behind = world
        .settled
        .iter()
        .find(|row| row.event.place.line == 3)
        .unwrap();
    assert_eq!(&*behind.detail.reason, "behind_failed");
}

#[test]
fn one_slow_answer_does_not_hold_the_others() {
    let rows: Vec<_> = (1..=1000)
        .map(|line| event(line, Kind::Event, line))
        .collect();
    let server = |_, event: &Event| match event.place.line {
        50 => Answer::new(59_000, Verdict::Accepted, true),
        _ => Answer::accepted(),
    };
    let world = World::new(settings(), 8, server).run(&rows);
    let last_of_the_others = world.left.last().unwrap().0;
    assert!(
        last_of_the_others < Moment(0) + Duration::from_secs(5),
        "{last_of_the_others:?}"
    );
}

#[test]
fn a_longer_pause_than_allowed_stops_at_once() {
    let rows: Vec<_> = (1..=50)
        .map(|line| event(line, Kind::Purchase, line))
        .collect();
    let hour = Some(Duration::from_hours(1));
    let server = |_, _: &Event| {
        Answer::new(
            1,
            Verdict::Later {
                retry_after: hour,
                hold: true,
            },
            false,
        )
    };
    let world = World::new(settings(), 4, server).run(&rows);
    let (reason, text) = world.flow.stopped().unwrap();
    assert_eq!(reason, StopReason::AskedToWait);
    assert_eq!(
        text,
        "Tenjin asked for a pause of 1h, longer than --max-wait allows"
    );
    assert_eq!(world.count(Outcome::NotSent), 50);
}

#[test]
fn later_for_ever_ends_the_row_or_the_run() {
    let later = || {
        Answer::new(
            5,
            Verdict::Later {
                retry_after: None,
                hold: false,
            },
            false,
        )
    };
    let rows: Vec<_> = (1..=30)
        .map(|line| event(line, Kind::Event, line))
        .collect();
    let world = World::new(settings(), 8, |_, _: &Event| later()).run(&rows);
    assert_eq!(world.flow.stopped().unwrap().0, StopReason::AskedToWait);
    assert_eq!(
        (world.count(Outcome::Failed), world.count(Outcome::NotSent)),
        (1, 29)
    );

    let rows: Vec<_> = (1..=600)
        .map(|line| event(line, Kind::Event, line))
        .collect();
    let mut started = None;
    let server = |now: Moment, event: &Event| match event.place.line {
        100 => {
            started.get_or_insert(now);
            later()
        }
        // The others settle from time to time, so the server is not the one to blame.
        line => Answer::new(line * 20_000, Verdict::Accepted, true),
    };
    let quick = Settings {
        max_wait: Duration::from_secs(60),
        ..settings()
    };
    let world = World::new(quick, 64, server).run(&rows);
    assert_eq!(world.flow.stopped(), None);
    assert_eq!(world.outcome(100), Outcome::Failed);
    assert_eq!(world.count(Outcome::Accepted), 599);
}
