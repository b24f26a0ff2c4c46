//! The transport against servers that do as they are told: what left, what came back, and that
//! the key goes nowhere else.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use crate::support::{Behaviour, Deaf, Reply, Scripted};
use tenjin_s2s::http::{
    self, Attempt, Authorization, Endpoint, Http, Limits, Mask, Request, Route, Transport,
};
use tenjin_s2s::model::{Kind, Secret};

const KEY: &str = "SECRETKEY0123456789";

fn limits() -> Limits {
    Limits {
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(60),
        connections: 4,
    }
}

fn http(url: &str) -> Http {
    with_limits(url, &limits())
}

fn impatient(url: &str) -> Http {
    let timeout = Duration::from_secs(1);
    let limits = Limits {
        timeout,
        ..limits()
    };
    with_limits(url, &limits)
}

fn with_limits(url: &str, limits: &Limits) -> Http {
    let endpoint = Endpoint::parse(url).unwrap();
    let way = Route::decide(&endpoint, None).unwrap();
    let mask = Mask::of(&[Secret::new(KEY)]);
    Http::new(&endpoint, limits, way, mask).unwrap()
}

fn send_kind(http: &Http, kind: Kind, body: &str) -> Attempt {
    let key = Authorization::new(&Secret::new(KEY));
    let attempt = http.send(&Request {
        kind,
        body,
        key: &key,
    });
    assert!(!format!("{attempt:?}").contains("SECRET"), "{attempt:?}");
    attempt
}

fn send(http: &Http) -> Attempt {
    send_kind(http, Kind::Purchase, "price=0.99")
}

fn none(left: bool, why: &str) -> Attempt {
    Attempt::NoAnswer {
        left,
        why: why.into(),
    }
}

fn answer(status: u16, body: &str) -> Attempt {
    Attempt::Answer(http::Reply {
        status,
        body: body.as_bytes().to_vec(),
        ..http::Reply::default()
    })
}

#[test]
fn a_request_is_what_tenjin_documents() {
    let server = Scripted::new([], Behaviour::accepted());
    let http = http(&format!("{}/prefix", server.url()));
    for kind in Kind::ALL {
        assert_eq!(
            send_kind(&http, kind, "a=1&b=%20"),
            answer(200, r#"{"code":200}"#)
        );
    }
    let seen = server.seen();
    let paths: Vec<_> = seen.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/prefix/v0/event",
            "/prefix/v0/event",
            "/prefix/v0/purchase",
            "/prefix/v0/ad_impressions",
            "/prefix/v0/import_attribution",
            "/prefix/v1/subscriptions",
        ]
    );
    for request in &seen {
        assert_eq!(
            (request.method.as_str(), request.body.as_str()),
            ("POST", "a=1&b=%20")
        );
        let mut headers = request.headers.clone();
        headers.sort();
        let expected = [
            ("accept", "*/*"),
            ("authorization", "Basic U0VDUkVUS0VZMDEyMzQ1Njc4OTo="),
            ("content-length", "9"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", &server.address().to_string()),
            (
                "user-agent",
                concat!("tenjin-s2s/", env!("CARGO_PKG_VERSION")),
            ),
        ];
        assert_eq!(
            headers,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn headers_of_an_answer_are_read() {
    let busy = Reply::new(429, "slow")
        .header("Retry-After", "7")
        .header("No-Retry", "TRUE");
    let server = Scripted::new([], Behaviour::Reply(busy));
    let expected = http::Reply {
        status: 429,
        body: b"slow".to_vec(),
        retry_after: Some(Duration::from_secs(7)),
        no_retry: true,
    };
    assert_eq!(send(&http(&server.url())), Attempt::Answer(expected));
}

#[test]
fn a_refused_connection_has_not_left() {
    let deaf = Deaf::new();
    let expected = none(false, "could not connect: connection refused");
    assert_eq!(send(&http(&deaf.url())), expected);
}

#[test]
fn a_tls_handshake_that_is_reset_has_not_left() {
    let server = Scripted::new([Behaviour::ResetBeforeRead], Behaviour::ResetBeforeRead);
    let http = http(&format!("https://{}", server.address()));
    let expected = none(false, "could not connect: connection reset");
    assert_eq!(send(&http), expected);
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_server_that_speaks_no_tls_is_told_by_its_words() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let plain = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = server.accept().unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
    });
    let attempt = send(&http(&format!("https://{address}")));
    plain.join().unwrap();
    let Attempt::NoAnswer { left: false, why } = attempt else {
        panic!("{attempt:?}")
    };
    assert!(why.starts_with("tls: "), "{why}");
}

#[test]
fn what_ends_after_sending_has_left() {
    for (behaviour, why) in [
        (Behaviour::ResetAfterRead, "connection reset"),
        (Behaviour::CloseAfterRead, "closed without an answer"),
        (
            Behaviour::Raw(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()),
            "closed without an answer",
        ),
        (
            Behaviour::Raw(b"SSH-2.0-OpenSSH_9\r\n\r\n".to_vec()),
            "the answer is not HTTP",
        ),
        (
            Behaviour::CutBody(Reply::accepted(), 5),
            "the answer broke off",
        ),
        (
            Behaviour::CutBody(Reply::accepted(), 0),
            "the answer broke off",
        ),
        (
            Behaviour::Raw(chunked("c\r\n{\"code\":2")),
            "the answer broke off",
        ),
        (
            Behaviour::Raw(chunked("zz\r\n{\"code\":200}\r\n0\r\n\r\n")),
            "the answer broke off",
        ),
    ] {
        let name = format!("{behaviour:?}");
        let server = Scripted::new([behaviour], Behaviour::accepted());
        let http = http(&server.url());
        assert_eq!(send(&http), none(true, why), "{name}");
        assert_eq!(send(&http), answer(200, r#"{"code":200}"#), "{name}");
        // Nothing was sent twice behind our back.
        assert_eq!(server.seen().len(), 2, "{name}");
    }
}

fn chunked(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}").into_bytes()
}

#[test]
fn whole_answers_of_every_shape_are_answers() {
    for (bytes, expected) in [
        (
            chunked("c\r\n{\"code\":200}\r\n0\r\n\r\n"),
            answer(200, r#"{"code":200}"#),
        ),
        (
            b"HTTP/1.1 200 OK\r\n\r\nuntil the end".to_vec(),
            answer(200, "until the end"),
        ),
        (b"HTTP/1.1 204 None\r\n\r\n".to_vec(), answer(204, "")),
        (
            b"HTTP/1.0 500 Oops\r\ncontent-length: 0\r\n\r\n".to_vec(),
            answer(500, ""),
        ),
    ] {
        let server = Scripted::new([Behaviour::Raw(bytes)], Behaviour::accepted());
        assert_eq!(send(&http(&server.url())), expected);
    }
}

#[test]
fn silence_and_trickling_end_with_the_time_out() {
    for behaviour in [
        Behaviour::Hang,
        Behaviour::Trickle(Duration::from_millis(20)),
    ] {
        let server = Scripted::new([], behaviour);
        let http = impatient(&server.url());
        let begun = Instant::now();
        assert_eq!(send(&http), none(true, "timed out waiting for the answer"));
        assert!(begun.elapsed() >= Duration::from_secs(1));
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_tls_handshake_that_hangs_has_not_left() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let http = impatient(&format!("https://{}", silent.local_addr().unwrap()));
    assert_eq!(send(&http), none(false, "timed out connecting"));
}

#[test]
fn a_connection_that_closed_while_idle_is_not_used_again() {
    let farewell = Behaviour::ReplyThenClose(Reply::accepted());
    let server = Scripted::new([farewell], Behaviour::accepted());
    let http = http(&server.url());
    assert_eq!(send(&http), answer(200, r#"{"code":200}"#));
    server.wait_for_closed(1);
    assert_eq!(send(&http), answer(200, r#"{"code":200}"#));
    assert_eq!(send(&http), answer(200, r#"{"code":200}"#));
    assert_eq!((server.seen().len(), server.connections()), (3, 2));
}

#[test]
fn a_kept_connection_that_fails_on_its_second_request_has_left() {
    for (behaviour, why) in [
        (Behaviour::ResetBeforeRead, "connection reset"),
        (Behaviour::ResetAfterRead, "connection reset"),
        (Behaviour::CloseAfterRead, "closed without an answer"),
    ] {
        let server = Scripted::new([Behaviour::accepted(), behaviour], Behaviour::Hang);
        let http = http(&server.url());
        assert_eq!(send(&http), answer(200, r#"{"code":200}"#));
        assert_eq!(send(&http), none(true, why));
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn what_an_earlier_request_left_is_not_held_against_the_next() {
    let mut server = Scripted::new([], Behaviour::CloseAfterRead);
    let http = http(&server.url());
    assert_eq!(send(&http), none(true, "closed without an answer"));
    server.refuse();
    let expected = none(false, "could not connect: connection refused");
    assert_eq!(send(&http), expected);
    server.listen_again();
    assert_eq!(send(&http), none(true, "closed without an answer"));
}

#[test]
fn bodies_are_cut_at_64_kib_and_only_then_cost_the_connection() {
    let limit = 64 * 1024;
    let sized = |size: usize| Behaviour::Reply(Reply::new(200, vec![b'x'; size]));
    let server = Scripted::new([sized(limit), sized(100 * 1024)], Behaviour::accepted());
    let http = http(&server.url());
    for _ in 0..2 {
        let Attempt::Answer(reply) = send(&http) else {
            panic!("no answer")
        };
        assert_eq!(reply.body, vec![b'x'; limit]);
        assert_eq!(server.connections(), 1);
    }
    assert_eq!(send(&http), answer(200, r#"{"code":200}"#));
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_redirect_is_an_answer_and_takes_the_key_nowhere() {
    let elsewhere = Scripted::new([], Behaviour::accepted());
    for status in [301, 302, 303, 307, 308] {
        let redirect = Reply::new(status, "moved").header("location", &elsewhere.url());
        let server = Scripted::new([], Behaviour::Reply(redirect));
        assert_eq!(send(&http(&server.url())), answer(status, "moved"));
        assert_eq!(server.seen().len(), 1);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn an_endless_header_is_given_up() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nx: ".to_vec();
    bytes.resize(1 << 20, b'x');
    let server = Scripted::new([Behaviour::Raw(bytes)], Behaviour::Hang);
    let expected = none(true, "the answer's header is too long");
    assert_eq!(send(&http(&server.url())), expected);
}

#[test]
fn an_answer_that_quotes_the_key_loses_it() {
    let server = Scripted::ruled(|request| {
        let echo = format!("{:?}, key {KEY}", request.header("authorization"));
        Behaviour::reply(401, &echo)
    });
    let expected = answer(401, r#"Some("Basic …"), key …"#);
    assert_eq!(send(&http(&server.url())), expected);
}

#[test]
fn the_key_is_in_no_debug_text() {
    let server = Scripted::new([], Behaviour::accepted());
    let http = http(&server.url());
    send(&http);
    let key = Authorization::new(&Secret::new(KEY));
    let request = Request {
        kind: Kind::Open,
        body: "",
        key: &key,
    };
    let shown = format!("{http:?} {request:?} {key:?}");
    for form in ["SECRET", "U0VDUkVU"] {
        assert!(!shown.contains(form), "{shown}");
    }
}

#[test]
fn senders_share_the_connections_and_keep_their_answers_apart() {
    let server = Scripted::ruled(|request| Behaviour::reply(200, &request.body));
    let http = http(&server.url());
    std::thread::scope(|scope| {
        for sender in 0..4 {
            let http = &http;
            scope.spawn(move || {
                for n in 0..50 {
                    let body = format!("{sender}-{n}");
                    assert_eq!(send_kind(http, Kind::Event, &body), answer(200, &body));
                }
            });
        }
    });
    assert_eq!(server.seen().len(), 200);
    assert!(server.connections() <= 4);
}

/// Set in processes that a test has started.
const AGAIN: &str = "TENJIN_S2S_TEST_AGAIN";

/// Runs one test of this file again, in a process with these variables.
fn again(test: &str, variables: &[(&str, &str)]) -> bool {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let here = module_path!().split_once("::").map_or("", |(_, path)| path);
    let test = format!("{here}::{test}");
    command.args(["--exact", &test, "--include-ignored"]);
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command
            .env_remove(name)
            .env_remove(name.to_ascii_lowercase());
    }
    command.env(AGAIN, "1").envs(variables.iter().copied());
    let output = command.output().unwrap();
    let ran = String::from_utf8_lossy(&output.stdout).contains("1 passed");
    output.status.success() && ran
}

#[test]
fn this_machine_is_never_reached_through_a_proxy() {
    let proxy = Scripted::new([], Behaviour::ResetBeforeRead);
    for name in ["ALL_PROXY", "HTTP_PROXY", "https_proxy"] {
        assert!(
            again(
                "a_request_is_what_tenjin_documents",
                &[(name, &proxy.url())]
            ),
            "{name}"
        );
    }
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn other_machines_are_reached_through_the_proxy_of_the_environment() {
    let proxy = Scripted::new([], Behaviour::reply(403, ""));
    let url = format!("http://user:SECRET@{}", proxy.address());
    for name in ["ALL_PROXY", "HTTPS_PROXY"] {
        assert!(
            again("inside_an_environment_with_a_proxy", &[(name, &url)]),
            "{name}"
        );
    }
    let seen = proxy.seen();
    let asked: Vec<_> = seen
        .iter()
        .map(|seen| (seen.method.as_str(), seen.path.as_str()))
        .collect();
    assert_eq!(asked, [("CONNECT", "tenjin.test:443"); 2]);
    assert!(
        seen.iter()
            .all(|seen| seen.header("authorization").is_none())
    );
}

#[test]
#[ignore = "run by another test, in an environment with a proxy"]
fn inside_an_environment_with_a_proxy() {
    if std::env::var_os(AGAIN).is_none() {
        return;
    }
    let http = http("https://tenjin.test");
    assert_eq!(send(&http), none(false, "proxy: answered HTTP 403"));
    assert!(!format!("{http:?}").contains("SECRET"));
}
