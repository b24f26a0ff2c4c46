//! Every fault, as a client with a naked socket sees it, and what the books say about it.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use tenjin_s2s::sandbox::Fault;

use super::client::{ACCEPTED, OPEN, with};

const SERVER_ERROR: &str = r#"{"error":"internal server error"}"#;

/// The status, the body, one header line and how many events are recorded; nothing for a fault
/// that gives no whole answer at once, each of which has a test of its own below. No fault can be
/// left out: the compiler wants all.
fn answered(fault: Fault) -> Option<(u16, &'static str, &'static str, u64)> {
    const JSON: &str = "content-type: application/json";
    Some(match fault {
        Fault::Http429 => (429, r#"{"error":"too many requests"}"#, JSON, 0),
        Fault::Http503 => (503, r#"{"error":"service unavailable"}"#, JSON, 0),
        Fault::Http500 => (500, SERVER_ERROR, JSON, 0),
        Fault::Late500 => (500, SERVER_ERROR, JSON, 1),
        Fault::NoRetry => (500, SERVER_ERROR, "no-retry: true", 0),
        Fault::Code400 => (200, r#"{"code":400}"#, JSON, 0),
        Fault::Garbage => {
            let page = "<html><body><h1>It works!</h1></body></html>";
            (200, page, "content-type: text/html", 0)
        }
        Fault::Http400 => (400, r#"{"error":"bad request"}"#, JSON, 0),
        Fault::Http401 => (401, r#"{"error":"unauthorized"}"#, JSON, 0),
        Fault::Http403 => (403, r#"{"error":"forbidden"}"#, JSON, 0),
        Fault::Http404 => (404, r#"{"error":"not found"}"#, JSON, 0),
        Fault::NoSuchApp => (404, r#"{"error":"no such app"}"#, JSON, 0),
        Fault::Http202 => (202, r#"{"error":"invalid device identifier"}"#, JSON, 0),
        Fault::NotLogged => (202, r#"{"error":"not logged"}"#, JSON, 0),
        Fault::Ignored => (202, r#"{"error":"ignored"}"#, JSON, 0),
        Fault::Http302 => (302, "", "location: /elsewhere", 0),
        Fault::Http408 => (408, r#"{"error":"request timeout"}"#, JSON, 0),
        Fault::Reset | Fault::Lost | Fault::Cut | Fault::Hang | Fault::Slow => return None,
    })
}

#[test]
fn answers_carry_what_their_names_promise() {
    const OWN: [&str; 3] = ["content-type: text/html", "no-retry:", "location:"];
    for fault in Fault::ALL {
        let Some((status, body, header, recorded)) = answered(fault) else {
            continue;
        };
        let (server, mut client) = with(&format!("{fault}=100%"));
        let answer = client.ask("/v0/event", OPEN);
        let counts = server.stats();
        assert_eq!(
            (answer.status, &*answer.body, counts.accepted),
            (status, body, recorded),
            "{fault}"
        );
        let has = |line: &str| answer.head.contains(&format!("\r\n{line}"));
        assert!(has(&format!("{header}\r\n")), "{fault}: {}", answer.head);
        let others = OWN.into_iter().filter(|own| !header.starts_with(own));
        assert_eq!(others.filter(|own| has(own)).count(), 0, "{fault}");
        let ending = format!("/v0/event {status}");
        assert_eq!(counts.by_path_status, [(ending, 1)].into());
        assert_eq!(counts.faults, [(fault.name().to_owned(), 1)].into());
        // the connection is still good: another answer comes
        assert_eq!(client.ask("/v0/event", OPEN).status, status);
    }
}

#[test]
fn half_of_the_429s_say_for_how_long() {
    let (_server, mut client) = with("http429=100%");
    let said = (0..400).filter(|_| {
        let answer = client.ask("/v0/event", OPEN);
        answer.head.contains("\r\nretry-after: 1\r\n")
    });
    let said = said.count();
    assert!((140..=260).contains(&said), "{said}");
}

#[test]
fn a_reset_is_a_reset_and_records_nothing() {
    let (server, mut client) = with("reset=100%");
    client.post("/v0/event", OPEN);
    assert_eq!(
        client.rest().unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    let stats = server.stats();
    assert_eq!((stats.requests, stats.accepted), (1, 0));
    assert_eq!(
        stats.by_path_status,
        [("/v0/event reset".to_owned(), 1)].into()
    );
}

#[test]
fn lost_is_recorded_and_closed_without_a_byte() {
    let (server, mut client) = with("lost=100%");
    client.post("/v0/event", OPEN);
    assert_eq!(client.rest().unwrap(), "");
    assert_eq!(server.stats().accepted, 1);
    assert_eq!(
        server.stats().by_path_status,
        [("/v0/event lost".to_owned(), 1)].into()
    );
}

#[test]
fn cut_is_recorded_and_breaks_off_in_the_body() {
    let (server, mut client) = with("cut=100%");
    client.post("/v0/event", OPEN);
    let expected = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
        content-length: 27\r\n\r\n{\"code\":200,\"su";
    assert_eq!(client.rest().unwrap(), expected);
    assert_eq!(server.stats().accepted, 1);
}

#[test]
fn hang_holds_until_the_server_stops() {
    let (mut server, mut client) = with("hang=100%");
    client.post("/v0/event", OPEN);
    client
        .0
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let waited = client.0.read(&mut [0]).unwrap_err().kind();
    assert!(matches!(
        waited,
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
    client
        .0
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    server.stop();
    assert_eq!(client.rest().unwrap(), "");
    let stats = server.stats();
    assert_eq!((stats.accepted, stats.open_connections), (0, 0));
    assert_eq!(
        stats.by_path_status,
        [("/v0/event hang".to_owned(), 1)].into()
    );
}

#[test]
fn slow_is_recorded_and_comes_byte_by_byte() {
    let (server, mut client) = with("slow=100%");
    client.post("/v0/event", OPEN);
    let mut bytes = [0; 4096];
    let mut pieces = Vec::new();
    let mut text = String::new();
    while !text.ends_with(ACCEPTED) {
        let count = client.0.read(&mut bytes).unwrap();
        pieces.push(count);
        text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }
    assert!(pieces.len() > 5, "{pieces:?}");
    assert_eq!(server.stats().accepted, 1);
}

#[test]
fn faults_come_as_often_as_asked_and_the_same_for_the_same_seed() {
    let statuses = || {
        let (_server, mut client) = with("http503=20%,code400=30%,late500=10%");
        let ask = |_| {
            let answer = client.ask("/v0/event", OPEN);
            (answer.status, answer.body.len())
        };
        (0..500).map(ask).collect::<Vec<_>>()
    };
    let first = statuses();
    assert_eq!(first, statuses());
    let count = |status| first.iter().filter(|(s, _)| *s == status).count();
    assert!((60..=140).contains(&count(503)), "{}", count(503));
    assert!((20..=80).contains(&count(500)), "{}", count(500));
    let plain = first
        .iter()
        .filter(|answer| **answer == (200, ACCEPTED.len()))
        .count();
    assert!((150..=250).contains(&plain), "{plain}");
}
