//! What a row becomes, and which app it belongs to.
//!
//! An app is a bundle id on a platform. Its SDK key is a credential and never part of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which of Tenjin's requests a row becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The first open of an installation is its install, later ones are sessions.
    Open,
    /// A custom event with a name.
    Event,
    /// In-app purchase revenue.
    Purchase,
    /// Impression-level ad revenue (ILRD).
    AdImpression,
    /// Marks a known user. Undocumented: seen in one public importer only.
    Attribution,
}

impl Kind {
    /// Every kind, in the order in which people meet them.
    pub const ALL: [Kind; 5] = [
        Kind::Open,
        Kind::Event,
        Kind::Purchase,
        Kind::AdImpression,
        Kind::Attribution,
    ];

    /// The kinds that are left out unless `--allow` names them: they can double revenue, or are
    /// undocumented.
    pub const NEED_PERMISSION: [Kind; 2] = [Kind::AdImpression, Kind::Attribution];

    /// The name that users type and reports print.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Open => "open",
            Kind::Event => "event",
            Kind::Purchase => "purchase",
            Kind::AdImpression => "ad_impression",
            Kind::Attribution => "attribution",
        }
    }

    /// Whether a second copy would count revenue twice.
    pub fn is_money(self) -> bool {
        matches!(self, Kind::Purchase | Kind::AdImpression)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no kind.
#[derive(Debug, thiserror::Error)]
#[error("no such kind; the kinds are open, event, purchase, ad_impression and attribution")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    /// Takes `ad_impression`, `ad-impression` and `Ad Impression` alike.
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let same = |a: &str| {
            let plain = |c: &char| !matches!(c, ' ' | '_' | '-');
            a.chars()
                .filter(plain)
                .map(|c| c.to_ascii_lowercase())
                .eq(text
                    .trim()
                    .chars()
                    .filter(plain)
                    .map(|c| c.to_ascii_lowercase()))
        };
        Kind::ALL
            .into_iter()
            .find(|kind| same(kind.name()))
            .ok_or(UnknownKind)
    }
}

/// The platforms that Tenjin's server-to-server page names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// iOS and iPadOS.
    Ios,
    /// Android with Google Play.
    Android,
    /// Amazon's Appstore.
    Amazon,
    /// Android without Google Play.
    AndroidOther,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Platform; 4] = [
        Platform::Ios,
        Platform::Android,
        Platform::Amazon,
        Platform::AndroidOther,
    ];

    /// The name as Tenjin takes it.
    pub fn name(self) -> &'static str {
        match self {
            Platform::Ios => "ios",
            Platform::Android => "android",
            Platform::Amazon => "amazon",
            Platform::AndroidOther => "android_other",
        }
    }

    /// Anything but iOS: `os_version` is an API level there.
    pub fn is_android(self) -> bool {
        self != Platform::Ios
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One app: what a key, a wall and a canary belong to.
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
