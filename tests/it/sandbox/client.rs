//! A client that holds its socket in its own hands: bytes out, bytes in.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tenjin_s2s::sandbox::{Options, Server};

/// `KEY:` in Base64.
pub(crate) const KEY: &str = "S0VZOg==";

pub(crate) const OPEN: &str = "analytics_installation_id=0123456789abcdef0123456789abcdef\
    &advertising_id=0123456789abcdef0123456789abcdef&bundle_id=com.example.game\
    &platform=android&os_version=34&sdk_version=server";

pub(crate) const ACCEPTED: &str = r#"{"code":200,"success":true}"#;

/// An answer, its headers in small letters as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) fn of(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        // only so that a failing test ends
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Client(stream)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Sends an event and does not wait.
    pub(crate) fn post(&mut self, path: &str, body: &str) {
        self.send(request(path, body).as_bytes());
    }

    /// Sends an event and reads the answer.
    pub(crate) fn ask(&mut self, path: &str, body: &str) -> Answer {
        self.post(path, body);
        self.answer().unwrap()
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes());
        self.answer().unwrap()
    }

    pub(crate) fn answer(&mut self) -> io::Result<Answer> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let (_, length) = head.split_once("content-length: ").unwrap();
        let length = length.split("\r\n").next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(Answer {
            status: head[9..12].parse().unwrap(),
            body: String::from_utf8(body).unwrap(),
            head,
        })
    }

    /// Everything that still comes before the connection ends.
    pub(crate) fn rest(&mut self) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes)?;
        Ok(String::from_utf8(bytes).unwrap())
    }
}

pub(crate) fn request(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Basic {KEY}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(crate) fn start(options: Options) -> (Server, Client) {
    let server = Server::start(options).unwrap();
    let client = Client::of(server.addr());
    (server, client)
}

/// A sandbox in which this happens to every request, or what else the text says.
pub(crate) fn with(faults: &str) -> (Server, Client) {
    let faults = faults.parse().unwrap();
    start(Options {
        faults,
        ..Options::default()
    })
}
