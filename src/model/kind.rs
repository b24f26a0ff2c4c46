//! What a row becomes, and which app it belongs to.
//!
//! An app is a bundle id on a platform. Its SDK key is a credential and never part of it.

use std::fmt;
use std::str::FromStr;

use super::plain;
use super::words::words;

words! {
    /// Which of Tenjin's requests a row becomes.
    pub enum Kind {
        /// The first open of an installation is its install, later ones are sessions.
        Open = "open",
        /// A custom event with a name.
        Event = "event",
        /// In-app purchase revenue.
        Purchase = "purchase",
        /// Impression-level ad revenue (ILRD).
        AdImpression = "ad_impression",
        /// Marks a known user. Undocumented: seen in one public importer only.
        Attribution = "attribution",
        /// A subscription, sent once: Tenjin follows its renewals. Documented for calls of the SDK.
        Subscription = "subscription",
    }
}

impl Kind {
    /// The kinds that are left out unless `--allow` names them: they can double revenue, or are
    /// not documented for servers.
    pub const NEED_PERMISSION: [Kind; 3] =
        [Kind::AdImpression, Kind::Attribution, Kind::Subscription];

    /// Whether a second copy would count revenue twice.
    pub fn is_money(self) -> bool {
        matches!(
            self,
            Kind::Purchase | Kind::AdImpression | Kind::Subscription
        )
    }

    /// Whether Tenjin recognises a second copy, by its documentation: only a subscription on Android,
    /// by its purchase token.
    pub fn is_recognised_by_tenjin(self, platform: Platform) -> bool {
        self == Kind::Subscription && platform.is_android()
    }
}

/// A word that names no kind.
#[derive(Debug, thiserror::Error)]
#[error(
    "no such kind; the kinds are open, event, purchase, ad_impression, attribution and subscription"
)]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    /// Takes `ad_impression`, `ad-impression` and `Ad Impression` alike.
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let wanted = plain(text);
        Kind::ALL
            .into_iter()
            .find(|kind| plain(kind.name()) == wanted)
            .ok_or(UnknownKind)
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
