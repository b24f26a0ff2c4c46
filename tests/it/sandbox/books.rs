//! What the sandbox counts, records and lets in.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use tenjin_s2s::sandbox::{Keys, Options, Server, Stats};

use super::client::{ACCEPTED, Client, KEY, OPEN, request, start, with};

const PURCHASE: &str = "&product_id=coins&price=0.99&quantity=1&currency=USD";

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

#[test]
fn stats_count_what_happened_and_only_that() {
    let (server, mut client) = with("");
    let purchase = format!("{OPEN}{PURCHASE}");
    assert_eq!(client.ask("/v0/event", OPEN).body, ACCEPTED);
    assert_eq!(client.ask("/v0/event/", OPEN).body, ACCEPTED);
    for _ in 0..3 {
        assert_eq!(client.ask("/v0/purchase", &purchase).body, ACCEPTED);
    }
    let no_ip = OPEN.replacen(
        "advertising_id=0123456789abcdef0123456789abcdef",
        "advertising_id=",
        1,
    );
    assert_eq!(client.ask("/v0/event", &no_ip).status, 200);
    assert_eq!(
        client.ask("/v0/event", &format!("{OPEN}&price=1")).status,
        400
    );
    assert_eq!(client.ask("/v0/nothing", OPEN).status, 404);
    let stats: Stats = serde_json::from_str(&client.get("/stats").body).unwrap();
    let expected = Stats {
        requests: 8,
        accepted: 6,
        accepted_by_path: counts(&[("/v0/event", 3), ("/v0/purchase", 3)]),
        by_path_status: counts(&[
            ("/v0/event 200", 3),
            ("/v0/event 400", 1),
            ("/v0/purchase 200", 3),
            ("other 404", 1),
        ]),
        identities: true,
        duplicates: 3,
        duplicate_purchases: 2,
        violations: counts(&[("unknown parameter `price`", 1), ("unknown path", 1)]),
        no_ip: 1,
        connections: 1,
        open_connections: 1,
        ..Stats::default()
    };
    assert!((1..=8).contains(&stats.busiest_second));
    assert!(stats.last_request_ms_ago.is_some());
    let timeless = Stats {
        busiest_second: 0,
        last_request_ms_ago: None,
        ..stats
    };
    assert_eq!(timeless, expected);
    assert_eq!(server.stats().requests, 8);
}

#[test]
fn without_identities_nothing_is_remembered() {
    let (server, mut client) = start(Options {
        identities: false,
        ..Options::default()
    });
    for _ in 0..2 {
        client.ask("/v0/event", OPEN);
    }
    let stats = server.stats();
    assert_eq!(
        (stats.accepted, stats.duplicates, stats.identities),
        (2, 0, false)
    );
}

#[test]
fn only_the_key_is_let_in() {
    let key = |key: &str| Options {
        keys: Keys::only(key),
        ..Options::default()
    };
    let (_server, mut client) = start(key("KEY"));
    assert_eq!(client.ask("/v0/event", OPEN).status, 200);
    let (server, mut client) = start(key("OTHER"));
    let answer = client.ask("/v0/event", OPEN);
    assert_eq!(
        (answer.status, &*answer.body),
        (401, r#"{"error":"unauthorized"}"#)
    );
    assert_eq!(server.stats().violations, BTreeMap::new());
    client.send(
        request("/v0/event", OPEN)
            .replace(&format!("authorization: Basic {KEY}\r\n"), "")
            .as_bytes(),
    );
    assert_eq!(client.answer().unwrap().status, 401);
    assert_eq!(server.stats().violations.len(), 1);
    let seen = client.get("/stats").body;
    assert!(!seen.contains("KEY") && !seen.contains("OTHER"));
}

#[test]
fn over_the_limit_is_429_with_a_wait() {
    let rate_limit = Some("5/m".parse().unwrap());
    let (server, mut client) = start(Options {
        rate_limit,
        ..Options::default()
    });
    let answers: Vec<_> = (0..8).map(|_| client.ask("/v0/event", OPEN)).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    assert!(answers[7].head.contains("\r\nretry-after: 1\r\n"));
    let stats = server.stats();
    assert_eq!((stats.accepted, stats.rate_limited), (5, 3));
}

#[test]
fn the_record_has_what_was_recorded_in_that_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.ndjson");
    let options = Options {
        record: Some(path.clone()),
        ..Options::default()
    };
    let (mut server, mut client) = start(options.clone());
    client.ask("/v0/event", OPEN);
    client.ask("/v0/event", "nonsense=1");
    client.ask(
        "/v0/purchase/",
        &format!("{OPEN}{PURCHASE}&locale=%22de%20DE%22"),
    );
    server.stop();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["path"], "/v0/event");
    assert_eq!(lines[0]["params"].as_object().unwrap().len(), 6);
    assert_eq!(lines[1]["path"], "/v0/purchase");
    assert_eq!(lines[1]["params"]["price"], "0.99");
    assert_eq!(lines[1]["params"]["locale"], "\"de DE\"");
    assert!(lines[0]["at_ms"].as_u64() <= lines[1]["at_ms"].as_u64());
    assert!(lines[0]["at_ms"].as_u64().unwrap() > 1_700_000_000_000);
    // a second run never writes into it
    let error = format!("{:#}", Server::start(options).err().unwrap());
    assert!(error.contains("record.ndjson"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn the_record_is_readable_while_it_grows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.ndjson");
    let record = Some(path.clone());
    let (_server, mut client) = start(Options {
        record,
        ..Options::default()
    });
    client.ask("/v0/event", OPEN);
    assert!(std::fs::read_to_string(&path).unwrap().ends_with("}\n"));
}

#[test]
fn answers_wait_for_the_latency_but_not_for_each_other() {
    let latency = Duration::from_millis(300);
    let (server, _) = start(Options {
        latency,
        ..Options::default()
    });
    let mut clients: Vec<_> = (0..32).map(|_| Client::of(server.addr())).collect();
    let start = Instant::now();
    for client in &mut clients {
        client.post("/v0/event", OPEN);
    }
    for client in &mut clients {
        assert_eq!(client.answer().unwrap().status, 200);
    }
    // one after the other would take 9.6 s
    assert!((latency..latency * 31).contains(&start.elapsed()));
    assert_eq!(clients[0].get("/stats").status, 200);
}

#[test]
fn only_loopback() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let error = Server::start(Options {
        listen,
        ..Options::default()
    })
    .err()
    .unwrap();
    assert!(
        error
            .to_string()
            .contains("0.0.0.0:0 is not a loopback address")
    );
    let listen = "[::1]:0".parse().unwrap();
    if let Ok(server) = Server::start(Options {
        listen,
        ..Options::default()
    }) {
        assert!(server.url().starts_with("http://[::1]:"));
    }
}
