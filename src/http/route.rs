//! The route to an endpoint: through which proxy, and which certificate authorities are trusted.
//!
//! Decided before anything is sent or written, so that what is wrong with it is a usage error. A
//! file of authorities takes the place of Mozilla's list, as OpenSSL and curl have it. No option
//! turns checks off. `ureq` takes a proxy setting that it cannot read for none, and goes straight to
//! the server: past the company's proxy. So the variables are read here. What is wrong with one is
//! said without its value, which may hold a password.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::{Proxy, ProxyProtocol};

use super::client::DnsCache;
use super::endpoint::{self, Endpoint};
use crate::model::{Kind, shown};
use crate::named_file::{NamedFile, not_opened};

/// More than any system's bundle.
const LONGEST: usize = 16 << 20;
/// Where OpenSSL and those like it look.
const CERT_VARIABLE: &str = "SSL_CERT_FILE";

/// How to get to an endpoint.
#[derive(Debug, Clone)]
pub struct Route {
    pub(super) proxy: Option<Proxy>,
    pub(super) tls: TlsConfig,
    pub(super) names: DnsCache,
}

impl Route {
    /// Obeys the usual proxy variables, but never for this machine. Trusts the authorities of `ca_file`,
    /// else those of `SSL_CERT_FILE`, else those that Mozilla lists. Errors:
    /// a proxy that is not understood or of a kind that does not work here, a file without
    /// certificates.
    pub fn decide(endpoint: &Endpoint, ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let url: Uri = endpoint.url(Kind::Open).parse().context("endpoint URL")?;
        let proxy = if endpoint.is_loopback() {
            None
        } else {
            proxy_of(&url, |name| std::env::var_os(name))?
        };
        let tls = if endpoint.is_plain() {
            TlsConfig::default()
        } else {
            trusted(ca_file)?
        };
        Ok(Route {
            proxy,
            tls,
            names: DnsCache::new(DefaultResolver::default()),
        })
    }
}

/// The trusted authorities; `ca_file` is `--ca-file`.
fn trusted(ca_file: Option<&Path>) -> anyhow::Result<TlsConfig> {
    let variable = || std::env::var_os(CERT_VARIABLE).filter(|path| !path.is_empty());
    let (name, path) = match (ca_file, variable()) {
        (Some(path), _) => ("--ca-file", path.to_owned()),
        (None, Some(path)) => (CERT_VARIABLE, PathBuf::from(path)),
        (None, None) => return Ok(TlsConfig::default()),
    };
    let place = || format!("{name} {}", shown(&path.to_string_lossy()));
    let roots = authorities(&path).with_context(place)?;
    Ok(TlsConfig::builder().root_certs(roots).build())
}

fn authorities(path: &Path) -> anyhow::Result<RootCerts> {
    let file = NamedFile::open(path).map_err(|error| not_opened(path, error))?;
    let bytes = file.read(LONGEST)?;
    let mut certificates = Vec::new();
    for item in parse_pem(&bytes) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => bail!("a certificate in it is damaged; it should be a PEM file"),
        }
    }
    if certificates.is_empty() {
        bail!(
            "there is no certificate in it; it should be a PEM file: -----BEGIN CERTIFICATE-----"
        );
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

/// All must be understood; the first that is set counts.
const PROXY_VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "HTTP_PROXY",
    "http_proxy",
];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy for this URL, if there is one. `variable` asks the environment.
fn proxy_of(
    url: &Uri,
    variable: impl Fn(&str) -> Option<OsString>,
) -> anyhow::Result<Option<Proxy>> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if is_exception(url, set)? {
        return Ok(None);
    }
    let mut first = None;
    for name in PROXY_VARIABLES {
        if let Some(value) = set(name) {
            let proxy = understood(&value).with_context(|| place(name))?;
            first.get_or_insert((name, proxy));
        }
    }
    let Some((name, proxy)) = first else {
        return Ok(None);
    };
    if !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https) {
        bail!(
            "{}: only HTTP proxies are supported, no SOCKS; set HTTPS_PROXY=http://HOST:PORT, or \
             NO_PROXY for this host",
            place(name)
        );
    }
    Ok(Some(proxy))
}

fn place(name: &str) -> String {
    format!("environment variable {name}")
}

fn understood(value: &OsStr) -> anyhow::Result<Proxy> {
    let proxy = value.to_str().and_then(parsed);
    proxy.context(
        "this proxy is not understood, and nothing is sent past it: write http://HOST:PORT or \
         http://USER:PASSWORD@HOST:PORT, without blanks, line ends and quotes, and other signs \
         within the name and the password as %XX (\\ is %5C, / is %2F, # is %23)",
    )
}

fn parsed(text: &str) -> Option<Proxy> {
    let proxy = Proxy::new(text).ok()?;
    let uri = proxy.uri();
    let authority = uri.authority()?;
    // A `/`, `?` or `#` in a password would end the address there, and the host be half of it.
    let is_bare = matches!(uri.path(), "" | "/") && !text.contains(['?', '#']);
    let behind_user = authority.as_str().rsplit('@').next()?;
    let port = endpoint::port(behind_user, authority.port_u16()).ok()?;
    let host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let is_host = !proxy.host().is_empty() && proxy.host().chars().all(host);
    (is_bare && is_host && port != Some(0)).then_some(proxy)
}

/// Whether `NO_PROXY` names the host, or a domain that it is in.
fn is_exception(url: &Uri, set: impl Fn(&str) -> Option<OsString>) -> anyhow::Result<bool> {
    let Some((name, value)) = EXCEPTIONS
        .into_iter()
        .find_map(|name| Some((name, set(name)?)))
    else {
        return Ok(false);
    };
    let Some(text) = value.to_str() else {
        bail!("{}: this is not UTF-8 text", place(name));
    };
    let separators = |c: char| c == ',' || c.is_whitespace();
    let entries = text.split(separators).filter(|entry| !entry.is_empty());
    // `ureq` matches exceptions only as a part of a proxy, so this one exists for its list.
    let exceptions = entries.fold(Proxy::builder(ProxyProtocol::Http), |list, entry| {
        list.no_proxy(entry).no_proxy(&format!(".{entry}"))
    });
    let asked = exceptions.build();
    ensure!(
        asked.is_ok(),
        "{}: not a list of hosts; separate them by commas",
        place(name)
    );
    Ok(asked.is_ok_and(|proxy| proxy.is_no_proxy(url)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn proxy(pairs: &[(&str, &str)]) -> anyhow::Result<Option<String>> {
        let known: HashMap<&str, &str> = pairs.iter().copied().collect();
        let url = Uri::from_static("https://track.tenjin.com/v0/event");
        let found = proxy_of(&url, |name| known.get(name).map(OsString::from))?;
        Ok(found.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
    }

    #[test]
    fn what_is_understood_counts() {
        for (text, expected) in [
            ("http://proxy.corp:3128", "proxy.corp:3128"),
            ("HTTP://proxy.corp:3128/", "proxy.corp:3128"),
            ("https://proxy.corp", "proxy.corp:443"),
            ("proxy.corp:3128", "proxy.corp:3128"),
            ("http://user:p%40ss@10.0.0.1:80", "10.0.0.1:80"),
            ("http://DOMAIN%5Cuser:x@proxy:8080", "proxy:8080"),
            ("user:pass@proxy:8080", "proxy:8080"),
            ("http://[::1]:3128", "[::1]:3128"),
        ] {
            for name in PROXY_VARIABLES {
                let found = proxy(&[(name, text)]).unwrap();
                assert_eq!(found.as_deref(), Some(expected), "{name}={text}");
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error_that_does_not_repeat_it() {
        for text in [
            "http://u:SECRET@proxy:3128 ",
            "http://u:SECRET@proxy:3128\n",
            "http://u:SECRET@proxy:3128\r\n",
            " http://u:SECRET@proxy:3128",
            "http://DOMAIN\\u:SECRET@proxy:3128",
            "\"http://u:SECRET@proxy:3128\"",
            "'http://u:SECRET@proxy:3128'",
            "'proxy:3128'",
            "'proxy'",
            "htp://u:SECRET@proxy:3128",
            "tcp://u:SECRET@proxy:3128",
            "ftp://u:SECRET@proxy:3128",
            "http//u:SECRET@proxy:3128",
            "http:/u:SECRET@proxy:3128",
            "http://u:SECRET@proxy:99999",
            "http://u:SECRET@proxy:0",
            "http://u:SECRET@proxy:http",
            "http://u:SECRET@proxy:",
            "http://u:SECRET@",
            "http://:3128",
            "http://",
            "http://u:SEC#RET@proxy:3128",
            "http://u:SEC/RET@proxy:3128",
            "http://u:SEC?RET@proxy:3128",
            "http://u:SEC RET@proxy:3128",
            "http://u:%ff@proxy:3128",
            "http://pröxy:3128",
            "http://::1:3128",
            "http://proxy:3128/SECRET",
            "PROXY proxy:3128",
            " ",
        ] {
            for name in PROXY_VARIABLES {
                let error = format!("{:#}", proxy(&[(name, text)]).expect_err(text));
                let start = format!("environment variable {name}: this proxy is not understood");
                assert!(error.starts_with(&start), "{text:?}: {error}");
                assert!(!error.contains("SEC"), "{error}");
            }
            // Not even behind one that counts.
            let pairs = [("HTTPS_PROXY", "http://good"), ("http_proxy", text)];
            assert!(proxy(&pairs).is_err(), "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_utf8_is_not_understood() {
        use std::os::unix::ffi::OsStringExt;
        let url = Uri::from_static("https://track.tenjin.com");
        for name in PROXY_VARIABLES.into_iter().chain(EXCEPTIONS) {
            let value = OsString::from_vec(b"http://pr\xffxy:1".to_vec());
            let asked = |asked: &str| (asked == name).then(|| value.clone());
            assert!(proxy_of(&url, asked).is_err(), "{name}");
        }
    }

    #[test]
    fn the_first_that_is_set_counts_and_empty_is_not_set() {
        let pairs = [
            ("ALL_PROXY", "socks5://all:1"),
            ("HTTPS_PROXY", ""),
            ("https_proxy", "http://https:2"),
        ];
        assert_eq!(proxy(&pairs).unwrap().as_deref(), Some("https:2"));
        assert_eq!(proxy(&[("HTTP_PROXY", "")]).unwrap(), None);
        assert_eq!(proxy(&[]).unwrap(), None);
        let error = proxy(&[("all_proxy", "socks5h://u:SECRET@all:1")]).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("variable all_proxy: only HTTP"), "{error}");
        assert!(!error.contains("SECRET"), "{error}");
    }

    #[test]
    fn exceptions_are_hosts_and_domains() {
        for (list, is_exception) in [
            ("track.tenjin.com", true),
            ("localhost, tenjin.com", true),
            ("localhost tenjin.com", true),
            (".tenjin.com", true),
            ("*.tenjin.com", true),
            ("*", true),
            ("enjin.com", false),
            ("localhost,127.0.0.1", false),
            (",", false),
        ] {
            for broken in ["http://proxy", "htp://proxy"] {
                let found = proxy(&[("https_proxy", broken), ("NO_PROXY", list)]);
                if is_exception {
                    assert_eq!(found.unwrap(), None, "{list}");
                } else {
                    assert_eq!(found.is_ok(), broken == "http://proxy", "{list}");
                }
            }
        }
    }
}
