//! Whether a request keeps to Tenjin's documented contract, decided from its bytes alone.
//!
//! It shares no code with the client's own tables, so that a mistake there shows here.

use super::answer::{Answer, INVALID_DEVICE, UNAUTHORIZED};
use super::form::{is_digits, is_other_id, is_usable, is_version};
use super::keys::{KeyHash, KeyRing};
use super::parameters::{
    AD_IMPRESSION, ATTRIBUTION, EVENT, OPEN, PURCHASE, Parameters, SUBSCRIPTION, Values,
};
use super::reader::{Auth, Head, Method, Route};

/// A request as documented.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sound {
    /// What Tenjin recognises a second copy by: the token of a subscription.
    pub(super) token: Option<u64>,
    /// It has neither a usable advertising id nor an address: Tenjin would use the caller's.
    pub(super) no_ip: bool,
}

/// Why a request is not recorded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Denial {
    /// What the client hears.
    pub(super) answer: Answer,
    /// What it did against the contract, if that is what it was.
    pub(super) violation: Option<String>,
}

impl Denial {
    fn of(status: u16, violation: impl Into<String>) -> Self {
        let violation = violation.into();
        Denial {
            answer: Answer::error(status, &violation),
            violation: Some(violation),
        }
    }

    fn silent(answer: Answer) -> Self {
        Denial {
            answer,
            violation: None,
        }
    }
}

/// Checks one request.
pub(super) fn check(head: &Head, body: &[u8], keys: &KeyRing) -> Result<Sound, Denial> {
    let key = check_head(head, keys)?;
    let list = parameters_of(head.route, body);
    let values = Values::read(list, body).map_err(|violation| Denial::of(400, violation))?;
    if !keys.serves(key, values.get("bundle_id"), values.get("platform")) {
        return Err(Denial {
            answer: UNAUTHORIZED,
            violation: Some("the key of another app".into()),
        });
    }
    check_platform(&values, head.route).map_err(|violation| Denial::of(400, violation))?;
    if !has_device(&values, head.route) {
        return Err(Denial::silent(INVALID_DEVICE));
    }
    let token = values.get("google_play_purchase_token");
    Ok(Sound {
        token: (!token.is_empty()).then(|| short_hash(&[token.as_bytes()])),
        no_ip: head.route != Route::Attribution
            && !is_usable(values.get("advertising_id"))
            && !values.has("ip_address"),
    })
}

/// Eight bytes of a hash tell tokens and requests apart as well as all of them.
pub(super) fn short_hash(parts: &[&[u8]]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first)
}

fn check_head(head: &Head, keys: &KeyRing) -> Result<KeyHash, Denial> {
    if !head.route.is_tenjins() {
        return Err(Denial::of(404, "unknown path"));
    }
    if head.method != Method::Post {
        return Err(Denial::of(405, "the method is not POST"));
    }
    let key = match head.auth {
        Auth::Missing | Auth::Malformed => {
            return Err(Denial {
                answer: UNAUTHORIZED,
                violation: Some("no HTTP Basic with a key and an empty password".into()),
            });
        }
        Auth::Key(key) if !keys.knows(key) => return Err(Denial::silent(UNAUTHORIZED)),
        Auth::Key(key) => key,
    };
    if head.has_query {
        return Err(Denial::of(400, "parameters in the query string"));
    }
    if !head.is_form {
        let violation = "the content type is not application/x-www-form-urlencoded";
        return Err(Denial::of(400, violation));
    }
    Ok(key)
}

/// An open is an event without a name.
fn parameters_of(route: Route, body: &[u8]) -> Parameters {
    let mut names = form_urlencoded::parse(body).map(|(name, _)| name);
    match route {
        Route::Purchase => PURCHASE,
        Route::AdImpression => AD_IMPRESSION,
        Route::Attribution => ATTRIBUTION,
        Route::Subscription => SUBSCRIPTION,
        _ if names.any(|name| name == "event") => EVENT,
        _ => OPEN,
    }
}

/// What hangs on the platform, or on two parameters together.
fn check_platform(values: &Values<'_>, route: Route) -> Result<(), &'static str> {
    let platform = values.get("platform");
    let ios = platform == "ios";
    if ios && is_other_id(values.get("developer_device_id")) {
        return Err(
            "`developer_device_id` is not 32 hexadecimal digits or a UUID, as iOS has them",
        );
    }
    let has_google_or_apple = matches!(platform, "ios" | "android");
    if has_google_or_apple && is_other_id(values.get("advertising_id")) {
        return Err("`advertising_id` is not 32 hexadecimal digits or a UUID");
    }
    match route {
        Route::AdImpression => {
            if !values.has("revenue_decimal") && !values.has("revenue_cpm") {
                return Err("parameter `revenue_decimal` or `revenue_cpm` is missing");
            }
            let android_only = ["app_version_code", "source_app_store", "os_version_release"];
            if ios && android_only.iter().any(|name| values.has(name)) {
                return Err("a parameter that only Android has");
            }
        }
        Route::Event | Route::Purchase | Route::Subscription => {
            if route == Route::Subscription {
                check_subscription(values, ios)?;
            }
            if ios && !values.has("developer_device_id") {
                return Err("parameter `developer_device_id` is missing on iOS");
            }
            let version = values.get("os_version");
            if ios && !is_version(version) {
                return Err("`os_version` is not a version such as 17.5");
            }
            if !ios && !is_digits(version) {
                return Err("`os_version` is not an API level");
            }
        }
        _ => {}
    }
    Ok(())
}

/// What each store gives, and the other does not.
fn check_subscription(values: &Values<'_>, ios: bool) -> Result<(), &'static str> {
    const GOOGLE: [&str; 3] = ["google_play_purchase_token", "purchase_date", "signature"];
    const APPLE: [&str; 4] = [
        "transaction_id",
        "original_transaction_id",
        "ios_store_kit_transaction",
        "environment",
    ];
    let (needed, foreign): (&[&str], &[&str]) = if ios {
        (&["receipt", APPLE[0], APPLE[1], APPLE[2]], &GOOGLE)
    } else {
        (&GOOGLE[..1], &APPLE)
    };
    if !needed.iter().all(|name| values.has(name)) {
        return Err("a parameter that this store gives of a subscription is missing");
    }
    if foreign.iter().any(|name| values.has(name)) {
        return Err("a parameter of the other store");
    }
    Ok(())
}

/// Whether Tenjin could tell whose it is.
fn has_device(values: &Values<'_>, route: Route) -> bool {
    let usable = |name| is_usable(values.get(name));
    let advertising = usable("advertising_id");
    let (vendor, installation) = (
        usable("developer_device_id"),
        usable("analytics_installation_id"),
    );
    match (route, values.get("platform")) {
        (Route::AdImpression, "ios") => advertising || (vendor && installation),
        (Route::AdImpression, _) => advertising || installation,
        _ => advertising || vendor || installation,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
