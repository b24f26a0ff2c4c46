//! Clients that mean no good, or do not know better.

use std::time::Duration;

use tenjin_s2s::sandbox::{Options, Patience, Stats};

use super::client::{Client, OPEN, request, start, with};

/// What a sandbox answers to these bytes before it closes.
fn last_words(bytes: &[u8]) -> (String, Stats) {
    let (server, mut client) = with("");
    client.send(bytes);
    let answer = client.rest().unwrap();
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    (answer[9..12].to_owned(), server.stats())
}

#[test]
fn nonsense_is_answered_and_closed() {
    let head = |extra: &str| format!("POST /v0/event HTTP/1.1\r\n{extra}\r\n");
    let long = format!("x: {}\r\n", "y".repeat(16 << 10));
    for (bytes, status) in [
        ("\x16\x03\x01 hello\r\n\r\n".to_owned(), "400"),
        (head(&long), "431"),
        (head(&"a: b\r\n".repeat(65)), "431"),
        ("z".repeat(16 << 10), "431"),
        (head("content-length: 65537\r\n"), "413"),
        (head("content-length: x\r\n"), "400"),
        (head("content-length: 1\r\ncontent-length: 2\r\n"), "400"),
        (head("transfer-encoding: chunked\r\n"), "411"),
    ] {
        let (answered, stats) = last_words(bytes.as_bytes());
        assert_eq!(answered, status, "{bytes:.60}");
        assert_eq!(
            stats.by_path_status,
            [(format!("other {status}"), 1)].into()
        );
        assert_eq!((stats.accepted, stats.violations.len()), (0, 1));
    }
}

#[test]
fn the_refusal_of_a_long_body_arrives_although_nobody_reads_the_body() {
    let (_server, mut client) = with("");
    client.send(b"POST /v0/event HTTP/1.1\r\ncontent-length: 100000\r\n\r\n");
    client.send(&vec![b'x'; 100_000]);
    assert_eq!(client.answer().unwrap().status, 413);
}

#[test]
fn a_body_of_the_longest_size_is_read() {
    let (server, mut client) = with("");
    let locale = "x".repeat((64 << 10) - OPEN.len() - "&locale=".len());
    let body = format!("{OPEN}&locale={locale}");
    assert_eq!(client.ask("/v0/event", &body).status, 200);
    assert_eq!(client.ask("/v0/event", OPEN).status, 200);
    assert_eq!(server.stats().accepted, 2);
}

#[test]
fn close_is_obeyed() {
    let (_server, mut client) = with("");
    let one = request("/v0/event", OPEN).replace("host: x\r\n", "connection: close\r\n");
    client.send(one.as_bytes());
    let answer = client.answer().unwrap();
    assert!(answer.head.contains("\r\nconnection: close\r\n"));
    assert_eq!(client.rest().unwrap(), "");
    let (_server, mut client) = with("");
    client.send(
        request("/v0/event", OPEN)
            .replace("HTTP/1.1", "HTTP/1.0")
            .as_bytes(),
    );
    assert_eq!(client.answer().unwrap().status, 200);
    assert_eq!(client.rest().unwrap(), "");
}

fn impatient() -> Options {
    let short = Duration::from_millis(50);
    let long = Duration::from_secs(600);
    Options {
        patience: Patience {
            idle: long,
            request: short,
        },
        ..Options::default()
    }
}

#[test]
fn half_a_request_is_not_waited_for_forever() {
    for half in [
        "POST /v0/ev",
        "POST /v0/event HTTP/1.1\r\ncontent-length: 9\r\n\r\nhalf",
    ] {
        let (server, mut client) = start(impatient());
        client.send(half.as_bytes());
        assert_eq!(client.answer().unwrap().status, 408);
        assert_eq!(client.rest().unwrap(), "");
        assert_eq!(
            server.stats().by_path_status,
            [("other 408".to_owned(), 1)].into()
        );
    }
}

#[test]
fn silence_between_requests_ends_without_a_word() {
    let patience = Patience {
        idle: Duration::from_millis(50),
        request: Duration::from_secs(600),
    };
    let (server, mut client) = start(Options {
        patience,
        ..Options::default()
    });
    assert_eq!(client.rest().unwrap(), "");
    assert_eq!(server.stats().requests, 0);
}

#[test]
fn texts_of_violations_are_bounded_and_harmless() {
    let (server, mut client) = with("");
    for n in 0..250 {
        let body = format!("%1b[31m{n}{}=1", "x".repeat(100));
        assert_eq!(client.ask("/v0/event", &body).status, 400);
    }
    let violations = server.stats().violations;
    assert_eq!((violations.len(), violations["others"]), (201, 50));
    assert!(
        violations
            .keys()
            .all(|text| text.len() < 100 && !text.contains('\x1b'))
    );
}

#[test]
fn a_client_that_leaves_leaves_nothing_behind() {
    let (server, first) = with("");
    let mut others: Vec<_> = (0..20).map(|_| Client::of(server.addr())).collect();
    for client in &mut others {
        client.send(b"POST /v0/ev");
    }
    drop((first, others));
    while server.stats().open_connections > 0 {
        std::thread::yield_now();
    }
    assert_eq!(server.stats().accepted, 0);
}
