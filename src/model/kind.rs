//! What a row becomes, and which app it belongs to.
//!
//! An app is a bundle id on a platform. Its SDK key is a credential and never part of it.
//!
//! A key that cannot be printed.
//!
//! Its `Debug` says nothing, it has no `Display`, and only `http` asks for its text.

use std::fmt;
use std::str::FromStr;

use super::plain;
use super::words::words;

words! {
    /// Which of Tenjin's requests a row becomes: the path that takes it, whether a second copy would
    /// count revenue twice, and whether it is left out unless `--allow` names it, since it can
    /// double revenue or is not documented for servers. Source of the paths: Tenjin's pages and SDKs,
    /// named in `schema`.
    pub enum Kind: (&'static str, bool, bool) {
        /// The first open of an installation is its install, later ones are sessions.
        Open = "open": ("/v0/event", false, false),
        /// A custom event with a name.
        Event = "event": ("/v0/event", false, false),
        /// In-app purchase revenue.
        Purchase = "purchase": ("/v0/purchase", true, false),
        /// Impression-level ad revenue (ILRD).
        AdImpression = "ad_impression": ("/v0/ad_impressions", true, true),
        /// Marks a known user. Undocumented: seen in one public importer only.
        Attribution = "attribution": ("/v0/import_attribution", false, true),
        /// A subscription, sent once: Tenjin follows its renewals. Documented for calls of the SDK.
        Subscription = "subscription": ("/v1/subscriptions", true, true),
    }
}

impl Kind {
    /// The path that takes it.
    pub fn path(self) -> &'static str {
        self.more().0
    }

    /// Whether a second copy would count revenue twice.
    pub fn is_money(self) -> bool {
        self.more().1
    }

    /// Whether it is left out unless `--allow` names it.
    pub fn needs_permission(self) -> bool {
        self.more().2
    }

    /// Whether Tenjin recognises a second copy, by its documentation: only a subscription on Android,
    /// by its purchase token.
    pub fn is_recognised_by_tenjin(self, platform: Platform) -> bool {
        self == Kind::Subscription && platform.is_android()
    }
}

impl FromStr for Kind {
    type Err = String;

    /// Takes `ad_impression`, `ad-impression` and `Ad Impression` alike.
    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = plain(text);
        let found = |kind: &Kind| plain(kind.name()) == wanted;
        Kind::ALL.into_iter().find(found).ok_or_else(|| {
            let [others @ .., last] = Kind::ALL.map(Kind::name);
            let others = others.join(", ");
            format!("no such kind; the kinds are {others} and {last}")
        })
    }
}

words! {
    /// The platforms that Tenjin's server-to-server page names.
    pub enum Platform {
        /// iOS and iPadOS.
        Ios = "ios",
        /// Android with Google Play.
        Android = "android",
        /// Amazon's Appstore.
        Amazon = "amazon",
        /// Android without Google Play.
        AndroidOther = "android_other",
    }
}

impl Platform {
    /// Anything but iOS: `os_version` is an API level there.
    pub fn is_android(self) -> bool {
        self != Platform::Ios
    }
}

/// One app. It has an SDK key of its own, and a run may stop for one app alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct App {
    /// `com.example.game`
    pub bundle_id: Box<str>,
    /// The platform; the same bundle id on another one is another app.
    pub platform: Platform,
}

impl fmt::Display for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.bundle_id, self.platform)
    }
}

/// An SDK key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Wraps a key.
    pub fn new(text: &str) -> Self {
        Secret(text.into())
    }

    /// The key itself, for the `Authorization` header only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn those(are: fn(Kind) -> bool) -> Vec<&'static str> {
        let kinds = Kind::ALL.into_iter().filter(|kind| are(*kind));
        kinds.map(Kind::name).collect()
    }

    /// Money is held where an answer is lost, and these kinds are sent only on request.
    #[test]
    fn these_are_money_and_these_need_permission() {
        let money = ["purchase", "ad_impression", "subscription"];
        assert_eq!(those(Kind::is_money), money);
        let asked_for = ["ad_impression", "attribution", "subscription"];
        assert_eq!(those(Kind::needs_permission), asked_for);
    }

    #[test]
    fn a_word_that_names_no_kind_is_told_all_of_them() {
        let told = "install".parse::<Kind>();
        let kinds = "open, event, purchase, ad_impression, attribution and subscription";
        assert_eq!(told, Err(format!("no such kind; the kinds are {kinds}")));
        assert_eq!("Ad Impression".parse(), Ok(Kind::AdImpression));
    }
}
