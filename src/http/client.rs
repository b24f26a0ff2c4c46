//! The transport over HTTP: one shared agent, its connections kept and used again.
//!
//! Promises: HTTPS with certificate checks, or this machine; no redirect is followed; the whole
//! answer comes within the time-out or counts as none; the key is in the header and nowhere else.
//!
//! Host names to addresses, remembered for a while.
//!
//! ureq asks for the addresses before every request, pooled connection or not, and with a
//! time-out set its own resolver starts a thread each time: at thousands of requests a second
//! that is most of the work. So an answer is kept for [`KEPT`], or until a connection fails.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use ureq::config::Config;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use ureq::http::{self, HeaderValue, Method, Uri};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, RustlsConnector,
    TcpConnector, Transport as Connection,
};
use ureq::{Agent, Error, Proxy};

use super::leaving::{self, Leaving, Unsolicited, UnsolicitedCount};
use super::{Endpoint, Failure, Mask, Request, Route, Transport, failed, read};
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
        let mut reply = read(response, SystemTime::now())?;
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
                    why: failed(&failure, left),
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

/// How long an answer is kept: about the TTL of hosts behind a load balancer.
const KEPT: Duration = Duration::from_secs(30);

/// A resolver with a memory of one name, which is all that one endpoint needs.
#[derive(Debug, Clone)]
pub(super) struct DnsCache {
    resolver: Arc<dyn Resolver>,
    last: Arc<Mutex<Option<Known>>>,
}

#[derive(Debug)]
struct Known {
    uri: Uri,
    addresses: ResolvedSocketAddrs,
    since: Instant,
}

impl DnsCache {
    pub(super) fn new(resolver: impl Resolver) -> Self {
        DnsCache {
            resolver: Arc::new(resolver),
            last: Arc::default(),
        }
    }

    /// Asks again next time: the addresses led nowhere.
    pub(super) fn forget(&self) {
        *self.last() = None;
    }

    fn last(&self) -> MutexGuard<'_, Option<Known>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, uri: &Uri) -> Option<ResolvedSocketAddrs> {
        let mut last = self.last();
        let known = last.as_mut()?;
        if known.uri.authority() != uri.authority() || known.uri.scheme() != uri.scheme() {
            return None;
        }
        if known.since.elapsed() >= KEPT {
            // One thread asks again; the others go on with the old answer meanwhile.
            known.since = Instant::now();
            return None;
        }
        Some(known.addresses.clone())
    }
}

impl Resolver for DnsCache {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        if let Some(address) = literal(uri) {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        if let Some(addresses) = self.known(uri) {
            return Ok(addresses);
        }
        let addresses = self.resolver.resolve(uri, config, timeout)?;
        *self.last() = Some(Known {
            uri: uri.clone(),
            addresses: addresses.clone(),
            since: Instant::now(),
        });
        Ok(addresses)
    }
}

/// The address of a URL that names no host but an address.
fn literal(uri: &Uri) -> Option<SocketAddr> {
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let ip: IpAddr = host.parse().ok()?;
    let default = if uri.scheme_str() == Some("https") {
        443
    } else {
        80
    };
    Some(SocketAddr::new(ip, uri.port_u16().unwrap_or(default)))
}

#[cfg(test)]
mod tests;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod dns_tests {
    use std::sync::atomic::{AtomicU16, Ordering};

    use super::*;

    /// Answers with a port that counts the questions.
    #[derive(Debug, Default)]
    struct Counting(AtomicU16);

    impl Resolver for Counting {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            let mut addresses = self.empty();
            let port = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            addresses.push(SocketAddr::from(([192, 0, 2, 1], port)));
            Ok(addresses)
        }
    }

    fn ask(names: &DnsCache, url: &'static str) -> String {
        let config = Agent::config_builder().build();
        let uri = Uri::from_static(url);
        let addresses = names
            .resolve(&uri, &config, NextTimeout::default())
            .unwrap();
        addresses[0].to_string()
    }

    #[test]
    fn a_name_is_asked_for_once_until_it_is_forgotten() {
        let names = DnsCache::new(Counting::default());
        assert_eq!(ask(&names, "https://a.test/v0/event"), "192.0.2.1:1");
        assert_eq!(ask(&names, "https://a.test/v0/purchase"), "192.0.2.1:1");
        names.forget();
        assert_eq!(ask(&names, "https://a.test/v0/event"), "192.0.2.1:2");
    }

    #[test]
    fn an_answer_counts_for_its_name_alone() {
        let names = DnsCache::new(Counting::default());
        assert_eq!(ask(&names, "https://a.test/"), "192.0.2.1:1");
        assert_eq!(ask(&names, "https://b.test/"), "192.0.2.1:2");
        assert_eq!(ask(&names, "http://b.test/"), "192.0.2.1:3");
    }

    #[test]
    fn addresses_need_no_asking() {
        let names = DnsCache::new(Counting::default());
        assert_eq!(ask(&names, "http://127.0.0.1:9/"), "127.0.0.1:9");
        assert_eq!(ask(&names, "https://[::1]/"), "[::1]:443");
        assert!(names.last().is_none());
    }
}
