//! A server that answers twice: what is left over is no row's answer.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use crate::support::{Behaviour, Reply, Scene, Scripted, Seen, number};

/// Events of so many installations, named by their line.
fn scene(rows: u32) -> Scene {
    let mut text = String::from(
        "kind,event_id,event,bundle_id,platform,os_version,analytics_installation_id,\
         advertising_id,developer_device_id\n",
    );
    for row in 0..rows {
        let id = format!("{row:08x}-04f8-41d3-9a0c-0305e82c3301");
        let line = row + 2;
        let _ = writeln!(
            text,
            "event,{line},line {line},com.example.game,ios,17.5,{id},{id},{id}"
        );
    }
    Scene::with("rows.csv", text)
}

/// The line that a request is for.
fn line(seen: &Seen) -> u64 {
    let name = seen.body.split('&').find(|pair| pair.starts_with("event="));
    name.unwrap()
        .rsplit(['+', ' '])
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

/// Accepts even lines and refuses odd ones, twice each.
fn twice(delay: Duration) -> Scripted {
    Scripted::ruled(move |seen| {
        let reply = match line(seen) % 2 {
            0 => Reply::accepted(),
            _ => Reply::new(400, "odd"),
        };
        Behaviour::Twice(delay, reply)
    })
}

/// How many rows got an answer that was not theirs.
fn wrong(server: &Scripted, rows: u32, arguments: &str) -> usize {
    let scene = scene(rows);
    let ended = scene
        .upload(
            &server.url(),
            &format!("rows.csv --max-failures 100% {arguments}"),
        )
        .exits(1);
    let refused: BTreeSet<u64> = ended
        .report()
        .outcomes()
        .iter()
        .filter(|entry| entry["outcome"] == "refused")
        .map(|entry| number(&entry["line"]))
        .collect();
    let lines = 2..u64::from(rows) + 2;
    lines
        .filter(|line| refused.contains(line) != (line % 2 == 1))
        .count()
}

#[test]
fn an_answer_that_came_before_the_next_request_left_is_nobodys() {
    let server = twice(Duration::ZERO);
    // A tenth of a second is enough for the second answer to come, also on a busy machine.
    assert_eq!(wrong(&server, 16, "--rate 10/s --concurrency 1"), 0);
    assert_eq!(server.connections(), 16, "none is used again");
}

#[test]
fn a_server_that_goes_on_answering_late_is_found_out() {
    // Each second answer comes while the next request is on its way, and the one that request
    // asked for is left over.
    let server = twice(Duration::from_millis(25));
    let wrong = wrong(&server, 120, "--rate 50/s");
    // Without the check 78 were wrong; how many slip through depends on when they came.
    assert!(wrong <= 20, "{wrong} of 120 rows");
}
