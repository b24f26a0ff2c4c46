//! `--max-wait`: the longest wait of any kind, retries' backoff included.

use std::time::{Duration, Instant};

use crate::support::{Behaviour, Deaf, Reply, Rows, Scene, Scripted};

/// Runs `upload --max-wait 1s` to its end, and how long that took.
#[track_caller]
fn stops(url: &str, rows: usize, reason: &str) -> Duration {
    let scene = Scene::with("rows.csv", Rows::sound(rows, 1).csv);
    let start = Instant::now();
    let ended = scene
        .upload(url, "rows.csv --max-wait 1s --in-doubt resend")
        .exits(3);
    assert_eq!(ended.report()["stop_reason"], reason);
    start.elapsed()
}

#[test]
fn retries_wait_no_longer_than_the_longest_wait() {
    // Well below the first retries' waits together, which are a minute and more, and far above
    // what a busy machine takes for it.
    let most = Duration::from_secs(30);
    for rows in [1, 5, 100] {
        let deaf = Deaf::new();
        assert!(stops(&deaf.url(), rows, "unreachable") < most);
        for (reply, reason) in [
            (Reply::new(500, "oops"), "unreachable"),
            (Reply::new(408, "later"), "asked_to_wait"),
            (Reply::new(503, "later"), "asked_to_wait"),
            (
                Reply::new(429, "later").header("retry-after", "1"),
                "asked_to_wait",
            ),
        ] {
            let server = Scripted::new([], Behaviour::Reply(reply));
            assert!(stops(&server.url(), rows, reason) < most);
        }
    }
}
