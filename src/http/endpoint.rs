//! Where requests go: parsed once, so that a key can travel only to a place that may have it.
//!
//! HTTPS anywhere; plain HTTP only to this machine. What an endpoint is called in the ledger is
//! decided here too: all of Tenjin's hosts are one.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, bail, ensure};
use ureq::http::Uri;
use ureq::http::uri::Scheme;

use crate::model::{Kind, SCOPE_SANDBOX, SCOPE_TENJIN, shown};

// Source of the hosts and paths: Tenjin's pages and SDKs, named in `schema`.

/// Tenjin's host, with its scheme.
pub const TENJIN: &str = "https://track.tenjin.com";

/// The host of the one undocumented request, as the public importer has it.
const TENJIN_ATTRIBUTION: &str = "https://track.tenjin.io";

/// A place that takes requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    origin: String,
    prefix: String,
    name: String,
    plain: bool,
    loopback: bool,
}

impl Endpoint {
    /// Tenjin's own host.
    #[expect(
        clippy::missing_panics_doc,
        reason = "the constant is parsed by a test"
    )]
    pub fn tenjin() -> Self {
        Endpoint::parse(TENJIN).expect("a constant that the tests parse")
    }

    /// The stand-in server of this very program; its ledger scope is `sandbox`.
    pub fn sandbox(address: SocketAddr) -> anyhow::Result<Self> {
        let mut endpoint = Endpoint::parse(&format!("http://{address}"))?;
        endpoint.name = SCOPE_SANDBOX.into();
        Ok(endpoint)
    }

    /// Parses `--endpoint-url`. A path is kept and comes before Tenjin's own.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        // A URL that is refused for one of these is not repeated: they are where keys hide.
        ensure!(
            !text.contains('@'),
            "endpoint URL: no user name or password; the key comes from --sdk-key-file or the environment"
        );
        ensure!(
            !text.contains(['?', '#']),
            "endpoint URL: no query and no fragment; a path is allowed"
        );
        let uri: Uri = text
            .parse()
            .with_context(|| format!("endpoint URL: {:?} is not a URL", shown(text)))?;
        Endpoint::from_uri(&uri).with_context(|| format!("endpoint URL: {:?}", shown(text)))
    }

    fn from_uri(uri: &Uri) -> anyhow::Result<Self> {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            bail!("it must begin with https://");
        };
        // The dot at the end of a whole name changes neither where it leads nor whose it is.
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        ensure!(!host.is_empty(), "it names no host");
        let port = port(authority.as_str(), authority.port_u16())?;
        let loopback = is_loopback(&host);
        let plain = *scheme == Scheme::HTTP;
        ensure!(
            plain || *scheme == Scheme::HTTPS,
            "it must begin with https://"
        );
        ensure!(
            !plain || loopback,
            "plain http would send the key in the open; use https (http is for 127.0.0.1, [::1] and localhost)"
        );
        let origin = match port {
            Some(port) if port != default_port(plain) => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        };
        Ok(Endpoint {
            name: name(&host, &origin),
            origin,
            prefix: uri.path().trim_end_matches('/').into(),
            plain,
            loopback,
        })
    }

    /// What the ledger files its rows under: `tenjin` for any of Tenjin's hosts, else the origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is one of Tenjin's own hosts.
    pub fn is_tenjin(&self) -> bool {
        self.name == SCOPE_TENJIN
    }

    /// The full URL for a kind of row.
    pub fn url(&self, kind: Kind) -> String {
        let origin = match kind {
            Kind::Attribution if self.origin == TENJIN => TENJIN_ATTRIBUTION,
            _ => &self.origin,
        };
        format!("{origin}{}{}", self.prefix, kind.path())
    }

    /// Whether requests go unencrypted; then only to this machine.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether it is this machine: never reached through a proxy.
    pub(super) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

pub(super) fn port(authority: &str, parsed: Option<u16>) -> anyhow::Result<Option<u16>> {
    let behind_host = authority.rsplit(']').next().unwrap_or(authority);
    ensure!(
        parsed.is_some_and(|port| port > 0) || !behind_host.contains(':'),
        "its port is not a number from 1 to 65535"
    );
    Ok(parsed)
}

fn default_port(plain: bool) -> u16 {
    if plain { 80 } else { 443 }
}

/// A literal loopback address, or `localhost`: that one is checked again when it is connected to.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Tenjin's pages and SDKs name `track.tenjin.com` and `track.tenjin.io`; what one of its hosts
/// accepted must not be sent to another.
fn name(host: &str, origin: &str) -> String {
    let tenjin = ["tenjin.com", "tenjin.io"].iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    if tenjin {
        SCOPE_TENJIN.into()
    } else {
        origin.into()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn tenjin_takes_every_kind_on_one_host() {
        let tenjin = Endpoint::tenjin();
        assert_eq!(tenjin.name(), "tenjin");
        assert_eq!(tenjin.url(Kind::Open), "https://track.tenjin.com/v0/event");
        assert_eq!(
            tenjin.url(Kind::AdImpression),
            "https://track.tenjin.com/v0/ad_impressions"
        );
    }

    #[test]
    fn names_are_origins_but_for_tenjin() {
        for (text, name) in [
            ("https://track.tenjin.io", "tenjin"),
            ("https://TRACK.tenjin.com:443/", "tenjin"),
            ("https://track.tenjin.com.", "tenjin"),
            ("https://track.tenjin.io.:443", "tenjin"),
            ("https://example.org.", "https://example.org"),
            ("https://nottenjin.com", "https://nottenjin.com"),
            (
                "https://tenjin.com.example.org",
                "https://tenjin.com.example.org",
            ),
            ("https://Example.org:443/a/b", "https://example.org"),
            ("https://example.org:8443", "https://example.org:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://LOCALHOST:9", "http://localhost:9"),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().name(), name, "{text}");
        }
        let sandbox = Endpoint::sandbox("127.0.0.1:8080".parse().unwrap()).unwrap();
        assert_eq!(sandbox.name(), "sandbox");
    }

    #[test]
    fn a_path_is_kept() {
        for text in ["https://example.org/a/b", "https://example.org/a/b/"] {
            let url = Endpoint::parse(text).unwrap().url(Kind::Purchase);
            assert_eq!(url, "https://example.org/a/b/v0/purchase");
        }
    }

    #[test]
    fn keys_do_not_travel_in_the_open_or_in_urls() {
        for (text, why) in [
            ("http://track.tenjin.com", "plain http"),
            ("http://10.0.0.1", "plain http"),
            ("http://0.0.0.0:80", "plain http"),
            ("http://localhost.example.org", "plain http"),
            ("http://127.0.0.1.example.org", "plain http"),
            ("http://[::ffff:127.0.0.1]", "plain http"),
            ("https://KEY:@example.org", "no user name"),
            ("https://example.org/?api_key=KEY", "no query"),
            ("https://example.org/#KEY", "no fragment"),
            ("ftp://127.0.0.1", "begin with https"),
            ("example.org", "begin with https"),
            ("/v0", "begin with https"),
            ("https://", "not a URL"),
            ("https://example.org:99999", "endpoint URL"),
            ("https://example.org:", "port"),
            ("https://exa mple.org", "not a URL"),
            ("", "not a URL"),
        ] {
            let error = format!("{:#}", Endpoint::parse(text).unwrap_err());
            assert!(error.contains(why), "{text}: {error}");
            assert!(!error.contains("KEY"), "{error}");
        }
    }
}
