//! The ways that need another certificate store, proxy or resolver than a user has; the rest is
//! tried from outside, in `tests/it/http.rs`.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;
use ureq::Proxy;
use ureq::config::Config;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::*;
use crate::http::Authorization;
use crate::model::Secret;

const CERTIFICATE: &[u8] = include_bytes!("../../../tests/it/support/tls/loopback.crt");
const CERTIFICATE_KEY: &[u8] = include_bytes!("../../../tests/it/support/tls/loopback.key");
const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"code\":200}";

/// Leads every name to one address.
#[derive(Debug)]
struct To(SocketAddr);

impl Resolver for To {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}

/// Takes one connection and does this with it.
fn server(act: impl FnOnce(TcpStream) + Send + 'static) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (
        address,
        thread::spawn(move || act(listener.accept().unwrap().0)),
    )
}

type Tls = StreamOwned<ServerConnection, TcpStream>;

fn tls_server(act: impl FnOnce(Tls) + Send + 'static) -> (SocketAddr, JoinHandle<()>) {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(CERTIFICATE_KEY).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let session = ServerConnection::new(Arc::new(config)).unwrap();
    server(move |stream| act(StreamOwned::new(session, stream)))
}

/// Reads until the end of a request; what there was, if the client ends before.
fn read_until(stream: &mut impl Read, end: &str) -> String {
    let (mut text, mut chunk) = (String::new(), [0; 4096]);
    while !text.ends_with(end) {
        match stream.read(&mut chunk) {
            Ok(amount) if amount > 0 => text += &String::from_utf8_lossy(&chunk[..amount]),
            _ => break,
        }
    }
    text
}

fn answer_one(mut stream: Tls) {
    read_until(&mut stream, "a=1");
    stream.write_all(REPLY).unwrap();
}

fn reset_one(mut stream: Tls) {
    read_until(&mut stream, "a=1");
    SockRef::from(&stream.sock)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

/// A proxy that answers CONNECT with this, and then joins client and target if there is one.
fn proxy(says: &'static str, target: Option<SocketAddr>) -> (Proxy, JoinHandle<()>) {
    let (address, thread) = server(move |mut client| {
        let head = read_until(&mut client, "\r\n\r\n");
        assert!(
            head.starts_with("CONNECT tenjin.test:443 HTTP/1.1\r\n"),
            "{head}"
        );
        assert!(!head.contains("uthorization"), "{head}");
        write!(client, "HTTP/1.1 {says}\r\n\r\n").unwrap();
        if let Some(target) = target {
            join(client, TcpStream::connect(target).unwrap());
        }
    });
    (Proxy::new(&format!("http://{address}")).unwrap(), thread)
}

fn join(client: TcpStream, target: TcpStream) {
    let pass = |mut from: TcpStream, mut to: TcpStream| {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    };
    let (from, to) = (client.try_clone().unwrap(), target.try_clone().unwrap());
    let there = thread::spawn(move || pass(from, to));
    pass(target, client);
    there.join().unwrap();
}

fn way(proxy: Option<Proxy>, names: impl Resolver) -> Route {
    let certificate = Certificate::from_pem(CERTIFICATE).unwrap();
    let roots = RootCerts::Specific(Arc::new(vec![certificate]));
    let tls = TlsConfig::builder().root_certs(roots).build();
    let names = DnsCache::new(names);
    Route { proxy, tls, names }
}

fn try_way(url: &str, way: Route) -> anyhow::Result<Http> {
    let limits = Limits {
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(60),
        connections: 1,
    };
    Http::new(
        &Endpoint::parse(url).unwrap(),
        &limits,
        way,
        Mask::default(),
    )
}

fn send(url: &str, way: Route) -> Attempt {
    let key = Authorization::new(&Secret::new("SECRETKEY"));
    let http = try_way(url, way).unwrap();
    http.send(&Request {
        kind: Kind::Event,
        body: "a=1",
        key: &key,
    })
}

fn none(left: bool, why: &str) -> Attempt {
    Attempt::NoAnswer {
        left,
        why: why.into(),
    }
}

fn accepted() -> Attempt {
    let body = br#"{"code":200}"#.to_vec();
    Attempt::Answer(Reply {
        status: 200,
        body,
        ..Reply::default()
    })
}

const TENJIN: &str = "https://tenjin.test";

#[test]
fn a_trusted_server_answers_over_tls() {
    let (address, thread) = tls_server(answer_one);
    assert_eq!(send(TENJIN, way(None, To(address))), accepted());
    thread.join().unwrap();
}

#[test]
fn the_authority_of_a_file_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let endpoint = Endpoint::parse(TENJIN).unwrap();
    let decide = || Route::decide(&endpoint, Some(&file));
    std::fs::write(&file, CERTIFICATE).unwrap();
    let (address, thread) = tls_server(answer_one);
    let believing = Route {
        names: DnsCache::new(To(address)),
        proxy: None,
        ..decide().unwrap()
    };
    assert_eq!(send(TENJIN, believing), accepted());
    thread.join().unwrap();
    for (content, why) in [
        (&b""[..], "there is no certificate in it"),
        (CERTIFICATE_KEY, "there is no certificate in it"),
        (&CERTIFICATE[..200], "a certificate in it is damaged"),
        (
            b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
            "a certificate in it is damaged",
        ),
    ] {
        std::fs::write(&file, content).unwrap();
        let error = format!("{:#}", decide().unwrap_err());
        let start = format!("--ca-file {}: {why}", file.display());
        assert!(error.starts_with(&start), "{error}");
    }
}

#[test]
fn an_unknown_certificate_gets_nothing() {
    let (address, thread) = tls_server(|mut stream| {
        assert_eq!(read_until(&mut stream, "a=1"), "");
    });
    let distrusting = Route {
        tls: TlsConfig::default(),
        ..way(None, To(address))
    };
    let expected = none(false, "tls: invalid peer certificate: UnknownIssuer");
    assert_eq!(send(TENJIN, distrusting), expected);
    thread.join().unwrap();
}

#[test]
fn a_certificate_for_another_name_gets_nothing() {
    let (address, thread) = tls_server(|mut stream| {
        assert_eq!(read_until(&mut stream, "a=1"), "");
    });
    let attempt = send("https://other.test", way(None, To(address)));
    let Attempt::NoAnswer { left: false, why } = attempt else {
        panic!("{attempt:?}")
    };
    assert!(why.starts_with("tls: invalid peer certificate"), "{why}");
    thread.join().unwrap();
}

#[test]
fn a_reset_behind_the_handshake_has_left() {
    let (address, thread) = tls_server(reset_one);
    assert_eq!(
        send(TENJIN, way(None, To(address))),
        none(true, "connection reset")
    );
    thread.join().unwrap();
}

/// The proxy's own address is literal, and it is the proxy that looks the target up.
fn by(proxy: Proxy) -> Route {
    way(Some(proxy), To(([192, 0, 2, 1], 443).into()))
}

#[test]
fn what_a_proxy_refuses_has_not_left() {
    let (proxy, thread) = proxy("407 No", None);
    assert_eq!(
        send(TENJIN, by(proxy)),
        none(false, "proxy: answered HTTP 407")
    );
    thread.join().unwrap();
}

#[test]
fn a_handshake_that_ends_in_a_tunnel_has_not_left() {
    let (target, target_thread) = server(|mut stream| {
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
    });
    let (proxy, thread) = proxy("200 OK", Some(target));
    let expected = none(false, "could not connect: connection closed");
    assert_eq!(send(TENJIN, by(proxy)), expected);
    thread.join().unwrap();
    target_thread.join().unwrap();
}

#[test]
fn a_tunnel_carries_requests_and_they_leave() {
    for (act, expected) in [
        (answer_one as fn(Tls), accepted()),
        (
            |mut stream| drop(read_until(&mut stream, "a=1")),
            none(true, "closed without an answer"),
        ),
    ] {
        let (target, target_thread) = tls_server(act);
        let (proxy, thread) = proxy("200 OK", Some(target));
        assert_eq!(send(TENJIN, by(proxy)), expected);
        thread.join().unwrap();
        target_thread.join().unwrap();
    }
}

#[test]
fn plain_http_stays_on_this_machine_whatever_localhost_is() {
    let elsewhere = To(([192, 0, 2, 1], 80).into());
    let expected = none(
        false,
        "could not connect: plain http, and localhost is another machine",
    );
    assert_eq!(send("http://localhost", way(None, elsewhere)), expected);

    let (address, thread) = server(|mut stream| {
        read_until(&mut stream, "a=1");
        stream.write_all(REPLY).unwrap();
    });
    assert_eq!(send("http://localhost", way(None, To(address))), accepted());
    thread.join().unwrap();
}
