//! The transport over HTTP: one shared agent, its connections kept and used again.
//!
//! Promises: HTTPS with certificate checks, or this machine; no redirect is followed; the whole
//! answer comes within the time-out or counts as none; the key is in the header and nowhere else.

use std::time::{Duration, SystemTime};

use anyhow::Context;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use ureq::http::{self, HeaderValue, Method, Uri};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    ConnectProxyConnector, Connector, RustlsConnector, TcpConnector,
};
use ureq::{Agent, Proxy, ProxyProtocol};

use super::answer::{self, Failure};
use super::leaving::{self, Leaving};
use super::loopback::LoopbackOnly;
use super::names::Names;
use super::{Endpoint, Request, Transport, why};
use crate::kind::Kind;
use crate::wire::{Attempt, Reply};

/// Idle connections are closed before usual servers close them: a stale one costs a doubt.
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
    names: Names,
    urls: [Uri; Kind::ALL.len()],
}

/// How to get to an endpoint; tests go other ways.
struct Way {
    proxy: Option<Proxy>,
    tls: TlsConfig,
    names: Names,
}

impl Http {
    /// Prepares the connections; nothing is sent yet. Obeys the usual proxy variables, but never
    /// for this machine. Errors: a proxy of a kind that does not work here.
    pub fn new(endpoint: &Endpoint, limits: &Limits) -> anyhow::Result<Self> {
        let proxy = (!endpoint.is_loopback())
            .then(Proxy::try_from_env)
            .flatten();
        let way = Way {
            proxy,
            tls: TlsConfig::default(),
            names: Names::new(DefaultResolver::default()),
        };
        Http::with(endpoint, limits, way)
    }

    fn with(endpoint: &Endpoint, limits: &Limits, way: Way) -> anyhow::Result<Self> {
        let Way { proxy, tls, names } = way;
        let [open, event, purchase, impression, attribution] =
            Kind::ALL.map(|kind| endpoint.url(kind).parse());
        let urls: [Uri; Kind::ALL.len()] = [open?, event?, purchase?, impression?, attribution?];
        // A host on the NO_PROXY list needs no proxy at all, which is simpler than having one
        // that is passed by.
        let proxy = proxy.filter(|proxy| !proxy.is_no_proxy(&urls[0]));
        refuse_socks(proxy.as_ref())?;
        let chain = ()
            .chain(LoopbackOnly {
                required: endpoint.is_plain(),
            })
            .chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(RustlsConnector::default())
            .chain(Leaving {
                proxied: proxy.is_some(),
            });
        let config = Agent::config_builder()
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
            .build();
        let agent = Agent::with_parts(config, chain, names.clone());
        Ok(Http { agent, names, urls })
    }

    fn exchange(&self, request: &Request<'_>) -> Result<Reply, Failure> {
        let message = self
            .message(request)
            .map_err(|error| Failure::Unanswered(error.into()))?;
        let response = self.agent.run(message).map_err(Failure::Unanswered)?;
        let mut reply = answer::read(response, SystemTime::now())?;
        reply.body = request.key.hide(reply.body);
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
                    why: why::text(&failure, left),
                }
            }
        }
    }
}

/// SOCKS would need another connector; going round a proxy that somebody has set is no option.
fn refuse_socks(proxy: Option<&Proxy>) -> anyhow::Result<()> {
    let http =
        |proxy: &Proxy| matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
    proxy.is_none_or(http).then_some(()).context(
        "the environment names a SOCKS proxy (ALL_PROXY, HTTPS_PROXY or HTTP_PROXY): only HTTP proxies are supported; \
         set HTTPS_PROXY=http://..., or NO_PROXY for this host",
    )
}

#[cfg(test)]
mod tests;
