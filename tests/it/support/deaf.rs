//! An address where nobody listens, and nobody else can meanwhile.

use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// An address that refuses connections, for as long as this lives: bound, but not listening.
pub struct Deaf(Socket);

impl Deaf {
    pub fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket
            .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
            .unwrap();
        Deaf(socket)
    }

    pub fn url(&self) -> String {
        let address = self.0.local_addr().unwrap().as_socket().unwrap();
        format!("http://{address}")
    }
}
