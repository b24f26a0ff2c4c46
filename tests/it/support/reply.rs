//! An answer to write: status, headers, body; its length is announced unless a header says else.

use std::fmt::Write;

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Reply {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// What Tenjin says when all is well.
    pub fn accepted() -> Self {
        Reply::new(200, r#"{"code":200}"#)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Status line and headers, for a body of this length.
    pub fn head(&self, length: usize) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if self.status != 204 && self.status != 304 {
            let _ = write!(head, "content-length: {length}\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// All of it.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head(self.body.len());
        bytes.extend_from_slice(&self.body);
        bytes
    }
}
