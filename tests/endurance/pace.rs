//! The pace as promised, seen from the server; and a pause holds every connection.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{Behaviour, Reply, Rows, Scene, Scripted, StandIn};
use crate::turn;

#[test]
fn fifty_a_second() {
    pace(50, 300);
}

#[test]
fn two_hundred_a_second() {
    pace(200, 1_200);
}

fn pace(rate: u32, count: usize) {
    let _turn = turn();
    let scene = Scene::with("rows.csv", Rows::sound(count, 3).csv);
    let server = StandIn::well();
    let ended = scene
        .upload(&server.url(), &format!("rows.csv --rate {rate}/s"))
        .exits(0);
    // one more for a request that the network brought a moment later than it left
    let most = f64::from(rate) * 1.02 + 2.0 + 1.0;
    let busiest = server.server.stats().busiest_second;
    assert!(busiest as f64 <= most, "{busiest} within a second");
    let recorded = server.recorded();
    let times: Vec<u64> = recorded.iter().map(|event| event.at_ms).collect();
    let mean = mean(&times, 0.0);
    assert!(mean <= f64::from(rate) * 1.03, "{mean:.1}/s on the mean");
    let unstalled = unstalled(&times, rate);
    assert!(
        unstalled >= f64::from(rate) * 0.95,
        "{unstalled:.1}/s outside of stalls"
    );
    assert_eq!(ended.report()["rate"]["target"], f64::from(rate));
    let told = ended.report()["rate"]["achieved"].as_f64().unwrap();
    assert!((told / mean - 1.0).abs() <= 0.05, "{told}/s by the report");
}

/// Requests a second, `lost` seconds left out.
fn mean(times: &[u64], lost: f64) -> f64 {
    let seconds = (times[times.len() - 1] - times[0]) as f64 / 1_000.0;
    (times.len() - 1) as f64 / (seconds - lost)
}

/// The same on a machine that is never busy with something else: a stall of up to 20 ms is
/// caught up, and what is beyond that is lost by design.
fn unstalled(times: &[u64], rate: u32) -> f64 {
    let usual = 1.0 / f64::from(rate) + 0.020;
    let gaps = times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) as f64 / 1_000.0);
    mean(times, gaps.map(|gap| (gap - usual).max(0.0)).sum())
}

#[test]
fn a_pause_holds_every_connection_and_halves_the_pace() {
    let _turn = turn();
    let scene = Scene::with("rows.csv", Rows::sound(400, 4).csv);
    let count = AtomicUsize::new(0);
    let server = Scripted::ruled(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        200 => Behaviour::Reply(Reply::new(429, "").header("retry-after", "2")),
        _ => Behaviour::accepted(),
    });
    let ended = scene.upload(&server.url(), "rows.csv").exits(0);
    assert_eq!(ended.report()["requests"]["sent"], 401);
    assert_eq!(ended.report()["requests"]["retries"], 1);
    let seen = server.seen();
    let asked = seen[200].at;
    let after = |request: &&crate::support::Seen| request.at.saturating_duration_since(asked);
    let pause = Duration::from_millis(200)..Duration::from_millis(1_950);
    let during = seen
        .iter()
        .filter(|request| pause.contains(&after(request)));
    assert_eq!(during.count(), 0, "requests came during the pause");
    let next = Duration::from_secs(2)..Duration::from_secs(3);
    let next = seen
        .iter()
        .filter(|request| next.contains(&after(request)))
        .count();
    assert!(
        (30..=60).contains(&next),
        "{next} requests in the second after it"
    );
}
