//! The longest wait: whatever the server says or does not say, the run has stopped by then.

use super::*;

/// Everything that makes a run wait.
fn reasons() -> [(Verdict, StopReason); 5] {
    let later = |retry_after, hold| {
        let verdict = Verdict::Later { retry_after, hold };
        (verdict, StopReason::AskedToWait)
    };
    [
        (Verdict::NeverLeft, StopReason::Unreachable),
        (
            Verdict::InDoubt { no_retry: false },
            StopReason::Unreachable,
        ),
        later(None, false),
        later(None, true),
        later(Some(Duration::from_millis(400)), true),
    ]
}

fn hurried(seconds: u64, seed: u64) -> Settings {
    Settings {
        max_wait: Duration::from_secs(seconds),
        retries: 100,
        seed,
        ..settings()
    }
}

fn opens(rows: u64) -> Vec<Arc<Event>> {
    let row = |line| event(line, Kind::Open, line);
    (1..=rows).map(row).collect()
}

#[test]
fn no_wait_begins_that_would_end_after_the_longest() {
    for seconds in [1, 3, 15] {
        for (verdict, reason) in reasons() {
            for (rows, connections, seed) in [(1, 1, 1), (1, 32, 2), (5, 4, 3), (40, 32, 4)] {
                let server = |_, _: &Event| Answer::new(10, verdict.clone(), false);
                let world = World::new(hurried(seconds, seed), connections, server);
                let world = world.run(&opens(rows));
                let case = format!("{seconds}s, {verdict:?}, {rows} rows");
                assert_eq!(world.flow.stopped().unwrap().0, reason, "{case}");
                let most = Duration::from_millis(seconds * 1000 + 300);
                assert!(world.now <= Moment(0) + most, "{case}: {:?}", world.now);
                assert_eq!(world.settled.len() as u64, rows, "{case}");
            }
        }
    }
}

#[test]
fn the_last_row_alone_is_not_waited_for_longer() {
    for verdict in [Verdict::NeverLeft, Verdict::InDoubt { no_retry: false }] {
        let server = |_, event: &Event| match event.place.line {
            30 => Answer::new(10, verdict.clone(), false),
            _ => Answer::accepted(),
        };
        let world = World::new(hurried(3, 5), 8, server).run(&opens(30));
        let (reason, text) = world.flow.stopped().unwrap();
        assert_eq!(reason, StopReason::Unreachable);
        assert_eq!(
            text,
            "no definite answer from Tenjin, and trying again would take longer than --max-wait \
             (3s): connection refused"
        );
        assert_eq!(world.count(Outcome::Accepted), 29);
        let first = world.left.iter().find(|(_, line)| *line == 30).unwrap().0;
        assert!(world.now <= first + Duration::from_millis(3_100));
    }
}

#[test]
fn an_outage_that_is_over_is_not_the_rows_own_wait() {
    let back = Moment(0) + Duration::from_secs(40);
    let minute = Duration::from_secs(60);
    let mut longer = 0;
    for seed in 0..50 {
        let mut odd = 0;
        let server = |now: Moment, event: &Event| {
            let line = event.place.line;
            // Behind the outage one row needs two tries more.
            odd += u32::from(now >= back && line == 40);
            if line < 30 || now >= back && (line != 40 || odd > 2) {
                Answer::accepted()
            } else {
                Answer::new(10, Verdict::InDoubt { no_retry: false }, false)
            }
        };
        let world = World::new(hurried(60, seed), 32, server).run(&opens(60));
        if let Some((_, text)) = world.flow.stopped() {
            // No probe went between the end of the outage and that of the longest wait.
            assert!(text.contains(" for 1m: "), "{text}");
        } else {
            assert_eq!(world.count(Outcome::Accepted), 60);
            longer += u32::from(world.now > Moment(0) + minute);
        }
    }
    assert!(
        longer > 0,
        "some rows wait for longer than the longest wait with the outage"
    );
}
