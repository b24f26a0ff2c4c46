//! An outage in the middle costs no more than the breaker promises, and the run goes on alone.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use tenjin_s2s::sandbox::Server;

use crate::laws::{order_is_kept, outcomes_are_true};
use crate::support::{Rows, Scene, StandIn, eventually};
use crate::turn;

const CONCURRENCY: u64 = 32;
/// The breaker's patience.
const PATIENCE: u64 = 10;

#[test]
fn three_seconds_of_500() {
    outage("http500", 3);
}

#[test]
fn three_seconds_of_resets() {
    outage("reset", 3);
}

#[test]
fn three_seconds_of_refused_connections() {
    outage("refuse", 3);
}

#[test]
#[ignore = "takes fifteen minutes: cargo test --release --test endurance -- --ignored"]
fn five_minutes_of_each() {
    for name in ["http500", "reset", "refuse"] {
        outage(name, 300);
    }
}

fn outage(name: &str, seconds: u64) {
    let _turn = turn();
    let rows = Rows::sound(3_000, 2);
    let scene = Scene::with("rows.csv", &rows.csv);
    let server = StandIn::well();
    let arguments = format!("rows.csv --rate 1000/s --concurrency {CONCURRENCY}");
    let mut run = scene
        .upload(&server.url(), &arguments)
        .within(Duration::from_secs(120 + 2 * seconds))
        .start();
    eventually("sending is under way", || {
        server.server.stats().accepted >= 500
    });
    control(
        &server.server,
        &format!(r#"{{"outage":"{name}","seconds":{seconds}}}"#),
    );
    let ended = run.ended();
    let report = ended.report();
    assert_eq!(report["status"], "complete", "{}", ended.stderr);
    assert_eq!(report.rows("read"), 3_000);
    let in_doubt = report.rows("in_doubt");
    assert_eq!(report.rows("accepted") + in_doubt, 3_000);
    assert_eq!(ended.status.code(), Some(i32::from(in_doubt > 0)));
    // a probe waits a second or more on average, so this many are far more than there are
    let most = PATIENCE + CONCURRENCY + 10 + 2 * seconds;
    let stats = server.server.stats();
    assert!(in_doubt <= most, "{in_doubt} rows in doubt");
    let met: u64 = stats.faults.values().sum();
    assert!(met <= most, "{met} attempts met the outage");
    let waited = report["requests"]["waited_ms"].as_u64().unwrap();
    assert!(waited >= 500, "it went on without waiting: {waited} ms");
    let recorded = server.recorded();
    outcomes_are_true(report, &rows, &recorded);
    order_is_kept(&rows, &recorded);
}

fn control(server: &Server, command: &str) {
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    let length = command.len();
    let head = "POST /control HTTP/1.1\r\nhost: x\r\nconnection: close";
    write!(
        stream,
        "{head}\r\ncontent-length: {length}\r\n\r\n{command}"
    )
    .unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}
