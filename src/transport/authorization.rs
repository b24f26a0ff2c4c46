//! The `Authorization` header of one app, made once and sent with every request.
//!
//! HTTP Basic with the SDK key as the user name and an empty password (Tenjin's server-to-server
//! page). Like the key itself it cannot be printed; it also hides the key in what comes back.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memchr::memmem::Finder;
use ureq::http::HeaderValue;

use crate::secret::Secret;

/// Stands where a key stood.
const HIDDEN: &[u8] = "…".as_bytes();

/// Shorter keys are not looked for in answers: they would be found inside of words.
const SHORTEST_HIDDEN: usize = 6;

/// A ready header value, which is never shown.
#[derive(Clone)]
pub struct Authorization {
    header: HeaderValue,
    forms: [Finder<'static>; 2],
}

impl Authorization {
    /// The header for this key.
    #[expect(clippy::missing_panics_doc, reason = "base64 is always a header value")]
    pub fn new(key: &Secret) -> Self {
        let token = BASE64_STANDARD.encode(format!("{}:", key.expose()));
        let mut header = HeaderValue::try_from(format!("Basic {token}"))
            .expect("base64 is always a header value");
        header.set_sensitive(true);
        let form = |text: &str| Finder::new(text.as_bytes()).into_owned();
        Authorization {
            header,
            forms: [form(key.expose()), form(&token)],
        }
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Takes the key out of an answer that quotes it, so that no report can.
    pub(super) fn hide(&self, mut body: Vec<u8>) -> Vec<u8> {
        for form in &self.forms {
            if form.needle().len() >= SHORTEST_HIDDEN && form.find(&body).is_some() {
                body = without(&body, form);
            }
        }
        body
    }
}

fn without(body: &[u8], form: &Finder<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = form.find(rest) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(HIDDEN);
        rest = &rest[at + form.needle().len()..];
    }
    out.extend_from_slice(rest);
    out
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorization(…)")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_user_name_is_the_key_and_the_password_is_empty() {
        let key = Authorization::new(&Secret::new("KEY123"));
        assert_eq!(key.header().to_str().unwrap(), "Basic S0VZMTIzOg==");
        assert_eq!(format!("{key:?}"), "Authorization(…)");
        assert_eq!(format!("{:?}", key.header()), "Sensitive");
    }

    #[test]
    fn answers_lose_the_key_in_both_forms() {
        let key = Authorization::new(&Secret::new("KEY123"));
        let hidden = key.hide(b"no KEY123, no KEY123, no Basic S0VZMTIzOg==!".to_vec());
        assert_eq!(
            String::from_utf8(hidden).unwrap(),
            "no …, no …, no Basic …!"
        );
    }

    #[test]
    fn a_short_key_does_not_eat_the_answer() {
        let key = Authorization::new(&Secret::new("code"));
        assert_eq!(key.hide(br#"{"code":200}"#.to_vec()), br#"{"code":200}"#);
    }
}
