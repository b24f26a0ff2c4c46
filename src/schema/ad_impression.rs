//! `ad_impression`: impression-level ad revenue (ILRD).
//!
//! Sent to `/v0/ad_impressions`. Source: <https://tenjin.com/docs/impression-level-revenue-data-api-s2s>.
//! Only for accounts that Tenjin has allowed, and only where the mediation is not integrated already,
//! else revenue doubles. Its booleans are `true`/`false`, except the consent flags.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::tables::*;
use super::{Field, Form, Key, Need, Side};

const MEDIATIONS: &[&str] = &[
    "max",
    "ironsource",
    "admob",
    "topon",
    "cas",
    "tradplus",
    "custom",
];

const FORMATS: &[&str] = &[
    "banner",
    "mrec",
    "xpromo",
    "native",
    "leaderboard",
    "leader",
    "interstitial",
    "inter",
    "rewarded",
    "reward",
    "rewarded_interstitial",
    "rewarded_inter",
];

const STORES: &[&str] = &["unspecified", "googleplay", "amazon", "other"];

/// The most pixels of a screen's height or width.
const MAX_PIXELS: u32 = 100_000;

/// iOS then needs both of the other ids, Android `analytics_installation_id`.
const DEVICE: Need = Need::When("no advertising_id");

const fn text(key: Key, doc: &'static str) -> Field {
    Field::new(key, Form::Text(SHORT)).doc(doc)
}

pub(super) const FIELDS: &[Field] = &[
    KIND,
    EVENT_TIME,
    EVENT_ID,
    BUNDLE_ID,
    PLATFORM,
    Field {
        need: Need::Optional,
        loss: super::Loss::Value,
        ..OS_VERSION
    },
    ANALYTICS_INSTALLATION_ID.needed(DEVICE),
    Field {
        doc: "IDFA, GAID or OAID",
        ..ADVERTISING_ID
    }
    .needed(Need::When("no other id")),
    Field {
        doc: "IDFV; only iOS needs it",
        ..DEVELOPER_DEVICE_ID
    }
    .needed(DEVICE),
    APP_VERSION.needed(Need::Always),
    IP_ADDRESS.needed(Need::Always),
    Field::new(Key::AdRevenueMediation, Form::Choice(MEDIATIONS))
        .required()
        .doc("who mediates"),
    Field::new(Key::NetworkName, Form::Text(SHORT))
        .required()
        .doc("which network paid"),
    Field::new(Key::RevenueDecimal, Form::Amount)
        .doc("the revenue of this impression, in major units")
        .needed(Need::When("no revenue_cpm")),
    Field::new(Key::RevenueCpm, Form::Amount)
        .doc("the revenue of a thousand such; revenue_decimal goes first")
        .needed(Need::When("no revenue_decimal")),
    CURRENCY,
    Field {
        form: Form::Truth,
        ..LIMIT_AD_TRACKING
    },
    Field::new(Key::OptIn, Form::Truth)
        .doc("the user opted in")
        .costs_row(),
    AD_USER_DATA,
    AD_PERSONALIZATION,
    Field::new(Key::SentAt, Form::Millis)
        .doc("when it happened, in milliseconds since 1970; filled from event_time"),
    Field::new(Key::AdFormat, Form::Choice(FORMATS)).doc("what was shown"),
    text(Key::AdUnitId, "which unit of the app"),
    Field::new(Key::ConnectionType, Form::Choice(&["mobile", "wifi"])).doc("mobile or wifi"),
    Field::new(Key::SourceAppStore, Form::Choice(STORES))
        .doc("the store it was installed from")
        .only(Side::Android),
    Field::new(Key::Language, Form::Language).doc("two lower-case letters"),
    Field::new(Key::AppVersionCode, Form::Digits(19))
        .doc("Android's version code")
        .only(Side::Android),
    text(Key::DeviceProduct, "Android's product name").only(Side::Android),
    Field {
        group: None,
        only: Some(Side::Android),
        ..OS_VERSION_RELEASE
    },
    COUNTRY,
    Field {
        key: Key::MediationCountry,
        doc: "the country as the mediation sees it",
        ..COUNTRY
    },
    text(Key::Precision, "how exact the revenue is"),
    text(Key::CreativeId, "which creative"),
    text(Key::Placement, "where in the app"),
    text(Key::NetworkPlacement, "where, in the network's words"),
    text(Key::AuctionId, "which auction"),
    Field {
        group: None,
        ..BUILD_ID
    },
    text(Key::Carrier, "the mobile carrier"),
    text(Key::Device, "the device"),
    text(Key::DeviceBrand, "its brand"),
    text(Key::DeviceManufacturer, "its maker"),
    Field {
        group: None,
        ..DEVICE_MODEL
    },
    Field {
        group: None,
        ..LOCALE
    },
    text(Key::Timezone, "the device's time zone"),
    Field::new(Key::UserAgent, Form::Text(LONG)).doc("the device's user agent"),
    text(Key::SessionId, "the app's session"),
    Field::new(Key::ScreenHeight, Form::Count(MAX_PIXELS)).doc("in pixels"),
    Field::new(Key::ScreenWidth, Form::Count(MAX_PIXELS)).doc("in pixels"),
];
