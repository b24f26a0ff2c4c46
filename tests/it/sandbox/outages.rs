//! Outages from inside and from outside, and that nothing outlives the server.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tenjin_s2s::sandbox::{Fault, Options, Outage};

use super::client::{Client, OPEN, request, start, with};

fn control(client: &mut Client, command: &str) -> (u16, String) {
    let answer = client.ask("/control", command);
    (answer.status, answer.body)
}

#[test]
fn an_outage_meets_every_request_until_it_is_over() {
    let (server, mut client) = with("");
    server.outage(Outage::All(Fault::Http500), None);
    assert_eq!(client.ask("/v0/event", OPEN).status, 500);
    assert_eq!(client.ask("/v0/event", OPEN).status, 500);
    server.outage(Outage::None, None);
    assert_eq!(client.ask("/v0/event", OPEN).status, 200);
    assert_eq!(server.stats().faults, [("http500".to_owned(), 2)].into());
}

#[test]
fn refused_means_refused_and_what_exists_is_reset() {
    let (server, mut idle) = with("");
    assert_eq!(idle.ask("/v0/event", OPEN).status, 200);
    server.outage(Outage::Refuse, None);
    assert_eq!(
        idle.0.read(&mut [0]).unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    for _ in 0..3 {
        let refused = TcpStream::connect(server.addr()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    }
    server.outage(Outage::None, None);
    assert_eq!(Client::of(server.addr()).ask("/v0/event", OPEN).status, 200);
    // and again, on the same port
    server.outage(Outage::Refuse, None);
    assert!(TcpStream::connect(server.addr()).is_err());
}

#[test]
fn the_control_address_does_the_same() {
    let (server, mut client) = with("");
    assert_eq!(
        control(&mut client, r#"{"outage":"http503"}"#),
        (200, r#"{"ok":true}"#.into())
    );
    let mut client = Client::of(server.addr());
    assert_eq!(client.ask("/v0/event", OPEN).status, 503);
    assert_eq!(
        control(&mut client, r#"{"outage":"none","seconds":null}"#).0,
        200
    );
    let mut client = Client::of(server.addr());
    assert_eq!(client.ask("/v0/event", OPEN).status, 200);
    // the one who orders it hears the answer, nobody else gets in, and it ends by itself
    assert_eq!(
        control(&mut client, r#"{"outage":"refuse","seconds":3}"#).0,
        200
    );
    assert!(TcpStream::connect(server.addr()).is_err());
    let start = Instant::now();
    while TcpStream::connect(server.addr()).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(Client::of(server.addr()).ask("/v0/event", OPEN).status, 200);
}

#[test]
fn bad_commands_are_named() {
    let (server, _) = with("");
    for (command, part) in [
        (r#"{"outage":"rain"}"#, "`rain` is no outage"),
        (r#"{"outage":"refuse"}"#, "refuse needs `seconds`"),
        (r#"{"outage":"reset","seconds":-1}"#, "negative"),
        (
            r#"{"outage":"reset","minutes":1}"#,
            "unknown field `minutes`",
        ),
        ("", "EOF"),
    ] {
        let (status, body) = control(&mut Client::of(server.addr()), command);
        assert_eq!(status, 400);
        assert!(body.contains(part), "{body}");
    }
    assert_eq!(Client::of(server.addr()).get("/control").status, 405);
}

#[test]
fn stopping_closes_everything_even_long_waits() {
    let (mut server, mut idle) = with("");
    assert_eq!(idle.get("/stats").status, 200);
    server.stop();
    server.stop();
    assert_eq!(idle.rest().unwrap(), "");
    assert!(TcpStream::connect(server.addr()).is_err());

    let latency = Duration::from_secs(600);
    let (mut server, mut waiting) = start(Options {
        latency,
        ..Options::default()
    });
    waiting.post("/v0/event", OPEN);
    while server.stats().accepted == 0 {
        std::thread::yield_now();
    }
    server.stop();
    assert_eq!(waiting.rest().unwrap(), "");
}

#[test]
fn stopping_while_refusing_works() {
    let (mut server, _) = with("");
    server.outage(Outage::Refuse, None);
    server.stop();
    assert!(TcpStream::connect(server.addr()).is_err());
}

#[test]
fn the_command_says_where_it_listens_and_at_its_end_what_it_counted() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
        .args(["sandbox", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("listening on http://").unwrap();
    let mut client = Client::of(address.parse().unwrap());
    assert_eq!(client.ask("/v0/event", OPEN).status, 200);
    let id = child.id().to_string();
    let told = Command::new("kill").args(["-s", "TERM", &id]).status();
    assert!(told.unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert!(lines.next().is_none());
    assert_eq!(ended.status.code(), Some(143));
    let counted = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(counted, "1 request in, 1 event recorded, 0 duplicates\n");
}

#[test]
fn requests_in_one_piece_are_answered_one_by_one() {
    let (server, mut client) = with("");
    let one = request("/v0/event", OPEN);
    client.send(format!("{one}{one}{one}").as_bytes());
    for _ in 0..3 {
        assert_eq!(client.answer().unwrap().status, 200);
    }
    for byte in one.as_bytes() {
        client.send(&[*byte]);
    }
    assert_eq!(client.answer().unwrap().status, 200);
    assert_eq!(server.stats().accepted, 4);
}
