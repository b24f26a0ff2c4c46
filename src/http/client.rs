//! The transport over HTTP: one shared agent, its connections kept and used again.
//!
//! Promises: HTTPS with certificate checks, or this machine; no redirect is followed; the whole
//! answer comes within the time-out or counts as none; the key is in the header and nowhere else.

use std::time::{Duration, SystemTime};

use ureq::config::Config;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use ureq::http::{self, HeaderValue, Method, Uri};
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, RustlsConnector, TcpConnector,
    Transport as Connection,
};
use ureq::{Agent, Error, Proxy};

use super::dns::DnsCache;
use super::leaving::{self, Leaving, Unsolicited, UnsolicitedCount};
use super::reply::{self, Failure};
use super::{Endpoint, Mask, Request, Route, Transport};
use crate::http::{Attempt, Reply};
use crate::model::Kind;

/// Idle connections are closed before servers do so: a request on a stale one may end in doubt.
const IDLE: Duration = Duration::from_secs(15);

/// Bytes of buffer for each direction of a connection; ureq's own 128 KiB would be most of our
/// memory at 256 connections, and requests and answers are about a kilobyte.
const BUFFER: usize = 16 * 1024;

const AGENT_NAME: &str = concat!("tenjin-s2s/", env!("CARGO_PKG_VERSION"));

/// What a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the name look-up, and again for the connection with its TLS handshake.
    pub connect_timeout: Duration,
    /// For everything from the look-up to the last byte of the answer.
    pub timeout: Duration,
    /// How many connections are kept open when idle: as many as there are senders.
    pub connections: usize,
}

/// Requests over HTTP to one endpoint; shared by all senders.
#[derive(Debug)]
pub struct Http {
    agent: Agent,
    names: DnsCache,
    /// In the order of the kinds.
    urls: Vec<Uri>,
    mask: Mask,
}

impl Http {
    /// Prepares the connections; nothing is sent yet. `mask` hides the keys in what comes back.
    pub fn new(
        endpoint: &Endpoint,
        limits: &Limits,
        route: Route,
        mask: Mask,
    ) -> anyhow::Result<Self> {
        let Route { proxy, tls, names } = route;
        let urls = Kind::ALL.map(|kind| endpoint.url(kind).parse());
        let urls = urls.into_iter().collect::<Result<_, _>>()?;
        let proxied = proxy.is_some();
        let seen = UnsolicitedCount::default();
        let chain = ()
            .chain(LoopbackOnly {
                required: endpoint.is_plain(),
            })
            .chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(Unsolicited {
                proxied,
                seen: seen.clone(),
            })
            .chain(RustlsConnector::default())
            .chain(Leaving { proxied, seen });
        let config = config(endpoint, limits, proxy, tls);
        let agent = Agent::with_parts(config, chain, names.clone());
        Ok(Http {
            agent,
            names,
            urls,
            mask,
        })
    }

    fn exchange(&self, request: &Request<'_>) -> Result<Reply, Failure> {
        let message = self
            .message(request)
            .map_err(|error| Failure::Unanswered(error.into()))?;
        let response = self.agent.run(message).map_err(Failure::Unanswered)?;
        let mut reply = reply::read(response, SystemTime::now())?;
        reply.body = self.mask.hide(reply.body);
        Ok(reply)
    }

    fn message<'a>(&self, request: &Request<'a>) -> http::Result<http::Request<&'a str>> {
        const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
        const ANY: HeaderValue = HeaderValue::from_static("*/*");
        const AGENT: HeaderValue = HeaderValue::from_static(AGENT_NAME);
        http::Request::builder()
            .method(Method::POST)
            .uri(self.urls[request.kind as usize].clone())
            .header(AUTHORIZATION, request.key.header())
            .header(CONTENT_TYPE, FORM)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, ANY)
            .body(request.body)
    }
}

fn config(endpoint: &Endpoint, limits: &Limits, proxy: Option<Proxy>, tls: TlsConfig) -> Config {
    Agent::config_builder()
        .https_only(!endpoint.is_plain())
        .proxy(proxy)
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_resolve(Some(limits.connect_timeout))
        .timeout_connect(Some(limits.connect_timeout))
        .timeout_global(Some(limits.timeout))
        .max_idle_age(IDLE)
        .max_idle_connections(limits.connections)
        .max_idle_connections_per_host(limits.connections)
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER)
        .max_response_header_size(BUFFER / 2)
        .build()
}

impl Transport for Http {
    fn send(&self, request: &Request<'_>) -> Attempt {
        leaving::begin();
        match self.exchange(request) {
            Ok(reply) => Attempt::Answer(reply),
            Err(failure) => {
                let left = leaving::has_left();
                if !left {
                    self.names.forget();
                }
                Attempt::NoAnswer {
                    left,
                    why: reply::failed(&failure, left),
                }
            }
        }
    }
}

/// Plain HTTP stays on this machine. This looks at the addresses that will be tried, so a hosts
/// file or a name server cannot turn `localhost` into somebody else's machine.
#[derive(Debug)]
struct LoopbackOnly {
    required: bool,
}

impl<In: Connection> Connector<In> for LoopbackOnly {
    type Out = In;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<In>, Error> {
        if self.required
            && !details
                .addrs
                .iter()
                .all(|address| address.ip().is_loopback())
        {
            return Err(Error::Other(
                "plain http, and localhost is another machine".into(),
            ));
        }
        Ok(chained)
    }
}

#[cfg(test)]
mod tests;
