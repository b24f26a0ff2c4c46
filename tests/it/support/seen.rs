//! Requests as a server reads them.

use std::io::Read;
use std::net::TcpStream;
use std::time::Instant;

/// One request, whole.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// When its last byte had been read.
    pub at: Instant,
    /// Which connection it came on, counted from 0.
    pub connection: usize,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Reads the next request; none if the client hangs up before it is whole. `buffer` keeps
    /// what has been read beyond it.
    pub fn read(stream: &TcpStream, buffer: &mut Vec<u8>, connection: usize) -> Option<Self> {
        let (mut seen, body_at, length) = loop {
            if let Some(head) = parse(buffer, connection) {
                break head;
            }
            more(stream, buffer)?;
        };
        while buffer.len() < body_at + length {
            more(stream, buffer)?;
        }
        let rest = buffer.split_off(body_at + length);
        let request = std::mem::replace(buffer, rest);
        seen.body = String::from_utf8_lossy(&request[body_at..]).into_owned();
        seen.at = Instant::now();
        Some(seen)
    }
}

fn more(mut stream: &TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 16 * 1024];
    let amount = stream.read(&mut chunk).ok().filter(|amount| *amount > 0)?;
    buffer.extend_from_slice(&chunk[..amount]);
    Some(())
}

/// The head of a request, where its body begins, and how long that is.
fn parse(buffer: &[u8], connection: usize) -> Option<(Seen, usize, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut headers);
    let Ok(httparse::Status::Complete(body_at)) = request.parse(buffer) else {
        return None;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let seen = Seen {
        method: request.method?.into(),
        path: request.path?.into(),
        headers: request
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), text(header.value)))
            .collect(),
        body: String::new(),
        at: Instant::now(),
        connection,
    };
    let length = seen
        .header("content-length")
        .map_or(0, |value| value.parse().unwrap());
    Some((seen, body_at, length))
}
