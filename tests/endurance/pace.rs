//! The pace as promised, seen from the server; and a pause holds every connection.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{Behaviour, Recorded, Reply, Rows, Scene, Scripted, StandIn};
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
    let times: Vec<u64> = server
        .recorded()
        .iter()
        .map(|event: &Recorded| event.at_ms)
        .collect();
    let seconds = (times[times.len() - 1] - times[0]) as f64 / 1_000.0;
    let mean = (times.len() - 1) as f64 / seconds;
    let off = (mean / f64::from(rate) - 1.0).abs();
    assert!(off <= 0.03, "{mean:.1}/s on the mean");
    assert_eq!(ended.report()["rate"]["target"], f64::from(rate));
    let told = ended.report()["rate"]["achieved"].as_f64().unwrap();
    assert!((told / mean - 1.0).abs() <= 0.03, "{told}/s by the report");
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
