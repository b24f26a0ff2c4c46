//! Host names to addresses, remembered for a while.
//!
//! ureq asks for the addresses before every request, pooled connection or not, and with a
//! time-out set its own resolver starts a thread each time: at thousands of requests a second
//! that is most of the work. So an answer is kept for [`KEPT`], or until a connection fails.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

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
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
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
        let config = ureq::Agent::config_builder().build();
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
